/* Original positions at run time: what the parts share. Formats: docs/site-table.md for the map, Objects/locations.md
   (CPython 3.11-3.13) and Objects/lnotab_notes.txt (3.10) for the line tables of code objects. */
#ifndef SPANWRIGHT_POSITIONS_H
#define SPANWRIGHT_POSITIONS_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <stdint.h>

/* Other interpreters keep their positions elsewhere; there the twin's own stay in force. */
#if !defined(PYPY_VERSION) && !defined(Py_GIL_DISABLED) && PY_VERSION_HEX < 0x030E0000
#define HAVE_KNOWN_TABLES 1
#endif
#if PY_VERSION_HEX >= 0x030B0000
#define HAVE_COLUMNS 1
#endif
#if PY_VERSION_HEX >= 0x030B0000 && PY_VERSION_HEX < 0x030C0000
#define HAVE_LINE_ARRAY 1 /* made from the table when a tracer needs it */
#endif
#if PY_VERSION_HEX >= 0x030C0000
#define HAVE_MONITORING 1
#define GET_EXTRA PyUnstable_Code_GetExtra
#define SET_EXTRA PyUnstable_Code_SetExtra
#define REQUEST_EXTRA_INDEX PyUnstable_Eval_RequestCodeExtraIndex
#else
#define GET_EXTRA _PyCode_GetExtra
#define SET_EXTRA _PyCode_SetExtra
#define REQUEST_EXTRA_INDEX _PyEval_RequestCodeExtraIndex
#endif
#if PY_VERSION_HEX < 0x030B0000
#define HAS_RANGES 1 /* while a tracer is at work the running code has pointers into its table */
#endif
#if defined(HAVE_KNOWN_TABLES) && defined(HAVE_MONITORING)
#define HAVE_LINE_DELTAS 1 /* tools that watch lines have them stored, each relative to the first */
#endif
#if defined(HAVE_KNOWN_TABLES) && PY_VERSION_HEX >= 0x030D0000
#define HAVE_CLASS_LINES 1 /* a class knows its first line */
#endif

/* No source file has as many; keeps all sums within an int. */
enum { MAX_LINE = 1 << 24, MAX_COLUMN = 1 << 28 };

typedef struct {
    int line, column;       /* place in the twin from which on this entry governs */
    int is_fixed;           /* 0: the next two are subtracted; 1: they are the original's place */
    int to_line, to_column;
} map_entry_t;

typedef struct {
    map_entry_t *entries;
    Py_ssize_t count;
    Py_ssize_t last; /* where the last search ended: tables go mostly forward */
} position_map_t;

typedef struct {
    const uint8_t *at, *end;
} reader_t;

typedef struct {
    uint8_t *bytes;
    size_t size, room;
    int failed; /* no memory: what is in it is not whole */
} buffer_t;

static inline void put(buffer_t *buffer, int byte)
{
    if (buffer->size == buffer->room) {
        size_t room = buffer->room ? 2 * buffer->room : 4096;
        uint8_t *bytes = PyMem_Realloc(buffer->bytes, room);
        if (bytes == NULL) {
            buffer->failed = 1;
            return;
        }
        buffer->bytes = bytes;
        buffer->room = room;
    }
    buffer->bytes[buffer->size++] = (uint8_t)byte;
}

/* The planned change of one code object. */
typedef struct {
    PyCodeObject *code; /* borrowed: the module's or a constant below it */
    PyObject *table;
    int first_line;
    PyObject *constants;       /* where they change too, else NULL */
    Py_ssize_t patched, index; /* the instruction that shall load constants[index] */
} change_t;

typedef struct {
    change_t *items;
    Py_ssize_t count, room;
} changes_t;

/* Reads an unsigned number, seven bits a byte, the lowest first. */
int read_v(reader_t *reader, uint64_t *value);

/* Reads a map; the caller frees its entries, also where it fails. Here and below: 0, or -1 where it cannot be done. */
int position_map_read(position_map_t *map, PyObject *bytes);

/* The entry that governs a place of the twin; NULL before the first. */
const map_entry_t *position_map_find(position_map_t *map, int line, int column);

/* The original line of a whole line of the twin: that of its first original text, where it has any. */
int position_map_line(position_map_t *map, int line);

/* Puts a line table into the buffer with its positions mapped; `first` and `new_first` are the code's first lines. */
int map_line_table(position_map_t *map, PyObject *table, int first, int new_first, buffer_t *buffer);

/* Makes what a tool has noted of a code object's lines agree with its table. */
void renumber_lines(PyCodeObject *code);

/* The changes as bytes, for the next time; plan_stored takes the next one out of them, if it is of this code object. */
PyObject *store_changes(const changes_t *changes);
int plan_stored(reader_t *reader, change_t *change);

/* Plans, then makes, the change of the line that a class body stores in its class. */
int map_class_line(change_t *change);
void swap_class_line(change_t *change);

#endif
