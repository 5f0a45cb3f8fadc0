/* Columns as pandas keeps them, found through instance dicts and the fields of its C classes: no attribute is looked up,
   and no code runs but that of these classes' getters and of arrow's arrays and scalars, which is C. */
#include "columns.h"

PyTypeObject *type_of_module(const char *module, const char *name)
{
    PyObject *found = member_of_module(module, name);
    return found != NULL && PyType_Check(found) ? (PyTypeObject *)found : NULL;
}

/* A field that the C class `owner` declares, borrowed from the object that holds it; NULL where there is none. */
PyObject *held(core_t *core, PyObject *value, int name, PyTypeObject *owner)
{
    if (value == NULL || owner == NULL || !PyType_IsSubtype(Py_TYPE(value), owner))
        return NULL;
    PyGetSetDescrObject *found = (PyGetSetDescrObject *)plain_get(core, class_dict(owner), name);
    if (found == NULL || !Py_IS_TYPE(found, &PyGetSetDescr_Type) || found->d_common.d_type != owner)
        return NULL;
    PyObject *field = found->d_getset->get(value, found->d_getset->closure);
    if (field == NULL)
        PyErr_Clear();
    else if (Py_REFCNT(field) > 1)
        Py_DECREF(field);
    else
        Py_CLEAR(field); /* it was made just now: not a field */
    return field;
}

static enum known kind_of(core_t *core, PyObject *value)
{
    return value == NULL ? KNOWN_NOTHING : type_of(core, Py_TYPE(value))->traits.known;
}

static column_t closed(PyObject *value)
{
    return (column_t){.kind = COLUMN_CLOSED, .type = Py_TYPE(value), .all = UNKNOWN};
}

void column_close(column_t *column)
{
    Py_CLEAR(column->dtype);
}

/* A row of an array, all of it where it has one dimension. */
static column_t column_of_array(core_t *core, PyObject *array, Py_ssize_t row)
{
    column_t column = closed(array);
    numbers_t *numbers = &column.numbers;
    column.dtype = numbers_of(core, array, numbers);
    if (column.dtype == NULL)
        return column;
    if (numbers->dimensions == 2 && row >= 0 && row < numbers->shape[0]) {
        numbers->data += row * *numbers->strides++;
        numbers->all = *++numbers->shape;
        numbers->dimensions = 1;
    } else if (numbers->dimensions != 1 || row > 0) {
        return column;
    }
    column.all = numbers->all;
    if (is_readable(numbers))
        column.kind = COLUMN_NUMBERS;
    return column;
}

static bool is_in_zone(core_t *core, PyObject *values, PyTypeObject *owner)
{
    PyObject *dtype = held(core, values, NAME_DTYPE, owner);
    return dtype != NULL && Py_TYPE(dtype) == type_of_module("pandas", "DatetimeTZDtype");
}

/* An array of pandas' around one of numpy's: of objects, of dates or durations, or of the numbers of categories. */
static column_t column_of_backed(core_t *core, PyObject *values, Py_ssize_t row, bool categories)
{
    PyTypeObject *owner = type_of_module("pandas._libs.arrays", "NDArrayBacked");
    PyObject *array = held(core, values, NAME_NDARRAY, owner);
    if (kind_of(core, array) != KNOWN_NDARRAY)
        return closed(values);
    column_t column = column_of_array(core, array, row);
    column_close(&column);
    column.type = Py_TYPE(values);
    char code = column.numbers.code;
    bool right = column.kind == COLUMN_NUMBERS && (categories ? code == 'i' : code == 'O' || code == 'M' || code == 'm');
    column.kind = right ? COLUMN_NUMBERS : COLUMN_CLOSED;
    column.numbers.utc = code == 'M' && is_in_zone(core, values, owner);
    if (!categories || !right)
        return column;
    PyObject *dtype = held(core, values, NAME_DTYPE, owner);
    column.inner = dtype == NULL ? NULL : instance_get(core, dtype, NAME_CATEGORIES);
    column.kind = column.inner == NULL ? COLUMN_CLOSED : COLUMN_CATEGORIES;
    return column;
}

/* Whether there can be texts among the items. */
bool column_has_names(const column_t *column)
{
    return column->kind == COLUMN_CATEGORIES || column->kind == COLUMN_ARROW || column->kind == COLUMN_TUPLES ||
           (column->kind == COLUMN_NUMBERS && column->numbers.code == 'O');
}

/* How many columns a block has. */
Py_ssize_t column_rows(core_t *core, PyObject *values)
{
    if (kind_of(core, values) == KNOWN_BACKED)
        values = held(core, values, NAME_NDARRAY, type_of_module("pandas._libs.arrays", "NDArrayBacked"));
    return kind_of(core, values) == KNOWN_NDARRAY ? rows_of(values) : 1;
}

static column_t column_of_masked(core_t *core, PyObject *values, Py_ssize_t row)
{
    PyObject *data = instance_get(core, values, NAME_DATA), *mask = instance_get(core, values, NAME_MASK);
    if (kind_of(core, data) != KNOWN_NDARRAY || kind_of(core, mask) != KNOWN_NDARRAY)
        return closed(values);
    column_t column = column_of_array(core, data, row), hidden = column_of_array(core, mask, row);
    bool right = column.kind == COLUMN_NUMBERS && hidden.kind == COLUMN_NUMBERS && hidden.numbers.code == 'b' &&
                 column.all == hidden.all;
    column.kind = right ? COLUMN_MASKED : COLUMN_CLOSED;
    column.mask = hidden.numbers;
    column.type = Py_TYPE(values);
    column_close(&column);
    column_close(&hidden);
    return column;
}

static column_t column_of_arrow(core_t *core, PyObject *values)
{
    column_t column = closed(values);
    PyObject *array = instance_get(core, values, NAME_PA_ARRAY);
    if (array == NULL || Py_TYPE(array) != type_of_module("pyarrow.lib", "ChunkedArray"))
        return column;
    column.all = PyObject_Size(array);
    PyErr_Clear();
    column.inner = array;
    column.kind = column.all < 0 ? COLUMN_CLOSED : COLUMN_ARROW;
    return column;
}

/* What an array holds, `row` of it where it is a block of a frame, else NO_ROW. */
column_t column_of(core_t *core, PyObject *values, Py_ssize_t row)
{
    switch (kind_of(core, values)) {
    case KNOWN_NDARRAY: return column_of_array(core, values, row);
    case KNOWN_CATEGORICAL: return column_of_backed(core, values, row, true);
    case KNOWN_BACKED: return column_of_backed(core, values, row, false);
    case KNOWN_MASKED: return column_of_masked(core, values, row);
    case KNOWN_ARROW: return column_of_arrow(core, values);
    default: return closed(values);
    }
}

static PyObject *code_of(PyObject *index, Py_ssize_t level, core_t *core)
{
    PyObject *codes = instance_get(core, index, NAME_CODES);
    PyObject *array = codes == NULL || !PyList_Check(codes) || level >= PyList_GET_SIZE(codes)
                          ? NULL
                          : PyList_GET_ITEM(codes, level);
    return kind_of(core, array) == KNOWN_NDARRAY ? array : NULL;
}

column_t column_of_index(core_t *core, PyObject *index)
{
    column_t column = closed(index);
    enum known kind = kind_of(core, index);
    if (kind == KNOWN_INDEX) {
        PyObject *values = instance_get(core, index, NAME_DATA);
        return values == NULL ? column : column_of(core, values, NO_ROW);
    }
    if (kind == KNOWN_RANGE_INDEX) {
        column.inner = instance_get(core, index, NAME_RANGE);
        if (column.inner == NULL || !Py_IS_TYPE(column.inner, &PyRange_Type))
            return column;
        column.all = PyObject_Size(column.inner);
        PyErr_Clear();
        column.kind = column.all < 0 ? COLUMN_CLOSED : COLUMN_RANGE;
    } else if (kind == KNOWN_MULTI_INDEX) {
        PyObject *codes = code_of(index, 0, core);
        column_t first = codes == NULL ? closed(index) : column_of_array(core, codes, NO_ROW);
        column_close(&first);
        column.all = first.all;
        column.inner = index;
        column.kind = first.kind == COLUMN_NUMBERS ? COLUMN_TUPLES : COLUMN_CLOSED;
    }
    return column;
}

/* Categories may be an index of any kind, even of categories again. */
enum { DEEPEST_COLUMN = 3, MOST_LEVELS = 16 };
static PyObject *item_within(core_t *core, const column_t *column, Py_ssize_t i, int depth);

/* What a code stands for among the items of an index. */
static PyObject *category(core_t *core, const numbers_t *codes, Py_ssize_t i, PyObject *index, int depth)
{
    PyObject *number = number_at(codes, i);
    Py_ssize_t code = number == NULL ? -2 : PyLong_AsSsize_t(number);
    Py_XDECREF(number);
    if (code == -1)
        return Py_NewRef(Py_None);
    column_t column = column_of_index(core, index);
    PyObject *item = code < 0 || code >= column.all ? NULL : item_within(core, &column, code, depth + 1);
    column_close(&column);
    return item;
}

/* `...` stands for what cannot be read. */
static PyObject *tuple_at(core_t *core, PyObject *index, Py_ssize_t i, int depth)
{
    PyObject *levels = instance_get(core, index, NAME_LEVELS);
    if (levels == NULL || !PyList_Check(levels) || PyList_GET_SIZE(levels) > MOST_LEVELS)
        return NULL;
    PyObject *tuple = PyTuple_New(PyList_GET_SIZE(levels));
    for (Py_ssize_t level = 0; tuple != NULL && level < PyTuple_GET_SIZE(tuple); level++) {
        PyObject *codes = code_of(index, level, core), *item = NULL;
        column_t column = codes == NULL ? closed(index) : column_of_array(core, codes, NO_ROW);
        if (column.kind == COLUMN_NUMBERS && column.numbers.code == 'i' && i < column.all)
            item = category(core, &column.numbers, i, PyList_GET_ITEM(levels, level), depth);
        column_close(&column);
        PyErr_Clear();
        PyTuple_SET_ITEM(tuple, level, item == NULL ? Py_NewRef(Py_Ellipsis) : item);
    }
    return tuple;
}

/* Of arrow's scalars those of which a value is made without Python's code. */
static bool is_plain_scalar(PyTypeObject *type)
{
    static const char *const names[] = {"LargeStringScalar", "StringScalar", "Int64Scalar", "DoubleScalar",
                                        "BooleanScalar", "Int32Scalar", "FloatScalar", "Int16Scalar", "Int8Scalar",
                                        "UInt64Scalar", "UInt32Scalar", "UInt16Scalar", "UInt8Scalar", "NullScalar"};
    const char *dot = strrchr(type->tp_name, '.'), *plain = dot == NULL ? type->tp_name : dot + 1;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(plain, names[i]) == 0)
            return type_of_module("pyarrow.lib", names[i]) == type;
    return false;
}

static PyObject *arrow_item(core_t *core, PyObject *array, Py_ssize_t i)
{
    PyObject *number = PyLong_FromSsize_t(i);
    PyObject *scalar = number == NULL ? NULL : PyObject_GetItem(array, number);
    bool plain = scalar != NULL && is_plain_scalar(Py_TYPE(scalar));
    PyObject *item = plain ? PyObject_CallMethodNoArgs(scalar, core->names[NAME_AS_PY]) : NULL;
    Py_XDECREF(number);
    Py_XDECREF(scalar);
    return item;
}

static PyObject *item_within(core_t *core, const column_t *column, Py_ssize_t i, int depth)
{
    if (depth > DEEPEST_COLUMN)
        return NULL;
    switch (column->kind) {
    case COLUMN_NUMBERS: return number_at(&column->numbers, i);
    case COLUMN_CATEGORIES: return category(core, &column->numbers, i, column->inner, depth);
    case COLUMN_MASKED: {
        PyObject *hidden = number_at(&column->mask, i);
        bool shown = hidden == Py_False;
        Py_XDECREF(hidden);
        return shown ? number_at(&column->numbers, i) : Py_NewRef(Py_None);
    }
    case COLUMN_ARROW: return arrow_item(core, column->inner, i);
    case COLUMN_RANGE: return PySequence_GetItem(column->inner, i);
    case COLUMN_TUPLES: return tuple_at(core, column->inner, i, depth);
    default: return NULL;
    }
}

/* A new reference, or NULL where the item cannot be read. */
PyObject *column_item(core_t *core, const column_t *column, Py_ssize_t i)
{
    PyObject *item = item_within(core, column, i, 0);
    if (item == NULL)
        PyErr_Clear();
    return item;
}
