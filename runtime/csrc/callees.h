/* What the parts of finding and naming callees share. Nothing of the program is kept alive but strings, no attribute is
   looked up in a way that user code could take part in, and no pointer is followed that may be dead. */
#ifndef SPANWRIGHT_CALLEES_H
#define SPANWRIGHT_CALLEES_H

#include "probes.h"

enum { SEEN_FUNCTION = 1, SEEN_BUILTIN, SEEN_BOUND, SEEN_TYPE, SEEN_METHOD, SEEN_FIELD };

/* callee_table.c */
uint32_t number_of(core_t *core, PyObject *module, PyObject *name, PyObject *file, int line);

/* callee_names.c */
PyObject *module_text(PyObject *module);
uint32_t number_of_type(core_t *core, PyTypeObject *type, PyObject *attribute);
PyTypeObject *class_of_builtin(PyObject *callee);
bool is_descriptor(PyObject *value);
uint32_t number_of_any(core_t *core, PyObject *callee);

/* callees.c */
bool is_seen(core_t *core, const seen_t *seen, PyObject *callee);
void see(seen_t *seen, PyObject *callee, uint32_t number);

/* Whether a type is the one that was seen: its version changes with its names' places, and is never given to another. */
static inline bool is_seen_type(const seen_t *seen, const PyTypeObject *type)
{
    if (seen->first != type || seen->version != (unsigned)type->tp_version_tag)
        return false;
    return seen->version != 0 || !(type->tp_flags & Py_TPFLAGS_HEAPTYPE);
}

static inline seen_t *seen_at(const probe_t *probe, uint64_t site)
{
    uint64_t own = site - probe->base;
    return LIKELY(own < probe->sites) ? &probe->seen[own] : NULL;
}

#endif
