/* What stands in for a method of the author's while something is awaited, bound already. */
#include "awaits.h"

PyObject *watched_new(core_t *core, vectorcallfunc call, PyObject *owner, PyObject *callable, bool closes)
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
