/* Probes that do nothing but hand values through: of files that are not to be recorded, and in place of those whose
   subject the settings switch off. What each gives back is what its sibling gives. */
#include "probes.h"

static PyObject *argument(PyObject *const *args, Py_ssize_t count, Py_ssize_t at)
{
    return Py_NewRef(count > at ? args[at] : count > 0 ? args[count - 1] : Py_None);
}

PROBE(silent_nothing)
{
    (void)self, (void)args, (void)count;
    Py_RETURN_NONE;
}

PROBE(silent_first)
{
    (void)self;
    return argument(args, count, 0);
}

PROBE(silent_second)
{
    (void)self;
    return argument(args, count, 1);
}

PROBE(silent_third)
{
    (void)self;
    return argument(args, count, 2);
}

/* The last argument, unless that is the handle: then the value is None. */
PROBE(silent_value)
{
    core_t *core = ((probe_t *)self)->core;
    PyObject *value = count > 0 ? args[count - 1] : Py_None;
    return Py_NewRef(as_handle(core, value) == NULL ? value : Py_None);
}

PROBE(silent_handle)
{
    (void)args, (void)count;
    return Py_NewRef(((probe_t *)self)->core->dead);
}
