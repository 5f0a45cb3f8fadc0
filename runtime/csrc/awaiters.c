/* What stands in for something that is awaited: the interpreter asks it what it would have asked the author's awaitable,
   and gets that one's answers. While it is suspended the handle's span is. */
#include "awaits.h"

enum stage { FRESH, ASKED, SUSPENDED, OVER };

typedef struct {
    PyObject_HEAD
    handle_t *handle;
    PyObject *inner; /* what is awaited; its iterator once `is_iterator` */
    uint64_t site;
    enum stage stage;
    bool is_iterator;
    bool loops; /* of `async for`, which StopAsyncIteration ends as it should */
} awaiter_t;

/* An event of a handle alone, where an exception may be set. */
static void note(handle_t *handle, uint8_t op)
{
    thread_t *t = thread_here(handle->core);
    PyObject *type, *value, *traceback;
    if (t == NULL || handle->ended)
        return;
    PyErr_Fetch(&type, &value, &traceback);
    select_handle(t, handle);
    write_end(t, op, clock_ticks(handle->core), handle->number);
    select_top(t);
    PyErr_Restore(type, value, traceback);
}

static bool begin(awaiter_t *awaiter)
{
    handle_t *handle = awaiter->handle;
    thread_t *t = thread_here(handle->core);
    awaiter->stage = OVER;
    if (t == NULL || handle->ended || handle->awaits)
        return false;
    select_handle(t, handle);
    uint8_t *at = event_begin(t);
    uint8_t *p = write_v(at + 1, stream_dt(t, clock_ticks(handle->core)));
    event_end(t, at, write_v(write_v(p, awaiter->site), handle->number), OP_AWAIT);
    select_top(t);
    handle->awaits = true;
    awaiter->stage = ASKED;
    return true;
}

/* Before what is awaited goes on; false where that is not recorded: it is over, or asked by its own code. */
static bool ask(awaiter_t *awaiter)
{
    if (awaiter->stage == FRESH)
        return begin(awaiter);
    if (awaiter->stage != SUSPENDED)
        return false;
    awaiter->stage = ASKED;
    handle_resume(awaiter->handle);
    return true;
}

static bool has_failed(const awaiter_t *awaiter)
{
    return PyErr_Occurred() == NULL || (!PyErr_ExceptionMatches(PyExc_GeneratorExit) &&
           !(awaiter->loops && PyErr_ExceptionMatches(PyExc_StopAsyncIteration)));
}

/* After it was suspended again or came to its end. */
static void answer(awaiter_t *awaiter, PySendResult outcome)
{
    handle_t *handle = awaiter->handle;
    if (outcome == PYGEN_NEXT) {
        awaiter->stage = SUSPENDED;
        if (handle->going) {
            note(handle, OP_PAUSE);
            handle->going = false;
        }
        return;
    }
    awaiter->stage = OVER;
    if (!handle->ended)
        handle->awaits = false;
    note(handle, outcome == PYGEN_ERROR && has_failed(awaiter) ? OP_AWAIT_FAIL : OP_AWAITED);
}

/* It is left without being asked again, with an exception set. */
static void leave(awaiter_t *awaiter, bool closes)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    if (ask(awaiter))
        answer(awaiter, closes ? PYGEN_RETURN : PYGEN_ERROR);
    PyErr_Restore(type, value, traceback);
}

PyObject *awaiter_new(handle_t *handle, uint64_t site, PyObject *inner, bool is_iterator, bool loops)
{
    awaiter_t *awaiter = PyObject_GC_New(awaiter_t, handle->core->awaiter_type);
    if (awaiter == NULL) {
        PyErr_Clear();
        return Py_NewRef(inner);
    }
    awaiter->handle = (handle_t *)Py_NewRef(handle);
    awaiter->inner = Py_NewRef(inner);
    awaiter->site = site;
    awaiter->stage = FRESH;
    awaiter->is_iterator = is_iterator;
    awaiter->loops = loops;
    PyObject_GC_Track(awaiter);
    return (PyObject *)awaiter;
}

/* A coroutine, or a generator that `types.coroutine` has marked. */
bool is_coroutine(PyObject *value)
{
    if (PyCoro_CheckExact(value) || !PyGen_CheckExact(value))
        return PyCoro_CheckExact(value);
    PyCodeObject *code = generator_code(value);
    return code != NULL && code->co_flags & CO_ITERABLE_COROUTINE;
}

/* Whether somebody else awaits the coroutine; the interpreter is the one to say so. */
static bool is_awaited(PyObject *coroutine)
{
    if (LIKELY(coroutine_is_new(coroutine)))
        return false;
    PyObject *awaited = PyObject_GetAttrString(coroutine, "cr_await");
    bool is = awaited != NULL && awaited != Py_None;
    Py_XDECREF(awaited);
    PyErr_Clear();
    return is;
}

/* An awaiter for what `await` is given; what cannot be awaited itself, for the interpreter to complain of. */
PyObject *awaiter_for(handle_t *handle, uint64_t site, PyObject *awaitable)
{
    bool iterator = is_coroutine(awaitable);
    if (handle->ended || (!iterator && async_methods(awaitable)->am_await == NULL) ||
        (PyCoro_CheckExact(awaitable) && is_awaited(awaitable)))
        return Py_NewRef(awaitable);
    return awaiter_new(handle, site, awaitable, iterator, false);
}

/* What the interpreter does to get an awaitable's iterator. */
PyObject *awaitable_iterator(PyObject *awaitable)
{
    PyObject *iterator = async_methods(awaitable)->am_await(awaitable);
    if (iterator == NULL)
        return NULL;
    if (is_coroutine(iterator))
        PyErr_SetString(PyExc_TypeError, "__await__() returned a coroutine");
    else if (!PyIter_Check(iterator))
        PyErr_Format(PyExc_TypeError, "__await__() returned non-iterator of type '%.100s'", Py_TYPE(iterator)->tp_name);
    else
        return iterator;
    Py_DECREF(iterator);
    return NULL;
}

static PyObject *awaiter_await(PyObject *self)
{
    awaiter_t *awaiter = (awaiter_t *)self;
    if (!awaiter->is_iterator) {
        PyObject *iterator = awaitable_iterator(awaiter->inner);
        if (iterator == NULL)
            return NULL;
        Py_SETREF(awaiter->inner, iterator);
        awaiter->is_iterator = true;
    }
    return Py_NewRef(self);
}

static PySendResult awaiter_send(PyObject *self, PyObject *value, PyObject **result)
{
    awaiter_t *awaiter = (awaiter_t *)self;
    bool asked = ask(awaiter);
    bool lent = nesting_begin(&spanwright_nesting);
    PySendResult outcome = PyIter_Send(awaiter->inner, value, result);
    nesting_end(&spanwright_nesting, lent);
    if (asked)
        answer(awaiter, outcome);
    return outcome;
}

/* Raises StopIteration with a result, which a tuple or an exception would otherwise be taken apart for. */
static void stop_with(PyObject *result)
{
    if (!PyTuple_Check(result) && !PyExceptionInstance_Check(result)) {
        PyErr_SetObject(PyExc_StopIteration, result);
        return;
    }
    PyObject *stop = PyObject_CallOneArg(PyExc_StopIteration, result);
    if (stop != NULL)
        PyErr_SetObject(PyExc_StopIteration, stop);
    Py_XDECREF(stop);
}

static PyObject *awaiter_next(PyObject *self)
{
    PyObject *result;
    switch (awaiter_send(self, Py_None, &result)) {
    case PYGEN_NEXT:
        return result;
    case PYGEN_RETURN:
        if (result != Py_None)
            stop_with(result);
        Py_DECREF(result);
        return NULL;
    default:
        return NULL;
    }
}

static PyObject *call_of_awaiter(PyObject *self, PyObject *const *args, size_t nargsf, PyObject *names)
{
    watched_t *watched = (watched_t *)self;
    awaiter_t *awaiter = (awaiter_t *)watched->owner;
    bool asked = ask(awaiter);
    bool lent = nesting_begin(&spanwright_nesting);
    PyObject *result = PyObject_Vectorcall(watched->callable, args, nargsf, names);
    nesting_end(&spanwright_nesting, lent);
    if (asked) {
        bool returned = result != NULL ? watched->closes : PyErr_ExceptionMatches(PyExc_StopIteration);
        answer(awaiter, returned ? PYGEN_RETURN : result == NULL ? PYGEN_ERROR : PYGEN_NEXT);
    }
    return result;
}

static PyObject *awaiter_getattr(PyObject *self, PyObject *name)
{
    awaiter_t *awaiter = (awaiter_t *)self;
    bool closes = PyUnicode_CompareWithASCIIString(name, "close") == 0;
    if (!awaiter->is_iterator || (!closes && PyUnicode_CompareWithASCIIString(name, "send") != 0 &&
                                  PyUnicode_CompareWithASCIIString(name, "throw") != 0))
        return PyObject_GenericGetAttr(self, name);
    PyObject *callable = PyObject_GetAttr(awaiter->inner, name);
    if (callable != NULL)
        return watched_new(awaiter->handle->core, call_of_awaiter, self, callable, closes);
    /* Without `throw` or `close` the exception comes up at the await itself. */
    if (PyErr_ExceptionMatches(PyExc_AttributeError) && PyUnicode_CompareWithASCIIString(name, "send") != 0)
        leave(awaiter, closes);
    return NULL;
}

static int awaiter_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(((awaiter_t *)self)->inner);
    return 0;
}

static void awaiter_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    Py_DECREF(((awaiter_t *)self)->handle);
    Py_DECREF(((awaiter_t *)self)->inner);
    PyObject_GC_Del(self);
    Py_DECREF(type);
}

static PyType_Slot awaiter_slots[] = {
    {Py_tp_dealloc, awaiter_dealloc}, {Py_tp_traverse, awaiter_traverse}, {Py_tp_iter, PyObject_SelfIter},
    {Py_tp_iternext, awaiter_next},   {Py_am_await, awaiter_await},       {Py_am_send, awaiter_send},
    {Py_tp_getattro, awaiter_getattr}, {0, NULL},
};

PyType_Spec awaiter_spec = {
    .name = "spanwright._core.awaiter",
    .basicsize = sizeof(awaiter_t),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = awaiter_slots,
};
