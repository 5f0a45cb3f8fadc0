/* Values that hold no others: numbers, texts, bytes, ranges, and what is written by its name. */
#include "write.h"

enum { K_FUNCTION = 1, K_CLASS, K_MODULE, K_BUILTIN, K_METHOD };
enum { MOST_INT = 256 };

/* Texts that the probes write without further ado are not cut, however little a value may have. */
static size_t text_room(const out_t *o)
{
    return o->core->limits.value_bytes < QUICK_TEXT ? QUICK_TEXT : o->core->limits.value_bytes;
}

void put_str(out_t *o, PyObject *text)
{
    size_t size, most = text_room(o);
    if (!text_is_ready(text)) {
        put_byte(o, V_NO_ROOM);
        return;
    }
    if (put_hidden_str(o, text, most))
        return;
    Py_ssize_t length = PyUnicode_GET_LENGTH(text);
    if (PyUnicode_IS_ASCII(text) && (size_t)length <= most) {
        put_byte(o, V_STR);
        put_v(o, (uint64_t)length);
        put_bytes(o, PyUnicode_DATA(text), (size_t)length);
        return;
    }
    Py_ssize_t count = text_fitting(text, most, &size);
    put_byte(o, count < length ? V_STR_CUT : V_STR);
    if (count < length)
        put_v(o, (uint64_t)length);
    put_characters(o, text, count, size);
}

/* Bits of a magnitude. */
static size_t long_bits(PyObject *value)
{
    size_t count = LONG_COUNT(value), top = 0;
    for (digit d = count == 0 ? 0 : LONG_DIGITS(value)[count - 1]; d != 0; d >>= 1)
        top++;
    return count == 0 ? 0 : (count - 1) * PyLong_SHIFT + top;
}

bool long_fits(PyObject *value, size_t bits)
{
    return long_bits(value) <= bits;
}

/* A byte of a magnitude, the lowest one first. */
uint8_t long_byte(PyObject *value, size_t i)
{
    const digit *digits = LONG_DIGITS(value);
    size_t count = LONG_COUNT(value), at = 8 * i / PyLong_SHIFT;
    uint64_t two = at < count ? digits[at] : 0;
    two |= at + 1 < count ? (uint64_t)digits[at + 1] << PyLong_SHIFT : 0;
    return (uint8_t)(two >> 8 * i % PyLong_SHIFT);
}

/* Of a magnitude that is cut the high bytes are kept. */
static void put_big(out_t *o, PyObject *value)
{
    size_t size = (long_bits(value) + 7) / 8, kept = size > MOST_INT ? MOST_INT : size;
    put_byte(o, V_BIG);
    put_byte(o, LONG_NEGATIVE(value));
    put_v(o, size);
    put_v(o, kept);
    for (size_t i = size - kept; i < size; i++)
        put_byte(o, long_byte(value, i));
}

void put_int(out_t *o, PyObject *value)
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

static void put_bits(out_t *o, double value)
{
    uint64_t bits;
    uint8_t bytes[8];
    memcpy(&bits, &value, 8);
    for (int i = 0; i < 8; i++)
        bytes[i] = (uint8_t)(bits >> 8 * i);
    put_bytes(o, bytes, 8);
}

static size_t fitting(const out_t *o, size_t size)
{
    return size > text_room(o) ? text_room(o) : size;
}

void put_bytes_value(out_t *o, PyObject *value)
{
    size_t size = (size_t)PyBytes_GET_SIZE(value), kept = fitting(o, size);
    if (put_hidden_bytes(o, V_BYTES, V_BYTES_CUT, PyBytes_AS_STRING(value), size, text_room(o)))
        return;
    put_byte(o, kept < size ? V_BYTES_CUT : V_BYTES);
    if (kept < size)
        put_v(o, size);
    put_v(o, kept);
    put_bytes(o, PyBytes_AS_STRING(value), kept);
}

void put_bytearray(out_t *o, PyObject *value)
{
    size_t size = (size_t)PyByteArray_GET_SIZE(value), kept = fitting(o, size);
    if (put_hidden_bytes(o, V_BYTEARRAY, V_BYTEARRAY, PyByteArray_AS_STRING(value), size, text_room(o)))
        return;
    put_byte(o, V_BYTEARRAY);
    put_v(o, size);
    put_v(o, kept);
    put_bytes(o, PyByteArray_AS_STRING(value), kept);
}

void put_float(out_t *o, PyObject *value)
{
    put_byte(o, V_FLOAT);
    put_bits(o, PyFloat_AS_DOUBLE(value));
}

void put_complex(out_t *o, PyObject *value)
{
    Py_complex both = ((PyComplexObject *)value)->cval;
    put_byte(o, V_COMPLEX);
    put_bits(o, both.real);
    put_bits(o, both.imag);
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

/* Functions, classes, modules and methods, of which the name is written, and the few other exact types that hold
   nothing; false for all else. */
bool put_by_name(out_t *o, PyObject *value)
{
    if (value == Py_Ellipsis || value == Py_NotImplemented) {
        put_byte(o, V_SINGLETON);
        put_byte(o, value == Py_Ellipsis ? 1 : 2);
        return true;
    }
    if (Py_IS_TYPE(value, &PyRange_Type))
        return put_range(o, value);
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
