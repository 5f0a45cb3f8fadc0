/* What is known of types: how their instances are written, where those have fields, and the name. It is found with the
   lookups that the interpreter itself uses for types, which no user code takes part in, and kept for the recent ones. */
#include "write.h"

/* The builtin whose layout values of this type have, or NULL. */
static PyTypeObject *layout_of(PyTypeObject *type)
{
    unsigned long flags = PyType_GetFlags(type);
    if (flags & Py_TPFLAGS_LONG_SUBCLASS)
        return &PyLong_Type;
    if (flags & Py_TPFLAGS_UNICODE_SUBCLASS)
        return &PyUnicode_Type;
    if (flags & Py_TPFLAGS_LIST_SUBCLASS)
        return &PyList_Type;
    if (flags & Py_TPFLAGS_TUPLE_SUBCLASS)
        return &PyTuple_Type;
    if (flags & Py_TPFLAGS_DICT_SUBCLASS)
        return &PyDict_Type;
    if (flags & Py_TPFLAGS_BYTES_SUBCLASS)
        return &PyBytes_Type;
    PyTypeObject *const others[] = {&PyFloat_Type, &PySet_Type, &PyFrozenSet_Type, &PyByteArray_Type, &PyComplex_Type};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (PyType_IsSubtype(type, others[i])) /* numpy's floats have it as their second base */
            return others[i];
    return NULL;
}

static enum form form_of_layout(const PyTypeObject *layout)
{
    static const struct {
        const PyTypeObject *layout;
        enum form form;
    } forms[] = {
        {&PyLong_Type, FORM_INT},        {&PyUnicode_Type, FORM_STR}, {&PyList_Type, FORM_LIST},
        {&PyTuple_Type, FORM_TUPLE},     {&PyDict_Type, FORM_DICT},   {&PyBytes_Type, FORM_BYTES},
        {&PyFloat_Type, FORM_FLOAT},     {&PySet_Type, FORM_SET},     {&PyFrozenSet_Type, FORM_FROZENSET},
        {&PyComplex_Type, FORM_COMPLEX}, {&PyByteArray_Type, FORM_BYTEARRAY},
    };
    size_t i = 0;
    while (forms[i].layout != layout)
        i++;
    return forms[i].form;
}

static enum form form_of_other(PyTypeObject *type)
{
    if (PyType_GetFlags(type) & Py_TPFLAGS_BASE_EXC_SUBCLASS)
        return FORM_EXCEPTION;
    if (PyType_GetFlags(type) & Py_TPFLAGS_TYPE_SUBCLASS || type == &PyModule_Type || type == &PyMethod_Type ||
        type == &PyFunction_Type || type == &PyCFunction_Type || type == &PyRange_Type || type == &PyEllipsis_Type ||
        type == Py_TYPE(Py_NotImplemented))
        return FORM_BY_NAME;
    return FORM_OBJECT;
}

/* Finds out what there is to know. The version is read last: the lookups may be what gives the type one. */
type_t *type_learn(core_t *core, PyTypeObject *type, type_t *known)
{
    bool heap = type->tp_flags & Py_TPFLAGS_HEAPTYPE;
    PyTypeObject *layout = layout_of(type);
    PyObject *dict = _PyType_Lookup(type, core->names[NAME_DICT]);
    traits_t *traits = &known->traits;
    *known = (type_t){.type = type, .name = heap ? ((PyHeapTypeObject *)type)->ht_qualname : NULL};
    traits->type = type;
    traits->form = layout != NULL ? form_of_layout(layout) : form_of_other(type);
    traits->known = known_of(core, type, traits->form);
    traits->below = layout != NULL && layout != type;
    /* A class may give instances another `__dict__` than the builtin one; what it hides stays hidden. */
    traits->dict = dict != NULL && Py_IS_TYPE(dict, &PyGetSetDescr_Type);
    traits->slots = _PyType_Lookup(type, core->names[NAME_SLOTS]) != NULL;
    out_t o = {.p = (uint8_t *)known->bytes, .end = (uint8_t *)known->bytes + sizeof known->bytes, .core = core};
    put_type_name(&o, type);
    known->size = o.full ? 0 : (uint8_t)(o.p - (uint8_t *)known->bytes);
    known->version = (unsigned)type->tp_version_tag;
    return known;
}
