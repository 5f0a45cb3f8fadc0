/* The fields of an instance, read where the interpreter keeps them. No attribute is looked up, and the dict that most
   instances do without (3.11 on) is not made. */
#define SPANWRIGHT_INTERNALS
#include "write.h"

enum { MOST_FIELD_NAME = 512 };

/* Where the fields are: in a dict, or beside the shared keys of the class. */
typedef struct {
    PyObject *dict;
#if defined(HAVE_INLINE_FIELDS)
    PyDictValues *values;
    PyDictUnicodeEntry *keys;
#endif
    Py_ssize_t count, at;
} fields_t;

static PyObject *instance_dict(PyObject *value)
{
#if defined(HAVE_INLINE_FIELDS)
    if (Py_TYPE(value)->tp_flags & Py_TPFLAGS_MANAGED_DICT)
        return managed_dict(value);
#endif
    PyObject **place = _PyObject_GetDictPtr(value);
    return place == NULL ? NULL : *place;
}

static fields_t fields_open(PyObject *value)
{
    fields_t fields = {0};
#if defined(HAVE_INLINE_FIELDS)
    PyDictValues *values = inline_values(value);
    if (values != NULL) {
        fields.values = values;
        fields.keys = DK_UNICODE_ENTRIES(((PyHeapTypeObject *)Py_TYPE(value))->ht_cached_keys);
        fields.count = inline_count(values);
        return fields;
    }
#endif
    PyObject *dict = instance_dict(value);
    if (dict != NULL && PyDict_Check(dict)) {
        fields.dict = dict;
        fields.count = PyDict_GET_SIZE(dict);
    }
    return fields;
}

static bool fields_next(fields_t *fields, PyObject **name, PyObject **item)
{
#if defined(HAVE_INLINE_FIELDS)
    while (fields->values != NULL && fields->at < fields->count) {
        Py_ssize_t place = inline_place(fields->values, fields->at++);
        *name = fields->keys[place].me_key;
        *item = fields->values->values[place];
        if (*item != NULL)
            return true;
    }
#endif
    return fields->dict != NULL && PyDict_Next(fields->dict, &fields->at, name, item);
}

/* Slots that a library keeps its own books in. */
static bool is_special(PyObject *name)
{
    Py_ssize_t size = PyUnicode_GET_LENGTH(name);
    return size >= 2 && PyUnicode_READ_CHAR(name, 0) == '_' && PyUnicode_READ_CHAR(name, 1) == '_' &&
           PyUnicode_READ_CHAR(name, size - 1) == '_' && PyUnicode_READ_CHAR(name, size - 2) == '_';
}

/* Calls `visit` for each set slot of the classes that declare `__slots__`. */
typedef void (*visit_t)(void *with, PyObject *name, PyObject *item);

static void each_slot(core_t *core, PyObject *value, visit_t visit, void *with)
{
    PyObject *mro = Py_TYPE(value)->tp_mro, *name, *item;
    for (Py_ssize_t i = 0; mro != NULL && i < PyTuple_GET_SIZE(mro); i++) {
        PyTypeObject *type = (PyTypeObject *)PyTuple_GET_ITEM(mro, i);
        Py_ssize_t at = 0;
        if (!(type->tp_flags & Py_TPFLAGS_HEAPTYPE) || plain_get(core, type->tp_dict, NAME_SLOTS) == NULL)
            continue;
        while (PyDict_Next(type->tp_dict, &at, &name, &item)) {
            if (!Py_IS_TYPE(item, &PyMemberDescr_Type) || !PyUnicode_Check(name) || is_special(name))
                continue;
            /* A descriptor of a foreign class, copied into the dict, would be read at a wrong place. */
            PyMemberDescrObject *slot = (PyMemberDescrObject *)item;
            if (slot->d_common.d_type != type || slot->d_member->type != MEMBER_OBJECT_EX)
                continue;
            PyObject *found = *(PyObject **)((char *)value + slot->d_member->offset);
            if (found != NULL)
                visit(with, name, found);
        }
    }
}

static void count_field(void *with, PyObject *Py_UNUSED(name), PyObject *Py_UNUSED(item))
{
    ++*(Py_ssize_t *)with;
}

typedef struct {
    out_t *o;
    size_t left;
} rest_of_fields_t;

static void put_field_name(out_t *o, PyObject *name)
{
    if (!PyUnicode_Check(name)) {
        put_bytes(o, "\1?", 2);
    } else if (LIKELY(PyUnicode_IS_COMPACT_ASCII(name) && PyUnicode_GET_LENGTH(name) < 0x80)) {
        put_byte(o, (uint8_t)PyUnicode_GET_LENGTH(name));
        put_bytes(o, PyUnicode_DATA(name), (size_t)PyUnicode_GET_LENGTH(name));
    } else {
        put_text(o, name, MOST_FIELD_NAME);
    }
}

void put_named_item(out_t *o, PyObject *name, PyObject *item)
{
    put_field_name(o, name);
    put_nested_as(o, key_kind(o->core, name), item);
}

static void put_field(void *with, PyObject *name, PyObject *item)
{
    rest_of_fields_t *rest = with;
    if (rest->left == 0 || is_spent(rest->o))
        return;
    rest->left--;
    put_named_item(rest->o, name, item);
}

/* Number of fields, number that follows, and those: name and value each. */
void put_fields(out_t *o, PyObject *value, const traits_t *type)
{
    PyObject *name, *item;
    fields_t fields = type->dict ? fields_open(value) : (fields_t){0};
    Py_ssize_t all = fields.count;
    if (type->slots)
        each_slot(o->core, value, count_field, &all);
    counts_t counts = counts_begin(o, all);
    rest_of_fields_t rest = {o, counts.kept};
    while (rest.left > 0 && !is_spent(o) && fields_next(&fields, &name, &item))
        put_field(&rest, name, item);
    if (rest.left > 0 && type->slots)
        each_slot(o->core, value, put_field, &rest);
    counts_end(o, counts, counts.kept - rest.left);
}

typedef struct {
    PyObject **names, **items;
    Py_ssize_t count, most; /* one more than `most` where there are more */
} taken_t;

static void take_field(void *with, PyObject *name, PyObject *item)
{
    taken_t *taken = with;
    if (taken->count < taken->most) {
        taken->names[taken->count] = name;
        taken->items[taken->count] = item;
    }
    taken->count += taken->count <= taken->most;
}

/* All fields in their order, borrowed; how many there are, which is one more than `most` where that is exceeded. */
Py_ssize_t fields_take(core_t *core, PyObject *value, const traits_t *type, PyObject **names, PyObject **items,
                       Py_ssize_t most)
{
    taken_t taken = {names, items, 0, most};
    PyObject *name, *item;
    if (type->dict) {
        fields_t fields = fields_open(value);
        if (fields.count > most)
            return most + 1;
        while (fields_next(&fields, &name, &item))
            take_field(&taken, name, item);
    }
    if (UNLIKELY(type->slots))
        each_slot(core, value, take_field, &taken);
    return taken.count;
}

/* One field of the instance's dict, borrowed, or NULL. */
PyObject *instance_get(core_t *core, PyObject *value, int wanted)
{
    PyObject *name, *item;
    if (!type_of(core, Py_TYPE(value))->traits.dict)
        return NULL;
    fields_t fields = fields_open(value);
    while (fields_next(&fields, &name, &item)) /* a look-up by name could ask keys that are no plain strs */
        if (PyUnicode_CheckExact(name) && PyUnicode_Compare(name, core->names[wanted]) == 0)
            return item;
    return NULL;
}

/* Whether the instance's dict has the name. `known` is how many names its class shared when this one was not among them:
   while that is so, no instance that has its fields beside the class's keys can have it. */
bool instance_has(core_t *core, PyObject *value, PyObject *name, Py_ssize_t *known)
{
    if (Py_TYPE(value)->tp_dictoffset == 0)
        return false;
#if defined(HAVE_INLINE_FIELDS)
    PyDictValues *values = inline_values(value);
    if (values != NULL) {
        PyDictKeysObject *keys = ((PyHeapTypeObject *)Py_TYPE(value))->ht_cached_keys;
        Py_ssize_t count = keys->dk_nentries;
        if (LIKELY(*known == count))
            return false;
        for (Py_ssize_t i = 0; i < count; i++) {
            PyObject *key = DK_UNICODE_ENTRIES(keys)[i].me_key;
            if (key == name || (key != NULL && PyUnicode_Compare(key, name) == 0))
                return values->values[i] != NULL && type_of(core, Py_TYPE(value))->traits.dict;
        }
        *known = count;
        return false;
    }
#else
    (void)known;
#endif
    PyObject *dict = instance_dict(value);
    if (dict == NULL || !PyDict_Check(dict))
        return false;
    bool has = PyDict_GetItemWithError(dict, name) != NULL;
    PyErr_Clear();
    return has && type_of(core, Py_TYPE(value))->traits.dict;
}
