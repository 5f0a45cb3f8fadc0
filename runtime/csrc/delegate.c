/* What `yield from` delegates to in a twin: the original's iterator, with the span paused while it is suspended. The
   interpreter asks this object what it would have asked the iterator (PEP 380), and gets the iterator's answers, the
   missing of a method included. */
#include "probes.h"

typedef struct {
    PyObject_HEAD
    handle_t *handle;
    PyObject *inner;
} delegate_t;

/* send, throw or close of the iterator, between going on and pausing. */
typedef struct {
    PyObject_HEAD
    vectorcallfunc call;
    handle_t *handle;
    PyObject *callable;
    bool closes; /* the generator itself goes on after close, to be closed too */
} method_t;

THREAD_LOCAL int spanwright_nesting; /* delegates within delegates */

PyObject *delegate_new(core_t *core, handle_t *handle, PyObject *iterable)
{
    if (handle->ended)
        return Py_NewRef(iterable);
    if (PyCoro_CheckExact(iterable)) {
        handle_pause(handle); /* only the interpreter may decide whether this coroutine may be delegated to */
        return Py_NewRef(iterable);
    }
    PyObject *inner = PyObject_GetIter(iterable);
    if (inner == NULL)
        return NULL; /* as it is in the original */
    delegate_t *delegate = PyObject_GC_New(delegate_t, core->delegate_type);
    if (delegate == NULL) {
        PyErr_Clear();
        return inner;
    }
    delegate->handle = (handle_t *)Py_NewRef(handle);
    delegate->inner = inner;
    PyObject_GC_Track(delegate);
    return (PyObject *)delegate;
}

static PyObject *delegate_next(PyObject *self)
{
    delegate_t *delegate = (delegate_t *)self;
    handle_resume(delegate->handle);
    bool lent = nesting_begin(&spanwright_nesting);
    PyObject *item = Py_TYPE(delegate->inner)->tp_iternext(delegate->inner);
    nesting_end(&spanwright_nesting, lent);
    if (item != NULL)
        handle_pause(delegate->handle);
    return item;
}

static PySendResult delegate_send(PyObject *self, PyObject *value, PyObject **result)
{
    delegate_t *delegate = (delegate_t *)self;
    handle_resume(delegate->handle);
    bool lent = nesting_begin(&spanwright_nesting);
    PySendResult outcome = PyIter_Send(delegate->inner, value, result);
    nesting_end(&spanwright_nesting, lent);
    if (outcome == PYGEN_NEXT)
        handle_pause(delegate->handle);
    return outcome;
}

static PyObject *method_call(PyObject *self, PyObject *const *args, size_t nargsf, PyObject *names)
{
    method_t *method = (method_t *)self;
    handle_resume(method->handle);
    bool lent = nesting_begin(&spanwright_nesting);
    PyObject *result = PyObject_Vectorcall(method->callable, args, nargsf, names);
    nesting_end(&spanwright_nesting, lent);
    if (result != NULL && !method->closes)
        handle_pause(method->handle);
    return result;
}

static PyObject *delegate_getattr(PyObject *self, PyObject *name)
{
    delegate_t *delegate = (delegate_t *)self;
    bool closes = PyUnicode_CompareWithASCIIString(name, "close") == 0;
    if (!closes && PyUnicode_CompareWithASCIIString(name, "send") != 0 &&
        PyUnicode_CompareWithASCIIString(name, "throw") != 0)
        return PyObject_GenericGetAttr(self, name);
    PyObject *callable = PyObject_GetAttr(delegate->inner, name);
    if (callable == NULL)
        return NULL;
    method_t *method = PyObject_GC_New(method_t, delegate->handle->core->method_type);
    if (method == NULL) {
        PyErr_Clear();
        return callable;
    }
    method->call = method_call;
    method->handle = (handle_t *)Py_NewRef(delegate->handle);
    method->callable = callable;
    method->closes = closes;
    PyObject_GC_Track(method);
    return (PyObject *)method;
}

static int delegate_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(((delegate_t *)self)->inner);
    return 0;
}

static void delegate_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    Py_DECREF(((delegate_t *)self)->handle);
    Py_DECREF(((delegate_t *)self)->inner);
    PyObject_GC_Del(self);
    Py_DECREF(type);
}

static int method_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(((method_t *)self)->callable);
    return 0;
}

static void method_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    Py_DECREF(((method_t *)self)->handle);
    Py_DECREF(((method_t *)self)->callable);
    PyObject_GC_Del(self);
    Py_DECREF(type);
}

static PyType_Slot delegate_slots[] = {
    {Py_tp_dealloc, delegate_dealloc}, {Py_tp_traverse, delegate_traverse}, {Py_tp_iter, PyObject_SelfIter},
    {Py_tp_iternext, delegate_next},   {Py_am_send, delegate_send},         {Py_tp_getattro, delegate_getattr},
    {0, NULL},
};

PyType_Spec delegate_spec = {
    .name = "spanwright._core.delegate",
    .basicsize = sizeof(delegate_t),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = delegate_slots,
};

static PyMemberDef method_members[] = {
    {"__vectorcalloffset__", MEMBER_SIZE, offsetof(method_t, call), MEMBER_READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyType_Slot method_slots[] = {
    {Py_tp_dealloc, method_dealloc}, {Py_tp_traverse, method_traverse}, {Py_tp_call, PyVectorcall_Call},
    {Py_tp_members, method_members}, {0, NULL},
};

PyType_Spec method_spec = {
    .name = "spanwright._core.method",
    .basicsize = sizeof(method_t),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL |
             Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = method_slots,
};
