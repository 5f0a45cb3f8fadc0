/* What stands in for something that is awaited: the interpreter asks it what it would have asked the author's awaitable,
   and gets that one's answers. While it is suspended the handle's span is. */
#include "probes.h"

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

/* In place of the manager in `async with`, the iterable and its iterator in `async for`. */
typedef struct {
    PyObject_HEAD
    handle_t *handle;
    PyObject *subject;
    uint64_t site;
} stand_in_t;

/* A method of the author's: send, throw and close of an awaiter's iterator, __aenter__ and __aexit__ of a manager. */
typedef struct {
    PyObject_HEAD
    vectorcallfunc call;
    PyObject *owner; /* the awaiter or stand-in */
    PyObject *callable;
    bool closes;
} watched_t;

/* An event of a handle alone, where an exception may be set. */
static void note(handle_t *handle, uint8_t op)
{
    thread_t *t = thread_here(handle->core);
    PyObject *type, *value, *traceback;
    if (t == NULL || handle->ended)
        return;
    PyErr_Fetch(&type, &value, &traceback);
    write_end(t, op, clock_ticks(handle->core), handle->number);
    PyErr_Restore(type, value, traceback);
}

static bool begin(awaiter_t *awaiter)
{
    handle_t *handle = awaiter->handle;
    thread_t *t = thread_here(handle->core);
    awaiter->stage = OVER;
    if (t == NULL || handle->ended || handle->awaits)
        return false;
    uint8_t *at = event_begin(t);
    uint8_t *p = write_v(at + 1, stream_dt(t, clock_ticks(handle->core)));
    event_end(t, at, write_v(write_v(p, awaiter->site), handle->number), OP_AWAIT);
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
            handle_suspended(handle);
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

static PyObject *awaiter_new(handle_t *handle, uint64_t site, PyObject *inner, bool is_iterator, bool loops)
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
static bool is_coroutine(PyObject *value)
{
    if (PyCoro_CheckExact(value) || !PyGen_CheckExact(value))
        return PyCoro_CheckExact(value);
    PyCodeObject *code = generator_code(value);
    return code != NULL && code->co_flags & CO_ITERABLE_COROUTINE;
}

static unaryfunc await_slot(PyObject *value)
{
    PyAsyncMethods *methods = Py_TYPE(value)->tp_as_async;
    return methods == NULL ? NULL : methods->am_await;
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
static PyObject *awaiter_for(handle_t *handle, uint64_t site, PyObject *awaitable)
{
    bool iterator = is_coroutine(awaitable);
    if (handle->ended || (!iterator && await_slot(awaitable) == NULL) ||
        (PyCoro_CheckExact(awaitable) && is_awaited(awaitable)))
        return Py_NewRef(awaitable);
    return awaiter_new(handle, site, awaitable, iterator, false);
}

/* What the interpreter does to get an awaitable's iterator. */
static PyObject *awaitable_iterator(PyObject *awaitable)
{
    PyObject *iterator = await_slot(awaitable)(awaitable);
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

static PyObject *watched_new(core_t *core, vectorcallfunc call, PyObject *owner, PyObject *callable, bool closes)
{
    watched_t *watched = PyObject_GC_New(watched_t, core->watched_type);
    if (watched == NULL) {
        PyErr_Clear();
        return callable;
    }
    watched->call = call;
    watched->owner = Py_NewRef(owner);
    watched->callable = callable;
    watched->closes = closes;
    PyObject_GC_Track(watched);
    return (PyObject *)watched;
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

static PyObject *stand_in_new(handle_t *handle, uint64_t site, PyObject *subject)
{
    stand_in_t *stand_in = PyObject_GC_New(stand_in_t, handle->core->stand_in_type);
    if (stand_in == NULL) {
        PyErr_Clear();
        return Py_NewRef(subject);
    }
    stand_in->handle = (handle_t *)Py_NewRef(handle);
    stand_in->subject = Py_NewRef(subject);
    stand_in->site = site;
    PyObject_GC_Track(stand_in);
    return (PyObject *)stand_in;
}

static PyObject *call_of_manager(PyObject *self, PyObject *const *args, size_t nargsf, PyObject *names)
{
    watched_t *watched = (watched_t *)self;
    stand_in_t *stand_in = (stand_in_t *)watched->owner;
    PyObject *awaitable = PyObject_Vectorcall(watched->callable, args, nargsf, names);
    if (awaitable == NULL)
        return NULL;
    PyObject *awaiter = awaiter_for(stand_in->handle, stand_in->site, awaitable);
    Py_DECREF(awaitable);
    return awaiter;
}

/* A special method of the manager, found and bound as the interpreter does it, and at the same moment. */
static PyObject *get_special(PyObject *self, void *which)
{
    stand_in_t *stand_in = (stand_in_t *)self;
    core_t *core = stand_in->handle->core;
    PyObject *name = core->names[which == NULL ? NAME_AENTER : NAME_AEXIT];
    PyTypeObject *type = Py_TYPE(stand_in->subject);
    PyObject *found = Py_XNewRef(_PyType_Lookup(type, name));
    if (found == NULL) {
        PyErr_SetObject(PyExc_AttributeError, name);
        return NULL;
    }
    descrgetfunc bind = Py_TYPE(found)->tp_descr_get;
    if (bind != NULL)
        Py_SETREF(found, bind(found, stand_in->subject, (PyObject *)type));
    return found == NULL ? NULL : watched_new(core, call_of_manager, self, found, false);
}

static PyAsyncMethods *async_methods(PyObject *value)
{
    static PyAsyncMethods none;
    PyAsyncMethods *methods = Py_TYPE(value)->tp_as_async;
    return methods == NULL ? &none : methods;
}

static PyObject *stand_in_aiter(PyObject *self)
{
    stand_in_t *stand_in = (stand_in_t *)self;
    unaryfunc get = async_methods(stand_in->subject)->am_aiter;
    if (get == NULL)
        return Py_NewRef(self);
    PyObject *iterator = get(stand_in->subject);
    if (iterator == NULL || async_methods(iterator)->am_anext == NULL)
        return iterator; /* the interpreter complains of it */
    PyObject *other = stand_in_new(stand_in->handle, stand_in->site, iterator);
    Py_DECREF(iterator);
    return other;
}

/* The interpreter's complaint of what cannot be awaited after all, with the reason as its cause. */
static void complain(PyObject *awaitable)
{
    PyObject *type, *value, *traceback, *cause;
    PyErr_Fetch(&type, &cause, &traceback);
    PyErr_NormalizeException(&type, &cause, &traceback);
    if (traceback != NULL)
        PyException_SetTraceback(cause, traceback);
    Py_DECREF(type);
    Py_XDECREF(traceback);
    PyErr_Format(PyExc_TypeError, "'async for' received an invalid object from __anext__: %.100s",
                 Py_TYPE(awaitable)->tp_name);
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    PyException_SetCause(value, Py_NewRef(cause));
    PyException_SetContext(value, cause);
    PyErr_Restore(type, value, traceback);
}

static PyObject *stand_in_anext(PyObject *self)
{
    stand_in_t *stand_in = (stand_in_t *)self;
    unaryfunc get = async_methods(stand_in->subject)->am_anext;
    if (get == NULL) {
        PyErr_SetString(PyExc_TypeError, "not an asynchronous iterator");
        return NULL;
    }
    PyObject *awaitable = get(stand_in->subject), *iterator;
    if (awaitable == NULL)
        return NULL;
    if (is_coroutine(awaitable))
        iterator = Py_NewRef(awaitable);
    else if (await_slot(awaitable) == NULL)
        return awaitable; /* the interpreter complains of it */
    else if ((iterator = awaitable_iterator(awaitable)) == NULL)
        complain(awaitable);
    Py_DECREF(awaitable);
    if (iterator == NULL)
        return NULL;
    PyObject *awaiter = awaiter_new(stand_in->handle, stand_in->site, iterator, true, true);
    Py_DECREF(iterator);
    return awaiter;
}

static int stand_in_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(((stand_in_t *)self)->subject);
    return 0;
}

static void stand_in_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    Py_DECREF(((stand_in_t *)self)->handle);
    Py_DECREF(((stand_in_t *)self)->subject);
    PyObject_GC_Del(self);
    Py_DECREF(type);
}

static int watched_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(((watched_t *)self)->owner);
    Py_VISIT(((watched_t *)self)->callable);
    return 0;
}

static void watched_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    Py_DECREF(((watched_t *)self)->owner);
    Py_DECREF(((watched_t *)self)->callable);
    PyObject_GC_Del(self);
    Py_DECREF(type);
}

/* await, awith, aiter: their arguments; false where the last one is only handed through. */
static bool arguments(PyObject *self, PyObject *const *args, Py_ssize_t count, handle_t **handle, uint64_t *site)
{
    probe_t *probe = (probe_t *)self;
    thread_t *t = thread_here(probe->core);
    uint64_t now = 0;
    if (t == NULL)
        return false;
    if (count < 3) {
        probe->core->trouble[TROUBLE_ARGUMENTS]++;
        return false;
    }
    *handle = as_handle(probe->core, args[0]);
    if (*handle == NULL || (*handle)->ended || !site_of(probe, args + 1, count - 1, site))
        return false;
    calls_failed(t, &now);
    return true;
}

static PyObject *last_of(PyObject *const *args, Py_ssize_t count)
{
    return Py_NewRef(count > 0 ? args[count - 1] : Py_None);
}

PROBE(probe_await)
{
    Py_ssize_t count = PyVectorcall_NARGS((size_t)nargsf);
    handle_t *handle;
    uint64_t site;
    return arguments(self, args, count, &handle, &site) ? awaiter_for(handle, site, args[2]) : last_of(args, count);
}

PROBE(probe_awith)
{
    core_t *core = ((probe_t *)self)->core;
    Py_ssize_t count = PyVectorcall_NARGS((size_t)nargsf);
    handle_t *handle;
    uint64_t site;
    if (arguments(self, args, count, &handle, &site) && _PyType_Lookup(Py_TYPE(args[2]), core->names[NAME_AENTER]) &&
        _PyType_Lookup(Py_TYPE(args[2]), core->names[NAME_AEXIT]))
        return stand_in_new(handle, site, args[2]);
    return last_of(args, count);
}

PROBE(probe_aiter)
{
    Py_ssize_t count = PyVectorcall_NARGS((size_t)nargsf);
    handle_t *handle;
    uint64_t site;
    if (arguments(self, args, count, &handle, &site) && async_methods(args[2])->am_aiter != NULL)
        return stand_in_new(handle, site, args[2]);
    return last_of(args, count);
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

static PyGetSetDef stand_in_getset[] = {
    {"__aenter__", get_special, NULL, NULL, NULL},
    {"__aexit__", get_special, NULL, NULL, &stand_in_spec},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot stand_in_slots[] = {
    {Py_tp_dealloc, stand_in_dealloc}, {Py_tp_traverse, stand_in_traverse}, {Py_tp_getset, stand_in_getset},
    {Py_am_aiter, stand_in_aiter},     {Py_am_anext, stand_in_anext},       {0, NULL},
};

PyType_Spec stand_in_spec = {
    .name = "spanwright._core.stand_in",
    .basicsize = sizeof(stand_in_t),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = stand_in_slots,
};

static PyMemberDef watched_members[] = {
    {"__vectorcalloffset__", MEMBER_SIZE, offsetof(watched_t, call), MEMBER_READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyType_Slot watched_slots[] = {
    {Py_tp_dealloc, watched_dealloc}, {Py_tp_traverse, watched_traverse}, {Py_tp_call, PyVectorcall_Call},
    {Py_tp_members, watched_members}, {0, NULL},
};

PyType_Spec watched_spec = {
    .name = "spanwright._core.watched",
    .basicsize = sizeof(watched_t),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL |
             Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = watched_slots,
};
