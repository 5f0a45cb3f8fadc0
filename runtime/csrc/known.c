/* Kinds of values that are known by more than their layout: those of the standard library's types that are texts at
   heart, enum members, named tuples, deques. A type counts only if the module has it under its name: nothing is
   imported for that. What is read is C structures, slots and instance dicts. */
#include "write.h"

#include <datetime.h>

typedef struct {
    const char *module, *name;
    enum known kind;
    size_t size; /* of the structure that is read; 0: none is */
} kind_t;

enum { AN_NDARRAY = 1 }; /* arrays.c knows how large */

/* Structures that have no public header; of the last one the beginning. */
typedef struct {
    PyObject_HEAD
    PyObject *offset, *name;
} timezone_t;

typedef struct {
    PyObject_HEAD
    Py_hash_t hash;
    uint8_t flags;
    Py_ssize_t exponent, digits, words, room;
    uint64_t *word;
    uint64_t few[4];
} decimal_t;

static const kind_t kinds[] = {
    {"datetime", "datetime", KNOWN_DATETIME, sizeof(PyDateTime_DateTime)},
    {"datetime", "date", KNOWN_DATE, sizeof(PyDateTime_Date)},
    {"datetime", "time", KNOWN_TIME, sizeof(PyDateTime_Time)},
    {"datetime", "timedelta", KNOWN_TIMEDELTA, sizeof(PyDateTime_Delta)},
    {"datetime", "timezone", KNOWN_TIMEZONE, sizeof(timezone_t)},
    {"decimal", "Decimal", KNOWN_DECIMAL, sizeof(decimal_t)},
    {"uuid", "UUID", KNOWN_UUID, 0},
    {"pathlib", "PosixPath", KNOWN_PATH, 0},
    {"pathlib", "PurePosixPath", KNOWN_PATH, 0},
    {"pathlib", "WindowsPath", KNOWN_WINDOWS_PATH, 0},
    {"pathlib", "PureWindowsPath", KNOWN_WINDOWS_PATH, 0},
    {"collections", "deque", KNOWN_DEQUE, 0},
    {"array", "array", KNOWN_ARRAY, 0},
    {"numpy", "ndarray", KNOWN_NDARRAY, AN_NDARRAY},
    {"pandas", "DataFrame", KNOWN_FRAME, 0},
    {"pandas", "Series", KNOWN_SERIES, 0},
    {"pandas", "RangeIndex", KNOWN_RANGE_INDEX, 0},
    {"pandas", "MultiIndex", KNOWN_MULTI_INDEX, 0},
    {"pandas", "Index", KNOWN_INDEX, 0},
    {"pandas", "CategoricalIndex", KNOWN_INDEX, 0},
    {"pandas", "DatetimeIndex", KNOWN_INDEX, 0},
    {"pandas", "TimedeltaIndex", KNOWN_INDEX, 0},
    {"pandas", "PeriodIndex", KNOWN_INDEX, 0},
    {"pandas", "IntervalIndex", KNOWN_INDEX, 0},
    {"pandas", "Categorical", KNOWN_CATEGORICAL, 0},
    {"pandas.arrays", "NumpyExtensionArray", KNOWN_BACKED, 0},
    {"pandas.arrays", "StringArray", KNOWN_BACKED, 0},
    {"pandas.arrays", "DatetimeArray", KNOWN_BACKED, 0},
    {"pandas.arrays", "TimedeltaArray", KNOWN_BACKED, 0},
    {"pandas.arrays", "PeriodArray", KNOWN_BACKED, 0},
    {"pandas.arrays", "IntegerArray", KNOWN_MASKED, 0},
    {"pandas.arrays", "FloatingArray", KNOWN_MASKED, 0},
    {"pandas.arrays", "BooleanArray", KNOWN_MASKED, 0},
    {"pandas.arrays", "ArrowExtensionArray", KNOWN_ARROW, 0},
    {"pandas.arrays", "ArrowStringArray", KNOWN_ARROW, 0},
};

/* What a loaded module has under a name, borrowed, or NULL. */
PyObject *member_of_module(const char *module, const char *name)
{
    PyObject *dict = module_dict(module);
    PyObject *found = dict == NULL ? NULL : PyDict_GetItemString(dict, name);
    PyErr_Clear();
    return found;
}

static bool is_named(const PyTypeObject *type, const char *name)
{
    if (type->tp_flags & Py_TPFLAGS_HEAPTYPE)
        return PyUnicode_CompareWithASCIIString(((PyHeapTypeObject *)type)->ht_qualname, name) == 0;
    const char *point = strrchr(type->tp_name, '.');
    return strcmp(point == NULL ? type->tp_name : point + 1, name) == 0;
}

static bool is_enum(PyTypeObject *type)
{
    PyObject *meta = Py_IS_TYPE(type, &PyType_Type) ? NULL : member_of_module("enum", "EnumMeta");
    return meta != NULL && PyType_Check(meta) && PyType_IsSubtype(Py_TYPE(type), (PyTypeObject *)meta);
}

static bool has_field_names(core_t *core, PyTypeObject *type)
{
    PyObject *names = _PyType_Lookup(type, core->names[NAME_FIELDS]);
    if (names == NULL || !PyTuple_CheckExact(names))
        return false;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(names); i++)
        if (!PyUnicode_CheckExact(PyTuple_GET_ITEM(names, i)))
            return false;
    return true;
}

/* A type with this structure, and none that a `class` statement made: that has slots or a dict. */
static bool has_structure(core_t *core, PyTypeObject *type, const kind_t *kind)
{
    bool right = kind->size == AN_NDARRAY ? (size_t)type->tp_basicsize >= ndarray_size
                                          : (size_t)type->tp_basicsize == kind->size;
    return kind->size == 0 || (right && _PyType_Lookup(type, core->names[NAME_SLOTS]) == NULL &&
                               _PyType_Lookup(type, core->names[NAME_DICT]) == NULL);
}

enum known known_of(core_t *core, PyTypeObject *type, enum form form)
{
    if (form == FORM_BY_NAME || form == FORM_EXCEPTION)
        return KNOWN_NOTHING;
    if (is_enum(type))
        return KNOWN_ENUM;
    if (form == FORM_TUPLE && type != &PyTuple_Type && has_field_names(core, type))
        return KNOWN_NAMED_TUPLE;
    for (size_t i = 0; form == FORM_OBJECT && i < sizeof kinds / sizeof *kinds; i++)
        if (is_named(type, kinds[i].name) && member_of_module(kinds[i].module, kinds[i].name) == (PyObject *)type)
            return has_structure(core, type, &kinds[i]) ? kinds[i].kind : KNOWN_NOTHING;
    return form == FORM_OBJECT && is_numpy_number(type) ? KNOWN_NUMBER : KNOWN_NOTHING;
}

static void put_head(out_t *o, uint8_t tag, PyObject *value)
{
    put_byte(o, tag);
    put_type(o, Py_TYPE(value));
}

/* The head of an object whose fields all follow. */
void put_object_head(out_t *o, PyObject *value, size_t fields)
{
    put_head(o, V_OBJECT, value);
    put_identity(o, value);
    put_v(o, fields);
    put_v(o, fields);
}

enum { MOST_DIGITS = 200, DIGITS_OF_WORD = 19, DECIMAL_TEXT = 256, TIME_TEXT = 768 };

static bool put_as_text(out_t *o, PyObject *value, const char *text)
{
    put_head(o, V_SUBCLASS, value);
    put_byte(o, V_STR);
    put_utf8(o, text, strlen(text), TIME_TEXT);
    return true;
}

static int add_clock(char *text, int hours, int minutes, int seconds, int micros)
{
    int size = sprintf(text, "%02d:%02d:%02d", hours, minutes, seconds);
    return micros == 0 ? size : size + sprintf(text + size, ".%06d", micros);
}

/* `+01:00`; seconds only where there are any. */
static int add_offset(char *text, PyObject *offset)
{
    const PyDateTime_Delta *delta = (PyDateTime_Delta *)offset;
    int64_t micros = ((int64_t)delta->days * 86400 + delta->seconds) * 1000000 + delta->microseconds;
    int64_t size = micros < 0 ? -micros : micros, seconds = size / 1000000;
    int used = sprintf(text, "%c%02d:%02d", micros < 0 ? '-' : '+', (int)(seconds / 3600), (int)(seconds / 60 % 60));
    if (seconds % 60 != 0 || size % 1000000 != 0)
        used += sprintf(text + used, ":%02d", (int)(seconds % 60));
    return size % 1000000 == 0 ? used : used + sprintf(text + used, ".%06d", (int)(size % 1000000));
}

/* Where the zone is no fixed offset, to know that would take its code: only its type is told. */
static void add_zone(out_t *o, char *text, PyObject *zone)
{
    if (zone == NULL || zone == Py_None)
        return;
    if (type_of(o->core, Py_TYPE(zone))->traits.known == KNOWN_TIMEZONE) {
        add_offset(text, ((timezone_t *)zone)->offset);
        return;
    }
    out_t name = {.p = (uint8_t *)text, .end = (uint8_t *)text + MOST_NAME + 3, .core = o->core};
    put_type_name(&name, Py_TYPE(zone));
    size_t size = (size_t)(name.p - (uint8_t *)text), head = size > 0x80 ? 2 : 1;
    memmove(text + 1, text + head, size - head);
    *text = '[';
    memcpy(text + 1 + size - head, "]", 2);
}

static bool put_moment(out_t *o, PyObject *value, enum known kind)
{
    char text[TIME_TEXT] = "";
    int size = 0;
    (void)PyDateTimeAPI;
    if (kind != KNOWN_TIME)
        size = sprintf(text, "%04d-%02d-%02d", PyDateTime_GET_YEAR(value), PyDateTime_GET_MONTH(value),
                       PyDateTime_GET_DAY(value));
    if (kind == KNOWN_DATETIME) {
        text[size++] = 'T';
        size += add_clock(text + size, PyDateTime_DATE_GET_HOUR(value), PyDateTime_DATE_GET_MINUTE(value),
                          PyDateTime_DATE_GET_SECOND(value), PyDateTime_DATE_GET_MICROSECOND(value));
        if (((PyDateTime_DateTime *)value)->hastzinfo)
            add_zone(o, text + size, ((PyDateTime_DateTime *)value)->tzinfo);
    } else if (kind == KNOWN_TIME) {
        size = add_clock(text, PyDateTime_TIME_GET_HOUR(value), PyDateTime_TIME_GET_MINUTE(value),
                         PyDateTime_TIME_GET_SECOND(value), PyDateTime_TIME_GET_MICROSECOND(value));
        if (((PyDateTime_Time *)value)->hastzinfo)
            add_zone(o, text + size, ((PyDateTime_Time *)value)->tzinfo);
    }
    return put_as_text(o, value, text);
}

static bool put_timedelta(out_t *o, PyObject *value)
{
    const PyDateTime_Delta *delta = (PyDateTime_Delta *)value;
    char text[64];
    int size = 0;
    if (delta->days != 0)
        size = sprintf(text, "%d day%s, ", delta->days, delta->days == 1 || delta->days == -1 ? "" : "s");
    size += sprintf(text + size, "%d:%02d:%02d", delta->seconds / 3600, delta->seconds / 60 % 60, delta->seconds % 60);
    if (delta->microseconds != 0)
        sprintf(text + size, ".%06d", delta->microseconds);
    return put_as_text(o, value, text);
}

static bool put_timezone(out_t *o, PyObject *value)
{
    char text[64] = "UTC";
    const PyDateTime_Delta *delta = (PyDateTime_Delta *)((timezone_t *)value)->offset;
    if (delta->days != 0 || delta->seconds != 0 || delta->microseconds != 0)
        add_offset(text + 3, (PyObject *)delta);
    return put_as_text(o, value, text);
}

/* As its `__str__` has it; that would ask for the thread's context. */
static bool put_decimal(out_t *o, PyObject *value)
{
    const decimal_t *decimal = (decimal_t *)value;
    enum { NEGATIVE = 1, INFINITE = 2, NAN_ = 4, SIGNALS = 8 };
    char digits[MOST_DIGITS + DIGITS_OF_WORD + 1] = "", text[DECIMAL_TEXT + MOST_DIGITS];
    if (decimal->digits > MOST_DIGITS)
        return false;
    int count = 0, size = sprintf(text, "%s", decimal->flags & NEGATIVE ? "-" : "");
    for (Py_ssize_t i = decimal->words; i-- > 0;)
        count += sprintf(digits + count, count == 0 ? "%llu" : "%019llu", (unsigned long long)decimal->word[i]);
    Py_ssize_t left = decimal->exponent + count; /* digits before the point */
    if (decimal->flags & INFINITE)
        strcpy(text + size, "Infinity");
    else if (decimal->flags & (NAN_ | SIGNALS))
        sprintf(text + size, "%sNaN%s", decimal->flags & SIGNALS ? "s" : "", decimal->words > 0 ? digits : "");
    else if (decimal->exponent > 0 || left <= -6) {
        size += sprintf(text + size, "%c%s%s", digits[0], count > 1 ? "." : "", digits + 1);
        sprintf(text + size, "E%+lld", (long long)(left - 1));
    } else if (left > 0)
        sprintf(text + size, "%.*s%s%s", (int)left, digits, left < count ? "." : "", digits + left);
    else
        sprintf(text + size, "0.%.*s%s", (int)-left, "000000", digits);
    return put_as_text(o, value, text);
}

/* What a slot of the type holds, borrowed, or NULL. */
static PyObject *slot_of(core_t *core, PyObject *value, int name)
{
    PyMemberDescrObject *slot = (PyMemberDescrObject *)_PyType_Lookup(Py_TYPE(value), core->names[name]);
    if (slot == NULL || !Py_IS_TYPE(slot, &PyMemberDescr_Type) || slot->d_member->type != MEMBER_OBJECT_EX ||
        !PyType_IsSubtype(Py_TYPE(value), slot->d_common.d_type))
        return NULL;
    return *(PyObject **)((char *)value + slot->d_member->offset);
}

static bool put_uuid(out_t *o, PyObject *value)
{
    static const char sign[] = "0123456789abcdef";
    PyObject *number = slot_of(o->core, value, NAME_INT);
    char text[40], *p = text;
    if (number == NULL || !PyLong_CheckExact(number) || LONG_NEGATIVE(number) || !long_fits(number, 128))
        return false;
    for (int i = 15; i >= 0; i--) {
        uint8_t byte = long_byte(number, (size_t)i);
        *p++ = sign[byte >> 4];
        *p++ = sign[byte & 15];
        if (i == 12 || i == 10 || i == 8 || i == 6)
            *p++ = '-';
    }
    *p = '\0';
    return put_as_text(o, value, text);
}

static PyObject *joined(PyObject *parts, bool windows)
{
    if (parts == NULL || !PyList_CheckExact(parts))
        return NULL;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(parts); i++)
        if (!PyUnicode_CheckExact(PyList_GET_ITEM(parts, i)))
            return NULL;
    PyObject *one = PyUnicode_FromString(windows ? "\\" : "/"), *two = PyUnicode_FromString(windows ? "\\\\" : "//");
    PyObject *text = one == NULL || two == NULL ? NULL : PyUnicode_Join(one, parts);
    PyObject *whole = text == NULL ? NULL : windows ? Py_NewRef(text) : PyUnicode_Replace(text, two, one, 1);
    if (whole != NULL && PyUnicode_GET_LENGTH(whole) == 0)
        Py_SETREF(whole, PyUnicode_FromString("."));
    Py_XDECREF(one);
    Py_XDECREF(two);
    Py_XDECREF(text);
    PyErr_Clear();
    return whole;
}

/* A path that was a text already keeps that; else it keeps what it was made of. */
static bool put_path(out_t *o, PyObject *value, bool windows)
{
    PyObject *text = slot_of(o->core, value, NAME_STR), *parts = slot_of(o->core, value, NAME_RAW_PATHS);
    if (text != NULL && PyUnicode_CheckExact(text))
        Py_INCREF(text);
    else
        text = joined(parts != NULL ? parts : slot_of(o->core, value, NAME_PARTS), windows);
    if (text == NULL)
        return false;
    put_head(o, V_SUBCLASS, value);
    put_str(o, text);
    Py_DECREF(text);
    return true;
}

void put_field_of(out_t *o, const char *name, PyObject *item)
{
    put_utf8(o, name, strlen(name), MOST_NAME);
    put_nested(o, item);
}

static bool put_enum(out_t *o, PyObject *value)
{
    PyObject *name = instance_get(o->core, value, NAME_ENUM_NAME), *is = instance_get(o->core, value, NAME_ENUM_VALUE);
    if (name == NULL || is == NULL)
        return false;
    put_head(o, V_OBJECT, value);
    put_identity(o, value);
    counts_t counts = counts_begin(o, 2);
    put_field_of(o, "_name_", name);
    if (counts.kept == 2)
        put_field_of(o, "_value_", is);
    return true;
}

static bool put_named_tuple(out_t *o, PyObject *value)
{
    PyObject *names = _PyType_Lookup(Py_TYPE(value), o->core->names[NAME_FIELDS]);
    if (names == NULL || !PyTuple_CheckExact(names) || PyTuple_GET_SIZE(names) != PyTuple_GET_SIZE(value))
        return false;
    put_head(o, V_OBJECT, value);
    put_identity(o, value);
    counts_t counts = counts_begin(o, PyTuple_GET_SIZE(value));
    size_t i = 0;
    for (; i < counts.kept && !is_spent(o); i++)
        put_named_item(o, PyTuple_GET_ITEM(names, (Py_ssize_t)i), PyTuple_GET_ITEM(value, (Py_ssize_t)i));
    counts_end(o, counts, i);
    return true;
}

static bool put_deque(out_t *o, PyObject *value)
{
    put_head(o, V_SUBCLASS, value);
    put_byte(o, V_LIST);
    counts_t counts = counts_begin(o, PySequence_Size(value));
    size_t i = 0;
    for (; i < counts.kept && !is_spent(o); i++) {
        PyObject *item = PySequence_GetItem(value, (Py_ssize_t)i);
        put_nested(o, item);
        Py_DECREF(item); /* the deque has it, too */
    }
    counts_end(o, counts, i);
    return true;
}

/* Writes a value of a kind that is known; false where this one is not as it should be. */
bool put_known(out_t *o, PyObject *value, enum known kind)
{
    switch (kind) {
    case KNOWN_DATE:
    case KNOWN_TIME:
    case KNOWN_DATETIME: return put_moment(o, value, kind);
    case KNOWN_TIMEDELTA: return put_timedelta(o, value);
    case KNOWN_TIMEZONE: return put_timezone(o, value);
    case KNOWN_DECIMAL: return put_decimal(o, value);
    case KNOWN_UUID: return put_uuid(o, value);
    case KNOWN_PATH:
    case KNOWN_WINDOWS_PATH: return put_path(o, value, kind == KNOWN_WINDOWS_PATH);
    case KNOWN_NUMBER: return put_number(o, value);
    case KNOWN_ENUM: return put_enum(o, value);
    case KNOWN_NAMED_TUPLE: return put_named_tuple(o, value);
    case KNOWN_DEQUE: return put_deque(o, value);
    case KNOWN_ARRAY: return put_array(o, value);
    case KNOWN_NDARRAY: return put_ndarray(o, value);
    case KNOWN_FRAME: return put_data_frame(o, value);
    case KNOWN_SERIES: return put_series(o, value);
    case KNOWN_RANGE_INDEX: return put_range_index(o, value);
    case KNOWN_MULTI_INDEX: return put_multi_index(o, value);
    case KNOWN_INDEX: return put_index(o, value);
    case KNOWN_CATEGORICAL:
    case KNOWN_BACKED:
    case KNOWN_MASKED:
    case KNOWN_ARROW: return put_column(o, value);
    default: return false;
    }
}
