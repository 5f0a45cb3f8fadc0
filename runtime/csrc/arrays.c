/* Arrays of numbers, those of the standard library and numpy's: their first items, read from the memory that holds them. */
#include "write.h"

/* The beginning of numpy's structure. */
typedef struct {
    PyObject_HEAD
    char *data;
    int dimensions;
    Py_ssize_t *shape, *strides;
    PyObject *base, *dtype;
} ndarray_t;

const size_t ndarray_size = sizeof(ndarray_t);

/* An item of an array, a new reference, or NULL; `code` is one of "biufO". */
static PyObject *item_at(const char *at, char code, Py_ssize_t size)
{
    union {
        uint8_t u1; uint16_t u2; uint32_t u4; uint64_t u8;
        int8_t i1; int16_t i2; int32_t i4; int64_t i8;
        float f4; double f8;
        PyObject *object;
    } is;
    memcpy(&is, at, (size_t)size);
    if (code == 'O')
        return Py_NewRef(is.object == NULL ? Py_None : is.object);
    if (code == 'f')
        return PyFloat_FromDouble(size == 4 ? (double)is.f4 : is.f8);
    if (code == 'b')
        return PyBool_FromLong(is.u1);
    if (code == 'u')
        return PyLong_FromUnsignedLongLong(size == 1 ? is.u1 : size == 2 ? is.u2 : size == 4 ? is.u4 : is.u8);
    return PyLong_FromLongLong(size == 1 ? is.i1 : size == 2 ? is.i2 : size == 4 ? is.i4 : is.i8);
}

/* Whether the items are native numbers or objects. */
bool is_readable(const numbers_t *numbers)
{
    char code = numbers->code;
    Py_ssize_t size = numbers->size;
    if (code == 'O')
        return true;
    if (code == 'f')
        return size == 4 || size == 8;
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
    return item_at(place_of(numbers->data, i, numbers->dimensions, numbers->shape, numbers->strides, numbers->size),
                   numbers->code, numbers->size);
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
                         view.itemsize, 1, NULL, NULL};
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
                           array->strides};
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
