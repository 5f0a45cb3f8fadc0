/* What was open where threads and work items were started, kept until they begin; and what threads hang below. */
#include "volume.h"

/* An origin that outlives the moment: of a thread that has not begun, of a work item. */
typedef struct {
    PyObject_HEAD
    origin_t from; /* owns its trace */
} origin_object_t;

/* What a span that was opened now would hang below; the trace is lent. */
origin_t origin_here(thread_t *t)
{
    uint64_t under = current_number(t->core);
    origin_t from;
    thread_place(t);
    bool on_top = t->top > t->stack && (under == 0 || t->top->under == under);
    if (on_top)
        from = (origin_t){.span = t->top->span, .level = t->top->level};
    else
        from = under != 0 ? (origin_t){.handle = under} : t->hangs;
    if (UNLIKELY(t->volume != NULL))
        volume_origin(t, &from, on_top);
    return from;
}

/* A new reference, or NULL with an exception. */
static PyObject *origin_new(core_t *core, origin_t from)
{
    origin_object_t *made = PyObject_New(origin_object_t, core->origin_type);
    if (made != NULL) {
        made->from = from;
        trace_keep(from.trace);
    }
    return (PyObject *)made;
}

static void origin_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    trace_release(((origin_object_t *)self)->from.trace);
    PyObject_Free(self);
    Py_DECREF(type);
}

/* Of a thread that starts. Kept by its identity, so that nothing can be seen of it and it lives no longer; a `from` that is
   nothing forgets what was kept. */
void origin_of_thread(core_t *core, PyObject *thread, origin_t from)
{
    PyObject *key = PyLong_FromVoidPtr(thread);
    PyObject *value = key == NULL || is_nothing(from) ? NULL : origin_new(core, from);
    if (value != NULL)
        PyDict_SetItem(core->origins, key, value);
    else if (key != NULL && PyDict_GetItemWithError(core->origins, key) != NULL)
        PyDict_DelItem(core->origins, key);
    PyErr_Clear();
    Py_XDECREF(key);
    Py_XDECREF(value);
}

/* Of a work item. An attribute of its own, which goes with it: many are never run. */
void origin_of_item(core_t *core, PyObject *item, origin_t from)
{
    PyObject *value = origin_new(core, from);
    if (value == NULL || PyObject_GenericSetAttr(item, core->names[NAME_ORIGIN], value) < 0)
        PyErr_Clear();
    Py_XDECREF(value);
}

/* Its trace is then the caller's. */
bool origin_of_item_get(core_t *core, PyObject *item, origin_t *from)
{
    PyObject *value = PyObject_GenericGetAttr(item, core->names[NAME_ORIGIN]);
    bool known = value != NULL && Py_IS_TYPE(value, core->origin_type);
    if (known) {
        *from = ((origin_object_t *)value)->from;
        trace_keep(from->trace);
    }
    PyErr_Clear();
    Py_XDECREF(value);
    return known;
}

/* Threads that were not started have objects, too: the first one, and those that C code made. */
static bool was_started(PyObject *thread)
{
    static const char *const others[] = {"_MainThread", "_DummyThread"};
    PyObject *threading = module_dict("threading");
    for (int i = 0; threading != NULL && i < 2; i++)
        if (PyDict_GetItemString(threading, others[i]) == (PyObject *)Py_TYPE(thread))
            return false;
    return true;
}

/* Finds out, once, what the calling thread hangs below. */
void thread_place(thread_t *t)
{
    if (t->placed)
        return;
    t->placed = true;
    PyObject *thread = thread_object();
    PyObject *key = thread != NULL && was_started(thread) ? PyLong_FromVoidPtr(thread) : NULL;
    PyObject *value = key == NULL ? NULL : PyDict_GetItemWithError(t->core->origins, key);
    if (value != NULL) {
        t->hangs = ((origin_object_t *)value)->from;
        trace_keep(t->hangs.trace);
        PyDict_DelItem(t->core->origins, key);
    }
    PyErr_Clear();
    Py_XDECREF(key);
}

static void write_adopt(thread_t *t, uint64_t now, origin_t from)
{
    uint8_t *at = event_begin(t);
    uint8_t *p = write_v(at + 1, now == NO_TIME ? 0 : stream_dt(t, now));
    *p++ = from.span != 0 ? 1 : from.handle != 0 ? 2 : 0;
    if (from.span != 0)
        p = write_v(write_v(p, t->core->level - from.level), from.span);
    else if (from.handle != 0)
        p = write_v(p, from.handle);
    event_end(t, at, p, OP_ADOPT);
    t->said = from; /* not before: where a chunk was begun for this event, it says what held until then */
}

/* At the beginning of a thread's stream. */
void thread_adopt(thread_t *t)
{
    if (!is_nothing(t->hangs) && !t->hangs.muted)
        write_adopt(t, NO_TIME, t->hangs);
}

/* In a later chunk of a ring: what was said may be gone by the time that this is read. */
void thread_adopt_again(thread_t *t)
{
    if (!is_nothing(t->said))
        write_adopt(t, NO_TIME, t->said);
}

/* From now on what the thread opens at the bottom of its stack hangs there. */
void thread_hang(thread_t *t, origin_t from)
{
    trace_keep(from.trace);
    trace_release(t->hangs.trace);
    t->hangs = from;
    if (t->number == 0 || from.muted ||
        (t->said.span == from.span && t->said.handle == from.handle && t->said.level == from.level))
        return;
    if (UNLIKELY(t->volume != NULL))
        volume_adopt(t);
    write_adopt(t, clock_ticks(t->core), from);
    select_top(t);
}

static PyType_Slot origin_slots[] = {
    {Py_tp_dealloc, origin_dealloc},
    {Py_tp_methods, inert_methods},
    {0, NULL},
};

PyType_Spec origin_spec = {
    .name = "spanwright._core.origin",
    .basicsize = sizeof(origin_object_t),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = origin_slots,
};
