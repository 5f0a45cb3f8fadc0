/* The overhead budget takes probes out: a function object is given its original's code, and its twin's again. */
#define SPANWRIGHT_INTERNALS
#include "budget.h"

#include <stdlib.h>
#include <string.h>

static size_t file_of(const core_t *core, uint64_t site)
{
    size_t i = core->file_count;
    while (i-- > 0 && core->files[i].base > site)
        ;
    return i;
}

static bool files_grow(core_t *core)
{
    budget_t *budget = core->budget;
    if (budget->file_room >= core->file_count)
        return true;
    PyObject **grown = realloc(budget->files, core->file_count * sizeof *grown);
    if (grown == NULL)
        return false;
    memset(grown + budget->file_room, 0, (core->file_count - budget->file_room) * sizeof *grown);
    budget->files = grown;
    budget->file_room = core->file_count;
    return true;
}

/* The first function that waits for an original which was not asked for yet. */
static uint64_t next_wanted(core_t *core)
{
    const budget_t *budget = core->budget;
    for (size_t i = 0; i < budget->down.count; i++) {
        uint64_t site = budget->down.sites[i];
        size_t file = budget->costs[site].how == TAKEN_OUT ? file_of(core, site) : SIZE_MAX;
        if (file < budget->file_room && budget->files[file] == NULL)
            return site;
    }
    return UINT64_MAX;
}

/* Has originals compiled; it is Python code of ours that does it. */
static int load_codes(void *what)
{
    core_t *core = what;
    budget_t *budget = core->budget;
    int failed = 0;
    budget->pending = false;
    for (uint64_t site; failed == 0 && (site = next_wanted(core)) != UINT64_MAX && budget->codes != NULL;) {
        size_t i = file_of(core, site);
        const file_t *file = &core->files[i];
        budget->files[i] = Py_NewRef(Py_None);
        PyObject *found = PyObject_CallFunction(budget->codes, "s#s#", file->text[0], (Py_ssize_t)file->length[0],
                                                file->text[2], (Py_ssize_t)file->length[2]);
        if (found != NULL)
            Py_XSETREF(budget->files[i], found);
        else
            failed = -1; /* the program's own signal handler has raised: everything else is caught there */
    }
    return failed;
}

/* Originals that are wanted are compiled between two instructions of the main thread, where signals arrive anyway; other
   threads, where none do, compile them here. */
void budget_load(core_t *core)
{
    budget_t *budget = core->budget;
    if (budget->pending || budget->codes == NULL || !files_grow(core) || next_wanted(core) == UINT64_MAX)
        return;
    budget->pending = true;
    if (_PyOS_IsMainThread())
        budget->pending = Py_AddPendingCall(load_codes, core) == 0;
    else if (load_codes(core) < 0)
        PyErr_Clear();
}

static PyObject *original_of(core_t *core, PyCodeObject *code, uint64_t site, bool *is_known)
{
    size_t i = file_of(core, site);
    PyObject *codes = i < core->budget->file_room ? core->budget->files[i] : NULL;
    *is_known = codes != NULL;
    PyObject *key = codes == NULL || !PyDict_Check(codes) ? NULL : Py_BuildValue("Oi", code_name(code), code->co_firstlineno);
    PyObject *found = key == NULL ? NULL : PyDict_GetItemWithError(codes, key);
    Py_XDECREF(key);
    return found;
}

static bool same_names(PyCodeObject *one, PyCodeObject *other)
{
    PyObject *a = PyObject_GetAttrString((PyObject *)one, "co_freevars");
    PyObject *b = PyObject_GetAttrString((PyObject *)other, "co_freevars");
    bool same = a != NULL && b != NULL && PyObject_RichCompareBool(a, b, Py_EQ) == 1;
    Py_XDECREF(a);
    Py_XDECREF(b);
    return same;
}

/* Whether a function object may have the one code instead of the other: called alike, of the same kind, with the same
   closure. */
static bool is_like(PyObject *original, PyCodeObject *code)
{
    enum { KIND = CO_VARARGS | CO_VARKEYWORDS | CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR | CO_ITERABLE_COROUTINE };
    PyCodeObject *other = (PyCodeObject *)original;
    return PyCode_Check(original) && (other->co_flags & KIND) == (code->co_flags & KIND) &&
           other->co_argcount == code->co_argcount && other->co_posonlyargcount == code->co_posonlyargcount &&
           other->co_kwonlyargcount == code->co_kwonlyargcount && same_names(other, code);
}

/* Closures come and go: those that are gone are taken off the list whenever it has doubled. */
static void forget_gone(cost_t *own)
{
    PyObject *list = own->functions;
    Py_ssize_t kept = 0, count = PyList_GET_SIZE(list);
    if (count < own->crowded)
        return;
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *given = PyList_GET_ITEM(list, i), *function = weakref_target(PyTuple_GET_ITEM(given, 0));
        if (function != NULL) {
            PyList_SET_ITEM(list, i, PyList_GET_ITEM(list, kept));
            PyList_SET_ITEM(list, kept++, given);
        }
        Py_XDECREF(function);
    }
    PyList_SetSlice(list, kept, count, NULL);
    own->crowded = 2 * kept + 64;
}

static bool remember(cost_t *own, PyObject *function, PyObject *code, PyObject *original)
{
    if (own->functions == NULL) {
        own->functions = PyList_New(0);
        own->crowded = 64;
    }
    PyObject *reference = own->functions == NULL ? NULL : PyWeakref_NewRef(function, NULL);
    PyObject *pair = reference == NULL ? NULL : PyTuple_Pack(3, reference, code, original);
    bool done = pair != NULL && PyList_Append(own->functions, pair) == 0;
    if (done)
        forget_gone(own);
    Py_XDECREF(pair);
    Py_XDECREF(reference);
    return done;
}

/* A function has been called whose probes are to be taken out. */
void budget_enter(core_t *core, uint64_t site)
{
    cost_t *own = core->budget != NULL && site < core->budget->room ? &core->budget->costs[site] : NULL;
    PyObject *function = own == NULL || own->how != TAKEN_OUT ? NULL : function_here();
    PyObject *code = function == NULL ? NULL : PyFunction_GET_CODE(function);
    bool is_known = own != NULL && function == NULL;
    PyObject *original = code == NULL ? NULL : original_of(core, (PyCodeObject *)code, site, &is_known);
    bool done = original != NULL && is_like(original, (PyCodeObject *)code) && remember(own, function, code, original) &&
                PyObject_SetAttr(function, core->names[NAME_CODE], original) == 0;
    PyErr_Clear();
    if (!done && is_known) {
        own->stays = true;
        budget_turn(core, site, COUNTED, clock_ticks(core));
    }
}

/* Functions that are still there have their twin's code again, if nobody gave them another since. */
void budget_put_back(core_t *core, cost_t *own)
{
    PyObject *list = own->functions;
    own->functions = NULL;
    for (Py_ssize_t i = 0; list != NULL && i < PyList_GET_SIZE(list); i++) {
        PyObject *given = PyList_GET_ITEM(list, i), *function = weakref_target(PyTuple_GET_ITEM(given, 0));
        if (function != NULL && PyFunction_GET_CODE(function) == PyTuple_GET_ITEM(given, 2) &&
            PyObject_SetAttr(function, core->names[NAME_CODE], PyTuple_GET_ITEM(given, 1)) < 0)
            PyErr_Clear();
        Py_XDECREF(function);
    }
    Py_XDECREF(list);
}

/* `codes` gives, for a file's id and name, a dict of its original's code objects by qualified name and first line; `price`
   is what a thousand calls of a builtin function take, in ns. */
PyObject *spanwright_budget(PyObject *module, PyObject *args)
{
    core_t *core = core_of(module);
    PyObject *codes;
    unsigned long long price;
    if (!PyArg_ParseTuple(args, "OK", &codes, &price))
        return NULL;
    if (core->budget != NULL) {
        Py_XSETREF(core->budget->codes, Py_NewRef(codes));
        core->budget->call += (double)in_ticks(core, price) / 1000;
    }
    Py_RETURN_NONE;
}
