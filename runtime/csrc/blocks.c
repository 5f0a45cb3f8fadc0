/* Where the columns of a pandas' frame are: in blocks, each of which has rows of one type. */
#include "columns.h"

enum { MOST_BLOCKS = 256 }; /* are looked at, however many there are */

classes_t classes_of_pandas(void)
{
    static const char module[] = "pandas._libs.internals";
    return (classes_t){type_of_module(module, "BlockManager"), type_of_module(module, "Block"),
                       type_of_module(module, "BlockPlacement")};
}

static void note_place(places_t *places, Py_ssize_t column, place_t place)
{
    if (column < 0 || column >= places->count || places->at[column].values != NULL)
        return;
    places->at[column] = place;
    places->found++;
}

/* Row r of the block is column start + r * step. */
static void find_by_slice(places_t *places, const PySliceObject *slice, PyObject *values, Py_ssize_t rows)
{
    if (!PyLong_CheckExact(slice->start) || !PyLong_CheckExact(slice->step))
        return;
    Py_ssize_t start = PyLong_AsSsize_t(slice->start), step = PyLong_AsSsize_t(slice->step);
    for (Py_ssize_t i = 0; step != 0 && i < places->count; i++)
        if ((i - start) % step == 0 && (i - start) / step >= 0 && (i - start) / step < rows)
            note_place(places, i, (place_t){values, (i - start) / step});
}

/* The columns of a block are mostly in order, so the first are enough. */
static void find_by_array(core_t *core, places_t *places, PyObject *array, PyObject *values, Py_ssize_t rows)
{
    column_t columns = column_of(core, array, NO_ROW);
    bool right = columns.kind == COLUMN_NUMBERS && columns.numbers.code == 'i';
    for (Py_ssize_t row = 0; right && row < rows && row < columns.all && row < places->count; row++) {
        PyObject *number = column_item(core, &columns, row);
        note_place(places, number == NULL ? UNKNOWN : PyLong_AsSsize_t(number), (place_t){values, row});
        Py_XDECREF(number);
    }
    column_close(&columns);
}

/* Finds which of the first columns are in a block. */
static void find_in_block(core_t *core, places_t *places, PyObject *block, const classes_t *classes)
{
    PyObject *values = held(core, block, NAME_VALUES, classes->block);
    PyObject *where = held(core, block, NAME_MGR_LOCS, classes->block);
    PyObject *at = held(core, where, NAME_INDEXER, classes->placement);
    if (values == NULL || at == NULL)
        return;
    Py_ssize_t rows = column_rows(core, values);
    if (PySlice_Check(at))
        find_by_slice(places, (PySliceObject *)at, values, rows);
    else if (type_of(core, Py_TYPE(at))->traits.known == KNOWN_NDARRAY)
        find_by_array(core, places, at, values, rows);
}

/* Finds as many of the first columns as are asked for. */
void find_places(core_t *core, places_t *places, PyObject *blocks, const classes_t *classes)
{
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(blocks) && i < MOST_BLOCKS && places->found < places->count; i++)
        find_in_block(core, places, PyTuple_GET_ITEM(blocks, i), classes);
}
