/* What a name means on a receiver, found without running code of the program. */
#include "callees.h"

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
