/* What a site called last, to see quickly that it calls the same again. */
#include "callees.h"

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
bool is_seen(core_t *core, const seen_t *seen, PyObject *callee)
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

void see(seen_t *seen, PyObject *callee, uint32_t number)
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
