/* Types and the names of their objects' fields are described once in each segment; where they occur they are numbers. */
#include "write.h"

#include <stdlib.h>

enum { MOST_TYPES = 4096, MOST_SHAPES = 4096, SHAPES_OF_TYPE = 8, MOST_FIELDS = 32, LONGEST_FIELD = 64 };
enum { SLOTS = 2 * MOST_TYPES };

typedef struct {
    uint32_t number, type;
    bool defined;  /* in this segment */
    uint8_t count;
    uint8_t kinds[MOST_FIELDS]; /* what the names speak of */
    PyObject *names[];          /* exact strs, owned: the same objects, mostly, are the keys of each instance */
} shape_t;

/* All types of one name. */
typedef struct {
    uint32_t number;
    bool defined;
    uint8_t count, recent;
    shape_t *shapes[SHAPES_OF_TYPE];
    size_t size;
    uint8_t name[]; /* as it stands in the segment, with its length */
} named_type_t;

struct shapes {
    named_type_t *types[MOST_TYPES];
    shape_t *shapes[MOST_SHAPES];
    uint32_t type_count, shape_count;
    uint16_t index[SLOTS]; /* numbers of types by hash, open addressing */
};

static size_t hash_of(const uint8_t *bytes, size_t size)
{
    size_t hash = 0xCBF29CE484222325; /* FNV-1a */
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ bytes[i]) * 0x100000001B3;
    return hash ^ hash >> 32;
}

static named_type_t *add_type(struct shapes *shapes, const uint8_t *name, size_t size)
{
    named_type_t *named = shapes->type_count == MOST_TYPES ? NULL : calloc(1, sizeof *named + size);
    if (named == NULL)
        return NULL;
    named->size = size;
    memcpy(named->name, name, size);
    shapes->types[shapes->type_count++] = named;
    named->number = shapes->type_count;
    return named;
}

/* The number of a name, a new one where it is met for the first time; 0 where there are too many. */
static uint32_t number_of_name(core_t *core, const uint8_t *name, size_t size)
{
    if (core->shapes == NULL && (core->shapes = calloc(1, sizeof *core->shapes)) == NULL)
        return 0;
    struct shapes *shapes = core->shapes;
    size_t at = hash_of(name, size) % SLOTS;
    for (; shapes->index[at] != 0; at = (at + 1) % SLOTS) {
        const named_type_t *named = shapes->types[shapes->index[at] - 1];
        if (named->size == size && memcmp(named->name, name, size) == 0)
            return named->number;
    }
    named_type_t *added = add_type(shapes, name, size);
    if (added == NULL)
        return 0;
    shapes->index[at] = (uint16_t)added->number;
    return added->number;
}

static void put_type_definition(out_t *o, const void *what)
{
    const named_type_t *named = what;
    put_v(o, named->number);
    put_bytes(o, named->name, named->size);
}

static NOINLINE uint32_t number_anew(core_t *core, type_t *known)
{
    uint8_t name[MOST_NAME + 2];
    out_t o = {.p = name, .end = name + sizeof name, .core = core};
    if (known->size > 0)
        put_bytes(&o, known->bytes, known->size);
    else
        put_type_name(&o, known->type);
    return known->number = number_of_name(core, name, (size_t)(o.p - name));
}

/* A type with a number, or NULL. */
static inline named_type_t *type_numbered(core_t *core, PyTypeObject *type)
{
    type_t *known = type_of(core, type);
    if (UNLIKELY(known->number == 0) && number_anew(core, known) == 0)
        return NULL;
    return core->shapes->types[known->number - 1];
}

static inline void type_define(core_t *core, named_type_t *named)
{
    if (LIKELY(named->defined))
        return;
    named->defined = true;
    event_write(core->process, OP_TYPE, NO_TIME, NO_HANDLE, put_type_definition, named);
}

/* An object of which only is told which one it is. What does not fit in its chunk is written again: only then is new
   what is new in it. */
void put_reference(out_t *o, PyObject *value)
{
    named_type_t *named = o->full ? NULL : type_numbered(o->core, Py_TYPE(value));
    put_byte(o, named == NULL ? V_RECEIVER : V_OF_TYPE);
    if (LIKELY(named != NULL)) {
        type_define(o->core, named);
        put_v(o, named->number);
    } else {
        put_type(o, Py_TYPE(value));
    }
    put_identity(o, value);
}

static bool is_name(PyObject *name)
{
    return PyUnicode_CheckExact(name) && PyUnicode_IS_COMPACT_ASCII(name) && PyUnicode_GET_LENGTH(name) <= LONGEST_FIELD;
}

static bool all_are_names(PyObject *const *names, Py_ssize_t count)
{
    for (Py_ssize_t i = 0; i < count; i++)
        if (!is_name(names[i]))
            return false;
    return true;
}

static bool has_names(const shape_t *shape, PyObject *const *names)
{
    for (Py_ssize_t i = 0; i < shape->count; i++)
        if (names[i] != shape->names[i] && (!is_name(names[i]) || PyUnicode_Compare(names[i], shape->names[i]) != 0))
            return false;
    return true;
}

static shape_t *add_shape(core_t *core, named_type_t *named, PyObject *const *names, Py_ssize_t count)
{
    struct shapes *shapes = core->shapes;
    if (named->count == SHAPES_OF_TYPE || shapes->shape_count == MOST_SHAPES || !all_are_names(names, count))
        return NULL;
    shape_t *shape = calloc(1, sizeof *shape + (size_t)count * sizeof *names);
    if (shape == NULL)
        return NULL;
    shape->type = named->number;
    shape->count = (uint8_t)count;
    for (Py_ssize_t i = 0; i < count; i++) {
        shape->names[i] = Py_NewRef(names[i]);
        shape->kinds[i] = (uint8_t)key_kind(core, names[i]);
    }
    shapes->shapes[shapes->shape_count++] = shape;
    shape->number = shapes->shape_count;
    return named->shapes[named->count++] = shape;
}

static NOINLINE shape_t *shape_anew(core_t *core, named_type_t *named, PyObject *const *names, Py_ssize_t count)
{
    for (uint8_t i = 0; i < named->count; i++)
        if (named->shapes[i]->count == count && has_names(named->shapes[i], names)) {
            named->recent = i;
            return named->shapes[i];
        }
    return add_shape(core, named, names, count);
}

static void put_shape_definition(out_t *o, const void *what)
{
    const shape_t *shape = what;
    put_v(o, shape->number);
    put_v(o, shape->type);
    put_v(o, shape->count);
    for (uint8_t i = 0; i < shape->count; i++)
        put_text(o, shape->names[i], LONGEST_FIELD);
}

/* What objects of a type with these fields have in common, or NULL; the type gets no number for nothing. */
static inline shape_t *shape_of(core_t *core, PyTypeObject *type, PyObject *const *names, Py_ssize_t count)
{
    if (UNLIKELY(type_of(core, type)->number == 0) &&
        (!all_are_names(names, count) || (core->shapes != NULL && core->shapes->shape_count == MOST_SHAPES)))
        return NULL;
    named_type_t *named = type_numbered(core, type);
    if (UNLIKELY(named == NULL))
        return NULL;
    shape_t *shape = LIKELY(named->count > 0) ? named->shapes[named->recent] : NULL;
    if (UNLIKELY(shape == NULL || shape->count != count ||
                 memcmp(shape->names, names, (size_t)count * sizeof *names) != 0))
        shape = shape_anew(core, named, names, count);
    return shape;
}

static inline void shape_define(core_t *core, shape_t *shape)
{
    if (LIKELY(shape->defined))
        return;
    shape->defined = true;
    type_define(core, core->shapes->types[shape->type - 1]);
    event_write(core->process, OP_SHAPE, NO_TIME, NO_HANDLE, put_shape_definition, shape);
}

/* An object whose fields are described elsewhere; false, and nothing is written, where that cannot be. */
bool put_shaped(out_t *o, PyObject *value, const traits_t *type)
{
    PyObject *names[MOST_FIELDS], *items[MOST_FIELDS];
    Py_ssize_t most = o->core->limits.items < MOST_FIELDS ? (Py_ssize_t)o->core->limits.items : MOST_FIELDS, i = 0;
    Py_ssize_t count = o->full ? most + 1 : fields_take(o->core, value, type, names, items, most);
    shape_t *shape = count > most ? NULL : shape_of(o->core, type->type, names, count);
    if (shape == NULL)
        return false;
    shape_define(o->core, shape);
    put_byte(o, V_SHAPED);
    put_v(o, shape->number);
    put_identity(o, value);
    uint8_t *follow = o->p;
    put_byte(o, (uint8_t)count);
    for (; i < count && !is_spent(o); i++)
        put_nested_as(o, shape->kinds[i], items[i]);
    if (UNLIKELY(i < count) && !o->full)
        *follow = (uint8_t)i;
    return true;
}

void shapes_undefine(core_t *core)
{
    for (uint32_t i = 0; core->shapes != NULL && i < core->shapes->type_count; i++)
        core->shapes->types[i]->defined = false;
    for (uint32_t i = 0; core->shapes != NULL && i < core->shapes->shape_count; i++)
        core->shapes->shapes[i]->defined = false;
}

void shapes_release(core_t *core)
{
    struct shapes *shapes = core->shapes;
    core->shapes = NULL;
    for (uint32_t i = 0; shapes != NULL && i < shapes->type_count; i++)
        free(shapes->types[i]);
    for (uint32_t i = 0; shapes != NULL && i < shapes->shape_count; i++) {
        for (uint8_t k = 0; k < shapes->shapes[i]->count; k++)
            Py_DECREF(shapes->shapes[i]->names[k]);
        free(shapes->shapes[i]);
    }
    free(shapes);
}
