/* How callees are named (docs/twins.md, "Calls"), by what kind of object they are. */
#include "callees.h"

enum { MOST_WRAPPERS = 8 };

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

PyObject *module_text(PyObject *module)
{
    module = plain_text(module);
    return module == NULL || PyUnicode_CompareWithASCIIString(module, "builtins") == 0 ? NULL : module;
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
uint32_t number_of_type(core_t *core, PyTypeObject *type, PyObject *attribute)
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
PyTypeObject *class_of_builtin(PyObject *callee)
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

bool is_descriptor(PyObject *value)
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

uint32_t number_of_any(core_t *core, PyObject *callee)
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
