/* Capture of values from their C layout alone: exact types, base layouts of subclasses, never an attribute lookup, an
   iterator or a conversion that user code could take part in. Nothing is allocated that the collector tracks: it could
   run finalizers in the middle of an event. */
#include "write.h"

enum { MOST_ITEMS = 32, MOST_DEPTH = 4, VALUE_ROOM = 1024, EVENT_ROOM = 16384 };
static void put_identity(out_t *o, PyObject *value)
{
    put_v(o, o->core->clock == CLOCK_FAKE ? 0 : (uint64_t)(uintptr_t)value);
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
    for (; type != NULL && type != &PyBaseObject_Type; type = type->tp_base)
        if (type == &PyFloat_Type || type == &PySet_Type || type == &PyFrozenSet_Type || type == &PyByteArray_Type ||
            type == &PyComplex_Type)
            return type;
    return NULL;
}

typedef void put_t(out_t *o, PyObject *value);

/* How to write what holds no other values; NULL for containers and objects. */
static put_t *scalar_of(const PyTypeObject *layout)
{
    return layout == &PyUnicode_Type     ? put_str
           : layout == &PyLong_Type      ? put_int
           : layout == &PyFloat_Type     ? put_float
           : layout == &PyBytes_Type     ? put_bytes_value
           : layout == &PyByteArray_Type ? put_bytearray
           : layout == &PyComplex_Type   ? put_complex
                                         : NULL;
}

static void put_container(out_t *o, PyObject *value, PyTypeObject *layout)
{
    if (layout == &PyList_Type)
        put_items(o, V_LIST, ((PyListObject *)value)->ob_item, PyList_GET_SIZE(value));
    else if (layout == &PyTuple_Type)
        put_items(o, V_TUPLE, ((PyTupleObject *)value)->ob_item, PyTuple_GET_SIZE(value));
    else if (layout == &PyDict_Type)
        put_dict(o, value);
    else if (layout != NULL)
        put_set(o, layout == &PyFrozenSet_Type ? V_FROZENSET : V_SET, value);
    else if (PyExceptionInstance_Check(value))
        put_exception_value(o, value);
    else {
        put_byte(o, V_OBJECT);
        put_type(o, Py_TYPE(value));
        put_identity(o, value);
        put_object(o, value);
    }
}

/* A mark instead of a container that is being captured further up, or lies too deep. */
static bool put_mark(out_t *o, PyObject *value)
{
    for (int i = 0; i < o->depth; i++)
        if (o->above[i] == value) {
            put_byte(o, V_CYCLE);
            return true;
        }
    if (o->depth < MOST_DEPTH)
        return false;
    put_byte(o, V_DEEP);
    put_type(o, Py_TYPE(value));
    return true;
}

static void put_any(out_t *o, PyObject *value)
{
    PyTypeObject *type = Py_TYPE(value), *layout = layout_of(type);
    put_t *scalar = scalar_of(layout);
    if (layout == NULL && put_by_name(o, value))
        return;
    if (scalar == NULL && put_mark(o, value))
        return;
    if (layout != NULL && layout != type) {
        put_byte(o, V_SUBCLASS);
        put_type(o, type);
    }
    if (scalar != NULL) {
        scalar(o, value);
        return;
    }
    o->above[o->depth++] = value;
    put_container(o, value, layout);
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

/* Whether what is written of a value can be written otherwise later: a list, dict, set, bytearray or object. */
bool is_mutable(PyObject *value)
{
    if (is_quick(value))
        return false;
    PyTypeObject *layout = layout_of(Py_TYPE(value));
    if (layout != NULL)
        return layout == &PyList_Type || layout == &PyDict_Type || layout == &PySet_Type || layout == &PyByteArray_Type;
    return !PyExceptionInstance_Check(value) && value != Py_Ellipsis && value != Py_NotImplemented &&
           !Py_IS_TYPE(value, &PyRange_Type) && !PyType_Check(value) && !PyModule_CheckExact(value) &&
           !Py_IS_TYPE(value, &PyMethod_Type) && !PyFunction_Check(value) && !PyCFunction_CheckExact(value);
}
