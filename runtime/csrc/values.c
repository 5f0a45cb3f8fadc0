/* Capture of values from their C layout alone: exact types, base layouts of subclasses, never an attribute lookup, an
   iterator or a conversion that user code could take part in. Nothing is allocated that the collector tracks: it could
   run finalizers in the middle of an event. */
#include "write.h"

void put_identity(out_t *o, PyObject *value)
{
    put_v(o, o->core->clock == CLOCK_FAKE ? 0 : (uint64_t)(uintptr_t)value);
}

static bool is_text(PyObject *value)
{
    return PyUnicode_Check(value) || PyBytes_Check(value);
}

/* What an item is by the one before it: the second of a pair, as in headers, or what follows an option of a command. */
static int kind_after(core_t *core, PyObject *before, PyObject *item, bool is_pair)
{
    if (!is_text(item))
        return KIND_NONE;
    bool is_option = PyUnicode_CheckExact(before) && text_is_ready(before) && PyUnicode_GET_LENGTH(before) > 1 &&
                     PyUnicode_READ_CHAR(before, 0) == '-';
    return is_pair || is_option ? key_kind(core, before) : KIND_NONE;
}

static void put_items(out_t *o, uint8_t tag, PyObject *const *items, Py_ssize_t all)
{
    put_byte(o, tag);
    counts_t counts = counts_begin(o, all);
    size_t i = 0;
    for (; i < counts.kept && !is_spent(o); i++)
        put_nested_as(o, i == 0 ? KIND_NONE : kind_after(o->core, items[i - 1], items[i], all == 2), items[i]);
    counts_end(o, counts, i);
}

/* A free place has no key; a place that was freed has the hash -1, which no object has. */
static void put_set(out_t *o, uint8_t tag, PyObject *value)
{
    const PySetObject *set = (PySetObject *)value;
    put_byte(o, tag);
    counts_t counts = counts_begin(o, set->used);
    size_t written = 0;
    for (Py_ssize_t i = 0; written < counts.kept && i <= set->mask && !is_spent(o); i++) {
        if (set->table[i].key == NULL || set->table[i].hash == -1)
            continue;
        put_nested(o, set->table[i].key);
        written++;
    }
    counts_end(o, counts, written);
}

static void put_dict(out_t *o, PyObject *value)
{
    PyObject *key, *item;
    Py_ssize_t at = 0;
    put_byte(o, V_DICT);
    counts_t counts = counts_begin(o, PyDict_GET_SIZE(value));
    size_t written = 0;
    while (written < counts.kept && !is_spent(o) && PyDict_Next(value, &at, &key, &item)) {
        put_nested(o, key);
        put_nested_as(o, key_kind(o->core, key), item);
        written++;
    }
    counts_end(o, counts, written);
}

static void put_exception_value(out_t *o, PyObject *value)
{
    PyObject *args = exception_args(value);
    put_byte(o, V_EXCEPTION);
    put_type(o, Py_TYPE(value));
    counts_t counts = counts_begin(o, args == NULL ? 0 : PyTuple_GET_SIZE(args));
    size_t i = 0;
    for (; i < counts.kept && !is_spent(o); i++)
        put_nested(o, PyTuple_GET_ITEM(args, (Py_ssize_t)i));
    counts_end(o, counts, i);
}

static void put_object(out_t *o, PyObject *value, const traits_t *type)
{
    if (LIKELY(put_shaped(o, value, type)))
        return;
    put_byte(o, V_OBJECT);
    put_type(o, type->type);
    put_identity(o, value);
    put_fields(o, value, type);
}

/* A mark instead of what is being captured further up, or lies too deep. Objects are followed half as deep as containers:
   what they hang together with is often most of the program. */
static bool put_mark(out_t *o, PyObject *value, bool followed)
{
    int depth = (int)o->core->limits.depth;
    for (int i = 0; i < o->depth; i++)
        if (o->above[i] == value) {
            put_byte(o, V_CYCLE);
            return true;
        }
    if (!followed && o->depth >= (depth + 1) / 2) {
        put_reference(o, value);
        return true;
    }
    if (o->depth < depth)
        return false;
    put_byte(o, V_DEEP);
    put_type(o, Py_TYPE(value));
    return true;
}

static void put_holding(out_t *o, PyObject *value, const traits_t *type)
{
    switch (type->form) {
    case FORM_LIST: put_items(o, V_LIST, ((PyListObject *)value)->ob_item, PyList_GET_SIZE(value)); break;
    case FORM_TUPLE: put_items(o, V_TUPLE, ((PyTupleObject *)value)->ob_item, PyTuple_GET_SIZE(value)); break;
    case FORM_SET: put_set(o, V_SET, value); break;
    case FORM_FROZENSET: put_set(o, V_FROZENSET, value); break;
    case FORM_DICT: put_dict(o, value); break;
    case FORM_EXCEPTION: put_exception_value(o, value); break;
    default: put_object(o, value, type);
    }
}

static void put_scalar(out_t *o, PyObject *value, enum form form)
{
    switch (form) {
    case FORM_STR: put_str(o, value); break;
    case FORM_INT: put_int(o, value); break;
    case FORM_FLOAT: put_float(o, value); break;
    case FORM_COMPLEX: put_complex(o, value); break;
    case FORM_BYTES: put_bytes_value(o, value); break;
    default: put_bytearray(o, value);
    }
}

static void put_any(out_t *o, PyObject *value)
{
    const traits_t type = type_of(o->core, Py_TYPE(value))->traits;
    bool holds = type.form >= FORM_LIST || type.form == FORM_OBJECT;
    if (UNLIKELY(type.known != KNOWN_NOTHING) && type.known < KNOWN_ENUM && put_known(o, value, type.known))
        return;
    if (type.form == FORM_BY_NAME) {
        if (put_by_name(o, value))
            return;
        holds = true;
    }
    bool followed = type.known != KNOWN_NOTHING || (type.form != FORM_OBJECT && type.form != FORM_BY_NAME);
    if ((holds || type.known >= KNOWN_ENUM) && put_mark(o, value, followed))
        return;
    if (UNLIKELY(type.known >= KNOWN_ENUM)) {
        o->above[o->depth++] = value;
        bool done = put_known(o, value, type.known);
        o->depth--;
        if (done)
            return;
    }
    if (type.below) {
        put_byte(o, V_SUBCLASS);
        put_type(o, type.type);
    }
    if (!holds) {
        put_scalar(o, value, type.form);
        return;
    }
    o->above[o->depth++] = value;
    put_holding(o, value, &type);
    o->depth--;
}

/* A value inside another; where the value or the event has become too long, only a mark. */
void put_nested(out_t *o, PyObject *value)
{
    if (is_spent(o))
        put_byte(o, V_NO_ROOM);
    else if (LIKELY(is_quick(value) && o->end - o->p >= QUICK_SIZE))
        o->p = write_quick(o->p, value);
    else if (PyUnicode_CheckExact(value))
        put_str(o, value);
    else if (PyLong_CheckExact(value))
        put_int(o, value);
    else if (value == Py_None || PyBool_Check(value))
        put_byte(o, value == Py_None ? V_NONE : value == Py_True ? V_TRUE : V_FALSE);
    else
        put_any(o, value);
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
    if (PyType_Check(value))
        put_value(o, value);
    else
        put_reference(o, value);
}

/* Whether what is written of a value can be written otherwise later: a list, dict, set, bytearray or object. */
bool is_mutable(core_t *core, PyObject *value)
{
    if (is_quick(value))
        return false;
    const traits_t *type = &type_of(core, Py_TYPE(value))->traits;
    enum form form = type->form;
    if (type->known != KNOWN_NOTHING && type->known <= LAST_UNCHANGING)
        return false;
    return form == FORM_OBJECT || form == FORM_LIST || form == FORM_DICT || form == FORM_SET ||
           form == FORM_BYTEARRAY;
}
