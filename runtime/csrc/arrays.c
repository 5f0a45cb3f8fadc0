/* Arrays of numbers, those of the standard library and numpy's: their first items, read from the memory that holds them;
   and numpy's single numbers. */
#include "write.h"

#include <math.h>

/* The beginning of numpy's structure. */
typedef struct {
    PyObject_HEAD
    char *data;
    int dimensions;
    Py_ssize_t *shape, *strides;
    PyObject *base, *dtype;
} ndarray_t;

const size_t ndarray_size = sizeof(ndarray_t);

static double double_of_half(uint16_t half)
{
    uint64_t bits = (uint64_t)(half >> 15) << 63 | (uint64_t)0x7FF << 52 | (uint64_t)(half & 0x3FF) << 42;
    int exponent = half >> 10 & 31;
    double number = exponent == 0 ? ldexp(half & 0x3FF, -24) : ldexp((half & 0x3FF) + 0x400, exponent - 25);
    if (exponent == 31) {
        memcpy(&number, &bits, sizeof bits);
        return number;
    }
    return half & 0x8000 ? -number : number;
}

/* An item of an array, a new reference, or NULL; `code` is one of "biufcO", "Mm", or 'g' or 'G' for long doubles. */
static PyObject *item_at(const numbers_t *numbers, const char *at)
{
    union {
        uint8_t u1; uint16_t u2; uint32_t u4; uint64_t u8;
        int8_t i1; int16_t i2; int32_t i4; int64_t i8;
        float f4[2]; double f8[2]; long double g[2];
        PyObject *object;
    } is;
    char code = numbers->code;
    Py_ssize_t size = numbers->size;
    memcpy(&is, at, (size_t)size);
    if (code == 'O')
        return Py_NewRef(is.object == NULL ? Py_None : is.object);
    if (code == 'f')
        return PyFloat_FromDouble(size == 2 ? double_of_half(is.u2) : size == 4 ? (double)is.f4[0] : is.f8[0]);
    if (code == 'c')
        return size == 8 ? PyComplex_FromDoubles((double)is.f4[0], (double)is.f4[1])
                         : PyComplex_FromDoubles(is.f8[0], is.f8[1]);
    if (code == 'g')
        return PyFloat_FromDouble((double)is.g[0]);
    if (code == 'G')
        return PyComplex_FromDoubles((double)is.g[0], (double)is.g[1]);
    if (code == 'M' || code == 'm')
        return moment_text(numbers, is.i8);
    if (code == 'b')
        return PyBool_FromLong(is.u1);
    if (code == 'u')
        return PyLong_FromUnsignedLongLong(size == 1 ? is.u1 : size == 2 ? is.u2 : size == 4 ? is.u4 : is.u8);
    return PyLong_FromLongLong(size == 1 ? is.i1 : size == 2 ? is.i2 : size == 4 ? is.i4 : is.i8);
}

/* Whether the items are native numbers, dates or objects. */
bool is_readable(const numbers_t *numbers)
{
    char code = numbers->code;
    Py_ssize_t size = numbers->size;
    if (code == 'O')
        return true;
    if (code == 'f')
        return size == 2 || size == 4 || size == 8;
    if (code == 'c')
        return size == 8 || size == 16;
    if (code == 'M' || code == 'm')
        return size == 8 && has_moments(code, numbers->unit);
    return code == 'b' ? size == 1 : (code == 'i' || code == 'u') && (size == 1 || size == 2 || size == 4 || size == 8);
}

/* Where item number `i` is, counted as C counts; NULL strides: one after the other. */
static const char *place_of(const char *data, Py_ssize_t i, int dimensions, const Py_ssize_t *shape,
                            const Py_ssize_t *strides, Py_ssize_t size)
{
    if (strides == NULL)
        return data + i * size;
    for (int d = dimensions - 1; d >= 0; d--) {
        data += i % shape[d] * strides[d];
        i /= shape[d];
    }
    return data;
}

/* A new reference, or NULL; the items are readable. */
PyObject *number_at(const numbers_t *numbers, Py_ssize_t i)
{
    return item_at(numbers, place_of(numbers->data, i, numbers->dimensions, numbers->shape, numbers->strides,
                                     numbers->size));
}

static void put_numbers(out_t *o, const numbers_t *numbers)
{
    put_utf8(o, "items", 5, MOST_NAME);
    put_byte(o, V_LIST);
    counts_t counts = counts_begin(o, numbers->all);
    size_t i = 0;
    for (; i < counts.kept && is_readable(numbers) && !is_spent(o); i++) {
        PyObject *item = number_at(numbers, (Py_ssize_t)i);
        if (item == NULL)
            break;
        put_nested(o, item);
        Py_DECREF(item);
    }
    PyErr_Clear();
    counts_end(o, counts, i);
}

bool put_array(out_t *o, PyObject *value)
{
    static const char letters[] = "bBhHiIlLqQfd", codes[] = "iuiuiuiuiuff";
    Py_buffer view;
    if (PyObject_GetBuffer(value, &view, PyBUF_FORMAT | PyBUF_ND) < 0) {
        PyErr_Clear();
        return false;
    }
    const char *letter = view.format[1] == '\0' ? strchr(letters, view.format[0]) : NULL;
    numbers_t numbers = {view.buf, letter == NULL ? '?' : codes[letter - letters], view.len / view.itemsize,
                         view.itemsize, 1, NULL, NULL, 0, 0, false};
    put_object_head(o, value, 2);
    put_utf8(o, "typecode", 8, MOST_NAME);
    put_byte(o, V_STR);
    put_utf8(o, view.format, strlen(view.format), MOST_NAME);
    put_numbers(o, &numbers);
    PyBuffer_Release(&view);
    return true;
}

/* `<f8`: order, kind, size. */
static PyObject *text_of_dtype(core_t *core, PyObject *dtype)
{
    PyGetSetDescrObject *found = (PyGetSetDescrObject *)_PyType_Lookup(Py_TYPE(dtype), core->names[NAME_STR_OF]);
    if (found == NULL || !Py_IS_TYPE(found, &PyGetSetDescr_Type))
        return NULL;
    PyObject *text = found->d_getset->get(dtype, found->d_getset->closure);
    PyErr_Clear();
    if (text != NULL && !PyUnicode_CheckExact(text))
        Py_CLEAR(text);
    return text;
}

/* What there is to know of an array: gives its dtype as a text, a new reference, or NULL where that cannot be told. */
PyObject *numbers_of(core_t *core, PyObject *value, numbers_t *numbers)
{
    const ndarray_t *array = (ndarray_t *)value;
    PyObject *dtype = text_of_dtype(core, array->dtype);
    if (dtype == NULL || PyUnicode_GET_LENGTH(dtype) < 2) {
        Py_XDECREF(dtype);
        return NULL;
    }
    char code = (char)PyUnicode_READ_CHAR(dtype, 1), order = (char)PyUnicode_READ_CHAR(dtype, 0);
    Py_ssize_t size = 0, all = 1;
    if (code == 'O')
        size = sizeof(PyObject *);
    for (Py_ssize_t i = 2; i < PyUnicode_GET_LENGTH(dtype) && Py_UNICODE_ISDIGIT(PyUnicode_READ_CHAR(dtype, i)); i++)
        size = 10 * size + (Py_ssize_t)(PyUnicode_READ_CHAR(dtype, i) - '0');
    for (int d = 0; d < array->dimensions; d++)
        all *= array->shape[d];
    *numbers = (numbers_t){array->data, order == '>' ? '?' : code, all, size, array->dimensions, array->shape,
                           array->strides, 0, 0, false};
    if (code == 'M' || code == 'm')
        read_unit(dtype, numbers);
    return dtype;
}

/* How many rows an array of two dimensions has; any other is one. */
Py_ssize_t rows_of(PyObject *array)
{
    return ((ndarray_t *)array)->dimensions == 2 ? ((ndarray_t *)array)->shape[0] : 1;
}

bool put_ndarray(out_t *o, PyObject *value)
{
    numbers_t numbers;
    PyObject *dtype = numbers_of(o->core, value, &numbers);
    if (dtype == NULL)
        return false;
    put_object_head(o, value, 3);
    put_field_of(o, "dtype", dtype);
    put_utf8(o, "shape", 5, MOST_NAME);
    put_byte(o, V_TUPLE);
    put_v(o, (uint64_t)numbers.dimensions);
    put_v(o, (uint64_t)numbers.dimensions);
    for (int d = 0; d < numbers.dimensions; d++) {
        put_byte(o, V_INT);
        put_v(o, zigzag(numbers.shape[d]));
    }
    put_numbers(o, &numbers);
    Py_DECREF(dtype);
    return true;
}

/* numpy's numbers but for those that are floats or complex numbers of Python's, too. */
static const struct {
    const char *name;
    char code;
    size_t size;
} scalars[] = {
    {"bool", 'b', 1}, {"bool_", 'b', 1}, {"int8", 'i', 1}, {"int16", 'i', 2}, {"int32", 'i', 4}, {"int64", 'i', 8},
    {"longlong", 'i', 8}, {"uint8", 'u', 1}, {"uint16", 'u', 2}, {"uint32", 'u', 4}, {"uint64", 'u', 8},
    {"ulonglong", 'u', 8}, {"float16", 'f', 2}, {"float32", 'f', 4}, {"complex64", 'c', 8},
    {"longdouble", 'g', sizeof(long double)}, {"float128", 'g', sizeof(long double)},
    {"clongdouble", 'G', 2 * sizeof(long double)}, {"complex256", 'G', 2 * sizeof(long double)},
    {"datetime64", 'M', 8}, {"timedelta64", 'm', 8},
};

/* Where numpy keeps a number: behind the head of the object; of a date or duration the unit follows. */
typedef struct {
    PyObject_HEAD
    int64_t number;
    int unit, many;
} dated_t;

static size_t scalar_of(const PyTypeObject *type)
{
    const char *name = strncmp(type->tp_name, "numpy.", 6) == 0 ? type->tp_name + 6 : "";
    size_t i = 0;
    while (i < sizeof scalars / sizeof *scalars && strcmp(scalars[i].name, name) != 0)
        i++;
    return i;
}

bool is_numpy_number(PyTypeObject *type)
{
    size_t i = type->tp_flags & Py_TPFLAGS_HEAPTYPE ? sizeof scalars / sizeof *scalars : scalar_of(type);
    if (i == sizeof scalars / sizeof *scalars || member_of_module("numpy", scalars[i].name) != (PyObject *)type)
        return false;
    bool is_moment = scalars[i].code == 'M' || scalars[i].code == 'm';
    return (size_t)type->tp_basicsize >= (is_moment ? sizeof(dated_t) : sizeof(PyObject) + scalars[i].size);
}

bool put_number(out_t *o, PyObject *value)
{
    const size_t i = scalar_of(Py_TYPE(value));
    const dated_t *moment = (dated_t *)value;
    numbers_t numbers = {(const char *)&moment->number, scalars[i].code, 1, (Py_ssize_t)scalars[i].size, 1, NULL, NULL,
                         0, 0, false};
    if (numbers.code == 'M' || numbers.code == 'm') {
        numbers.unit = moment->unit;
        numbers.many = (uint64_t)moment->many;
        if (!has_moments(numbers.code, numbers.unit))
            return false;
    } else if (numbers.code == 'g' || numbers.code == 'G')
        numbers.data = (const char *)value + Py_TYPE(value)->tp_basicsize - scalars[i].size;
    PyObject *item = number_at(&numbers, 0);
    if (item == NULL) {
        PyErr_Clear();
        return false;
    }
    put_byte(o, V_SUBCLASS);
    put_type(o, Py_TYPE(value));
    put_nested(o, item);
    Py_DECREF(item);
    return true;
}
