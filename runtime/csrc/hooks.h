/* What is started in one place and runs in another: below what its spans hang. */
#ifndef SPANWRIGHT_HOOKS_H
#define SPANWRIGHT_HOOKS_H

#include "probes.h"

/* origins.c */
origin_t origin_here(thread_t *t);
void origin_of_thread(core_t *core, PyObject *thread, origin_t from);
void origin_of_item(core_t *core, PyObject *item, origin_t from);
bool origin_of_item_get(core_t *core, PyObject *item, origin_t *from);
void thread_hang(thread_t *t, origin_t from);
extern PyType_Spec origin_spec;

/* hooks.c */
extern PyType_Spec hook_spec;
PyObject *spanwright_stand_in(PyObject *module, PyObject *args);

static inline bool is_nothing(origin_t from)
{
    return from.span == 0 && from.handle == 0;
}

#endif
