/* Capture of values from their C layout alone: exact types, base layouts of subclasses, never an attribute lookup, an
   iterator or a conversion that user code could take part in. Nothing is allocated that the collector tracks: it could
   run finalizers in the middle of an event. */
#include "write.h"

enum { K_FUNCTION = 1, K_CLASS, K_MODULE, K_BUILTIN, K_METHOD };
enum { MOST_BYTES = 1024, MOST_INT = 256, MOST_ITEMS = 32, MOST_DEPTH = 4, VALUE_ROOM = 1024, EVENT_ROOM = 16384 };
static void put_identity(out_t *o, PyObject *value)
{
    put_v(o, o->core->clock == CLOCK_FAKE ? 0 : (uint64_t)(uintptr_t)value);
}

static void put_str(out_t *o, PyObject *text)
{
    size_t size;
    if (!text_is_ready(text)) {
        put_byte(o, V_NO_ROOM);
        return;
    }
    Py_ssize_t length = PyUnicode_GET_LENGTH(text);
    if (PyUnicode_IS_ASCII(text) && length <= MOST_BYTES) {
        put_byte(o, V_STR);
        put_v(o, (uint64_t)length);
        put_bytes(o, PyUnicode_DATA(text), (size_t)length);
        return;
    }
    Py_ssize_t count = text_fitting(text, MOST_BYTES, &size);
    put_byte(o, count < length ? V_STR_CUT : V_STR);
    if (count < length)
        put_v(o, (uint64_t)length);
    put_characters(o, text, count, size);
}

/* The magnitude's bytes are taken from the digits, the highest ones where it is cut. */
static void put_big(out_t *o, PyObject *value)
{
    const digit *digits = LONG_DIGITS(value);
    size_t count = LONG_COUNT(value), top = 0;
    for (digit d = digits[count - 1]; d != 0; d >>= 1)
        top++;
    size_t size = ((count - 1) * PyLong_SHIFT + top + 7) / 8, kept = size > MOST_INT ? MOST_INT : size;
    put_byte(o, V_BIG);
    put_byte(o, LONG_NEGATIVE(value));
    put_v(o, size);
    put_v(o, kept);
    for (size_t i = size - kept; i < size; i++) {
        size_t bit = 8 * i, at = bit / PyLong_SHIFT;
        uint64_t two = digits[at] | (at + 1 < count ? (uint64_t)digits[at + 1] << PyLong_SHIFT : 0);
        put_byte(o, (uint8_t)(two >> bit % PyLong_SHIFT));
    }
}

static void put_int(out_t *o, PyObject *value)
{
    int overflow = 0;
    int64_t number = LONG_IS_SMALL(value) ? LONG_SMALL(value) : PyLong_AsLongLongAndOverflow(value, &overflow);
    if (overflow != 0) {
        put_big(o, value);
        return;
    }
    put_byte(o, V_INT);
    put_v(o, zigzag(number));
}

static void put_double(out_t *o, double value)
{
    uint64_t bits;
    uint8_t bytes[8];
    memcpy(&bits, &value, 8);
    for (int i = 0; i < 8; i++)
        bytes[i] = (uint8_t)(bits >> 8 * i);
    put_bytes(o, bytes, 8);
}

static void put_bytes_value(out_t *o, PyObject *value)
{
    size_t size = (size_t)PyBytes_GET_SIZE(value), kept = size > MOST_BYTES ? MOST_BYTES : size;
    put_byte(o, kept < size ? V_BYTES_CUT : V_BYTES);
    if (kept < size)
        put_v(o, size);
    put_v(o, kept);
    put_bytes(o, PyBytes_AS_STRING(value), kept);
}

static void put_bytearray(out_t *o, PyObject *value)
{
    size_t size = (size_t)PyByteArray_GET_SIZE(value), kept = size > MOST_BYTES ? MOST_BYTES : size;
    put_byte(o, V_BYTEARRAY);
    put_v(o, size);
    put_v(o, kept);
    put_bytes(o, PyByteArray_AS_STRING(value), kept);
}

static size_t put_counts(out_t *o, uint8_t tag, Py_ssize_t all)
{
    size_t kept = all > MOST_ITEMS ? MOST_ITEMS : (size_t)all;
    put_byte(o, tag);
    put_v(o, (uint64_t)all);
    put_v(o, kept);
    return kept;
}

static void put_items(out_t *o, uint8_t tag, PyObject *const *items, Py_ssize_t all)
{
    size_t kept = put_counts(o, tag, all);
    for (size_t i = 0; i < kept; i++)
        put_nested(o, items[i]);
}

/* A free place has no key; a place that was freed has the hash -1, which no object has. */
static void put_set(out_t *o, uint8_t tag, PyObject *value)
{
    const PySetObject *set = (PySetObject *)value;
    size_t kept = put_counts(o, tag, set->used);
    for (Py_ssize_t i = 0; kept > 0 && i <= set->mask; i++) {
        if (set->table[i].key == NULL || set->table[i].hash == -1)
            continue;
        put_nested(o, set->table[i].key);
        kept--;
    }
}

static void put_dict(out_t *o, PyObject *value)
{
    PyObject *key, *item;
    Py_ssize_t at = 0;
    size_t kept = put_counts(o, V_DICT, PyDict_GET_SIZE(value));
    for (size_t i = 0; i < kept && PyDict_Next(value, &at, &key, &item); i++) {
        put_nested(o, key);
        put_nested(o, item);
    }
}

static void put_exception_value(out_t *o, PyObject *value)
{
    PyObject *args = exception_args(value);
    Py_ssize_t all = args == NULL ? 0 : PyTuple_GET_SIZE(args);
    put_byte(o, V_EXCEPTION);
    put_type(o, Py_TYPE(value));
    put_v(o, (uint64_t)all);
    put_v(o, (uint64_t)(all > MOST_ITEMS ? MOST_ITEMS : all));
    for (Py_ssize_t i = 0; i < all && i < MOST_ITEMS; i++)
        put_nested(o, PyTuple_GET_ITEM(args, i));
}

static bool put_range(out_t *o, PyObject *value)
{
    uint8_t *start = o->p;
    put_byte(o, V_RANGE);
    for (PyMemberDef *member = Py_TYPE(value)->tp_members; member->name != NULL; member++) {
        int overflow = 0;
        PyObject *part = *(PyObject **)((char *)value + member->offset);
        int64_t number = PyLong_AsLongLongAndOverflow(part, &overflow);
        if (overflow != 0) {
            memset(start, 0, (size_t)(o->p - start));
            o->p = start;
            return false;
        }
        put_v(o, zigzag(number));
    }
    return true;
}

static bool put_function(out_t *o, uint8_t kind, PyObject *value)
{
    if (PyFunction_Check(value)) {
        PyFunctionObject *function = (PyFunctionObject *)value;
        put_byte(o, V_NAMED);
        put_byte(o, kind);
        put_named(o, function->func_module, function->func_qualname);
        return true;
    }
    if (PyCFunction_CheckExact(value)) {
        PyCFunctionObject *function = (PyCFunctionObject *)value;
        PyObject *name = PyUnicode_FromString(function->m_ml->ml_name);
        put_byte(o, V_NAMED);
        put_byte(o, kind == K_METHOD ? K_METHOD : K_BUILTIN);
        put_named(o, function->m_module, name);
        Py_XDECREF(name);
        PyErr_Clear();
        return true;
    }
    return false;
}

/* Functions, classes, modules and methods: what is written of them is their name. */
static bool put_by_name(out_t *o, PyObject *value)
{
    if (PyType_Check(value)) {
        put_byte(o, V_NAMED);
        put_byte(o, K_CLASS);
        put_type(o, (PyTypeObject *)value);
        return true;
    }
    if (PyModule_CheckExact(value)) {
        put_byte(o, V_NAMED);
        put_byte(o, K_MODULE);
        put_text(o, plain_get(o->core, PyModule_GetDict(value), NAME_NAME), MOST_NAME);
        return true;
    }
    if (Py_IS_TYPE(value, &PyMethod_Type)) {
        if (!put_function(o, K_METHOD, PyMethod_GET_FUNCTION(value))) {
            put_byte(o, V_NAMED);
            put_byte(o, K_METHOD);
            put_v(o, 0);
        }
        return true;
    }
    return put_function(o, K_FUNCTION, value);
}

/* What is no container: false where the value is one, or a subclass of one, or an object. */
static bool put_leaf(out_t *o, PyObject *value, bool exact)
{
    if (PyLong_Check(value)) {
        put_int(o, value);
    } else if (PyUnicode_Check(value)) {
        put_str(o, value);
    } else if (PyFloat_Check(value)) {
        put_byte(o, V_FLOAT);
        put_double(o, PyFloat_AS_DOUBLE(value));
    } else if (PyBytes_Check(value)) {
        put_bytes_value(o, value);
    } else if (PyByteArray_Check(value)) {
        put_bytearray(o, value);
    } else if (PyComplex_Check(value)) {
        Py_complex both = ((PyComplexObject *)value)->cval;
        put_byte(o, V_COMPLEX);
        put_double(o, both.real);
        put_double(o, both.imag);
    } else if (exact && (value == Py_Ellipsis || value == Py_NotImplemented)) {
        put_byte(o, V_SINGLETON);
        put_byte(o, value == Py_Ellipsis ? 1 : 2);
    } else {
        return exact && ((Py_IS_TYPE(value, &PyRange_Type) && put_range(o, value)) || put_by_name(o, value));
    }
    return true;
}

static void put_container(out_t *o, PyObject *value)
{
    if (PyList_Check(value))
        put_items(o, V_LIST, ((PyListObject *)value)->ob_item, PyList_GET_SIZE(value));
    else if (PyTuple_Check(value))
        put_items(o, V_TUPLE, ((PyTupleObject *)value)->ob_item, PyTuple_GET_SIZE(value));
    else if (PyDict_Check(value))
        put_dict(o, value);
    else if (PyAnySet_Check(value))
        put_set(o, PyFrozenSet_Check(value) ? V_FROZENSET : V_SET, value);
    else if (PyExceptionInstance_Check(value))
        put_exception_value(o, value);
    else {
        put_byte(o, V_OBJECT);
        put_type(o, Py_TYPE(value));
        put_identity(o, value);
        put_object(o, value);
    }
}

static bool is_builtin_type(const PyTypeObject *type)
{
    static PyTypeObject *const exact[] = {&PyLong_Type, &PyUnicode_Type, &PyFloat_Type, &PyBytes_Type,
                                          &PyByteArray_Type, &PyComplex_Type, &PyList_Type, &PyTuple_Type,
                                          &PyDict_Type, &PySet_Type, &PyFrozenSet_Type};
    for (size_t i = 0; i < sizeof exact / sizeof *exact; i++)
        if (type == exact[i])
            return true;
    return false;
}

static bool is_builtin_layout(PyObject *value)
{
    return PyLong_Check(value) || PyUnicode_Check(value) || PyFloat_Check(value) || PyBytes_Check(value) ||
           PyByteArray_Check(value) || PyComplex_Check(value) || PyList_Check(value) || PyTuple_Check(value) ||
           PyDict_Check(value) || PyAnySet_Check(value);
}

static void put_any(out_t *o, PyObject *value)
{
    bool exact = is_builtin_type(Py_TYPE(value));
    bool subclass = !exact && is_builtin_layout(value);
    if (subclass) {
        bool leaf = !(PyList_Check(value) || PyTuple_Check(value) || PyDict_Check(value) || PyAnySet_Check(value));
        if (leaf) {
            put_byte(o, V_SUBCLASS);
            put_type(o, Py_TYPE(value));
            put_leaf(o, value, false);
            return;
        }
    } else if (put_leaf(o, value, true)) {
        return;
    }
    for (int i = 0; i < o->depth; i++)
        if (o->above[i] == value) {
            put_byte(o, V_CYCLE);
            return;
        }
    if (o->depth == MOST_DEPTH) {
        put_byte(o, V_DEEP);
        put_type(o, Py_TYPE(value));
        return;
    }
    if (subclass) {
        put_byte(o, V_SUBCLASS);
        put_type(o, Py_TYPE(value));
    }
    o->above[o->depth++] = value;
    put_container(o, value);
    o->depth--;
}

static void put_quick(out_t *o, PyObject *value)
{
    if (value == Py_None)
        put_byte(o, V_NONE);
    else if (PyLong_CheckExact(value))
        put_int(o, value);
    else if (PyUnicode_CheckExact(value))
        put_str(o, value);
    else if (PyBool_Check(value))
        put_byte(o, value == Py_True ? V_TRUE : V_FALSE);
    else
        put_any(o, value);
}

/* A value inside another; where the value or the event has become too long, only a mark. */
void put_nested(out_t *o, PyObject *value)
{
    if (o->p - o->value >= VALUE_ROOM || o->p - o->event >= EVENT_ROOM)
        put_byte(o, V_NO_ROOM);
    else
        put_quick(o, value);
}

/* A value of its own: a parameter, a result, an attribute. */
void put_value(out_t *o, PyObject *value)
{
    o->value = o->p;
    put_nested(o, value);
}

/* What a method was called on: only which object that is. */
void put_receiver(out_t *o, PyObject *value)
{
    if (PyType_Check(value)) {
        put_value(o, value);
        return;
    }
    put_byte(o, V_RECEIVER);
    put_type(o, Py_TYPE(value));
    put_identity(o, value);
}
