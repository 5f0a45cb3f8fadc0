/* Original positions at run time: rewrites the line tables of a twin's code objects.

   Called while the first line of a module runs, when none of its functions exists yet. Everything is computed and
   checked first and swapped in afterwards, so a bad map changes nothing. Formats: docs/site-table.md for the map,
   Objects/locations.md (CPython 3.11-3.13) and Objects/lnotab_notes.txt (3.10) for the tables. */

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>
#include <string.h>

PyObject *spanwright_restore_positions(PyObject *module, PyObject *const *args, Py_ssize_t nargs);

#if defined(PYPY_VERSION) || defined(Py_GIL_DISABLED) || PY_VERSION_HEX >= 0x030E0000

/* Other interpreters keep their positions elsewhere; the twin's own stay in force. */
PyObject *
spanwright_restore_positions(PyObject *Py_UNUSED(module), PyObject *const *Py_UNUSED(args), Py_ssize_t Py_UNUSED(nargs))
{
    Py_RETURN_FALSE;
}

#else

#if PY_VERSION_HEX >= 0x030D0000
#include "opcode.h"
#endif

#if PY_VERSION_HEX >= 0x030C0000
#define GET_EXTRA PyUnstable_Code_GetExtra
#define SET_EXTRA PyUnstable_Code_SetExtra
#define REQUEST_EXTRA_INDEX PyUnstable_Eval_RequestCodeExtraIndex
#else
#define GET_EXTRA _PyCode_GetExtra
#define SET_EXTRA _PyCode_SetExtra
#define REQUEST_EXTRA_INDEX _PyEval_RequestCodeExtraIndex
#endif

/* No source file has as many; keeps all sums within an int. */
#define MAX_LINE (1 << 24)
#define MAX_COLUMN (1 << 28)

/* ---- the position map ---- */

typedef struct {
    int line, column; /* place in the twin from which on this entry governs */
    int fixed;        /* 0: the next two are subtracted; 1: they are the original's place */
    int to_line, to_column;
} Entry;

typedef struct {
    Entry *entries;
    Py_ssize_t count;
    Py_ssize_t last; /* where the last search ended: tables go mostly forward */
} Map;

typedef struct {
    int line, column;
} Place;

typedef struct {
    const uint8_t *at, *end;
} Reader;

static int
read_v(Reader *reader, uint64_t *value)
{
    uint64_t result = 0;
    for (int shift = 0; shift < 64; shift += 7) {
        if (reader->at == reader->end) {
            return -1;
        }
        uint8_t byte = *reader->at++;
        result |= (uint64_t)(byte & 0x7F) << shift;
        if (byte < 0x80) {
            *value = result;
            return 0;
        }
    }
    return -1;
}

/* A v, or with `is_signed` a z, whose magnitude is at most `limit`. */
static int
read_int(Reader *reader, int is_signed, int limit, int *value)
{
    uint64_t raw;
    if (read_v(reader, &raw) < 0) {
        return -1;
    }
    uint64_t magnitude = is_signed ? (raw >> 1) + (raw & 1) : raw;
    if (magnitude > (uint64_t)limit) {
        return -1;
    }
    *value = is_signed && (raw & 1) ? -(int)magnitude : (int)magnitude;
    return 0;
}

static int
read_entry(Reader *reader, const Entry *before, Entry *entry)
{
    int step, kind;
    if (read_int(reader, 0, MAX_LINE, &step) < 0 || read_int(reader, 0, MAX_COLUMN, &entry->column) < 0 ||
        read_int(reader, 0, 1, &kind) < 0 || read_int(reader, 1, MAX_LINE, &entry->to_line) < 0 ||
        read_int(reader, 1, MAX_COLUMN, &entry->to_column) < 0) {
        return -1;
    }
    entry->line = before->line + step;
    entry->fixed = kind;
    if (entry->line > MAX_LINE || (step == 0 && entry->column < before->column)) {
        return -1;
    }
    return kind == 1 && (entry->to_line < 1 || entry->to_column < 0) ? -1 : 0;
}

/* The caller frees map->entries, also after -1. */
static int
read_map(PyObject *bytes, Map *map)
{
    static const char magic[] = "SWMAP1\n";
    Reader reader = {(const uint8_t *)PyBytes_AS_STRING(bytes), NULL};
    reader.end = reader.at + PyBytes_GET_SIZE(bytes);
    uint64_t count;
    if ((size_t)PyBytes_GET_SIZE(bytes) < sizeof(magic) - 1 || memcmp(reader.at, magic, sizeof(magic) - 1) != 0) {
        return -1;
    }
    reader.at += sizeof(magic) - 1;
    /* An entry has at least five bytes. */
    if (read_v(&reader, &count) < 0 || count > (uint64_t)(reader.end - reader.at) / 5) {
        return -1;
    }
    map->entries = PyMem_Malloc(((size_t)count + 1) * sizeof(Entry));
    if (map->entries == NULL) {
        return -1;
    }
    Entry before = {0, 0, 0, 0, 0};
    for (uint64_t i = 0; i < count; i++) {
        if (read_entry(&reader, &before, &map->entries[i]) < 0) {
            return -1;
        }
        before = map->entries[i];
    }
    map->count = (Py_ssize_t)count;
    return reader.at == reader.end ? 0 : -1;
}

static inline int
is_at_or_before(const Entry *entry, int line, int column)
{
    return entry->line < line || (entry->line == line && entry->column <= column);
}

/* Index of the entry that governs a place of the twin; -1 before the first. */
static Py_ssize_t
governing(Map *map, int line, int column)
{
    const Entry *entries = map->entries;
    Py_ssize_t low = -1, high = map->count; /* entries[low] is at or before the place, entries[high] is after it */
    for (Py_ssize_t probe = map->last; probe < map->last + 3 && probe < map->count; probe++) {
        if (!is_at_or_before(&entries[probe], line, column)) {
            high = probe;
            break;
        }
        low = probe;
    }
    while (high - low > 1) {
        Py_ssize_t middle = low + (high - low) / 2;
        if (is_at_or_before(&entries[middle], line, column)) {
            low = middle;
        }
        else {
            high = middle;
        }
    }
    map->last = low < 0 ? 0 : low;
    return low;
}

/* The original line of a whole line of the twin: that of its first original text, where it has any. */
static int
map_line(Map *map, int line)
{
    Py_ssize_t index = governing(map, line, 0);
    if (index < 0) {
        return line;
    }
    const Entry *entry = &map->entries[index], *end = map->entries + map->count;
    if (!entry->fixed) {
        return line - entry->to_line;
    }
    for (const Entry *next = entry + 1; next < end && next->line == line; next++) {
        if (!next->fixed) {
            return line - next->to_line;
        }
    }
    return entry->to_line;
}

/* ---- the tables ---- */

typedef struct {
    uint8_t *bytes;
    size_t size, room;
    int failed;
} Buffer;

static inline void
put(Buffer *buffer, int byte)
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

#if PY_VERSION_HEX >= 0x030B0000

/* What one table entry says; -1 where it does not say. */
typedef struct {
    int line, end_line, column, end_column;
} Location;

enum { SHORT_LAST = 9, ONE_LINE = 10, NO_COLUMNS = 13, LONG = 14, NOTHING = 15 };

static int
take_byte(Reader *reader, int *value)
{
    /* Bit 7 starts an entry: inside of one it means a cut table. */
    if (reader->at == reader->end || (*reader->at & 0x80)) {
        return -1;
    }
    *value = *reader->at++;
    return 0;
}

static int
take_varint(Reader *reader, int64_t *value)
{
    int64_t result = 0;
    for (int shift = 0; shift <= 30; shift += 6) {
        int byte;
        if (take_byte(reader, &byte) < 0) {
            return -1;
        }
        result |= (int64_t)(byte & 63) << shift;
        if (!(byte & 64)) {
            *value = result;
            return 0;
        }
    }
    return -1;
}

static int
take_line_step(Reader *reader, int64_t *line)
{
    int64_t raw;
    if (take_varint(reader, &raw) < 0) {
        return -1;
    }
    *line += raw & 1 ? -(raw >> 1) : raw >> 1;
    return 0;
}

static int
take_long(Reader *reader, int64_t line, Location *location)
{
    int64_t lines, column, end_column;
    if (take_varint(reader, &lines) < 0 || take_varint(reader, &column) < 0 || take_varint(reader, &end_column) < 0 ||
        line + lines > MAX_LINE || column > MAX_COLUMN || end_column > MAX_COLUMN) {
        return -1;
    }
    *location = (Location){(int)line, (int)(line + lines), (int)column - 1, (int)end_column - 1};
    return 0;
}

/* Decodes the rest of an entry of this code; `current` is the line reached so far. */
static int
take_location(Reader *reader, int code, int *current, Location *location)
{
    int64_t line = *current;
    int column = -1, end_column = -1;
    if (code == NOTHING) {
        *location = (Location){-1, -1, -1, -1};
        return 0;
    }
    if (code == NO_COLUMNS || code == LONG) {
        if (take_line_step(reader, &line) < 0) {
            return -1;
        }
    }
    else if (take_byte(reader, &column) < 0) {
        return -1;
    }
    if (code <= SHORT_LAST) {
        end_column = (code << 3 | column >> 4) + (column & 15);
        column = code << 3 | column >> 4;
    }
    else if (code < NO_COLUMNS) {
        line += code - ONE_LINE;
        if (take_byte(reader, &end_column) < 0) {
            return -1;
        }
    }
    if (line < 0 || line > MAX_LINE) {
        return -1;
    }
    *current = (int)line;
    *location = (Location){(int)line, (int)line, column, end_column};
    return code == LONG ? take_long(reader, line, location) : 0;
}

static Place
map_place(Map *map, int line, int column, int is_end)
{
    if (is_end && column == 0) {
        return (Place){map_line(map, line), 0};
    }
    /* An end is where the last text before it ends; inserted text begins and ends where it was inserted. */
    Py_ssize_t index = governing(map, line, column - is_end);
    if (index < 0) {
        return (Place){line, column};
    }
    const Entry *entry = &map->entries[index];
    if (entry->fixed) {
        return (Place){entry->to_line, entry->to_column};
    }
    return (Place){line - entry->to_line, entry->line == line ? column - entry->to_column : column};
}

/* -1 if the map leads out of the file. */
static int
map_location(Map *map, Location *location)
{
    Location from = *location;
    Place start = {-1, -1}, end = {-1, -1};
    if (from.line < 0) {
        return 0;
    }
    if (from.column < 0 || from.end_column < 0 || (from.column == 0 && from.end_column == 0)) {
        /* No columns, or the compiler's stand-in for them (0 to 0): a whole line. */
        start = (Place){map_line(map, from.line), from.column};
        end = (Place){from.end_line < 0 ? from.end_line : map_line(map, from.end_line), from.end_column};
    }
    else {
        int is_empty = from.line == from.end_line && from.column == from.end_column;
        start = map_place(map, from.line, from.column, 0);
        end = is_empty ? start : map_place(map, from.end_line, from.end_column, 1);
        if (start.column < 0 || end.column < 0) {
            return -1;
        }
        if (end.line < start.line || (end.line == start.line && end.column <= start.column && !is_empty)) {
            end = (Place){start.line, -1}; /* all of it is inserted: it has a line, but no text */
            start.column = -1;
        }
    }
    if (start.line < 0 || (start.line == 0 && from.line != 0) || (end.line < start.line && from.end_line >= 0)) {
        return -1;
    }
    *location = (Location){start.line, end.line, start.column, end.column};
    return 0;
}

static void
put_varint(Buffer *buffer, unsigned value)
{
    for (; value >= 64; value >>= 6) {
        put(buffer, 64 | (value & 63));
    }
    put(buffer, (int)value);
}

static void
put_line_step(Buffer *buffer, int step)
{
    put_varint(buffer, step < 0 ? (unsigned)-step << 1 | 1 : (unsigned)step << 1);
}

/* The same choice of form as the compiler's, so that an equal location becomes equal bytes. */
static void
put_location(Buffer *buffer, int units, int *current, const Location *location)
{
    int column = location->column, end_column = location->end_column;
    int start = 0x80 | (units - 1);
    if (location->line < 0) {
        put(buffer, start | NOTHING << 3);
        return;
    }
    int step = location->line - *current;
    int one_line = location->line == location->end_line;
    *current = location->line;
    if ((column < 0 || end_column < 0) && (one_line || location->end_line < 0)) {
        put(buffer, start | NO_COLUMNS << 3);
        put_line_step(buffer, step);
    }
    else if (one_line && step == 0 && column >= 0 && column < 80 && end_column >= column && end_column - column < 16) {
        put(buffer, start | (column >> 3) << 3);
        put(buffer, (column & 7) << 4 | (end_column - column));
    }
    else if (one_line && step >= 0 && step < 3 && column >= 0 && column < 128 && end_column >= 0 && end_column < 128) {
        put(buffer, start | (ONE_LINE + step) << 3);
        put(buffer, column);
        put(buffer, end_column);
    }
    else {
        put(buffer, start | LONG << 3);
        put_line_step(buffer, step);
        put_varint(buffer, (unsigned)(location->end_line - location->line));
        put_varint(buffer, (unsigned)(column + 1));
        put_varint(buffer, (unsigned)(end_column + 1));
    }
}

static int
map_table(Map *map, PyObject *table, int first, int new_first, Buffer *buffer)
{
    Reader reader = {(const uint8_t *)PyBytes_AS_STRING(table), NULL};
    reader.end = reader.at + PyBytes_GET_SIZE(table);
    buffer->size = 0;
    while (reader.at < reader.end) {
        int head = *reader.at++;
        Location location;
        if (!(head & 0x80) || take_location(&reader, head >> 3 & 15, &first, &location) < 0 ||
            map_location(map, &location) < 0) {
            return -1;
        }
        put_location(buffer, (head & 7) + 1, &new_first, &location);
    }
    return buffer->failed ? -1 : 0;
}

#else

enum { NO_LINE = -128, LONGEST_STEP = 127 };

/* 3.10: pairs of unsigned bytes of code and signed lines; no columns. */
static int
map_table(Map *map, PyObject *table, int line, int new_line, Buffer *buffer)
{
    const uint8_t *at = (const uint8_t *)PyBytes_AS_STRING(table);
    const uint8_t *end = at + PyBytes_GET_SIZE(table);
    buffer->size = 0;
    for (; end - at >= 2; at += 2) {
        int step = (int8_t)at[1];
        if (step != NO_LINE) {
            line += step;
        }
        if (at[0] == 0) {
            continue; /* a part of a longer step */
        }
        if (step == NO_LINE) {
            put(buffer, at[0]);
            put(buffer, (uint8_t)NO_LINE);
            continue;
        }
        int mapped = map_line(map, line);
        if (line < 0 || line > MAX_LINE || mapped < 0 || (mapped == 0 && line != 0)) {
            return -1;
        }
        for (step = mapped - new_line; step < -LONGEST_STEP || step > LONGEST_STEP;) {
            int part = step < 0 ? -LONGEST_STEP : LONGEST_STEP;
            put(buffer, 0);
            put(buffer, part);
            step -= part;
        }
        put(buffer, at[0]);
        put(buffer, step);
        new_line = mapped;
    }
    return buffer->failed || at != end ? -1 : 0;
}

#endif

/* ---- the code objects ---- */

typedef struct {
    PyCodeObject *code; /* borrowed: the root or a constant below it */
    PyObject *table;
    PyObject *constants;      /* where they change too, else NULL */
    Py_ssize_t patched, index; /* the instruction that shall load constants[index]; -1: none */
    int first_line;
} Change;

typedef struct {
    Change *items;
    Py_ssize_t count, room;
} Changes;

static int
add_change(Changes *changes, PyCodeObject *code)
{
    if (changes->count == changes->room) {
        Py_ssize_t room = changes->room ? 2 * changes->room : 64;
        Change *items = PyMem_Realloc(changes->items, (size_t)room * sizeof(Change));
        if (items == NULL) {
            return -1;
        }
        changes->items = items;
        changes->room = room;
    }
    changes->items[changes->count++] = (Change){code, NULL, NULL, -1, -1, 0};
    return 0;
}

#if PY_VERSION_HEX >= 0x030D0000

typedef struct {
    uint8_t code, arg;
} Unit;

static Unit *
units_of(PyCodeObject *code)
{
    return (Unit *)code->co_code_adaptive;
}

/* 3.13: a class body stores its first line in the class, as `__firstlineno__`; inspect.getsource looks there. Finds
   the LOAD_CONST before the first STORE_NAME of that name; -1 where there is none. */
static Py_ssize_t
first_line_load(PyCodeObject *code)
{
    const Unit *units = units_of(code);
    Py_ssize_t name = PyTuple_GET_SIZE(code->co_names);
    if (code->co_flags & (CO_OPTIMIZED | CO_NEWLOCALS)) {
        return -1;
    }
    while (--name >= 0 && PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(code->co_names, name), "__firstlineno__")) {
    }
    for (Py_ssize_t i = 1; name >= 0 && i < Py_SIZE(code); i++) {
        if (units[i].code == STORE_NAME && units[i].arg == name) {
            return units[i - 1].code == LOAD_CONST ? i - 1 : -1;
        }
    }
    return -1;
}

/* Whether another instruction may load the constant (cache units may look like one: that errs on the safe side). */
static int
is_shared(PyCodeObject *code, Py_ssize_t load)
{
    const Unit *units = units_of(code);
    for (Py_ssize_t i = 0; i < Py_SIZE(code); i++) {
        if (i != load && units[i].arg == units[load].arg && (i == 0 || units[i - 1].code != EXTENDED_ARG) &&
            (units[i].code == LOAD_CONST || units[i].code == RETURN_CONST)) {
            return 1;
        }
    }
    return 0;
}

static int
map_constants(Change *change)
{
    PyCodeObject *code = change->code;
    Py_ssize_t load = change->first_line == code->co_firstlineno ? -1 : first_line_load(code);
    if (load < 0) {
        return 0;
    }
    Py_ssize_t size = PyTuple_GET_SIZE(code->co_consts);
    Py_ssize_t index = is_shared(code, load) ? size : units_of(code)[load].arg;
    if (index > 255 || index > size) {
        return 0; /* no room for a longer operand: the twin's line stays */
    }
    /* A new tuple: the compiler shares equal tuples of constants among code objects. */
    PyObject *constants = PyTuple_New(index == size ? size + 1 : size);
    PyObject *line = PyLong_FromLong(change->first_line);
    if (constants == NULL || line == NULL) {
        Py_XDECREF(constants);
        Py_XDECREF(line);
        return -1;
    }
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(constants); i++) {
        PyTuple_SET_ITEM(constants, i, i == index ? line : Py_NewRef(PyTuple_GET_ITEM(code->co_consts, i)));
    }
    change->constants = constants;
    change->patched = load;
    change->index = index;
    return 0;
}

static void
swap_constants(Change *change)
{
    if (change->constants == NULL) {
        return;
    }
    Py_SETREF(change->code->co_consts, change->constants);
    change->constants = NULL;
    units_of(change->code)[change->patched].arg = (uint8_t)change->index;
    if (change->code->_co_cached != NULL) {
        Py_CLEAR(change->code->_co_cached->_co_code);
    }
}

#else

static int
map_constants(Change *Py_UNUSED(change))
{
    return 0;
}

static void
swap_constants(Change *Py_UNUSED(change))
{
}

#endif

static int
plan_code(Map *map, Change *change, Buffer *buffer)
{
    PyCodeObject *code = change->code;
#if PY_VERSION_HEX >= 0x030C0000
    if (code->_co_monitoring != NULL && code->_co_monitoring->lines != NULL) {
        return -1; /* a tool watches lines: it has differences to this table stored */
    }
#endif
    if (!PyBytes_CheckExact(code->co_linetable) || code->co_firstlineno < 0 || code->co_firstlineno > MAX_LINE) {
        return -1;
    }
    change->first_line = map_line(map, code->co_firstlineno);
    if (change->first_line < 0 ||
        map_table(map, code->co_linetable, code->co_firstlineno, change->first_line, buffer) < 0) {
        return -1;
    }
    change->table = PyBytes_FromStringAndSize((const char *)buffer->bytes, (Py_ssize_t)buffer->size);
    return change->table == NULL ? -1 : map_constants(change);
}

/* Plans the change of a code object and of all below it. */
static int
plan(Map *map, PyCodeObject *root, Changes *changes)
{
    Buffer buffer = {NULL, 0, 0, 0};
    int result = add_change(changes, root);
    for (Py_ssize_t i = 0; result == 0 && i < changes->count; i++) {
        result = plan_code(map, &changes->items[i], &buffer);
        PyObject *constants = changes->items[i].code->co_consts;
        for (Py_ssize_t k = 0; result == 0 && k < PyTuple_GET_SIZE(constants); k++) {
            PyObject *constant = PyTuple_GET_ITEM(constants, k);
            if (PyCode_Check(constant)) {
                result = add_change(changes, (PyCodeObject *)constant);
            }
        }
    }
    PyMem_Free(buffer.bytes);
    return result;
}

static void
swap(Change *change)
{
    PyCodeObject *code = change->code;
    Py_SETREF(code->co_linetable, change->table);
    change->table = NULL;
    code->co_firstlineno = change->first_line;
#if PY_VERSION_HEX >= 0x030B0000 && PY_VERSION_HEX < 0x030C0000
    PyMem_Free(code->_co_linearray);
    code->_co_linearray = NULL;
#endif
    swap_constants(change);
}

static void
free_changes(Changes *changes)
{
    for (Py_ssize_t i = 0; i < changes->count; i++) {
        Py_XDECREF(changes->items[i].table);
        Py_XDECREF(changes->items[i].constants);
    }
    PyMem_Free(changes->items);
}

/* ---- done once ---- */

static void
free_mark(void *table)
{
    Py_XDECREF((PyObject *)table);
}

/* The slot for the mark, one an interpreter. */
static Py_ssize_t
mark_slot(void)
{
    PyObject *dict = PyInterpreterState_GetDict(PyInterpreterState_Get());
    PyObject *slot = dict == NULL ? NULL : PyDict_GetItemString(dict, "spanwright.positions");
    if (slot != NULL) {
        return PyLong_AsSsize_t(slot);
    }
    Py_ssize_t index = dict == NULL ? -1 : REQUEST_EXTRA_INDEX(free_mark);
    slot = index < 0 ? NULL : PyLong_FromSsize_t(index);
    if (slot == NULL || PyDict_SetItemString(dict, "spanwright.positions", slot) < 0) {
        index = -1;
    }
    Py_XDECREF(slot);
    return index;
}

/* Marks the code object as done. The mark is the table it had, kept as long as the code object lives: 3.10 and 3.11
   may hold pointers into the one of the running code (line ranges, while a profiler is at work). */
static int
mark(PyCodeObject *code, Py_ssize_t slot)
{
    Py_INCREF(code->co_linetable);
    if (SET_EXTRA((PyObject *)code, slot, code->co_linetable) < 0) {
        Py_DECREF(code->co_linetable);
        return -1;
    }
    return 0;
}

static int
restore(PyCodeObject *code, PyObject *bytes)
{
    Map map = {NULL, 0, 0};
    Changes changes = {NULL, 0, 0};
    void *done_before = NULL;
    Py_ssize_t slot = mark_slot();
    if (slot < 0 || GET_EXTRA((PyObject *)code, slot, &done_before) < 0 || done_before != NULL) {
        return done_before != NULL;
    }
    int done = read_map(bytes, &map) == 0 && plan(&map, code, &changes) == 0 && mark(code, slot) == 0;
    for (Py_ssize_t i = 0; done && i < changes.count; i++) {
        swap(&changes.items[i]);
    }
    PyMem_Free(map.entries);
    free_changes(&changes);
    return done;
}

/* restore_positions(code, map) -> bool: gives a module's code objects, whose first line runs, the original's positions.

   True if they have them now (a second call changes nothing); False if they stay as they are: a map that is not one
   or does not fit, a tracer at work, no memory. Never raises. */
PyObject *
spanwright_restore_positions(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t nargs)
{
    if (nargs != 2 || !PyCode_Check(args[0]) || !PyBytes_CheckExact(args[1]) ||
        PyThreadState_Get()->c_tracefunc != NULL) {
        Py_RETURN_FALSE;
    }
    int done = restore((PyCodeObject *)args[0], args[1]);
    PyErr_Clear();
    return PyBool_FromLong(done);
}

#endif
