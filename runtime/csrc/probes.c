/* The probes: enter, ret and the others of docs/twins.md. Each reads the clock once and appends a few bytes. */
#include "probes.h"

enum { MOST_QUICK = 64, MOST_SEEN = 1 << 24 };

/* Ends what lies above `until`: calls as failed, all else as lost. */
void stack_lose(thread_t *t, entry_t *until, uint64_t now)
{
    while (t->top > until) {
        if (UNLIKELY(t->volume != NULL))
            volume_lose(t);
        write_end(t, t->top->handle == A_CALL ? OP_CALL_FAIL : OP_LOST, now, NO_HANDLE);
        pop(t);
    }
}

/* Makes the nearest span of this site the top; false where none is open. */
static bool find_site(thread_t *t, uint64_t site, uint64_t *now)
{
    for (entry_t *entry = t->top; entry->handle != NO_HANDLE; entry--)
        if (entry->handle == 0 && entry->site == site) {
            *now = clock_ticks(t->core);
            stack_lose(t, entry, *now);
            return true;
        }
    return false;
}

/* Makes the function's span the top where only calls lie above it: exceptions have left them. */
static bool below_calls(thread_t *t, uint64_t *now)
{
    entry_t *entry = t->top;
    while (entry->handle == A_CALL)
        entry--;
    if (entry->handle != 0)
        return false;
    if (entry != t->top)
        stack_lose(t, entry, *now = clock_ticks(t->core));
    return true;
}

/* Whether the top is of this site, after making it so if it can be; then `now` is the time. */
bool at_site(thread_t *t, uint64_t site, uint64_t *now)
{
    if (LIKELY(t->top->site == site && t->top->handle == 0)) {
        *now = clock_ticks(t->core);
        return true;
    }
    return find_site(t, site, now);
}

typedef struct {
    PyObject *const *args;
    Py_ssize_t count;
    bool receiver;
    const kinds_t *kinds;
} args_t;

static void put_args(out_t *o, const void *what)
{
    const args_t *given = what;
    Py_ssize_t i = 0;
    put_v(o, (uint64_t)given->count);
    if (given->receiver)
        put_receiver(o, given->args[i++]);
    for (; i < given->count; i++)
        put_value_as(o, kind_at(given->kinds, (size_t)i), given->args[i]);
}

void write_args(thread_t *t, PyObject *const *args, Py_ssize_t count, bool receiver, const kinds_t *kinds)
{
    /* So many cannot exceed the room of an event. */
    bool quick = !receiver && kinds == NULL && count < MOST_QUICK && t->limit - t->cursor > 1 + count * QUICK_SIZE;
    for (Py_ssize_t i = 0; quick && i < count; i++)
        quick = is_quick(args[i]);
    if (quick) {
        uint8_t *p = write_v(t->cursor + 1, (uint64_t)count);
        for (Py_ssize_t i = 0; i < count; i++)
            p = write_quick(p, args[i]);
        event_end(t, t->cursor, p, OP_ARGS);
        return;
    }
    args_t given = {args, count, receiver, kinds};
    event_write(t, OP_ARGS, NO_TIME, NO_HANDLE, put_args, &given);
}

static void put_one(out_t *o, const void *what)
{
    put_value(o, (PyObject *)what);
}

void write_one(thread_t *t, uint8_t op, uint64_t now, uint64_t handle, PyObject *value)
{
    if (UNLIKELY(t->limit - t->cursor < SMALL_EVENT + QUICK_SIZE || !is_quick(value))) {
        event_write(t, op, now, handle, put_one, value);
        return;
    }
    uint8_t *p = write_v(t->cursor + 1, stream_dt(t, now));
    if (handle != NO_HANDLE)
        p = write_v(p, handle);
    event_end(t, t->cursor, write_quick(p, value), op);
}

static void put_hidden_result(out_t *o, const void *what)
{
    put_marker(o, *(const int *)what);
}

/* The result of a function, hidden where the function's name says that it is a secret, or a parameter was one that it
   gives back. */
void write_result(thread_t *t, uint8_t op, uint64_t now, uint64_t handle, uint64_t site, uint64_t span, PyObject *value)
{
    int kind = return_kind(t->core, site, span, value);
    if (UNLIKELY(kind != KIND_NONE) && hides(kind, value))
        event_write(t, op, now, handle, put_hidden_result, &kind);
    else
        write_one(t, op, now, handle, value);
}

static NOINLINE PyObject *enter(PyObject *self, PyObject *const *args, Py_ssize_t count, enum params params)
{
    probe_t *probe = (probe_t *)self;
    thread_t *t = thread_here(probe->core);
    uint64_t site;
    if (UNLIKELY(t == NULL || !site_of(probe, args, count, &site)))
        Py_RETURN_NONE;
    unsigned flags = site_flags(probe->core, site);
    if (UNLIKELY(flags & TURNED_DOWN)) {
        if (flags & TO_TAKE_OUT)
            budget_enter(probe->core, site);
        if (!volume_enter_counted(t, site))
            volume_enter_hollow(t, site);
        Py_RETURN_NONE;
    }
    const kinds_t *kinds = secret_params(probe->core, site, count - 1);
    uint64_t under = current_number(probe->core);
    bool below_handle = under != 0 && (t->top == t->stack || t->top->under != under), limited = probe->core->volume;
    place_t place;
    if (UNLIKELY(limited))
        place = volume_open(t, below_handle, A_FUNCTION, false);
    uint64_t now = clock_ticks(probe->core);
    uint8_t *at = event_begin(t);
    uint8_t *p = write_v(at + 1, stream_dt(t, now));
    p = write_v(p, site);
    if (UNLIKELY(below_handle))
        p = write_v(p, under);
    at = event_end(t, at, p, below_handle ? OP_ENTER_UNDER : OP_ENTER);
    uintptr_t frame = UNLIKELY(probe->core->frames) ? frame_here() : 0;
    bool pushed = push(t, (entry_t){(uintptr_t)at + t->bias, under, 0, (uint32_t)site, probe->core->level, frame, NULL});
    if (UNLIKELY(limited))
        volume_push(t, &place, at, pushed);
    if (UNLIKELY(!pushed))
        Py_RETURN_NONE;
    if (count > 1 && params != UNWRITTEN && !t->muted)
        write_args(t, args + 1, count - 1, params == WITH_RECEIVER, kinds);
    if (UNLIKELY(kinds != NULL && !t->muted))
        passed_remember(probe->core, t->top->span, args + 1, count - 1, kinds);
    Py_RETURN_NONE;
}

/* Opens a span without calling anything; false, and nothing is done, where that takes more: also where the site is new,
   or has what `secret` says. */
static inline bool open_quickly(const probe_t *probe, thread_t *t, PyObject *given, unsigned secret)
{
    core_t *core = probe->core;
    uint64_t dt;
    if (UNLIKELY(core->frames || core->open != 0 || t->top == t->roof || !is_small(given)))
        return false;
    uint64_t site = probe->base + (uint64_t)LONG_SMALL(given);
    if (UNLIKELY((site_flags(core, site) & (PARAMS_KNOWN | TURNED_DOWN | secret)) != PARAMS_KNOWN || !quick_dt(core, t, &dt)))
        return false;
    *++t->top = (entry_t){.span = (uintptr_t)t->cursor + t->bias, .site = (uint32_t)site, .level = core->level};
    quick_end(t, write_v(write_v(t->cursor + 1, dt), site), OP_ENTER);
    return true;
}

typedef bool (*opener_t)(const probe_t *probe, thread_t *t, PyObject *given, unsigned secret);

/* Opens a span with its values, if all of them are small. */
static inline bool open_with(const probe_t *probe, PyObject *const *args, Py_ssize_t count, opener_t open)
{
    thread_t *t = count > MOST_QUICK ? NULL : quick_thread(probe->core, SMALL_EVENT + count * QUICK_SIZE);
    bool quick = t != NULL && count > 0;
    for (Py_ssize_t i = 1; quick && i < count; i++)
        quick = is_quick(args[i]);
    if (UNLIKELY(!quick || !open(probe, t, args[0], count > 1 ? PARAMS_SECRET : 0)))
        return false;
    if (count == 1)
        return true;
    uint8_t *p = write_v(t->cursor + 1, (uint64_t)count - 1);
    for (Py_ssize_t i = 1; i < count; i++)
        p = write_quick(p, args[i]);
    quick_end(t, p, OP_ARGS);
    return true;
}

/* With values; a call of its own, so that `enter` without any saves no registers. */
static NOINLINE PyObject *enter_with(PyObject *self, PyObject *const *args, Py_ssize_t count)
{
    if (UNLIKELY(!open_with((probe_t *)self, args, count, open_quickly)))
        return enter(self, args, count, PLAIN);
    Py_RETURN_NONE;
}

PROBE(probe_enter)
{
    probe_t *probe = (probe_t *)self;
    if (count > 1)
        return enter_with(self, args, count);
    thread_t *t = quick_thread(probe->core, SMALL_EVENT);
    if (UNLIKELY(t == NULL || count == 0 || !open_quickly(probe, t, args[0], 0)))
        return enter(self, args, count, PLAIN);
    Py_RETURN_NONE;
}

PROBE(probe_enter_m)
{
    return enter(self, args, count, WITH_RECEIVER);
}

/* Where parameters are not recorded. */
PROBE(bare_enter)
{
    return enter(self, args, count, UNWRITTEN);
}

/* What ends the span on top with a value, if that is small; the entry is still there. */
static inline bool return_quickly(core_t *core, thread_t *t, PyObject *value)
{
    uint64_t dt;
    if (UNLIKELY(t == NULL || t->top->handle != 0 || t->top->kept != NULL ||
                 (site_flags(core, t->top->site) & (RETURN_SECRET | PARAMS_SECRET)) || !is_quick(value) || !quick_dt(core, t, &dt)))
        return false;
    quick_end(t, write_quick(write_v(t->cursor + 1, dt), value), OP_RETURN);
    return true;
}

static NOINLINE PyObject *ret_slowly(core_t *core, PyObject *value)
{
    thread_t *t = thread_here(core);
    uint64_t now = 0;
    if (LIKELY(t != NULL && (t->top->handle == 0 || below_calls(t, &now)))) {
        leave_top(t);
        write_result(t, OP_RETURN, time_of(t, now), NO_HANDLE, t->top->site, t->top->span, value);
        pop(t);
    }
    return Py_NewRef(value);
}

PROBE(probe_ret)
{
    core_t *core = ((probe_t *)self)->core;
    PyObject *value = count > 0 ? args[0] : Py_None;
    thread_t *t = quick_thread(core, SMALL_EVENT + QUICK_SIZE);
    if (UNLIKELY(!return_quickly(core, t, value)))
        return ret_slowly(core, value);
    t->top--;
    return Py_NewRef(value);
}

/* The calling thread, where nothing of it is written. */
static inline thread_t *muted_thread(const core_t *core)
{
    thread_t *t = spanwright_thread;
    return t != NULL && t->core == core && t->muted ? t : NULL;
}

static bool open_below(const probe_t *probe, thread_t *t, PyObject *given, unsigned secret)
{
    if (!volume_is_plain(t))
        return false;
    place_t place = volume_below(t);
    if (!open_quickly(probe, t, given, secret))
        return false;
    volume_put(t, &place);
    return true;
}

/* enter, ret and exit where volume is on. */
PROBE(full_enter)
{
    probe_t *probe = (probe_t *)self;
    thread_t *t = muted_thread(probe->core);
    if (t != NULL ? count > 0 && volume_enter_muted(probe, t, args[0]) : open_with(probe, args, count, open_below))
        Py_RETURN_NONE;
    return enter(self, args, count, PLAIN);
}

PROBE(full_ret)
{
    core_t *core = ((probe_t *)self)->core;
    PyObject *value = count > 0 ? args[0] : Py_None;
    thread_t *t = muted_thread(core);
    if (t != NULL)
        return volume_leave_muted(t) ? Py_NewRef(value) : ret_slowly(core, value);
    t = quick_thread(core, SMALL_EVENT + QUICK_SIZE);
    if (t == NULL || !volume_is_whole(t) || !return_quickly(core, t, value))
        return ret_slowly(core, value);
    volume_pop(t);
    return Py_NewRef(value);
}

/* Where return values are not recorded. */
PROBE(bare_ret)
{
    thread_t *t = thread_here(((probe_t *)self)->core);
    uint64_t now = 0;
    if (LIKELY(t != NULL && (t->top->handle == 0 || below_calls(t, &now)))) {
        leave_top(t);
        write_end(t, OP_LEAVE, time_of(t, now), NO_HANDLE);
        pop(t);
    }
    return Py_NewRef(count > 0 ? args[0] : Py_None);
}

/* The last argument, which a probe hands through. */
static inline PyObject *last_of(PyObject *const *args, Py_ssize_t count, Py_ssize_t from)
{
    return Py_NewRef(count > from ? args[count - 1] : Py_None);
}

/* The value of a function that ends without one is None; a handle is never the value. */
PROBE(probe_val)
{
    core_t *core = ((probe_t *)self)->core;
    handle_t *handle = count > 0 ? as_handle(core, args[0]) : NULL;
    Py_ssize_t first = handle != NULL;
    PyObject *value = count > first ? args[first] : Py_None;
    thread_t *t = first ? NULL : thread_here(core);
    uint64_t now = 0;
    if (handle != NULL)
        handle_value(handle, value);
    else if (count > 1)
        value = args[1]; /* the handle was one once, before it was pickled */
    else if (t != NULL && (t->top->handle == 0 || below_calls(t, &now)))
        write_result(t, OP_VALUE, time_of(t, now), NO_HANDLE, t->top->site, t->top->span, value);
    return Py_NewRef(value);
}

static void write_flag(thread_t *t, uint64_t now)
{
    uint8_t *at = event_begin(t);
    event_end(t, at, write_v(at + 1, stream_dt(t, now)), OP_FLAG);
}

/* fail: the span of the site ends with the exception that is being handled. */
PROBE(probe_fail)
{
    probe_t *probe = (probe_t *)self;
    thread_t *t = thread_here(probe->core);
    uint64_t site, now;
    if (t == NULL)
        Py_RETURN_NONE;
    if (UNLIKELY(t->pending_count > 0))
        forget_pending(t);
    if (!site_of(probe, args, count, &site) || !at_site(t, site, &now))
        Py_RETURN_NONE;
    PyObject *exception = handled_exception();
    bool failed = exception != NULL && PyExceptionInstance_Check(exception);
    if (failed)
        fail_top(t);
    if (failed && LIKELY(probe->core->limits.errors)) {
        leave_top(t);
        record_exception(t, OP_RAISE, now, NO_HANDLE, exception);
    } else {
        if (failed)
            write_flag(t, now);
        leave_top(t);
        write_end(t, OP_LEAVE, now, NO_HANDLE);
    }
    pop(t);
    Py_XDECREF(exception);
    Py_RETURN_NONE;
}

/* error, flag: the span of the site, or of the handle, has failed and will end. */
static PyObject *note_failure(PyObject *self, PyObject *const *args, Py_ssize_t count, bool detailed)
{
    probe_t *probe = (probe_t *)self;
    handle_t *handle = count > 0 ? as_handle(probe->core, args[0]) : NULL;
    uint64_t site, now;
    detailed = detailed && probe->core->limits.errors;
    if (handle != NULL) {
        handle_error(handle, detailed);
        Py_RETURN_NONE;
    }
    thread_t *t = thread_here(probe->core);
    if (t != NULL && UNLIKELY(t->pending_count > 0))
        forget_pending(t);
    if (t == NULL || !site_of(probe, args, count, &site) || !at_site(t, site, &now))
        Py_RETURN_NONE;
    PyObject *exception = detailed ? handled_exception() : NULL;
    fail_top(t);
    if (exception != NULL && PyExceptionInstance_Check(exception)) {
        record_exception(t, OP_ERROR, now, NO_HANDLE, exception);
    } else {
        write_flag(t, now);
    }
    Py_XDECREF(exception);
    Py_RETURN_NONE;
}

PROBE(probe_error)
{
    return note_failure(self, args, count, true);
}

PROBE(probe_flag)
{
    return note_failure(self, args, count, false);
}

static NOINLINE PyObject *exit_slowly(probe_t *probe, PyObject *subject)
{
    uint64_t site, now;
    if (Py_IS_TYPE(subject, probe->core->handle_type)) {
        handle_end((handle_t *)subject);
        Py_RETURN_NONE;
    }
    thread_t *t = thread_here(probe->core);
    if (LIKELY(t != NULL && site_of(probe, &subject, 1, &site) && at_site(t, site, &now))) {
        leave_top(t);
        write_end(t, OP_LEAVE, now, NO_HANDLE);
        pop(t);
    }
    Py_RETURN_NONE;
}

/* Called with one argument, always: the quickest way to call a builtin function. */
PyObject *probe_exit_one(PyObject *self, PyObject *subject)
{
    probe_t *probe = (probe_t *)self;
    core_t *core = probe->core;
    thread_t *t = quick_thread(core, SMALL_EVENT);
    uint64_t dt;
    if (UNLIKELY(t == NULL || !is_small(subject) || t->top->site != probe->base + (uint64_t)LONG_SMALL(subject) ||
                 t->top->handle != 0 || t->top->kept != NULL || t->exception_end == t->cursor || !quick_dt(core, t, &dt)))
        return exit_slowly(probe, subject);
    quick_end(t, write_v(t->cursor + 1, dt), OP_LEAVE);
    t->top--;
    Py_RETURN_NONE;
}

PyObject *full_exit_one(PyObject *self, PyObject *subject)
{
    probe_t *probe = (probe_t *)self;
    thread_t *t = muted_thread(probe->core);
    if (t != NULL && is_small(subject) && t->top->site == probe->base + (uint64_t)LONG_SMALL(subject) && volume_leave_muted(t))
        Py_RETURN_NONE;
    return exit_slowly((probe_t *)self, subject);
}

PROBE(full_exit)
{
    if (LIKELY(count > 0))
        return full_exit_one(self, args[0]);
    ((probe_t *)self)->core->trouble[TROUBLE_ARGUMENTS]++;
    Py_RETURN_NONE;
}

PROBE(probe_exit)
{
    if (LIKELY(count > 0))
        return probe_exit_one(self, args[0]);
    ((probe_t *)self)->core->trouble[TROUBLE_ARGUMENTS]++;
    Py_RETURN_NONE;
}

static PyObject *open_handle(PyObject *self, PyObject *const *args, Py_ssize_t count, enum handle_kind kind, enum params params)
{
    probe_t *probe = (probe_t *)self;
    uint64_t site;
    if (probe->core->off || !site_of(probe, args, count, &site))
        return Py_NewRef(probe->core->dead);
    return handle_open(probe->core, site, kind, args + 1, count - 1, params);
}

PROBE(probe_gen)
{
    return open_handle(self, args, count, GENERATOR, PLAIN);
}

PROBE(probe_gen_m)
{
    return open_handle(self, args, count, GENERATOR, WITH_RECEIVER);
}

PROBE(probe_co)
{
    return open_handle(self, args, count, COROUTINE, PLAIN);
}

PROBE(probe_co_m)
{
    return open_handle(self, args, count, COROUTINE, WITH_RECEIVER);
}

PROBE(probe_agen)
{
    return open_handle(self, args, count, ASYNC_GENERATOR, PLAIN);
}

PROBE(probe_agen_m)
{
    return open_handle(self, args, count, ASYNC_GENERATOR, WITH_RECEIVER);
}

PROBE(bare_gen)
{
    return open_handle(self, args, count, GENERATOR, UNWRITTEN);
}

PROBE(bare_co)
{
    return open_handle(self, args, count, COROUTINE, UNWRITTEN);
}

PROBE(bare_agen)
{
    return open_handle(self, args, count, ASYNC_GENERATOR, UNWRITTEN);
}

PROBE(probe_pause)
{
    handle_t *handle = count > 0 ? as_handle(((probe_t *)self)->core, args[0]) : NULL;
    if (handle != NULL)
        handle_pause(handle);
    return last_of(args, count, 1);
}

PROBE(probe_resume)
{
    handle_t *handle = count > 0 ? as_handle(((probe_t *)self)->core, args[0]) : NULL;
    if (handle != NULL)
        handle_resume(handle);
    return last_of(args, count, 1);
}

PROBE(probe_from)
{
    core_t *core = ((probe_t *)self)->core;
    handle_t *handle = count == 2 ? as_handle(core, args[0]) : NULL;
    return handle != NULL ? delegate_new(core, handle, args[1]) : last_of(args, count, 0);
}

/* For a word that this runtime does not know. */
PROBE(probe_through)
{
    ((probe_t *)self)->core->trouble[TROUBLE_ARGUMENTS]++;
    return last_of(args, count, 0);
}

/* Whether the word looks for calls that were left open, without a handle: a function's entry must know its frame. */
static bool asks_for_frames(PyObject *word)
{
    static const char *const those[] = {"call", "call_m", "in", "caught", "line", "var", "let"};
    for (size_t i = 0; i < sizeof those / sizeof *those; i++)
        if (PyUnicode_CompareWithASCIIString(word, those[i]) == 0)
            return true;
    return false;
}

/* Words that look for a callee have a place for each site. Never-touched places of a large block take no memory. */
static void give_seen(probe_t *probe, file_t *file, PyObject *word)
{
    static const char *const those[] = {"call", "call_m", "will", "will_m"};
    for (int i = 0; i < 4; i++)
        if (PyUnicode_CompareWithASCIIString(word, those[i]) == 0) {
            if (file->seen == NULL && file->count <= MOST_SEEN)
                file->seen = calloc(file->count, sizeof *file->seen);
            probe->seen = file->seen;
            probe->sites = file->seen == NULL ? 0 : file->count;
        }
}

#if defined(BUILTINS_COUNT_AS_LEVELS)
static PyObject *call_without_counting(PyObject *function, PyObject *const *args, size_t nargsf, PyObject *Py_UNUSED(names))
{
    _PyCFunctionFast call = (_PyCFunctionFast)(void (*)(void))PyCFunction_GET_FUNCTION(function);
    return call(PyCFunction_GET_SELF(function), args, PyVectorcall_NARGS(nargsf));
}
#endif

/* A new probe; `origin` begins with what the file was registered with and ends with the word. */
PyObject *probe_new(core_t *core, file_t *file, PyObject *word, PyObject *origin)
{
    probe_t *probe = PyObject_New(probe_t, core->probe_type);
    if (probe == NULL)
        return NULL;
    probe->core = core;
    probe->base = file->base;
    probe->sites = 0;
    probe->seen = NULL;
    bool is_silent = file->flags & SILENT;
    if (!is_silent) {
        core->frames = core->frames || asks_for_frames(word);
        give_seen(probe, file, word);
    }
    probe->origin = Py_NewRef(origin);
    PyMethodDef *found = find_word(core, is_silent, word);
    if (core->budget != NULL && !is_silent) {
        probe->timed = found->ml_flags & METH_O ? full_exit : (_PyCFunctionFast)(void (*)(void))found->ml_meth;
        probe->word = (PyMethodDef){found->ml_name, (PyCFunction)(void (*)(void))probe_timed, METH_FASTCALL, NULL};
        found = &probe->word;
    }
    PyObject *function = PyCFunction_New(found, (PyObject *)probe);
    Py_DECREF(probe);
#if defined(BUILTINS_COUNT_AS_LEVELS)
    if (function != NULL)
        ((PyCFunctionObject *)function)->vectorcall = call_without_counting;
#endif
    return function;
}

static void probe_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    Py_DECREF(((probe_t *)self)->origin);
    PyObject_Free(self);
    Py_DECREF(type);
}

/* Functions of __main__ are pickled with their globals by some tools: the other process registers the file again. A builtin
   function is pickled as an attribute, named like its word, of what it is bound to. */
static PyObject *probe_reduce(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    PyObject *module = PyImport_ImportModule("spanwright._register");
    PyObject *again = module == NULL ? NULL : PyObject_GetAttrString(module, "Again");
    Py_XDECREF(module);
    return again == NULL ? NULL : Py_BuildValue("NO", again, ((probe_t *)self)->origin);
}

static PyMethodDef probe_methods[] = {
    {"__reduce__", probe_reduce, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot probe_slots[] = {
    {Py_tp_dealloc, probe_dealloc},
    {Py_tp_methods, probe_methods},
    {0, NULL},
};

PyType_Spec probe_spec = {
    .name = "spanwright._core.probe",
    .basicsize = sizeof(probe_t),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = probe_slots,
};
