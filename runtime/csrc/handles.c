/* Handles: the spans of generators, coroutines and async generators, which pause, move between threads and end late. */
#include "probes.h"

PyObject *handle_new(core_t *core, enum handle_kind kind)
{
    handle_t *handle = PyObject_New(handle_t, core->handle_type);
    if (handle == NULL)
        return NULL;
    handle->core = core;
    handle->number = handle->span = 0;
    handle->awaits = false;
    handle->kept = NULL;
    handle->previous = NULL;
    handle->site = handle->level = 0;
    handle->frame = 0;
    handle->floor = 0;
    handle->kind = kind;
    handle->going = false;
    handle->ended = true;
    handle->place = (place_t){0};
    handle->opener = NULL;
    return (PyObject *)handle;
}

/* The handle that the ContextVar holds, a new reference, or NULL. */
static handle_t *current(core_t *core)
{
    PyObject *found = NULL;
    if (PyContextVar_Get(core->current, NULL, &found) < 0) {
        PyErr_Clear();
        core->trouble[TROUBLE_CONTEXT]++;
        return NULL;
    }
    if (found != NULL && !Py_IS_TYPE(found, core->handle_type))
        Py_CLEAR(found);
    return (handle_t *)found;
}

handle_t *handle_now(core_t *core)
{
    return current(core);
}

uint64_t handle_current(core_t *core)
{
    handle_t *handle = current(core);
    uint64_t number = handle == NULL ? 0 : handle->number;
    Py_XDECREF(handle);
    return number;
}

/* The lowest of the calls on top that were opened below the coroutine or async generator whose frame this is, since it
   last went on; NULL without one. */
entry_t *handle_left_open(thread_t *t, uintptr_t frame)
{
    handle_t *handle = t->core->open == 0 ? NULL : current(t->core);
    entry_t *found = NULL;
    if (handle != NULL && handle->frame == frame)
        for (entry_t *entry = t->top; entry->handle == A_CALL && entry > t->stack + handle->floor; entry--)
            if (entry->under == handle->number)
                found = entry;
    Py_XDECREF(handle);
    return found;
}

static void set_current(core_t *core, PyObject *value)
{
    PyObject *token = PyContextVar_Set(core->current, value);
    if (token == NULL) {
        PyErr_Clear();
        core->trouble[TROUBLE_CONTEXT]++;
    }
    Py_XDECREF(token);
}

/* This handle is the current one from now on; `before` (stolen) was until now. */
static ALWAYS_INLINE void take_over(handle_t *handle, handle_t *before)
{
    if (before != handle) {
        Py_XSETREF(handle->previous, before);
        set_current(handle->core, (PyObject *)handle);
    } else {
        Py_DECREF(before);
    }
}

/* What was current before is so again, if this handle still is. */
static void hand_back(handle_t *handle)
{
    handle_t *now = current(handle->core);
    handle_t *before = handle->previous;
    handle->previous = NULL;
    if (now == handle)
        set_current(handle->core, before == NULL ? Py_None : (PyObject *)before);
    Py_XDECREF(now);
    Py_XDECREF(before);
}

static void push_handle(thread_t *t, handle_t *handle, uint64_t under)
{
    if (push(t, (entry_t){handle->span, under, handle->number, handle->site, handle->level, handle->frame, NULL}))
        if (UNLIKELY(t->volume != NULL))
            volume_resumed(t, handle);
}

static ALWAYS_INLINE PyObject *open_handle(core_t *core, uint64_t site, enum handle_kind kind, PyObject *const *args,
                                           Py_ssize_t count, enum params params, bool is_counted)
{
    static const uint8_t ops[2][2] = {{OP_START, OP_START_UNDER}, {OP_ASTART, OP_ASTART_UNDER}};
    thread_t *t = thread_here(core);
    handle_t *handle = t == NULL ? NULL : (handle_t *)handle_new(core, kind);
    if (handle == NULL) {
        PyErr_Clear();
        return Py_NewRef(core->dead);
    }
    if (is_counted && (site_flags(core, site) & TO_TAKE_OUT))
        budget_enter(core, site);
    handle_t *before = kind == GENERATOR ? NULL : current(core);
    const kinds_t *kinds = secret_params(core, site, count);
    uint64_t under = kind == GENERATOR ? current_number(core) : before == NULL || core->open == 0 ? 0 : before->number;
    bool below_handle = under != 0 && (t->top == t->stack || t->top->under != under);
    place_t place;
    if (UNLIKELY(core->volume))
        place = volume_open(t, below_handle, A_HANDLE, is_counted);
    uint8_t *at = event_begin(t);
    uint8_t *p = write_v(at + 1, stream_dt(t, clock_ticks(core)));
    /* What is awaited in one that has no span hangs below what it hangs below; a generator is found by its number. */
    handle->number = is_counted && kind != GENERATOR ? under : ++core->handles;
    p = write_v(write_v(p, site), handle->number);
    if (below_handle)
        p = write_v(p, under);
    at = event_end(t, at, p, ops[kind != GENERATOR][below_handle]);
    handle->span = is_counted ? t->top->span : (uintptr_t)at + t->bias;
    handle->site = (uint32_t)site;
    handle->level = core->level;
    handle->frame = frame_here();
    handle->floor = (size_t)(t->top - t->stack);
    handle->going = true;
    handle->ended = false;
    if (UNLIKELY(core->volume))
        volume_handle_opened(t, handle, &place, at);
    if (kind == GENERATOR)
        push_handle(t, handle, under); /* before its parameters, for which a chunk may be begun that lists what is open */
    if (count > 0 && params != UNWRITTEN && !t->muted)
        write_args(t, args, count, params == WITH_RECEIVER, kinds);
    if (UNLIKELY(kinds != NULL && !t->muted))
        passed_remember(core, handle->span, args, count, kinds);
    select_top(t);
    if (kind != GENERATOR) {
        core->open++;
        take_over(handle, before);
    }
    return (PyObject *)handle;
}

static NOINLINE PyObject *open_counted(core_t *core, uint64_t site, enum handle_kind kind, PyObject *const *args,
                                       Py_ssize_t count, enum params params)
{
    return open_handle(core, site, kind, args, count, params, true);
}

PyObject *handle_open(core_t *core, uint64_t site, enum handle_kind kind, PyObject *const *args, Py_ssize_t count,
                      enum params params)
{
    if (UNLIKELY(site_flags(core, site) & TURNED_DOWN))
        return open_counted(core, site, kind, args, count, params);
    return open_handle(core, site, kind, args, count, params, false);
}

/* The entry of a generator that is going on, or NULL where its thread's stack has none. */
static entry_t *entry_of(thread_t *t, const handle_t *handle)
{
    for (entry_t *entry = t->top; entry->handle != NO_HANDLE; entry--)
        if (entry->handle == handle->number)
            return entry;
    return NULL;
}

static void leave_stack(thread_t *t, handle_t *handle, uint8_t op, uint64_t now)
{
    entry_t *entry = handle->kind == GENERATOR && handle->going ? entry_of(t, handle) : NULL;
    calls_failed(t, &now);
    if (entry != NULL)
        stack_lose(t, entry, now);
    select_handle(t, handle);
    if (UNLIKELY(t->volume != NULL))
        volume_handle_leave(t, handle, entry, op == OP_END);
    write_end(t, op, now, handle->number);
    if (UNLIKELY(t->volume != NULL) && op == OP_END)
        volume_handle_end(t, handle);
    select_top(t);
    if (entry != NULL)
        pop(t);
}

void handle_pause(handle_t *handle)
{
    if (!handle->going || handle->ended || handle->kind == COROUTINE)
        return;
    thread_t *t = thread_here(handle->core);
    if (t != NULL)
        leave_stack(t, handle, OP_PAUSE, clock_ticks(handle->core));
    handle->going = false;
    if (handle->kind == ASYNC_GENERATOR)
        hand_back(handle);
}

void handle_resume(handle_t *handle)
{
    if (handle->going || handle->ended)
        return;
    thread_t *t = thread_here(handle->core);
    handle->going = true;
    if (t != NULL) {
        uint64_t under = handle->kind == GENERATOR ? current_number(handle->core) : 0;
        select_handle(t, handle);
        uint8_t *at = event_begin(t);
        uint8_t *p = write_v(at + 1, stream_dt(t, clock_ticks(handle->core)));
        event_end(t, at, write_v(p, handle->number), OP_RESUME);
        select_top(t);
        if (handle->kind == GENERATOR)
            push_handle(t, handle, under);
        handle->floor = (size_t)(t->top - t->stack);
    }
    /* Where it goes on in an await, what it awaits is the current one, or has said what is. */
    if (handle->kind == ASYNC_GENERATOR && !handle->awaits)
        take_over(handle, current(handle->core));
}

void handle_value(handle_t *handle, PyObject *value)
{
    thread_t *t = thread_here(handle->core);
    if (t != NULL && !handle->ended) {
        select_handle(t, handle);
        write_result(t, OP_HVALUE, clock_ticks(handle->core), handle->number, handle->site, handle->span, value);
        select_top(t);
    }
}

/* Its body is left by an exception. GeneratorExit is how one that is not used up is closed, no failure. */
void handle_error(handle_t *handle, bool detailed)
{
    thread_t *t = thread_here(handle->core);
    PyObject *exception = handled_exception();
    if (t != NULL && !handle->ended && exception != NULL && PyExceptionInstance_Check(exception)) {
        uint64_t now = clock_ticks(handle->core);
        if (t->pending_count > 0)
            forget_pending(t);
        calls_failed(t, &now);
        bool closed = PyType_IsSubtype(Py_TYPE(exception), (PyTypeObject *)PyExc_GeneratorExit);
        select_handle(t, handle);
        if (UNLIKELY(t->volume != NULL) && !closed)
            volume_failed(t, handle);
        if (!closed && detailed) {
            record_exception(t, OP_HERROR, now, handle->number, exception);
        } else {
            uint8_t *at = event_begin(t);
            uint8_t *p = write_v(write_v(at + 1, stream_dt(t, now)), handle->number);
            event_end(t, at, p, closed ? OP_CLOSED : OP_HFLAG);
        }
        select_top(t);
    }
    Py_XDECREF(exception);
}

static void close_handle(handle_t *handle)
{
    handle->ended = true;
    handle->going = false;
    free(handle->kept);
    handle->kept = NULL;
    Py_CLEAR(handle->place.above); /* the trace stays: tasks may yet begin in a copy of its context */
    if (handle->kind != GENERATOR)
        handle->core->open--;
}

void handle_end(handle_t *handle)
{
    if (handle->ended)
        return;
    thread_t *t = thread_here(handle->core);
    if (t != NULL)
        leave_stack(t, handle, OP_END, clock_ticks(handle->core));
    close_handle(handle);
    if (handle->kind != GENERATOR)
        hand_back(handle);
}

/* Handles that go on below one another form a chain, which is taken down without recursion. */
static void handle_dealloc(PyObject *self)
{
    handle_t *handle = (handle_t *)self, *before = handle->previous;
    PyTypeObject *type = Py_TYPE(self);
    if (!handle->ended)
        close_handle(handle);
    free(handle->kept);
    trace_release(handle->place.trace);
    while (before != NULL && Py_REFCNT(before) == 1) {
        handle_t *further = before->previous;
        handle_t *above = before->place.above;
        before->previous = before->place.above = NULL;
        Py_XDECREF(above); /* `further` has another reference, where it is that */
        Py_DECREF(before);
        before = further;
    }
    Py_XDECREF(before);
    PyObject_Free(self);
    Py_DECREF(type);
}

static PyObject *handle_enter(PyObject *Py_UNUSED(self), PyObject *Py_UNUSED(ignored))
{
    Py_RETURN_NONE;
}

static PyObject *handle_exit(PyObject *self, PyObject *const *Py_UNUSED(args), Py_ssize_t Py_UNUSED(count))
{
    handle_resume((handle_t *)self);
    Py_RETURN_NONE;
}

static PyObject *handle_aenter(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    return Py_NewRef(((handle_t *)self)->core->done);
}

static PyObject *handle_aexit(PyObject *self, PyObject *const *Py_UNUSED(args), Py_ssize_t Py_UNUSED(count))
{
    handle_resume((handle_t *)self);
    return Py_NewRef(((handle_t *)self)->core->done);
}

/* Programs copy and pickle their locals, and the handle is one of them. What comes back from a pickle records nothing. */
static PyObject *handle_copy(PyObject *self, PyObject *Py_UNUSED(memo))
{
    return Py_NewRef(self);
}

static PyObject *handle_reduce(PyObject *Py_UNUSED(self), PyObject *Py_UNUSED(ignored))
{
    PyObject *module = PyImport_ImportModule("spanwright._inert");
    PyObject *make = module == NULL ? NULL : PyObject_GetAttrString(module, "_handle");
    Py_XDECREF(module);
    return make == NULL ? NULL : Py_BuildValue("N()", make);
}

/* Of other objects of ours that programs may copy or pickle with theirs. */
PyMethodDef inert_methods[] = {
    {"__copy__", handle_copy, METH_NOARGS, NULL},
    {"__deepcopy__", handle_copy, METH_O, NULL},
    {"__reduce__", handle_reduce, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyMethodDef handle_methods[] = {
    {"__copy__", handle_copy, METH_NOARGS, NULL},
    {"__deepcopy__", handle_copy, METH_O, NULL},
    {"__reduce__", handle_reduce, METH_NOARGS, NULL},
    {"__enter__", handle_enter, METH_NOARGS, NULL},
    {"__exit__", (PyCFunction)(void (*)(void))handle_exit, METH_FASTCALL, NULL},
    {"__aenter__", handle_aenter, METH_NOARGS, NULL},
    {"__aexit__", (PyCFunction)(void (*)(void))handle_aexit, METH_FASTCALL, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot handle_slots[] = {
    {Py_tp_dealloc, handle_dealloc},
    {Py_tp_methods, handle_methods},
    {0, NULL},
};

PyType_Spec handle_spec = {
    .name = "spanwright._core.handle",
    .basicsize = sizeof(handle_t),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = handle_slots,
};

/* The awaitable of __aenter__ and __aexit__: it ends at once. */
static PyObject *done_next(PyObject *Py_UNUSED(self))
{
    return NULL;
}

static void done_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_Free(self);
    Py_DECREF(type);
}

static PyType_Slot done_slots[] = {
    {Py_tp_dealloc, done_dealloc},
    {Py_tp_iter, PyObject_SelfIter},
    {Py_tp_iternext, done_next},
    {Py_am_await, PyObject_SelfIter},
    {0, NULL},
};

PyType_Spec done_spec = {
    .name = "spanwright._core.done",
    .basicsize = sizeof(PyObject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = done_slots,
};
