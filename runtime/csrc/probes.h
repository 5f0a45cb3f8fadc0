/* The objects that twins see: probes, and the handles of generators and coroutines. */
#ifndef SPANWRIGHT_PROBES_H
#define SPANWRIGHT_PROBES_H

#include "write.h"

#include <stdlib.h>

/* What a probe is bound to. */
typedef struct {
    PyObject_HEAD
    core_t *core;
    uint64_t base;
    seen_t *seen; /* of the file's sites; only where the word needs it */
    uint64_t sites;
    PyObject *origin; /* what it was registered with, to find it again in another process */
    _PyCFunctionFast timed; /* where probes are timed, what is carried out, and the word then: budget.c */
    PyMethodDef word;
} probe_t;

enum handle_kind { GENERATOR, COROUTINE, ASYNC_GENERATOR };

/* Where a span belongs, where volume is on. */
typedef struct {
    trace_t *trace;       /* owned */
    struct handle *above; /* that it hangs below, owned; NULL: below the entry under it, or what the thread hangs below */
    uint8_t *at;          /* its opening event, and the time before that */
    uint64_t before, began;
    uint64_t chunk;       /* sequence after the chunk that it began in */
    uint64_t left_out;
    uint32_t depth;
    uint32_t forks; /* of the core, when it was opened */
    bool root, muted, failed;
    bool busy; /* something hangs below it, or it was lost */
    bool hollow, below; /* it alone is muted: below it is what it hangs below */
} place_t;
enum params { PLAIN, WITH_RECEIVER, UNWRITTEN }; /* how parameters are recorded */

typedef struct handle {
    PyObject_HEAD
    core_t *core;
    uint64_t number;
    uint64_t span;
    struct handle *previous; /* the current one before this went on */
    uint32_t site, level;
    uintptr_t frame; /* its own, for life */
    size_t floor;    /* how many entries its thread's stack had when it last began or went on */
    enum handle_kind kind;
    bool going, ended;
    bool awaits; /* it has an await span open */
    kept_t *kept;
    place_t place;
    /* Where it is muted and not below a handle: the thread and the entry that it was opened on, and when that began. */
    thread_t *opener;
    size_t opened_on;
    uint64_t opened_below;
    uint64_t turn; /* of the core, when the segment was last told of it: flight.c */
} handle_t;

/* A word's function, a builtin that is bound to a probe_t: the interpreter specialises its calls. */
#define PROBE(name) PyObject *name(PyObject *self, PyObject *const *args, Py_ssize_t count)

/* words.c */
PyMethodDef *find_word(const core_t *core, bool is_silent, PyObject *word);

/* probes.c */
PyObject *probe_new(core_t *core, file_t *file, PyObject *word, PyObject *origin);
extern PyType_Spec probe_spec;
void stack_lose(thread_t *t, entry_t *until, uint64_t now);
void write_args(thread_t *t, PyObject *const *args, Py_ssize_t count, bool receiver, const kinds_t *kinds);
void write_one(thread_t *t, uint8_t op, uint64_t now, uint64_t handle, PyObject *value);
void write_result(thread_t *t, uint8_t op, uint64_t now, uint64_t handle, uint64_t site, uint64_t span, PyObject *value);
bool at_site(thread_t *t, uint64_t site, uint64_t *now);
PyObject *probe_exit_one(PyObject *self, PyObject *subject);
PROBE(probe_enter);
PROBE(probe_enter_m);
PROBE(probe_ret);
PROBE(probe_fail);
PROBE(probe_val);
PROBE(probe_error);
PROBE(probe_flag);
PROBE(probe_exit);
PROBE(probe_gen);
PROBE(probe_gen_m);
PROBE(probe_co);
PROBE(probe_co_m);
PROBE(probe_agen);
PROBE(probe_agen_m);
PROBE(probe_pause);
PROBE(probe_resume);
PROBE(probe_from);
PROBE(probe_through);
PROBE(bare_enter);
PROBE(bare_ret);
PROBE(bare_gen);
PROBE(bare_co);
PROBE(bare_agen);
PROBE(full_enter);
PROBE(full_ret);
PROBE(full_exit);
PyObject *full_exit_one(PyObject *self, PyObject *subject);

/* budget.c, budget_code.c */
PROBE(probe_timed);
void budget_enter(core_t *core, uint64_t site);

/* calls.c */
bool calls_failed_slowly(thread_t *t, uintptr_t frame, uint64_t *now);
void forget_pending(thread_t *t);
PROBE(probe_call);
PROBE(probe_call_m);
PROBE(probe_will);
PROBE(probe_will_m);
PROBE(probe_in);
PROBE(probe_out);
PROBE(probe_caught);

/* callees.c */
uint32_t callee_of(probe_t *probe, uint64_t site, PyObject *callee);

/* callee_methods.c */
uint32_t callee_of_method(probe_t *probe, uint64_t site, PyObject *receiver, PyObject *name);

/* callee_table.c */
void callee_define(thread_t *t, uint32_t number, uint64_t now);

/* watch.c */
entry_t *entry_of_site(thread_t *t, uint64_t site);
kept_t *kept_new(const thread_t *t, uint64_t site, PyObject *const *values, Py_ssize_t count);
bool kept_changed(const thread_t *t, kept_t *kept, uint64_t site, PyObject *const *values, Py_ssize_t count);
void kept_write(thread_t *t, kept_t *kept, uint64_t site, PyObject *const *values, uint8_t op, uint64_t now,
                uint64_t handle);
PROBE(probe_line);
PROBE(probe_var);
PROBE(probe_let);
PROBE(probe_keep);
PROBE(probe_state);

/* handles.c */
extern PyType_Spec handle_spec, done_spec;
extern PyMethodDef inert_methods[];
PyObject *handle_new(core_t *core, enum handle_kind kind);
PyObject *handle_open(core_t *core, uint64_t site, enum handle_kind kind, PyObject *const *args, Py_ssize_t count,
                      enum params params);
uint64_t handle_current(core_t *core);
handle_t *handle_now(core_t *core);
entry_t *handle_left_open(thread_t *t, uintptr_t frame);
void handle_pause(handle_t *handle);
void handle_resume(handle_t *handle);
void handle_value(handle_t *handle, PyObject *value);
void handle_error(handle_t *handle, bool detailed);
void handle_end(handle_t *handle);

/* delegate.c */
extern PyType_Spec delegate_spec, method_spec;
PyObject *delegate_new(core_t *core, handle_t *handle, PyObject *iterable);
extern THREAD_LOCAL int spanwright_nesting;

/* awaiters.c, stand_ins.c, watched.c */
extern PyType_Spec awaiter_spec, stand_in_spec, watched_spec;

/* silent.c */
PROBE(silent_nothing);
PROBE(silent_first);
PROBE(silent_second);
PROBE(silent_third);
PROBE(silent_value);
PROBE(silent_handle);

/* awaits.c */
PROBE(probe_await);
PROBE(probe_awith);
PROBE(probe_aiter);

static inline handle_t *as_handle(core_t *core, PyObject *value)
{
    return LIKELY(Py_IS_TYPE(value, core->handle_type)) ? (handle_t *)value : NULL;
}

/* Ends as failed the calls on top of the stack that were left open, as the frame that runs shows. `now` is the time, 0
   until it is read; true where some were ended. */
static inline bool calls_failed(thread_t *t, uint64_t *now)
{
    return UNLIKELY(t->top->handle == A_CALL) && calls_failed_slowly(t, frame_here(), now);
}

static inline bool push(thread_t *t, entry_t entry)
{
    if (UNLIKELY(t->top == t->roof) && !thread_grow(t))
        return false;
    *++t->top = entry;
    return true;
}

/* volume.c, volume_quick.c, volume_handles.c: what goes before and behind events where volume is on. */
enum opened { A_FUNCTION, THE_CALL, A_HANDLE };
place_t volume_open(thread_t *t, bool below_handle, enum opened opened, bool is_counted);
void volume_enter_hollow(thread_t *t, uint64_t site);
void volume_push(thread_t *t, place_t *place, uint8_t *at, bool pushed);
bool volume_enter_counted(thread_t *t, uint64_t site);
bool volume_enter_muted(const probe_t *probe, thread_t *t, PyObject *given);
bool volume_leave_muted(thread_t *t);
bool volume_is_plain(const thread_t *t);
bool volume_is_whole(const thread_t *t);
place_t volume_below(const thread_t *t);
void volume_put(thread_t *t, const place_t *place);
void volume_leave(thread_t *t);
void volume_lose(thread_t *t);
void volume_pop(thread_t *t);
void volume_failed(thread_t *t, handle_t *handle);
bool volume_keeps(thread_t *t, const handle_t *handle, uint64_t site);
void volume_select(thread_t *t, handle_t *handle);
void volume_back(thread_t *t);
void volume_handle_opened(thread_t *t, handle_t *handle, place_t *place, uint8_t *at);
void volume_resumed(thread_t *t, handle_t *handle);
void volume_handle_leave(thread_t *t, handle_t *handle, const entry_t *entry, bool ends);
void volume_handle_end(thread_t *t, handle_t *handle);
void volume_thread_end(thread_t *t);
void place_drop(place_t *place);
void trace_release(trace_t *trace);

/* Before the end of the top is written. */
static inline void leave_top(thread_t *t)
{
    if (UNLIKELY(t->volume != NULL))
        volume_leave(t);
}

/* The top is left by an exception, or was. */
static inline void fail_top(thread_t *t)
{
    if (UNLIKELY(t->volume != NULL))
        volume_failed(t, NULL);
}

/* Around the events of a handle, which need not be in the top's trace; nothing for NULL. */
static inline void select_handle(thread_t *t, handle_t *handle)
{
    if (UNLIKELY(t->core->volume) && handle != NULL)
        volume_select(t, handle);
}

static inline void select_top(thread_t *t)
{
    if (UNLIKELY(t->volume != NULL))
        volume_back(t);
}

/* Takes the top off the stack; after its end was written, since in a forked child the first event says what was open. */
static inline void pop(thread_t *t)
{
    if (UNLIKELY(t->top->kept != NULL))
        free(t->top->kept);
    if (UNLIKELY(t->volume != NULL))
        volume_pop(t);
    else
        t->top--;
}

/* An event that ends a span. The exception recorded last may be told to go on after it. */
static inline void write_end(thread_t *t, uint8_t op, uint64_t now, uint64_t handle)
{
    bool quiet = t->exception_end == t->cursor && op != OP_PAUSE && op != OP_OUT && op != OP_AWAITED;
    uint8_t *at = event_begin(t);
    uint8_t *p = write_v(at + 1, stream_dt(t, now));
    if (handle != NO_HANDLE)
        p = write_v(p, handle);
    event_end(t, at, p, op);
    if (UNLIKELY(quiet))
        t->exception_end = t->cursor;
}

static inline bool is_small(PyObject *value)
{
    return LIKELY(PyLong_CheckExact(value) && LONG_IS_SMALL(value));
}

/* The site that a probe was given, among those of the process. */
static inline bool site_of(const probe_t *probe, PyObject *const *args, Py_ssize_t count, uint64_t *site)
{
    if (LIKELY(count > 0 && is_small(args[0]))) {
        *site = probe->base + (uint64_t)LONG_SMALL(args[0]);
        return true;
    }
    probe->core->trouble[TROUBLE_ARGUMENTS]++;
    return false;
}

static inline uint64_t time_of(thread_t *t, uint64_t now)
{
    return LIKELY(now == 0) ? clock_ticks(t->core) : now;
}

/* Number of the handle that runs; 0 where none does. */
static inline uint64_t current_number(core_t *core)
{
    return LIKELY(core->open == 0) ? 0 : handle_current(core);
}

#endif
