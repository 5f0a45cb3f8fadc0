/* Secrets that are passed on under other names: what was hidden as a function's parameter is hidden as its result and in
   its variables, too, as long as it is the same object. Only identities are kept. */
#include "redact.h"

#include "probes.h"

enum { SHORTEST_SECRET = 4 };

/* Whether it is hardly ever by chance that a function has this very object twice. */
static bool is_telling(PyObject *value)
{
    if (PyUnicode_Check(value))
        return PyUnicode_GET_LENGTH(value) >= SHORTEST_SECRET;
    return !PyBytes_Check(value) || PyBytes_GET_SIZE(value) >= SHORTEST_SECRET;
}

/* Remembers what is hidden among the parameters of a span that begins; the oldest are forgotten. */
void passed_remember(core_t *core, uint64_t span, PyObject *const *args, Py_ssize_t count, const kinds_t *kinds)
{
    for (Py_ssize_t i = 0; i < count; i++) {
        int kind = kind_at(kinds, (size_t)i);
        if (kind != KIND_NONE && hides(kind, args[i]) && is_telling(args[i]))
            core->hidden[core->hidden_next++ % MOST_HIDDEN] = (hidden_t){span, (uintptr_t)args[i], kind};
    }
}

/* As what the value was hidden when the span began. */
int passed_kind(const core_t *core, uint64_t span, PyObject *value)
{
    for (int i = 0; i < MOST_HIDDEN; i++)
        if (core->hidden[i].value == (uintptr_t)value && core->hidden[i].span == span)
            return core->hidden[i].kind;
    return KIND_NONE;
}
