/* What is called, by its names. Nothing of the program is kept alive but strings, no attribute is looked up in a way that
   user code could take part in, and no pointer is followed that may be dead. */
#include "probes.h"

#include <stdlib.h>

enum { MOST_WRAPPERS = 8, FIRST_SLOTS = 256 };
enum { SEEN_FUNCTION = 1, SEEN_BUILTIN, SEEN_BOUND, SEEN_TYPE, SEEN_METHOD, SEEN_FIELD };

/* The descriptors of static and class methods, and a slot's wrapper that is bound: not in the public headers, and alike
   in all versions. */
typedef struct {
    PyObject_HEAD
    PyObject *callable;
} wrapped_t;

typedef struct {
    PyObject_HEAD
    PyWrapperDescrObject *descriptor;
} bound_wrapper_t;

/* The text, if it is one that may be kept, an exact str, and says anything. */
static PyObject *plain_text(PyObject *text)
{
    if (text == NULL || !PyUnicode_CheckExact(text) || !text_is_ready(text) || PyUnicode_GET_LENGTH(text) == 0)
        return NULL;
    return text;
}

static PyObject *module_text(PyObject *module)
{
    module = plain_text(module);
    return module == NULL || PyUnicode_CompareWithASCIIString(module, "builtins") == 0 ? NULL : module;
}

static bool same_text(PyObject *one, PyObject *other)
{
    return one == other || (one != NULL && other != NULL && PyUnicode_Compare(one, other) == 0);
}

static bool same_callee(const callee_t *one, const callee_t *other)
{
    return one->hash == other->hash && one->line == other->line && same_text(one->name, other->name) &&
           same_text(one->module, other->module) && same_text(one->file, other->file);
}

static size_t text_hash(PyObject *text)
{
    return text == NULL ? 7 : (size_t)PyObject_Hash(text);
}

static bool grow_index(core_t *core)
{
    size_t slots = core->callee_slots == 0 ? FIRST_SLOTS : 2 * core->callee_slots;
    uint32_t *index = calloc(slots, sizeof *index);
    if (index == NULL)
        return false;
    for (size_t i = 0; i < core->callee_count; i++) {
        size_t at = core->callees[i].hash & (slots - 1);
        while (index[at] != 0)
            at = (at + 1) & (slots - 1);
        index[at] = (uint32_t)i + 1;
    }
    free(core->callee_index);
    core->callee_index = index;
    core->callee_slots = slots;
    return true;
}

static uint32_t add_callee(core_t *core, const callee_t *given, size_t at)
{
    if (core->callee_count == core->callee_room) {
        size_t room = 2 * core->callee_room + 64;
        callee_t *callees = realloc(core->callees, room * sizeof *callees);
        if (callees == NULL)
            return 0;
        core->callees = callees;
        core->callee_room = room;
    }
    callee_t *callee = &core->callees[core->callee_count++];
    *callee = *given;
    Py_XINCREF(callee->module);
    Py_XINCREF(callee->name);
    Py_XINCREF(callee->file);
    return core->callee_index[at] = (uint32_t)core->callee_count;
}

/* The number of a callee, a new one where it is met for the first time; 0 where memory is short. */
static uint32_t number_of(core_t *core, PyObject *module, PyObject *name, PyObject *file, int line)
{
    callee_t wanted = {.module = module, .name = name, .file = file, .line = line};
    if (2 * core->callee_count >= core->callee_slots && !grow_index(core)) {
        core->trouble[TROUBLE_MEMORY]++;
        return 0;
    }
    wanted.hash = text_hash(name) * 31 ^ text_hash(module) ^ (text_hash(file) + (size_t)line) * 17;
    size_t mask = core->callee_slots - 1, at = wanted.hash & mask;
    for (; core->callee_index[at] != 0; at = (at + 1) & mask)
        if (same_callee(&core->callees[core->callee_index[at] - 1], &wanted))
            return core->callee_index[at];
    return add_callee(core, &wanted, at);
}

void callees_undefine(core_t *core)
{
    for (size_t i = 0; i < core->callee_count; i++)
        core->callees[i].defined = false;
}

void callees_release(core_t *core)
{
    for (size_t i = 0; i < core->callee_count; i++) {
        Py_XDECREF(core->callees[i].module);
        Py_XDECREF(core->callees[i].name);
        Py_XDECREF(core->callees[i].file);
    }
    free(core->callees);
    free(core->callee_index);
    core->callees = NULL;
    core->callee_index = NULL;
    core->callee_count = core->callee_room = core->callee_slots = 0;
}

typedef struct {
    uint32_t number;
    const callee_t *callee;
} definition_t;

static void put_callee(out_t *o, const void *what)
{
    const definition_t *definition = what;
    const callee_t *callee = definition->callee;
    put_v(o, definition->number);
    put_text(o, callee->module, MOST_NAME);
    put_text(o, callee->name, MOST_NAME);
    put_text(o, callee->file, MOST_NAME);
    put_v(o, (uint64_t)callee->line);
}

/* Writes a callee's definition, after the thread has been introduced. */
void callee_define(thread_t *t, uint32_t number, uint64_t now)
{
    definition_t definition = {number, &t->core->callees[number - 1]};
    if (t->number == 0) {
        t->last = now;
        if (!stream_next_chunk(t))
            return;
    }
    t->core->callees[number - 1].defined = true;
    event_write(t->core->process, OP_CALLEE, NO_TIME, NO_HANDLE, put_callee, &definition);
}

/* A type's module and qualified name: new references, or NULL. */
static void names_of_type(core_t *core, PyTypeObject *type, PyObject **module, PyObject **name)
{
    if (type->tp_flags & Py_TPFLAGS_HEAPTYPE) {
        *module = Py_XNewRef(module_text(plain_get(core, type->tp_dict, NAME_MODULE)));
        *name = Py_XNewRef(plain_text(((PyHeapTypeObject *)type)->ht_qualname));
        return;
    }
    const char *dot = strrchr(type->tp_name, '.');
    bool builtin = dot == NULL || strncmp(type->tp_name, "builtins.", 9) == 0;
    *module = builtin ? NULL : PyUnicode_FromStringAndSize(type->tp_name, dot - type->tp_name);
    *name = PyUnicode_FromString(dot == NULL ? type->tp_name : dot + 1);
    PyErr_Clear();
}

/* `type.name` in the type's module, or the type itself without a name. */
static uint32_t number_of_type(core_t *core, PyTypeObject *type, PyObject *attribute)
{
    PyObject *module, *name;
    names_of_type(core, type, &module, &name);
    if (attribute != NULL) {
        PyObject *both = name == NULL ? Py_NewRef(attribute) : PyUnicode_FromFormat("%U.%U", name, attribute);
        Py_XSETREF(name, both);
        PyErr_Clear();
    }
    uint32_t number = number_of(core, module, name, NULL, 0);
    Py_XDECREF(module);
    Py_XDECREF(name);
    return number;
}

static uint32_t number_of_function(core_t *core, PyObject *callee)
{
    const PyFunctionObject *function = (PyFunctionObject *)callee;
    const PyCodeObject *code = (PyCodeObject *)function->func_code;
    return number_of(core, module_text(function->func_module), plain_text(function->func_qualname),
                     plain_text(code->co_filename), code->co_firstlineno < 0 ? 0 : code->co_firstlineno);
}

/* The class that a bound builtin method is named after, NULL where it is a function of a module. */
static PyTypeObject *class_of_builtin(PyObject *callee)
{
    PyObject *bound = ((PyCFunctionObject *)callee)->m_self;
    if (bound == NULL || PyModule_Check(bound))
        return NULL;
    return PyType_Check(bound) ? (PyTypeObject *)bound : Py_TYPE(bound);
}

static uint32_t number_of_builtin(core_t *core, PyObject *callee)
{
    const PyCFunctionObject *function = (PyCFunctionObject *)callee;
    PyTypeObject *type = class_of_builtin(callee);
    PyObject *name = PyUnicode_FromString(function->m_ml->ml_name);
    PyErr_Clear();
    if (name == NULL)
        return 0;
    uint32_t number = type != NULL ? number_of_type(core, type, name)
                                   : number_of(core, module_text(function->m_module), name, NULL, 0);
    Py_DECREF(name);
    return number;
}

static bool is_descriptor(PyObject *value)
{
    return Py_IS_TYPE(value, &PyMethodDescr_Type) || Py_IS_TYPE(value, &PyWrapperDescr_Type) ||
           Py_IS_TYPE(value, &PyClassMethodDescr_Type);
}

static uint32_t number_of_descriptor(core_t *core, const PyDescrObject *descriptor)
{
    return number_of_type(core, descriptor->d_type, plain_text(descriptor->d_name));
}

/* What a method is made of; None stands where a static or class method was given nothing. */
static PyObject *unwrapped(PyObject *callee)
{
    for (int i = 0; i < MOST_WRAPPERS; i++) {
        if (Py_IS_TYPE(callee, &PyMethod_Type))
            callee = PyMethod_GET_FUNCTION(callee);
        else if (Py_IS_TYPE(callee, &PyStaticMethod_Type) || Py_IS_TYPE(callee, &PyClassMethod_Type))
            callee = ((wrapped_t *)callee)->callable;
        else
            break;
        if (callee == NULL)
            return Py_None;
    }
    return callee;
}

static uint32_t number_of_any(core_t *core, PyObject *callee)
{
    callee = unwrapped(callee);
    if (PyFunction_Check(callee))
        return number_of_function(core, callee);
    if (PyCFunction_Check(callee))
        return number_of_builtin(core, callee);
    if (is_descriptor(callee))
        return number_of_descriptor(core, (PyDescrObject *)callee);
    if (Py_IS_TYPE(callee, core->bound_wrapper_type))
        return number_of_descriptor(core, (PyDescrObject *)((bound_wrapper_t *)callee)->descriptor);
    return number_of_type(core, PyType_Check(callee) ? (PyTypeObject *)callee : Py_TYPE(callee), NULL);
}

/* Whether a type is the one that was seen: its version changes with its names' places, and is never given to another. */
static inline bool is_seen_type(const seen_t *seen, const PyTypeObject *type)
{
    if (seen->first != type || seen->version != (unsigned)type->tp_version_tag)
        return false;
    return seen->version != 0 || !(type->tp_flags & Py_TPFLAGS_HEAPTYPE);
}

/* Whether a builtin's name is the text or stands behind its last dot: definitions of builtins can be freed. */
static bool ends_with(PyObject *text, const char *name)
{
    size_t size = strlen(name), length = text == NULL ? 0 : (size_t)PyUnicode_GET_LENGTH(text);
    if (size > length || !PyUnicode_IS_COMPACT_ASCII(text))
        return false;
    const char *tail = (const char *)PyUnicode_DATA(text) + (length - size);
    return memcmp(tail, name, size) == 0 && (size == length || tail[-1] == '.');
}

/* Whether the site's last callee is this one. */
static bool is_seen(core_t *core, const seen_t *seen, PyObject *callee)
{
    const callee_t *known = &core->callees[seen->callee - 1];
    if (PyFunction_Check(callee)) {
        const PyFunctionObject *function = (PyFunctionObject *)callee;
        const PyCodeObject *code = (PyCodeObject *)function->func_code;
        return seen->kind == SEEN_FUNCTION && known->name == function->func_qualname &&
               known->module == function->func_module && known->file == code->co_filename &&
               known->line == code->co_firstlineno;
    }
    if (PyCFunction_Check(callee)) {
        const PyCFunctionObject *function = (PyCFunctionObject *)callee;
        const PyTypeObject *type = class_of_builtin(callee);
        if (type != NULL)
            return seen->kind == SEEN_BOUND && seen->second == function->m_ml && is_seen_type(seen, type) &&
                   ends_with(known->name, function->m_ml->ml_name);
        return seen->kind == SEEN_BUILTIN && seen->first == function->m_ml && seen->second == function->m_module &&
               ends_with(known->name, function->m_ml->ml_name);
    }
    return seen->kind == SEEN_TYPE && PyType_Check(callee) && is_seen_type(seen, (PyTypeObject *)callee) &&
           (!(((PyTypeObject *)callee)->tp_flags & Py_TPFLAGS_HEAPTYPE) ||
            known->name == ((PyHeapTypeObject *)callee)->ht_qualname);
}

static void see(seen_t *seen, PyObject *callee, uint32_t number)
{
    *seen = (seen_t){.callee = number};
    if (PyFunction_Check(callee)) {
        seen->kind = SEEN_FUNCTION;
    } else if (PyCFunction_Check(callee)) {
        const PyCFunctionObject *function = (PyCFunctionObject *)callee;
        const PyTypeObject *type = class_of_builtin(callee);
        seen->kind = type != NULL ? SEEN_BOUND : SEEN_BUILTIN;
        seen->first = type != NULL ? (const void *)type : function->m_ml;
        seen->second = type != NULL ? (const void *)function->m_ml : function->m_module;
        seen->version = type != NULL ? (unsigned)type->tp_version_tag : 0;
    } else if (PyType_Check(callee)) {
        seen->kind = SEEN_TYPE;
        seen->first = callee;
        seen->version = (unsigned)((PyTypeObject *)callee)->tp_version_tag;
    }
}

static inline seen_t *seen_at(const probe_t *probe, uint64_t site)
{
    uint64_t own = site - probe->base;
    return LIKELY(own < probe->sites) ? &probe->seen[own] : NULL;
}

uint32_t callee_of(probe_t *probe, uint64_t site, PyObject *callee)
{
    seen_t *seen = seen_at(probe, site);
    if (Py_IS_TYPE(callee, &PyMethod_Type))
        callee = PyMethod_GET_FUNCTION(callee);
    if (LIKELY(seen != NULL && seen->callee != 0 && is_seen(probe->core, seen, callee)))
        return seen->callee;
    uint32_t number = number_of_any(probe->core, callee);
    if (seen != NULL)
        see(seen, callee, number);
    return number;
}

/* What types look attributes up with: the first `__getattribute__` along the MRO. */
static PyObject *getattribute_of(core_t *core, PyTypeObject *type)
{
    return _PyType_Lookup(type, core->names[NAME_GETATTRIBUTE]);
}

static bool is_generic(core_t *core, PyTypeObject *type)
{
    PyObject *found = getattribute_of(core, type);
    return found != NULL && Py_IS_TYPE(found, &PyWrapperDescr_Type) &&
           ((PyWrapperDescrObject *)found)->d_wrapped == (void *)PyObject_GenericGetAttr;
}

/* What counts as found along an MRO; all else could be something that its own code makes of it. */
static PyObject *if_callable(core_t *core, PyObject *found)
{
    if (found == NULL || PyFunction_Check(found) || PyCFunction_Check(found) || PyType_Check(found) ||
        is_descriptor(found) || Py_IS_TYPE(found, core->bound_wrapper_type) || Py_IS_TYPE(found, &PyStaticMethod_Type) ||
        Py_IS_TYPE(found, &PyClassMethod_Type))
        return found;
    return NULL;
}

typedef struct {
    PyTypeObject *start, *type; /* looks behind `start` along the MRO of `type` */
} super_t;

static bool read_super(PyObject *receiver, super_t *both)
{
    *both = (super_t){NULL, NULL};
    for (const PyMemberDef *member = PySuper_Type.tp_members; member->name != NULL; member++) {
        PyTypeObject *value = *(PyTypeObject **)((char *)receiver + member->offset);
        if (strcmp(member->name, "__thisclass__") == 0)
            both->start = value;
        else if (strcmp(member->name, "__self_class__") == 0)
            both->type = value;
    }
    return both->start != NULL && both->type != NULL;
}

static PyObject *find_behind(const super_t *both, PyObject *name)
{
    PyObject *mro = both->type->tp_mro, *found = NULL;
    Py_ssize_t count = mro == NULL ? 0 : PyTuple_GET_SIZE(mro), i = 0;
    while (i < count && PyTuple_GET_ITEM(mro, i) != (PyObject *)both->start)
        i++;
    for (i++; i < count && found == NULL; i++) {
        PyObject *dict = class_dict((PyTypeObject *)PyTuple_GET_ITEM(mro, i));
        found = dict == NULL ? NULL : PyDict_GetItemWithError(dict, name);
        if (found == NULL)
            PyErr_Clear();
    }
    return found;
}

static uint32_t number_in_module(probe_t *probe, seen_t *seen, PyObject *module, PyObject *name)
{
    core_t *core = probe->core;
    PyObject *dict = PyModule_GetDict(module), *found = NULL;
    if (dict != NULL && getattribute_of(core, Py_TYPE(module)) == getattribute_of(core, &PyModule_Type))
        found = PyDict_GetItemWithError(dict, name);
    if (found == NULL) {
        PyErr_Clear();
        return number_of(core, module_text(plain_get(core, dict, NAME_NAME)), name, NULL, 0);
    }
    if (Py_IS_TYPE(found, &PyMethod_Type))
        found = PyMethod_GET_FUNCTION(found);
    if (LIKELY(seen != NULL && seen->callee != 0 && is_seen(core, seen, found)))
        return seen->callee;
    uint32_t number = number_of_any(core, found);
    if (seen != NULL)
        see(seen, found, number);
    return number;
}

static uint32_t number_of_found(core_t *core, PyObject *found, PyTypeObject *type, PyObject *name)
{
    found = if_callable(core, found);
    return found != NULL ? number_of_any(core, found) : number_of_type(core, type, name);
}

/* What a site found for a class, remembered while the class stays as it is. */
static uint32_t see_class(seen_t *seen, seen_t found)
{
    const PyTypeObject *type = found.first;
    found.version = (unsigned)type->tp_version_tag;
    if (seen != NULL)
        *seen = found;
    return found.callee;
}

static inline bool is_seen_class(const seen_t *seen, int kind, const PyTypeObject *type, const void *second, PyObject *name)
{
    return seen != NULL && seen->callee != 0 && seen->kind == kind && seen->second == second && seen->name == name &&
           is_seen_type(seen, type);
}

static uint32_t number_in_class(core_t *core, seen_t *seen, PyTypeObject *type, PyObject *name)
{
    if (is_seen_class(seen, SEEN_METHOD, type, Py_TYPE(type), name))
        return seen->callee;
    bool plain = getattribute_of(core, Py_TYPE(type)) == getattribute_of(core, &PyType_Type);
    PyObject *found = plain ? _PyType_Lookup(type, name) : NULL;
    uint32_t number = number_of_found(core, found, type, name);
    if (!plain)
        return number;
    return see_class(seen, (seen_t){.kind = SEEN_METHOD, .first = type, .second = Py_TYPE(type), .name = name, .callee = number});
}

static uint32_t number_behind(core_t *core, seen_t *seen, PyObject *receiver, PyObject *name)
{
    super_t both;
    if (!read_super(receiver, &both))
        return number_of_type(core, Py_TYPE(receiver), name);
    if (is_seen_class(seen, SEEN_METHOD, both.type, both.start, name))
        return seen->callee;
    _PyType_Lookup(both.type, name); /* gives the class its version */
    uint32_t number = number_of_found(core, find_behind(&both, name), Py_TYPE(receiver), name);
    return see_class(seen, (seen_t){.kind = SEEN_METHOD, .first = both.type, .second = both.start, .name = name, .callee = number});
}

uint32_t callee_of_method(probe_t *probe, uint64_t site, PyObject *receiver, PyObject *name)
{
    core_t *core = probe->core;
    seen_t *seen = seen_at(probe, site);
    PyTypeObject *type = Py_TYPE(receiver);
    if (UNLIKELY(!PyUnicode_CheckExact(name))) {
        core->trouble[TROUBLE_ARGUMENTS]++;
        return 0;
    }
    if (LIKELY(is_seen_class(seen, SEEN_FIELD, type, NULL, name) && !instance_has(core, receiver, name, &seen->fields)))
        return seen->callee;
    if (PyModule_Check(receiver))
        return number_in_module(probe, seen, receiver, name);
    if (PyType_Check(receiver))
        return number_in_class(core, seen, (PyTypeObject *)receiver, name);
    if (type == &PySuper_Type)
        return number_behind(core, seen, receiver, name);
    PyObject *found = is_generic(core, type) ? _PyType_Lookup(type, name) : NULL;
    Py_ssize_t fields = FIELDS_UNKNOWN;
    if (found != NULL && instance_has(core, receiver, name, &fields))
        return number_of_type(core, type, name);
    uint32_t number = number_of_found(core, found, type, name);
    return see_class(seen, (seen_t){.kind = SEEN_FIELD, .first = type, .name = name, .fields = fields, .callee = number});
}
