/* Appending to a stream. An event is written from its second byte on; its opcode comes last, so a process that dies in
   between leaves nothing half written. */
#ifndef SPANWRIGHT_WRITE_H
#define SPANWRIGHT_WRITE_H

#include "redact.h"

#include <string.h>

static inline uint8_t *write_v(uint8_t *p, uint64_t value)
{
    while (value >= 0x80) {
        *p++ = (uint8_t)(value | 0x80);
        value >>= 7;
    }
    *p++ = (uint8_t)value;
    return p;
}

static inline uint64_t zigzag(int64_t value)
{
    return ((uint64_t)value << 1) ^ (uint64_t)(value >> 63);
}

/* The time since the event before. A counter that runs backwards, on another processor, counts as standing still. */
static inline uint64_t stream_dt(thread_t *t, uint64_t now)
{
    uint64_t dt = now - t->last;
    if (UNLIKELY(dt >> 28)) {
        if ((int64_t)dt < 0)
            return 0;
        /* After a pause of half a second: the longer the two pairs are apart, the finer the time. */
        if (t->cursor != t->limit && !t->muted && t->core->clock == CLOCK_TSC)
            segment_calibrate(t->core);
    }
    t->last = now;
    return dt;
}

/* Where a small event begins: in the chunk, or aside where the chunk may not have room for it. */
static inline uint8_t *event_begin(thread_t *t)
{
    return LIKELY(t->limit - t->cursor >= SMALL_EVENT) ? t->cursor : t->spare;
}

/* Completes a small event; gives its address in the file, NULL where recording stopped. */
static inline uint8_t *event_end(thread_t *t, uint8_t *at, uint8_t *end, uint8_t op)
{
    if (UNLIKELY(at == t->spare))
        return stream_spill(t, end, op);
    __atomic_store_n(at, op, __ATOMIC_RELEASE);
    t->cursor = end;
    return at;
}

/* The quick way of the probes that are called most. It calls nothing, which spares it the saving of registers; where
   anything is out of the ordinary, a probe goes the long way from the start. */

/* The calling thread, where its chunk has that much room; else NULL. */
static inline thread_t *quick_thread(core_t *core, ptrdiff_t room)
{
    thread_t *t = spanwright_thread;
    return LIKELY(t != NULL && t->core == core && t->limit - t->cursor >= room) ? t : NULL;
}

enum { FAKE_STEP = 100 };

/* Reads the clock, which is to be done last: true where that took no call and the time since the event before is
   ordinary. */
static inline bool quick_dt(core_t *core, thread_t *t, uint64_t *dt)
{
    uint64_t now;
#if defined(HAVE_TSC)
    if (LIKELY(core->clock == CLOCK_TSC))
        now = __rdtsc() >> 2;
    else
#endif
    if (core->clock == CLOCK_FAKE)
        now = core->fake;
    else
        return false;
    *dt = now - t->last;
    if (UNLIKELY(*dt >> 28))
        return false;
    t->last = now;
    if (UNLIKELY(core->clock == CLOCK_FAKE))
        core->fake += FAKE_STEP;
    return true;
}

/* Completes an event that was written at the cursor. */
static inline void quick_end(thread_t *t, uint8_t *end, uint8_t op)
{
    __atomic_store_n(t->cursor, op, __ATOMIC_RELEASE);
    t->cursor = end;
}

/* An event of any size under construction, and what the capture of its values has to remember. */
struct out {
    uint8_t *p, *end;
    bool full;      /* it does not fit in the chunk */
    uint8_t *event; /* where the event began */
    uint8_t *value; /* where the value began */
    int depth;
    PyObject *above[DEEPEST]; /* the containers that are being captured */
    core_t *core;
};

static inline void put_byte(out_t *o, uint8_t byte)
{
    if (LIKELY(o->p < o->end))
        *o->p++ = byte;
    else
        o->full = true;
}

static inline void put_bytes(out_t *o, const void *bytes, size_t size)
{
    if (LIKELY((size_t)(o->end - o->p) >= size)) {
        memcpy(o->p, bytes, size);
        o->p += size;
    } else {
        o->full = true;
        o->end = o->p; /* nothing shorter may follow what is missing */
    }
}

static inline void put_v(out_t *o, uint64_t value)
{
    if (LIKELY(o->end - o->p >= 10)) {
        o->p = write_v(o->p, value);
    } else {
        uint8_t bytes[10];
        put_bytes(o, bytes, (size_t)(write_v(bytes, value) - bytes));
    }
}

typedef void (*body_t)(out_t *o, const void *what);

/* Most values are small: numbers, flags and short texts, written without further ado where there is room. */
enum { MOST_NAME = 512, EVENT_ROOM = 16384, QUICK_TEXT = 64, QUICK_SIZE = QUICK_TEXT + 2 };
enum {
    V_NONE, V_FALSE, V_TRUE, V_INT, V_BIG, V_FLOAT, V_COMPLEX, V_STR, V_STR_CUT, V_BYTES, V_BYTES_CUT, V_BYTEARRAY,
    V_LIST, V_TUPLE, V_SET, V_FROZENSET, V_DICT, V_OBJECT, V_NAMED, V_CYCLE, V_DEEP, V_SINGLETON, V_RANGE, V_SUBCLASS,
    V_EXCEPTION, V_NO_ROOM, V_RECEIVER, V_OF_TYPE, V_SHAPED
};

static inline bool is_quick(PyObject *value)
{
    if (PyLong_CheckExact(value))
        return LONG_IS_SMALL(value);
    if (PyUnicode_CheckExact(value))
        return PyUnicode_IS_COMPACT_ASCII(value) && PyUnicode_GET_LENGTH(value) <= QUICK_TEXT &&
               text_is_quiet(PyUnicode_DATA(value), (size_t)PyUnicode_GET_LENGTH(value));
    return value == Py_None || PyBool_Check(value);
}

/* memcpy for a short text, without a call. */
static inline uint8_t *write_text(uint8_t *p, const uint8_t *text, size_t size)
{
    if (size < 8) {
        for (size_t i = 0; i < size; i++)
            p[i] = text[i];
        return p + size;
    }
    for (size_t i = 0; i < size - 8; i += 8)
        memcpy(p + i, text + i, 8);
    memcpy(p + size - 8, text + size - 8, 8);
    return p + size;
}

static inline uint8_t *write_quick(uint8_t *p, PyObject *value)
{
    if (PyLong_CheckExact(value)) {
        *p++ = V_INT;
        return write_v(p, zigzag(LONG_SMALL(value)));
    }
    if (PyUnicode_CheckExact(value)) {
        size_t size = (size_t)PyUnicode_GET_LENGTH(value);
        *p++ = V_STR;
        *p++ = (uint8_t)size;
        return write_text(p, PyUnicode_DATA(value), size);
    }
    *p++ = value == Py_None ? V_NONE : value == Py_True ? V_TRUE : V_FALSE;
    return p;
}

/* stream.c: an event with a body of any size; `now` is NO_TIME where the event has no dt, `handle` NO_HANDLE where it has
   none. */
#define NO_TIME UINT64_MAX
bool event_write(thread_t *t, uint8_t op, uint64_t now, uint64_t handle, body_t body, const void *what);
void event_number(thread_t *t, uint8_t op, uint64_t number);

/* text.c */
void text_encode(PyObject *text, Py_ssize_t count, uint8_t *to);
Py_ssize_t text_fitting(PyObject *text, size_t most, size_t *size);
void put_characters(out_t *o, PyObject *text, Py_ssize_t count, size_t size);
void put_text(out_t *o, PyObject *text, size_t most);
void put_utf8(out_t *o, const char *text, size_t size, size_t most);
void put_type(out_t *o, PyTypeObject *type);
void put_type_name(out_t *o, PyTypeObject *type);
void put_named(out_t *o, PyObject *module, PyObject *name);

/* types.c */
enum form {
    FORM_OBJECT, FORM_BY_NAME, FORM_STR, FORM_INT, FORM_FLOAT, FORM_COMPLEX, FORM_BYTES, FORM_BYTEARRAY,
    FORM_LIST, FORM_TUPLE, FORM_SET, FORM_FROZENSET, FORM_DICT, FORM_EXCEPTION
};
enum known {
    KNOWN_NOTHING, KNOWN_DATE, KNOWN_TIME, KNOWN_DATETIME, KNOWN_TIMEDELTA, KNOWN_TIMEZONE, KNOWN_DECIMAL, KNOWN_UUID,
    KNOWN_PATH, KNOWN_WINDOWS_PATH, KNOWN_NUMBER, KNOWN_ENUM, KNOWN_NAMED_TUPLE, KNOWN_DEQUE, KNOWN_ARRAY, KNOWN_NDARRAY,
    KNOWN_FRAME, KNOWN_SERIES, KNOWN_RANGE_INDEX, KNOWN_MULTI_INDEX, KNOWN_INDEX, /* pandas */
    KNOWN_CATEGORICAL, KNOWN_BACKED, KNOWN_MASKED, KNOWN_ARROW /* what its columns are made of, but for ndarrays */
};
enum { LAST_UNCHANGING = KNOWN_ENUM };
type_t *type_learn(core_t *core, PyTypeObject *type, type_t *known);

/* A type's version changes with its dict and its `__module__`, and is never given to another type. */
static inline type_t *type_of(core_t *core, PyTypeObject *type)
{
    type_t *known = &core->types[((uintptr_t)type >> 4 ^ (uintptr_t)type >> 12) % TYPES];
    PyObject *name = type->tp_flags & Py_TPFLAGS_HEAPTYPE ? ((PyHeapTypeObject *)type)->ht_qualname : NULL;
    if (LIKELY(known->type == type && known->version == (unsigned)type->tp_version_tag && known->version != 0 &&
               known->name == name))
        return known;
    return type_learn(core, type, known);
}

/* known.c */
enum known known_of(core_t *core, PyTypeObject *type, enum form form);
bool put_known(out_t *o, PyObject *value, enum known kind);
PyObject *member_of_module(const char *module, const char *name);
void put_object_head(out_t *o, PyObject *value, size_t fields);
void put_field_of(out_t *o, const char *name, PyObject *item);

/* arrays.c: numbers in memory; no strides: one after the other. */
typedef struct {
    const char *data;
    char code; /* one of numpy's letters; '?': not native */
    Py_ssize_t all, size;
    int dimensions;
    const Py_ssize_t *shape, *strides;
    uint64_t many; /* of dates and durations: so many units make one */
    int unit;
    bool utc;
} numbers_t;
extern const size_t ndarray_size;
PyObject *numbers_of(core_t *core, PyObject *value, numbers_t *numbers);
bool is_readable(const numbers_t *numbers);
PyObject *number_at(const numbers_t *numbers, Py_ssize_t i);
Py_ssize_t rows_of(PyObject *array);
bool is_numpy_number(PyTypeObject *type);
bool put_number(out_t *o, PyObject *value);
bool put_array(out_t *o, PyObject *value);
bool put_ndarray(out_t *o, PyObject *value);

/* moments.c */
bool has_moments(char code, int unit);
void read_unit(PyObject *dtype, numbers_t *numbers);
PyObject *moment_text(const numbers_t *numbers, int64_t number);

/* frames.c, columns.c: pandas */
bool put_data_frame(out_t *o, PyObject *value);
bool put_series(out_t *o, PyObject *value);
bool put_range_index(out_t *o, PyObject *value);
bool put_multi_index(out_t *o, PyObject *value);
bool put_index(out_t *o, PyObject *value);
bool put_column(out_t *o, PyObject *value);

/* values.c */
void put_value(out_t *o, PyObject *value);
void put_receiver(out_t *o, PyObject *value);
void put_identity(out_t *o, PyObject *value);
void put_nested(out_t *o, PyObject *value);
bool is_mutable(core_t *core, PyObject *value);

/* Whether a value, or its event, has become so long that nothing more is nested in it. */
static inline bool is_spent(const out_t *o)
{
    return o->p - o->value >= (ptrdiff_t)o->core->limits.value_bytes || o->p - o->event >= EVENT_ROOM;
}

/* How many items there are in all, and how many follow: filled in by counts_end once they are written. */
typedef struct {
    uint8_t *place;
    size_t kept;
} counts_t;

static inline counts_t counts_begin_most(out_t *o, Py_ssize_t all, size_t most)
{
    size_t kept = (size_t)all > most ? most : (size_t)all;
    put_v(o, (uint64_t)all);
    counts_t counts = {o->p, kept};
    put_v(o, kept);
    return counts;
}

static inline counts_t counts_begin(out_t *o, Py_ssize_t all)
{
    return counts_begin_most(o, all, o->core->limits.items);
}

static inline void counts_end(const out_t *o, counts_t counts, size_t written)
{
    if (LIKELY(written == counts.kept || o->full))
        return;
    if (counts.kept >= 0x80) {
        *counts.place++ = (uint8_t)(written | 0x80);
        written >>= 7;
    }
    *counts.place = (uint8_t)written;
}

/* scalars.c */
void put_int(out_t *o, PyObject *value);
bool long_fits(PyObject *value, size_t bits);
uint8_t long_byte(PyObject *value, size_t i);
void put_float(out_t *o, PyObject *value);
void put_complex(out_t *o, PyObject *value);
void put_str(out_t *o, PyObject *value);
void put_bytes_value(out_t *o, PyObject *value);
void put_bytearray(out_t *o, PyObject *value);
bool put_by_name(out_t *o, PyObject *value);

/* fields.c */
void put_named_item(out_t *o, PyObject *name, PyObject *item);
void put_fields(out_t *o, PyObject *value, const traits_t *type);
Py_ssize_t fields_take(core_t *core, PyObject *value, const traits_t *type, PyObject **names, PyObject **items,
                       Py_ssize_t most);
PyObject *instance_get(core_t *core, PyObject *value, int name);
enum { FIELDS_UNKNOWN = -1 };
bool instance_has(core_t *core, PyObject *value, PyObject *name, Py_ssize_t *known);

/* The value of a key, borrowed, or NULL; the key is a plain str, so no user code compares it. */
static inline PyObject *plain_get(core_t *core, PyObject *dict, int name)
{
    PyObject *found = dict == NULL ? NULL : PyDict_GetItemWithError(dict, core->names[name]);
    if (UNLIKELY(found == NULL))
        PyErr_Clear();
    return found;
}

/* shapes.c */
bool put_shaped(out_t *o, PyObject *value, const traits_t *type);
void put_reference(out_t *o, PyObject *value);

/* errors.c */
void record_exception(thread_t *t, uint8_t op, uint64_t now, uint64_t handle, PyObject *exception);
PyObject *exception_args(PyObject *exception);

#endif
