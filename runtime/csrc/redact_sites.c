/* Which values of a site are secrets, by their names. Names of parameters come from the code object of the function that
   is entered, those of other values from the site table, when its file is registered. */
#include "redact.h"

#include <stdlib.h>
#include <string.h>

#include "probes.h"

enum { MOST_BEYOND = 65536 }; /* sites that were not registered, of twins written by hand */

/* Room for so many sites. */
bool sites_grow(core_t *core, uint64_t wanted)
{
    uint64_t room = core->secrecy_room;
    if (wanted <= room)
        return true;
    if (wanted < room * 2)
        wanted = room * 2;
    uint8_t *flags = realloc(core->secrecy, wanted);
    if (flags == NULL)
        return false;
    core->secrecy = flags;
    kinds_t **params = realloc(core->site_params, wanted * sizeof *params);
    if (params == NULL)
        return false;
    core->site_params = params;
    kinds_t **values = realloc(core->site_values, wanted * sizeof *values);
    if (values == NULL)
        return false;
    core->site_values = values;
    memset(flags + room, 0, wanted - room);
    memset(params + room, 0, (wanted - room) * sizeof *params);
    memset(values + room, 0, (wanted - room) * sizeof *values);
    core->secrecy_room = wanted;
    return true;
}

void sites_release(core_t *core)
{
    for (uint64_t i = 0; i < core->secrecy_room; i++) {
        free(core->site_params[i]);
        free(core->site_values[i]);
    }
    free(core->secrecy);
    free(core->site_params);
    free(core->site_values);
    core->secrecy = NULL;
    core->site_params = core->site_values = NULL;
    core->secrecy_room = 0;
}

/* What hides all values of a site. */
static const kinds_t all_unnamed = {KIND_UNNAMED, KIND_NONE, 0};

static bool has_site(core_t *core, uint64_t site)
{
    return site < core->secrecy_room || (site < core->next_base + MOST_BEYOND && sites_grow(core, site + 1));
}

static int kind_of(core_t *core, PyObject *names, Py_ssize_t i)
{
    return i < PyTuple_GET_SIZE(names) ? key_kind(core, PyTuple_GET_ITEM(names, i)) : KIND_NONE;
}

static PyObject *tuple_of(PyCodeObject *code, const char *name)
{
    PyObject *found = PyObject_GetAttrString((PyObject *)code, name);
    if (found == NULL || !PyTuple_Check(found))
        Py_CLEAR(found);
    PyErr_Clear();
    return found;
}

/* The kinds of a function's parameters, in the order in which they are written in its `def`, and of its result. */
static kinds_t *params_of_code(core_t *core, PyCodeObject *code, Py_ssize_t given)
{
    PyObject *names = tuple_of(code, "co_varnames");
    Py_ssize_t plain = code->co_argcount, only = code->co_kwonlyargcount, count = 0;
    bool star = code->co_flags & CO_VARARGS, stars = code->co_flags & CO_VARKEYWORDS;
    size_t all = (size_t)(plain + only + star + stars);
    kinds_t *kinds = names == NULL ? NULL : calloc(1, sizeof *kinds + all);
    if (kinds == NULL) {
        Py_XDECREF(names);
        return NULL;
    }
    for (Py_ssize_t i = 0; i < plain; i++)
        kinds->kinds[count++] = (uint8_t)kind_of(core, names, i);
    if (star)
        kinds->kinds[count++] = (uint8_t)kind_of(core, names, plain + only);
    for (Py_ssize_t i = plain; i < plain + only; i++)
        kinds->kinds[count++] = (uint8_t)kind_of(core, names, i);
    if (stars)
        kinds->kinds[count++] = (uint8_t)kind_of(core, names, plain + only + star);
    kinds->count = (uint32_t)count;
    Py_DECREF(names);
    if (given != count) { /* not written by the tool: which is which is not known */
        for (Py_ssize_t i = 0; i < count && kinds->rest == KIND_NONE; i++)
            kinds->rest = kinds->kinds[i];
        kinds->count = 0;
    }
    kinds->returns = (uint8_t)key_kind(core, code->co_name);
    return kinds;
}

static bool has_secret(const kinds_t *kinds)
{
    bool any = kinds->rest != KIND_NONE;
    for (size_t i = 0; i < kinds->count; i++)
        any = any || kinds->kinds[i] != KIND_NONE;
    return any;
}

static PyCodeObject *code_here(void)
{
    PyFrameObject *frame = PyThreadState_GetFrame(PyThreadState_Get());
    PyCodeObject *code = frame == NULL ? NULL : PyFrame_GetCode(frame);
    Py_XDECREF(frame);
    return code;
}

/* Looks at the function that is being entered; to be called before its event is begun, since objects are made. */
static void look_at_params(core_t *core, uint64_t site, Py_ssize_t given)
{
    PyCodeObject *code = code_here();
    kinds_t *kinds = code == NULL ? NULL : params_of_code(core, code, given);
    Py_XDECREF(code);
    if (kinds == NULL) {
        PyErr_Clear();
        return;
    }
    unsigned flags = PARAMS_KNOWN | (has_secret(kinds) ? PARAMS_SECRET : 0) |
                     (kinds->returns != KIND_NONE ? RETURN_SECRET : 0);
    core->secrecy[site] |= (uint8_t)flags;
    if (flags == PARAMS_KNOWN) {
        free(kinds);
        return;
    }
    free(core->site_params[site]);
    core->site_params[site] = kinds;
}

/* The kinds of the parameters and the result of a site that is entered, NULL where none is a secret. */
const kinds_t *params_of(core_t *core, uint64_t site, Py_ssize_t given)
{
    if (UNLIKELY(!has_site(core, site)))
        return &all_unnamed;
    if (!(core->secrecy[site] & PARAMS_KNOWN)) {
        look_at_params(core, site, given);
        if (!(core->secrecy[site] & PARAMS_KNOWN))
            return &all_unnamed;
    }
    return core->site_params[site];
}

/* Whether any name that a function uses, or any short text in it, speaks of a secret. */
static bool speaks(core_t *core, PyCodeObject *code)
{
    static const char *const places[] = {"co_varnames", "co_names", "co_cellvars", "co_freevars", "co_consts"};
    bool any = false;
    for (size_t k = 0; k < sizeof places / sizeof *places && !any; k++) {
        PyObject *names = tuple_of(code, places[k]);
        for (Py_ssize_t i = 0; names != NULL && i < PyTuple_GET_SIZE(names) && !any; i++)
            any = key_kind(core, PyTuple_GET_ITEM(names, i)) != KIND_NONE;
        Py_XDECREF(names);
    }
    return any;
}

/* The kinds of values of names at a site, NULL where none is a secret. Where no table said which names they have, all are
   hidden if the function has any name that speaks of a secret. */
const kinds_t *values_of(core_t *core, uint64_t site)
{
    if (UNLIKELY(!has_site(core, site)))
        return &all_unnamed;
    if (LIKELY((core->secrecy[site] & (VALUES_KNOWN | VALUES_SECRET)) == VALUES_KNOWN))
        return NULL;
    if (!(core->secrecy[site] & VALUES_KNOWN)) {
        PyCodeObject *code = code_here();
        bool any = code == NULL || speaks(core, code);
        Py_XDECREF(code);
        PyErr_Clear();
        core->secrecy[site] |= VALUES_KNOWN | (any ? VALUES_SECRET : 0);
    }
    if (!(core->secrecy[site] & VALUES_SECRET))
        return NULL;
    return core->site_values[site] != NULL ? core->site_values[site] : &all_unnamed;
}

static bool take_names(core_t *core, uint64_t site, PyObject *names)
{
    Py_ssize_t count = PyList_Check(names) ? PyList_GET_SIZE(names) : 0;
    kinds_t *kinds = calloc(1, sizeof *kinds + (size_t)count);
    if (kinds == NULL)
        return false;
    kinds->count = (uint32_t)count;
    for (Py_ssize_t i = 0; i < count; i++)
        kinds->kinds[i] = (uint8_t)key_kind(core, PyList_GET_ITEM(names, i));
    core->secrecy[site] |= VALUES_KNOWN;
    if (has_secret(kinds)) {
        core->secrecy[site] |= VALUES_SECRET;
        free(core->site_values[site]);
        core->site_values[site] = kinds;
    } else {
        free(kinds);
    }
    return true;
}

/* name_sites(id, filename, module, names): the names of the values at each site of a registered file. */
PyObject *spanwright_name_sites(PyObject *module, PyObject *args)
{
    core_t *core = core_of(module);
    const char *text[3];
    Py_ssize_t size[3];
    PyObject *names;
    if (!PyArg_ParseTuple(args, "s#s#s#O!:name_sites", &text[0], &size[0], &text[1], &size[1], &text[2], &size[2],
                          &PyList_Type, &names))
        return NULL;
    for (size_t i = 0; i < core->file_count; i++) {
        const file_t *file = &core->files[i];
        bool same = true;
        for (int k = 0; k < 3; k++) {
            int at = k == 0 ? 0 : k + 1; /* the name without folder is not compared */
            same = same && file->length[at] == (size_t)size[k] && memcmp(file->text[at], text[k], (size_t)size[k]) == 0;
        }
        for (Py_ssize_t site = 0; same && site < PyList_GET_SIZE(names) && (uint64_t)site < file->count; site++)
            if (!take_names(core, file->base + (uint64_t)site, PyList_GET_ITEM(names, site)))
                return PyErr_NoMemory();
    }
    Py_RETURN_NONE;
}
