/* What pandas' frames, series and indexes hold, one column at a time. */
#ifndef SPANWRIGHT_COLUMNS_H
#define SPANWRIGHT_COLUMNS_H

#include "write.h"

enum column_kind {
    COLUMN_CLOSED, /* its items cannot be read from here */
    COLUMN_NUMBERS, COLUMN_CATEGORIES, COLUMN_MASKED, COLUMN_ARROW, COLUMN_RANGE, COLUMN_TUPLES
};

typedef struct {
    enum column_kind kind;
    PyTypeObject *type;
    PyObject *dtype;     /* as numpy spells it; NULL: the type says what it is */
    Py_ssize_t all;      /* UNKNOWN where that cannot be told */
    numbers_t numbers;   /* of categories: their codes */
    numbers_t mask;
    PyObject *inner;     /* borrowed: categories, an array of arrow's, a range, an index of tuples */
} column_t;

enum { UNKNOWN = -1, NO_ROW = -1 };

PyObject *held(core_t *core, PyObject *value, int name, PyTypeObject *owner);
PyTypeObject *type_of_module(const char *module, const char *name);
column_t column_of(core_t *core, PyObject *values, Py_ssize_t row);
column_t column_of_index(core_t *core, PyObject *index);
void column_close(column_t *column);
PyObject *column_item(core_t *core, const column_t *column, Py_ssize_t i);
bool column_has_names(const column_t *column);
Py_ssize_t column_rows(core_t *core, PyObject *values);

/* blocks.c: the classes of pandas' that are written in C, and where columns are: each is a row of what a block holds. */
typedef struct {
    PyTypeObject *manager, *block, *placement;
} classes_t;

typedef struct {
    PyObject *values;
    Py_ssize_t row;
} place_t;

enum { MOST_COLUMNS = 64 }; /* are looked at, however many there are */

typedef struct {
    place_t at[MOST_COLUMNS];
    Py_ssize_t count, found;
} places_t;

classes_t classes_of_pandas(void);
void find_places(core_t *core, places_t *places, PyObject *blocks, const classes_t *classes);

#endif
