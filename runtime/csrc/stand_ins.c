/* What stands in for the manager in `async with`, and for the iterable and its iterator in `async for`: what these would be
   asked for to await, it gives watched. */
#include "awaits.h"

typedef struct {
    PyObject_HEAD
    handle_t *handle;
    PyObject *subject;
    uint64_t site;
} stand_in_t;

PyObject *stand_in_new(handle_t *handle, uint64_t site, PyObject *subject)
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
    thread_t *t = thread_here(stand_in->handle->core);
    uint64_t now = 0;
    /* An exception may have left calls in the block: once the coroutine is suspended nobody can tell whose they are. */
    if (t != NULL && !stand_in->handle->ended)
        calls_failed(t, &now);
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
    else if (async_methods(awaitable)->am_await == NULL)
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
