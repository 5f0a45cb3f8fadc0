/* Texts in the segment: UTF-8 with its length, cut at a character's boundary; names of types and functions. */
#include "write.h"

static int encoded_size(Py_UCS4 c)
{
    return c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
}

static uint8_t *encode(uint8_t *p, Py_UCS4 c)
{
    int size = encoded_size(c);
    static const uint8_t lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
    if (size == 1) {
        *p++ = (uint8_t)c;
        return p;
    }
    *p++ = (uint8_t)(lead[size] | c >> 6 * (size - 1));
    for (int i = size - 2; i >= 0; i--)
        *p++ = (uint8_t)(0x80 | (c >> 6 * i & 0x3F));
    return p;
}

/* The first `count` characters as UTF-8. */
void text_encode(PyObject *text, Py_ssize_t count, uint8_t *to)
{
    int kind = PyUnicode_KIND(text);
    const void *data = PyUnicode_DATA(text);
    for (Py_ssize_t i = 0; i < count; i++)
        to = encode(to, PyUnicode_READ(kind, data, i));
}

/* How much of a text fits into `most` bytes of UTF-8: characters and, in `size`, bytes. */
Py_ssize_t text_fitting(PyObject *text, size_t most, size_t *size)
{
    Py_ssize_t length = PyUnicode_GET_LENGTH(text), count = 0;
    if (PyUnicode_IS_ASCII(text)) {
        *size = (size_t)length < most ? (size_t)length : most;
        return (Py_ssize_t)*size;
    }
    int kind = PyUnicode_KIND(text);
    const void *data = PyUnicode_DATA(text);
    *size = 0;
    for (; count < length; count++) {
        size_t more = (size_t)encoded_size(PyUnicode_READ(kind, data, count));
        if (*size + more > most)
            break;
        *size += more;
    }
    return count;
}

/* The bytes of the first `count` characters, `size` in all, after their number. */
void put_characters(out_t *o, PyObject *text, Py_ssize_t count, size_t size)
{
    put_v(o, size);
    if (PyUnicode_IS_ASCII(text)) {
        put_bytes(o, PyUnicode_DATA(text), size);
        return;
    }
    if ((size_t)(o->end - o->p) < size) {
        o->full = true;
        o->end = o->p;
        return;
    }
    int kind = PyUnicode_KIND(text);
    const void *data = PyUnicode_DATA(text);
    for (Py_ssize_t i = 0; i < count; i++)
        o->p = encode(o->p, PyUnicode_READ(kind, data, i));
}

/* A str that is cut to `most` bytes at a character's boundary. */
void put_text(out_t *o, PyObject *text, size_t most)
{
    size_t size;
    if (text == NULL || !PyUnicode_Check(text) || !text_is_ready(text)) {
        put_v(o, 0);
        return;
    }
    Py_ssize_t count = text_fitting(text, most, &size);
    put_characters(o, text, count, size);
}

void put_utf8(out_t *o, const char *text, size_t size, size_t most)
{
    if (size > most)
        for (size = most; size > 0 && ((uint8_t)text[size] & 0xC0) == 0x80; size--)
            ;
    put_v(o, size);
    put_bytes(o, text, size);
}

/* `module.name`, without the module where that is builtins or no str. */
void put_named(out_t *o, PyObject *module, PyObject *name)
{
    size_t module_size, size;
    bool alone = module == NULL || !PyUnicode_Check(module) || !text_is_ready(module) ||
                 PyUnicode_CompareWithASCIIString(module, "builtins") == 0;
    if (name == NULL || !PyUnicode_Check(name) || !text_is_ready(name)) {
        put_v(o, 0);
        return;
    }
    Py_ssize_t count = text_fitting(name, MOST_NAME, &size);
    if (alone) {
        put_characters(o, name, count, size);
        return;
    }
    Py_ssize_t module_count = text_fitting(module, MOST_NAME, &module_size);
    if (PyUnicode_IS_ASCII(module) && PyUnicode_IS_ASCII(name) && module_size + 1 + size <= MOST_NAME) {
        put_v(o, module_size + 1 + size);
        put_bytes(o, PyUnicode_DATA(module), module_size);
        put_byte(o, '.');
        put_bytes(o, PyUnicode_DATA(name), size);
        return;
    }
    uint8_t text[2 * MOST_NAME + 1];
    uint8_t *p = text;
    for (Py_ssize_t i = 0; i < module_count; i++)
        p = encode(p, PyUnicode_READ_CHAR(module, i));
    bool whole = module_count == PyUnicode_GET_LENGTH(module);
    if (whole)
        *p++ = '.';
    for (Py_ssize_t i = 0; whole && i < count; i++)
        p = encode(p, PyUnicode_READ_CHAR(name, i));
    put_utf8(o, (char *)text, (size_t)(p - text), MOST_NAME);
}

/* A type's name, without what is known of types. */
void put_type_name(out_t *o, PyTypeObject *type)
{
    if (type->tp_flags & Py_TPFLAGS_HEAPTYPE)
        put_named(o, plain_get(o->core, type->tp_dict, NAME_MODULE), ((PyHeapTypeObject *)type)->ht_qualname);
    else
        put_utf8(o, type->tp_name, strlen(type->tp_name), MOST_NAME);
}

/* The names of types are written with each object, so the recent ones are kept as bytes. */
void put_type(out_t *o, PyTypeObject *type)
{
    const type_t *known = type_of(o->core, type);
    if (LIKELY(known->size > 0))
        put_bytes(o, known->bytes, known->size);
    else
        put_type_name(o, type);
}
