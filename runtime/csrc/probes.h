/* The objects that twins see: probes, and the handles of generators and coroutines. */
#ifndef SPANWRIGHT_PROBES_H
#define SPANWRIGHT_PROBES_H

#include "write.h"

/* What a probe is bound to; where probes are no builtin functions it is the probe itself. */
typedef struct {
    PyObject_HEAD
    vectorcallfunc call;
    core_t *core;
    uint64_t base;
    seen_t *seen; /* of the file's sites; only where the word needs it */
    uint64_t sites;
    PyObject *origin; /* what it was registered with, to find it again in another process */
} probe_t;

enum handle_kind { GENERATOR, COROUTINE, ASYNC_GENERATOR };

typedef struct handle {
    PyObject_HEAD
    core_t *core;
    uint64_t number;
    uint64_t span;
    struct handle *previous; /* the current one before this went on */
    uint32_t site, level;
    enum handle_kind kind;
    bool going, ended;
    bool awaits; /* it has an await span open */
    kept_t *kept;
} handle_t;

/* probes.c */
PyObject *probe_new(core_t *core, file_t *file, PyObject *word, PyObject *origin);
extern PyType_Spec probe_spec;
void stack_lose(thread_t *t, entry_t *until, uint64_t now);
void write_args(thread_t *t, PyObject *const *args, Py_ssize_t count, bool receiver);
void write_one(thread_t *t, uint8_t op, uint64_t now, uint64_t handle, PyObject *value);
void write_end(thread_t *t, uint8_t op, uint64_t now, uint64_t handle);
bool push(thread_t *t, entry_t entry);
bool at_site(thread_t *t, uint64_t site, uint64_t *now);
bool site_of(probe_t *probe, PyObject *const *args, Py_ssize_t count, uint64_t *site);

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
uint32_t callee_of_method(probe_t *probe, uint64_t site, PyObject *receiver, PyObject *name);
void callee_define(thread_t *t, uint32_t number, uint64_t now);

/* watch.c */
kept_t *kept_new(core_t *core, PyObject *const *values, Py_ssize_t count);
bool kept_changed(core_t *core, kept_t *kept, PyObject *const *values, Py_ssize_t count);
void kept_write(thread_t *t, kept_t *kept, PyObject *const *values, uint8_t op, uint64_t now, uint64_t handle);
PROBE(probe_line);
PROBE(probe_var);
PROBE(probe_let);
PROBE(probe_keep);
PROBE(probe_state);

/* handles.c */
extern PyType_Spec handle_spec, done_spec;
PyObject *handle_new(core_t *core, enum handle_kind kind);
PyObject *handle_open(core_t *core, uint64_t site, enum handle_kind kind, PyObject *const *args, Py_ssize_t count,
                      bool receiver);
uint64_t handle_current(core_t *core);
void handle_pause(handle_t *handle);
void handle_resume(handle_t *handle);
void handle_value(handle_t *handle, PyObject *value);
void handle_error(handle_t *handle, bool detailed);
void handle_end(handle_t *handle);
void handle_suspended(handle_t *handle);

/* delegate.c */
extern PyType_Spec delegate_spec, method_spec;
PyObject *delegate_new(core_t *core, handle_t *handle, PyObject *iterable);
extern THREAD_LOCAL int spanwright_nesting;

/* awaits.c */
extern PyType_Spec awaiter_spec, stand_in_spec, watched_spec;
PROBE(probe_await);
PROBE(probe_awith);
PROBE(probe_aiter);

static inline handle_t *as_handle(core_t *core, PyObject *value)
{
    return LIKELY(Py_IS_TYPE(value, core->handle_type)) ? (handle_t *)value : NULL;
}

/* Ends as failed the calls that the frame that runs has left open on top of the stack. `now` is the time, 0 until it is
   read; true where some were ended. */
static inline bool calls_failed(thread_t *t, uint64_t *now)
{
    return UNLIKELY(t->top->handle == A_CALL) && calls_failed_slowly(t, frame_here(), now);
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
