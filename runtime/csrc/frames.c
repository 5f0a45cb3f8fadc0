/* pandas' frames, series and indexes: how large they are, what their columns are called and made of, and a few items. */
#include "columns.h"

/* Of tuples the first part that speaks of a secret counts. */
static int label_kind(core_t *core, PyObject *label)
{
    int kind = KIND_NONE;
    if (label == NULL)
        return kind;
    if (!PyTuple_CheckExact(label))
        return key_kind(core, label);
    for (Py_ssize_t i = 0; kind == KIND_NONE && i < PyTuple_GET_SIZE(label) && i < MOST_COLUMNS; i++)
        kind = key_kind(core, PyTuple_GET_ITEM(label, i));
    return kind;
}

static void put_name(out_t *o, const char *name)
{
    put_utf8(o, name, strlen(name), MOST_NAME);
}

static void put_length(out_t *o, Py_ssize_t length)
{
    put_byte(o, length < 0 ? V_NONE : V_INT);
    if (length >= 0)
        put_v(o, zigzag(length));
}

static void put_shape(out_t *o, Py_ssize_t rows, Py_ssize_t columns)
{
    size_t count = columns < 0 ? 1 : 2;
    put_name(o, "shape");
    put_byte(o, V_TUPLE);
    put_v(o, count);
    put_v(o, count);
    put_length(o, rows);
    if (columns >= 0)
        put_length(o, columns);
}

/* What numpy calls it, else the name of the type. */
static void put_dtype(out_t *o, const column_t *column)
{
    if (column->dtype != NULL) {
        put_nested(o, column->dtype);
    } else {
        put_byte(o, V_STR);
        put_type(o, column->type);
    }
}

/* What the label of a row speaks of: a row of a frame is a series whose labels are the frame's columns. */
static int row_kind(core_t *core, const column_t *labels, Py_ssize_t i)
{
    if (labels == NULL || !column_has_names(labels) || i >= labels->all)
        return KIND_NONE;
    PyObject *label = column_item(core, labels, i);
    int kind = label_kind(core, label);
    Py_XDECREF(label);
    return kind;
}

/* Items under a name of this kind; `labels` are those of the rows, or NULL. */
static void put_items_of(out_t *o, const column_t *column, Py_ssize_t all, size_t most, int kind, const column_t *labels)
{
    if (kind != KIND_NONE && !is_spent(o)) {
        put_marker(o, kind);
        return;
    }
    put_byte(o, V_LIST);
    counts_t counts = counts_begin_most(o, column->all >= 0 ? column->all : all < 0 ? 0 : all, most);
    size_t i = 0;
    for (; i < counts.kept && !is_spent(o); i++) {
        PyObject *item = column_item(o->core, column, (Py_ssize_t)i);
        if (item == NULL)
            break;
        put_nested_as(o, row_kind(o->core, labels, (Py_ssize_t)i), item);
        Py_DECREF(item);
    }
    counts_end(o, counts, i);
}

/* A column by itself: what pandas calls an array. */
static bool put_alone(out_t *o, PyObject *value)
{
    column_t column = column_of(o->core, value, NO_ROW);
    bool known = column.all >= 0;
    if (known) {
        put_object_head(o, value, 2);
        put_shape(o, column.all, UNKNOWN);
        put_name(o, "items");
        put_items_of(o, &column, column.all, o->core->limits.items, KIND_NONE, NULL);
    }
    column_close(&column);
    return known;
}

/* What a series or an index is called; an instance that was given no name may have no field for it. */
static PyObject *name_of(core_t *core, PyObject *value)
{
    PyObject *name = instance_get(core, value, NAME_THREAD);
    return name == NULL ? Py_None : name;
}

static void put_described(out_t *o, PyObject *value, const column_t *column, Py_ssize_t all, const column_t *labels)
{
    PyObject *name = name_of(o->core, value);
    put_field_of(o, "name", name);
    put_name(o, "dtype");
    put_dtype(o, column);
    put_shape(o, all, UNKNOWN);
    put_name(o, "items");
    put_items_of(o, column, all, o->core->limits.items, label_kind(o->core, name), labels);
}

static bool put_plain_index(out_t *o, PyObject *value)
{
    if (instance_get(o->core, value, NAME_DATA) == NULL)
        return false;
    column_t column = column_of_index(o->core, value);
    put_object_head(o, value, 4);
    put_described(o, value, &column, column.all, NULL);
    column_close(&column);
    return true;
}

static bool put_numbered(out_t *o, PyObject *value)
{
    column_t column = column_of_index(o->core, value);
    if (column.kind != COLUMN_RANGE)
        return false;
    put_object_head(o, value, 2);
    put_field_of(o, "name", name_of(o->core, value));
    put_field_of(o, "range", column.inner);
    return true;
}

static bool put_tuples(out_t *o, PyObject *value)
{
    PyObject *names = instance_get(o->core, value, NAME_LEVEL_NAMES);
    column_t column = column_of_index(o->core, value);
    if (column.kind != COLUMN_TUPLES || names == NULL || !PyList_Check(names))
        return false;
    int kind = KIND_NONE;
    for (Py_ssize_t i = 0; kind == KIND_NONE && i < PyList_GET_SIZE(names) && i < MOST_COLUMNS; i++)
        kind = label_kind(o->core, PyList_GET_ITEM(names, i));
    put_object_head(o, value, 3);
    put_field_of(o, "names", names);
    put_shape(o, column.all, UNKNOWN);
    put_name(o, "items");
    put_items_of(o, &column, column.all, o->core->limits.items, kind, NULL);
    return true;
}

typedef struct {
    column_t labels, rows, column[MOST_COLUMNS];
    PyObject *label[MOST_COLUMNS]; /* NULL: cannot be read */
    bool found[MOST_COLUMNS];
    Py_ssize_t count;
} frame_t;

static void put_dtypes(out_t *o, const frame_t *frame)
{
    put_name(o, "dtypes");
    put_byte(o, V_DICT);
    counts_t counts = counts_begin_most(o, frame->labels.all, (size_t)frame->count);
    size_t i = 0;
    for (; i < counts.kept && !is_spent(o); i++) {
        put_nested(o, frame->label[i] == NULL ? Py_None : frame->label[i]);
        if (frame->found[i])
            put_dtype(o, &frame->column[i]);
        else
            put_byte(o, V_NONE);
    }
    counts_end(o, counts, i);
}

/* Items of each column, the more the fewer columns there are; none where a label that may speak of a secret is unknown. */
static void put_items_by_label(out_t *o, const frame_t *frame)
{
    const column_t none = {.all = UNKNOWN};
    size_t most = o->core->limits.items / (size_t)(frame->count > 0 ? frame->count : 1);
    put_name(o, "items");
    put_byte(o, V_DICT);
    counts_t counts = counts_begin_most(o, frame->labels.all, (size_t)frame->count);
    size_t i = 0;
    for (; i < counts.kept && !is_spent(o); i++) {
        PyObject *label = frame->label[i];
        put_nested(o, label == NULL ? Py_None : label);
        put_items_of(o, label != NULL && frame->found[i] ? &frame->column[i] : &none, frame->rows.all,
                     most > 0 ? most : 1, label_kind(o->core, label), &frame->rows);
    }
    counts_end(o, counts, i);
}

static void open_columns(core_t *core, frame_t *frame, PyObject *blocks, const classes_t *classes)
{
    places_t places = {.count = frame->count};
    find_places(core, &places, blocks, classes);
    for (Py_ssize_t i = 0; i < frame->count; i++) {
        frame->label[i] = column_item(core, &frame->labels, i);
        if ((frame->found[i] = places.at[i].values != NULL))
            frame->column[i] = column_of(core, places.at[i].values, places.at[i].row);
    }
}

static bool put_columns(out_t *o, PyObject *value)
{
    core_t *core = o->core;
    classes_t classes = classes_of_pandas();
    PyObject *manager = instance_get(core, value, NAME_MGR);
    PyObject *blocks = held(core, manager, NAME_BLOCKS, classes.manager);
    PyObject *axes = held(core, manager, NAME_AXES, classes.manager);
    if (blocks == NULL || axes == NULL || !PyTuple_CheckExact(blocks) || !PyList_CheckExact(axes) ||
        PyList_GET_SIZE(axes) != 2)
        return false;
    PyObject *index = PyList_GET_ITEM(axes, 1);
    frame_t frame = {.labels = column_of_index(core, PyList_GET_ITEM(axes, 0)), .rows = column_of_index(core, index)};
    bool known = frame.labels.all >= 0;
    if (known) {
        Py_ssize_t most = core->limits.items < MOST_COLUMNS ? (Py_ssize_t)core->limits.items : MOST_COLUMNS;
        frame.count = frame.labels.all < most ? frame.labels.all : most;
        open_columns(core, &frame, blocks, &classes);
        put_object_head(o, value, 4);
        put_shape(o, frame.rows.all, frame.labels.all);
        put_dtypes(o, &frame);
        put_items_by_label(o, &frame);
        put_field_of(o, "index", index);
    }
    for (Py_ssize_t i = 0; i < frame.count; i++) {
        Py_XDECREF(frame.label[i]);
        column_close(&frame.column[i]);
    }
    column_close(&frame.labels);
    column_close(&frame.rows);
    return known;
}

static bool put_one_column(out_t *o, PyObject *value)
{
    core_t *core = o->core;
    PyObject *manager = instance_get(core, value, NAME_MGR);
    PyObject *blocks = manager == NULL ? NULL : instance_get(core, manager, NAME_BLOCKS);
    PyObject *axes = manager == NULL ? NULL : instance_get(core, manager, NAME_AXES);
    if (blocks == NULL || axes == NULL || !PyTuple_CheckExact(blocks) || !PyList_CheckExact(axes) ||
        PyTuple_GET_SIZE(blocks) != 1 || PyList_GET_SIZE(axes) != 1)
        return false;
    PyTypeObject *block = type_of_module("pandas._libs.internals", "Block");
    PyObject *values = held(core, PyTuple_GET_ITEM(blocks, 0), NAME_VALUES, block), *index = PyList_GET_ITEM(axes, 0);
    if (values == NULL)
        return false;
    column_t column = column_of(core, values, NO_ROW), rows = column_of_index(core, index);
    put_object_head(o, value, 5);
    put_described(o, value, &column, column.all >= 0 ? column.all : rows.all, &rows);
    put_field_of(o, "index", index);
    column_close(&column);
    column_close(&rows);
    return true;
}

/* The few tuples and slices that are made must not start a collection, which could run finalizers. */
static bool uncollected(out_t *o, PyObject *value, bool (*put)(out_t *, PyObject *))
{
    int collects = PyGC_Disable();
    bool done = put(o, value);
    if (collects)
        PyGC_Enable();
    return done;
}

bool put_data_frame(out_t *o, PyObject *value) { return uncollected(o, value, put_columns); }
bool put_series(out_t *o, PyObject *value) { return uncollected(o, value, put_one_column); }
bool put_range_index(out_t *o, PyObject *value) { return uncollected(o, value, put_numbered); }
bool put_multi_index(out_t *o, PyObject *value) { return uncollected(o, value, put_tuples); }
bool put_index(out_t *o, PyObject *value) { return uncollected(o, value, put_plain_index); }
bool put_column(out_t *o, PyObject *value) { return uncollected(o, value, put_alone); }
