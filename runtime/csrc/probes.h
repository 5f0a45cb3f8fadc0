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
} handle_t;

/* probes.c */
PyObject *probe_new(core_t *core, uint64_t base, PyObject *word, PyObject *origin);
extern PyType_Spec probe_spec;
void stack_lose(thread_t *t, entry_t *until, uint64_t now);
void write_args(thread_t *t, PyObject *const *args, Py_ssize_t count, bool receiver);
void write_one(thread_t *t, uint8_t op, uint64_t handle, PyObject *value);
void write_end(thread_t *t, uint8_t op, uint64_t now, uint64_t handle);
bool push(thread_t *t, entry_t entry);

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

/* delegate.c */
extern PyType_Spec delegate_spec, method_spec;
PyObject *delegate_new(core_t *core, handle_t *handle, PyObject *iterable);

static inline handle_t *as_handle(core_t *core, PyObject *value)
{
    return LIKELY(Py_IS_TYPE(value, core->handle_type)) ? (handle_t *)value : NULL;
}

/* Number of the handle that runs; 0 where none does. */
static inline uint64_t current_number(core_t *core)
{
    return LIKELY(core->open == 0) ? 0 : handle_current(core);
}

#endif
