/* Stand-ins for the functions of the standard library that start threads, work items and processes: they note what was
   open, and call what they stand in for with the arguments they were given. Python installs them (_hooks.py). */
#include "volume.h"

typedef struct {
    PyObject_HEAD
    vectorcallfunc call;
    core_t *core;
    PyObject *original;
    PyObject *late; /* to be called until it gives True, once there are executors; or NULL */
} hook_t;

static thread_t *thread_of(const hook_t *self)
{
    return self->core->off ? NULL : thread_here(self->core);
}

static PyObject *go_on(const hook_t *self, PyObject *const *args, size_t nargsf, PyObject *names)
{
    return PyObject_Vectorcall(self->original, args, nargsf, names);
}

/* Executors may have been loaded since the last thread was started; false with the exception of a signal handler. */
static bool look_for_executors(hook_t *self)
{
    if (self->late == NULL || module_dict("concurrent.futures.thread") == NULL)
        return true;
    PyObject *done = PyObject_CallNoArgs(self->late);
    if (done == Py_True)
        Py_CLEAR(self->late);
    else if (PyErr_ExceptionMatches(PyExc_RecursionError) || PyErr_ExceptionMatches(PyExc_MemoryError))
        PyErr_Clear();
    Py_XDECREF(done);
    return !PyErr_Occurred();
}

/* The thread that the function to be run is a method of, borrowed, or NULL. */
static PyObject *thread_to_start(PyObject *const *args, size_t nargsf)
{
    PyObject *method = PyVectorcall_NARGS(nargsf) > 0 ? args[0] : NULL;
    PyObject *threading = method != NULL && PyMethod_Check(method) ? module_dict("threading") : NULL;
    PyObject *type = threading == NULL ? NULL : PyDict_GetItemString(threading, "Thread");
    bool is_thread = type != NULL && PyType_Check(type) &&
                     PyType_IsSubtype(Py_TYPE(PyMethod_GET_SELF(method)), (PyTypeObject *)type);
    return is_thread ? PyMethod_GET_SELF(method) : NULL;
}

static PyObject *start_thread(PyObject *object, PyObject *const *args, size_t nargsf, PyObject *names)
{
    hook_t *self = (hook_t *)object;
    thread_t *t = thread_of(self);
    PyObject *thread = t == NULL ? NULL : thread_to_start(args, nargsf);
    if (thread == NULL)
        return go_on(self, args, nargsf, names);
    if (!look_for_executors(self))
        return NULL;
    origin_of_thread(self->core, thread, origin_here(t));
    PyObject *result = go_on(self, args, nargsf, names);
    if (result == NULL) {
        PyObject *type, *value, *traceback;
        PyErr_Fetch(&type, &value, &traceback);
        origin_of_thread(self->core, thread, (origin_t){0});
        PyErr_Restore(type, value, traceback);
    }
    return result;
}

/* A work item is made by who submits it. */
static PyObject *make_item(PyObject *object, PyObject *const *args, size_t nargsf, PyObject *names)
{
    hook_t *self = (hook_t *)object;
    PyObject *result = go_on(self, args, nargsf, names);
    thread_t *t = result == NULL || PyVectorcall_NARGS(nargsf) == 0 ? NULL : thread_of(self);
    if (t != NULL)
        origin_of_item(self->core, args[0], origin_here(t));
    return result;
}

/* One that was made before there was a stand-in hangs below what its thread does: it was submitted by who started that. */
static PyObject *run_item(PyObject *object, PyObject *const *args, size_t nargsf, PyObject *names)
{
    hook_t *self = (hook_t *)object;
    thread_t *t = thread_of(self);
    origin_t from, before;
    if (t == NULL || PyVectorcall_NARGS(nargsf) == 0 || !origin_of_item_get(self->core, args[0], &from))
        return go_on(self, args, nargsf, names);
    thread_place(t);
    before = t->hangs;
    trace_keep(before.trace);
    thread_hang(t, from);
    PyObject *result = go_on(self, args, nargsf, names);
    t = thread_of(self);
    if (t != NULL)
        thread_hang(t, before);
    trace_release(before.trace);
    trace_release(from.trace);
    return result;
}

static void write_child(thread_t *t, uint64_t pid)
{
    origin_t from = origin_here(t);
    if (is_nothing(from) || from.muted)
        return;
    if (UNLIKELY(t->volume != NULL))
        volume_adopt(t);
    uint8_t *at = event_begin(t);
    uint8_t *p = write_v(at + 1, stream_dt(t, clock_ticks(t->core)));
    p = write_v(p, t->core->clock == CLOCK_FAKE ? 4242 : pid);
    event_end(t, at, write_v(p, from.handle), OP_CHILD);
    select_top(t);
}

static PyObject *start_process(PyObject *object, PyObject *const *args, size_t nargsf, PyObject *names)
{
    hook_t *self = (hook_t *)object;
    PyObject *result = go_on(self, args, nargsf, names);
    long pid = result != NULL && PyLong_CheckExact(result) ? PyLong_AsLong(result) : 0;
    thread_t *t = pid > 0 ? thread_of(self) : NULL;
    if (t != NULL)
        write_child(t, (uint64_t)pid);
    return result;
}

/* A callable that does what `original` does, and notes who starts (`thread`, `process`, `item`) or what begins (`run`). */
PyObject *spanwright_stand_in(PyObject *module, PyObject *args)
{
    static const struct {
        const char *kind;
        vectorcallfunc call;
    } kinds[] = {{"thread", start_thread}, {"item", make_item}, {"run", run_item}, {"process", start_process}};
    core_t *core = core_of(module);
    const char *kind;
    PyObject *original, *late = NULL;
    if (!PyArg_ParseTuple(args, "sO|O:stand_in", &kind, &original, &late))
        return NULL;
    size_t i = 0;
    while (i < 3 && strcmp(kinds[i].kind, kind) != 0)
        i++;
    hook_t *self = PyObject_GC_New(hook_t, core->hook_type);
    if (self == NULL)
        return NULL;
    self->core = core;
    self->call = kinds[i].call;
    self->original = Py_NewRef(original);
    self->late = Py_XNewRef(late);
    PyObject_GC_Track(self);
    return (PyObject *)self;
}

static int hook_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(((hook_t *)self)->original);
    Py_VISIT(((hook_t *)self)->late);
    return 0;
}

static void hook_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    Py_DECREF(((hook_t *)self)->original);
    Py_XDECREF(((hook_t *)self)->late);
    PyObject_GC_Del(self);
    Py_DECREF(type);
}

/* Functions become methods, builtin functions do not. */
static PyObject *hook_bind(PyObject *self, PyObject *object, PyObject *Py_UNUSED(type))
{
    bool binds = Py_TYPE(((hook_t *)self)->original)->tp_descr_get != NULL;
    return object == NULL || object == Py_None || !binds ? Py_NewRef(self) : PyMethod_New(self, object);
}

/* Name, signature and text are the original's. */
static PyObject *hook_attribute(PyObject *self, PyObject *name)
{
    return PyObject_GetAttr(((hook_t *)self)->original, name);
}

static PyObject *hook_repr(PyObject *self)
{
    return PyObject_Repr(((hook_t *)self)->original);
}

static PyMemberDef hook_members[] = {
    {"__vectorcalloffset__", MEMBER_SIZE, offsetof(hook_t, call), MEMBER_READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyType_Slot hook_slots[] = {
    {Py_tp_dealloc, hook_dealloc},
    {Py_tp_traverse, hook_traverse},
    {Py_tp_call, PyVectorcall_Call},
    {Py_tp_descr_get, hook_bind},
    {Py_tp_getattro, hook_attribute},
    {Py_tp_repr, hook_repr},
    {Py_tp_members, hook_members},
    {0, NULL},
};

PyType_Spec hook_spec = {
    .name = "spanwright._core.hook",
    .basicsize = sizeof(hook_t),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL |
             Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = hook_slots,
};
