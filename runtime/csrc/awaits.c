/* The probes of what is awaited: they give what to await, to enter or to go through in place of the author's. */
#include "awaits.h"

/* await, awith, aiter: their arguments; false where the last one is only handed through. */
static bool arguments(PyObject *self, PyObject *const *args, Py_ssize_t count, handle_t **handle, uint64_t *site)
{
    probe_t *probe = (probe_t *)self;
    thread_t *t = thread_here(probe->core);
    uint64_t now = 0;
    if (t == NULL)
        return false;
    if (count < 3) {
        probe->core->trouble[TROUBLE_ARGUMENTS]++;
        return false;
    }
    *handle = as_handle(probe->core, args[0]);
    if (*handle == NULL || (*handle)->ended || !site_of(probe, args + 1, count - 1, site))
        return false;
    calls_failed(t, &now);
    return true;
}

static PyObject *last_of(PyObject *const *args, Py_ssize_t count)
{
    return Py_NewRef(count > 0 ? args[count - 1] : Py_None);
}

PROBE(probe_await)
{
    handle_t *handle;
    uint64_t site;
    return arguments(self, args, count, &handle, &site) ? awaiter_for(handle, site, args[2]) : last_of(args, count);
}

PROBE(probe_awith)
{
    core_t *core = ((probe_t *)self)->core;
    handle_t *handle;
    uint64_t site;
    if (arguments(self, args, count, &handle, &site) && _PyType_Lookup(Py_TYPE(args[2]), core->names[NAME_AENTER]) &&
        _PyType_Lookup(Py_TYPE(args[2]), core->names[NAME_AEXIT]))
        return stand_in_new(handle, site, args[2]);
    return last_of(args, count);
}

PROBE(probe_aiter)
{
    handle_t *handle;
    uint64_t site;
    if (arguments(self, args, count, &handle, &site) && async_methods(args[2])->am_aiter != NULL)
        return stand_in_new(handle, site, args[2]);
    return last_of(args, count);
}
