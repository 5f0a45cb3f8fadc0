/* The module `spanwright._core`: the contract of both cores, `Core` in _types.py. */
#include "hooks.h"

#include <stdlib.h>

typedef struct {
    core_t *core;
} state_t;

core_t *core_of(PyObject *module)
{
    return ((state_t *)PyModule_GetState(module))->core;
}

/* Takes the facts, as they are or from a function that may ask what is hidden. */
static bool take_facts(core_t *core, PyObject *given)
{
    PyObject *facts = PyCallable_Check(given) ? PyObject_CallNoArgs(given) : Py_NewRef(given);
    char *bytes;
    Py_ssize_t size;
    if (facts == NULL || PyBytes_AsStringAndSize(facts, &bytes, &size) < 0) {
        Py_XDECREF(facts);
        return false;
    }
    core->facts_size = size > STREAM_START - FACTS_START - 1 ? 0 : (size_t)size;
    core->facts = malloc(core->facts_size + 1);
    if (core->facts != NULL)
        memcpy(core->facts, bytes, core->facts_size);
    Py_DECREF(facts);
    return true;
}

static PyObject *configure(PyObject *module, PyObject *args)
{
    core_t *core = core_of(module);
    PyObject *given, *facts, *settings = NULL, *folder = NULL;
    if (!PyArg_ParseTuple(args, "OO|O:configure", &given, &facts, &settings))
        return NULL;
    if (core->configured || (given != Py_None && !PyUnicode_FSConverter(given, &folder))) {
        Py_XDECREF(folder);
        if (PyErr_Occurred())
            return NULL;
        Py_RETURN_NONE;
    }
    core->configured = true;
    if (settings != NULL && PyDict_CheckExact(settings)) {
        limits_take(core, settings);
        redact_take(core, settings);
    }
    core->folder = folder == NULL ? NULL : strdup(PyBytes_AS_STRING(folder));
    Py_XDECREF(folder);
    if (!take_facts(core, facts))
        return NULL;
    core->off = core->folder == NULL || core->facts == NULL;
    Py_RETURN_NONE;
}

/* The file that was registered with the same id, filename and module, or NULL. */
static file_t *find_file(const core_t *core, const file_t *wanted)
{
    for (size_t i = 0; i < core->file_count; i++) {
        file_t *file = &core->files[i];
        bool same = file->count == wanted->count;
        for (int k = 0; same && k < 4; k++)
            same = k == 1 || (file->length[k] == wanted->length[k] &&
                              memcmp(file->text[k], wanted->text[k], wanted->length[k]) == 0);
        if (same)
            return file;
    }
    return NULL;
}

static file_t *add_file(core_t *core, const file_t *given)
{
    size_t size = 0;
    if (core->file_count == core->file_room) {
        size_t room = core->file_room * 2 + 16;
        file_t *files = realloc(core->files, room * sizeof *files);
        if (files == NULL)
            return NULL;
        core->files = files;
        core->file_room = room;
    }
    for (int k = 0; k < 4; k++)
        size += given->length[k] + 1;
    char *text = malloc(size);
    if (text == NULL)
        return NULL;
    file_t *file = &core->files[core->file_count++];
    *file = *given;
    for (int k = 0; k < 4; k++) {
        file->text[k] = memcpy(text, given->text[k], given->length[k]);
        text += given->length[k] + 1;
    }
    file->base = core->next_base;
    core->next_base += file->count;
    if (!sites_grow(core, core->next_base)) {
        core->file_count--;
        free(file->text[0]);
        return NULL;
    }
    if (core->header != NULL && !core->off)
        define_file(core, file);
    return file;
}

static PyObject *make_probes(core_t *core, file_t *file, PyObject *origin, PyObject *words)
{
    PyObject *names = PyUnicode_Split(words, NULL, -1);
    PyObject *probes = names == NULL ? NULL : PyTuple_New(PyList_GET_SIZE(names));
    for (Py_ssize_t i = 0; probes != NULL && i < PyList_GET_SIZE(names); i++) {
        PyObject *word = PyList_GET_ITEM(names, i);
        PyObject *own = PyTuple_New(7);
        for (Py_ssize_t k = 0; own != NULL && k < 7; k++)
            PyTuple_SET_ITEM(own, k, Py_NewRef(k < 6 ? PyTuple_GET_ITEM(origin, k) : word));
        PyObject *probe = own == NULL ? NULL : probe_new(core, file, word, own);
        Py_XDECREF(own);
        if (probe == NULL)
            Py_CLEAR(probes);
        else
            PyTuple_SET_ITEM(probes, i, probe);
    }
    Py_XDECREF(names);
    return probes;
}

static PyObject *register_file(PyObject *module, PyObject *args)
{
    core_t *core = core_of(module);
    PyObject *text[4], *bytes[4] = {NULL}, *words, *probes = NULL;
    unsigned long long sites;
    int flags;
    file_t given = {0};
    file_t *file = NULL;
    if (!PyArg_ParseTuple(args, "UUUUKiU:register", &text[0], &text[1], &text[2], &text[3], &sites, &flags, &words))
        return NULL;
    for (int k = 0; k < 4; k++) {
        /* surrogatepass: file names that are no UTF-8 reach Python as lone surrogates */
        bytes[k] = PyUnicode_AsEncodedString(text[k], "utf-8", "surrogatepass");
        if (bytes[k] == NULL)
            goto done;
        given.text[k] = PyBytes_AS_STRING(bytes[k]);
        given.length[k] = (size_t)PyBytes_GET_SIZE(bytes[k]);
    }
    given.count = sites;
    given.flags = (uint8_t)flags;
    file = flags & SILENT ? &given : find_file(core, &given);
    if (file == NULL)
        file = add_file(core, &given);
    probes = file == NULL ? PyErr_NoMemory() : make_probes(core, file, args, words);
done:
    for (int k = 0; k < 4; k++)
        Py_XDECREF(bytes[k]);
    return probes;
}

static PyObject *segment(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    core_t *core = core_of(module);
    if (core->path == NULL)
        Py_RETURN_NONE;
    return PyUnicode_DecodeFSDefault(core->path);
}

static PyObject *trouble(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    static const char *const kinds[TROUBLE_KINDS] = {"memory", "segment", "oversize", "arguments", "context"};
    core_t *core = core_of(module);
    PyObject *counts = PyDict_New();
    for (int i = 0; counts != NULL && i < TROUBLE_KINDS; i++) {
        PyObject *count = core->trouble[i] == 0 ? NULL : PyLong_FromUnsignedLongLong(core->trouble[i]);
        if (core->trouble[i] != 0 && (count == NULL || PyDict_SetItemString(counts, kinds[i], count) < 0))
            Py_CLEAR(counts);
        Py_XDECREF(count);
    }
    return counts;
}

static PyObject *dump(PyObject *module, PyObject *reason)
{
    const char *text = PyUnicode_AsUTF8(reason);
    if (text == NULL)
        return NULL;
    flight_dump(core_of(module), text);
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"configure", configure, METH_VARARGS, NULL},
    {"register", register_file, METH_VARARGS, NULL},
    {"segment", segment, METH_NOARGS, NULL},
    {"trouble", trouble, METH_NOARGS, NULL},
    {"dump", dump, METH_O, NULL},
    {"budget", spanwright_budget, METH_VARARGS, NULL},
    {"name_sites", spanwright_name_sites, METH_VARARGS, NULL},
    {"redact", spanwright_redact, METH_VARARGS, NULL},
    {"hides", spanwright_hides, METH_VARARGS, NULL},
    {"stand_in", spanwright_stand_in, METH_VARARGS, NULL},
    {"restore_positions", (PyCFunction)(void (*)(void))spanwright_restore_positions, METH_FASTCALL, NULL},
    {"restore_tables", (PyCFunction)(void (*)(void))spanwright_restore_tables, METH_FASTCALL, NULL},
    {NULL, NULL, 0, NULL},
};

static int make_types(PyObject *module, core_t *core)
{
    struct {
        PyTypeObject **type;
        PyType_Spec *spec;
    } const types[] = {{&core->probe_type, &probe_spec},
                       {&core->handle_type, &handle_spec},
                       {&core->done_type, &done_spec},
                       {&core->delegate_type, &delegate_spec},
                       {&core->method_type, &method_spec},
                       {&core->awaiter_type, &awaiter_spec},
                       {&core->stand_in_type, &stand_in_spec},
                       {&core->watched_type, &watched_spec},
                       {&core->hook_type, &hook_spec},
                       {&core->origin_type, &origin_spec}};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        *types[i].type = (PyTypeObject *)PyType_FromModuleAndSpec(module, types[i].spec, NULL);
        if (*types[i].type == NULL)
            return -1;
    }
    core->done = (PyObject *)PyObject_New(PyObject, core->done_type);
    core->dead = core->done == NULL ? NULL : handle_new(core, COROUTINE);
    core->origins = PyDict_New();
    return core->dead == NULL || core->origins == NULL ? -1 : 0;
}

/* Goes with the interpreter's own dict, the last thing that is taken down: no Python code can run any more, and threads
   that still want to are stopped. */
typedef struct {
    PyObject_HEAD
    core_t *core;
} end_t;

static void end_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    core_t *core = ((end_t *)self)->core;
    PyObject_Free(self);
    Py_DECREF(type);
    segment_finish(core, true);
    core_release(core);
}

static PyType_Slot end_slots[] = {
    {Py_tp_dealloc, end_dealloc},
    {0, NULL},
};

static PyType_Spec end_spec = {
    .name = "spanwright._core.end",
    .basicsize = sizeof(end_t),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = end_slots,
};

static int await_end(core_t *core)
{
    PyObject *dict = PyInterpreterState_GetDict(PyInterpreterState_Get());
    PyObject *type = dict == NULL ? NULL : PyType_FromSpec(&end_spec);
    end_t *end = type == NULL ? NULL : PyObject_New(end_t, (PyTypeObject *)type);
    Py_XDECREF(type);
    if (end == NULL)
        return -1;
    end->core = core;
    core_share(core);
    int failed = PyDict_SetItemString(dict, "spanwright", (PyObject *)end);
    Py_DECREF(end);
    return failed;
}

static int make_names(core_t *core)
{
    static const char *const names[NAMES] = {"__module__", "__name__", "__dict__",   "__slots__",
                                             "__notes__",  "context",  "suggestion", "_name",
                                             "__getattribute__", "__aenter__", "__aexit__", "_spanwright",
                                             "_fields", "_name_", "_value_", "_str", "_raw_paths", "_parts", "int",
                                             "str",
                                             "_mgr", "blocks", "axes", "_mgr_locs", "indexer", "values", "_ndarray",
                                             "_dtype", "_categories", "_data", "_mask", "_pa_array", "_range",
                                             "_levels", "_codes", "_names", "as_py", "__code__"};
    for (int i = 0; i < NAMES; i++)
        if ((core->names[i] = PyUnicode_InternFromString(names[i])) == NULL)
            return -1;
    PyObject *bound = PyObject_GetAttrString(core->names[0], "__len__");
    if (bound == NULL)
        return -1;
    core->bound_wrapper_type = Py_TYPE(bound); /* a static type */
    Py_DECREF(bound);
    core->current = PyContextVar_New("spanwright", NULL);
    return core->current == NULL ? -1 : 0;
}

static int execute(PyObject *module)
{
    core_t *core = calloc(1, sizeof *core);
    if (core == NULL || !threads_setup(core)) {
        free(core);
        PyErr_SetString(PyExc_ImportError, "no thread-specific storage or exit handler left for the recorder");
        return -1;
    }
    core->off = true;
    core->owners = 1;
    limits_setup(core);
    ((state_t *)PyModule_GetState(module))->core = core;
    clock_setup(core);
    core->process = thread_new(core);
    if (core->process == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    core->process->process = true;
    if (make_types(module, core) < 0 || make_names(core) < 0 || await_end(core) < 0)
        return -1;
    return PyModule_AddStringConstant(module, "NAME", "c");
}

static int traverse(PyObject *module, visitproc visit, void *arg)
{
    core_t *core = core_of(module);
    if (core != NULL) {
        Py_VISIT(core->probe_type);
        Py_VISIT(core->handle_type);
        Py_VISIT(core->done_type);
        Py_VISIT(core->delegate_type);
        Py_VISIT(core->method_type);
        Py_VISIT(core->awaiter_type);
        Py_VISIT(core->stand_in_type);
        Py_VISIT(core->watched_type);
        Py_VISIT(core->hook_type);
        Py_VISIT(core->origin_type);
        Py_VISIT(core->current);
    }
    return 0;
}

/* Late destructors may still call probes, so nothing that those need goes before the module itself. */
static void release(void *module)
{
    core_t *core = core_of(module);
    if (core == NULL)
        return;
    segment_finish(core, true);
    core->off = true;
    Py_CLEAR(core->dead);
    Py_CLEAR(core->done);
    Py_CLEAR(core->probe_type);
    Py_CLEAR(core->handle_type);
    Py_CLEAR(core->done_type);
    Py_CLEAR(core->delegate_type);
    Py_CLEAR(core->method_type);
    Py_CLEAR(core->awaiter_type);
    Py_CLEAR(core->stand_in_type);
    Py_CLEAR(core->watched_type);
    Py_CLEAR(core->hook_type);
    Py_CLEAR(core->origin_type);
    Py_CLEAR(core->origins);
    callees_release(core);
    shapes_release(core);
    budget_clear(core);
    Py_CLEAR(core->current);
    for (int i = 0; i < NAMES; i++)
        Py_CLEAR(core->names[i]);
    core_release(core);
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, execute},
    INTERPRETER_SLOTS
    {0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "spanwright._core",
    .m_doc = "The recorder in C.",
    .m_size = sizeof(state_t),
    .m_methods = methods,
    .m_slots = slots,
    .m_traverse = traverse,
    .m_free = release,
};

PyMODINIT_FUNC PyInit__core(void)
{
    return PyModuleDef_Init(&definition);
}
