/* Line tables of code objects, decoded, mapped and encoded again. */
#include "positions.h"

#if defined(HAVE_COLUMNS)

typedef struct {
    int line, column;
} place_t;

/* What one table entry says; -1 where it does not say. */
typedef struct {
    int line, end_line, column, end_column;
} location_t;

enum { SHORT_LAST = 9, ONE_LINE = 10, NO_COLUMNS = 13, LONG = 14, NOTHING = 15 };

static int take_byte(reader_t *reader, int *value)
{
    /* Bit 7 starts an entry: inside of one it means a cut table. */
    if (reader->at == reader->end || (*reader->at & 0x80))
        return -1;
    *value = *reader->at++;
    return 0;
}

static int take_varint(reader_t *reader, int64_t *value)
{
    int64_t result = 0;
    for (int shift = 0; shift <= 30; shift += 6) {
        int byte;
        if (take_byte(reader, &byte) < 0)
            return -1;
        result |= (int64_t)(byte & 63) << shift;
        if (!(byte & 64)) {
            *value = result;
            return 0;
        }
    }
    return -1;
}

static int take_line_step(reader_t *reader, int64_t *line)
{
    int64_t raw;
    if (take_varint(reader, &raw) < 0)
        return -1;
    *line += raw & 1 ? -(raw >> 1) : raw >> 1;
    return 0;
}

static int take_long(reader_t *reader, int64_t line, location_t *location)
{
    int64_t lines, column, end_column;
    if (take_varint(reader, &lines) < 0 || take_varint(reader, &column) < 0 || take_varint(reader, &end_column) < 0 ||
        line + lines > MAX_LINE || column > MAX_COLUMN || end_column > MAX_COLUMN) {
        return -1;
    }
    *location = (location_t){(int)line, (int)(line + lines), (int)column - 1, (int)end_column - 1};
    return 0;
}

/* Decodes the rest of an entry of this code; `current` is the line reached so far. */
static int take_location(reader_t *reader, int code, int *current, location_t *location)
{
    int64_t line = *current;
    int column = -1, end_column = -1;
    if (code == NOTHING) {
        *location = (location_t){-1, -1, -1, -1};
        return 0;
    }
    if (code == NO_COLUMNS || code == LONG) {
        if (take_line_step(reader, &line) < 0)
            return -1;
    } else if (take_byte(reader, &column) < 0) {
        return -1;
    }
    if (code <= SHORT_LAST) {
        end_column = (code << 3 | column >> 4) + (column & 15);
        column = code << 3 | column >> 4;
    } else if (code < NO_COLUMNS) {
        line += code - ONE_LINE;
        if (take_byte(reader, &end_column) < 0)
            return -1;
    }
    if (line < 0 || line > MAX_LINE)
        return -1;
    *current = (int)line;
    *location = (location_t){(int)line, (int)line, column, end_column};
    return code == LONG ? take_long(reader, line, location) : 0;
}

static place_t map_place(position_map_t *map, int line, int column, int is_end)
{
    if (is_end && column == 0) {
        return (place_t){position_map_line(map, line), 0};
    }
    /* An end is where the last text before it ends; inserted text begins and ends where it was inserted. */
    const map_entry_t *entry = position_map_find(map, line, column - is_end);
    if (entry == NULL) {
        return (place_t){line, column};
    }
    if (entry->is_fixed) {
        return (place_t){entry->to_line, entry->to_column};
    }
    return (place_t){line - entry->to_line, entry->line == line ? column - entry->to_column : column};
}

/* -1 if the map leads out of the file. */
static int map_location(position_map_t *map, location_t *location)
{
    location_t from = *location;
    place_t start = {-1, -1}, end = {-1, -1};
    if (from.line < 0)
        return 0;
    if (from.column < 0 || from.end_column < 0 || (from.column == 0 && from.end_column == 0)) {
        /* No columns, or the compiler's stand-in for them (0 to 0): a whole line. */
        start = (place_t){position_map_line(map, from.line), from.column};
        end = (place_t){from.end_line < 0 ? from.end_line : position_map_line(map, from.end_line), from.end_column};
    } else {
        int is_empty = from.line == from.end_line && from.column == from.end_column;
        start = map_place(map, from.line, from.column, 0);
        end = is_empty ? start : map_place(map, from.end_line, from.end_column, 1);
        if (start.column < 0 || end.column < 0)
            return -1;
        if (end.line < start.line || (end.line == start.line && end.column <= start.column && !is_empty)) {
            end = (place_t){start.line, -1}; /* all of it is inserted: it has a line, but no text */
            start.column = -1;
        }
    }
    if (start.line < 0 || (start.line == 0 && from.line != 0) || (end.line < start.line && from.end_line >= 0))
        return -1;
    *location = (location_t){start.line, end.line, start.column, end.column};
    return 0;
}

static void put_varint(buffer_t *buffer, unsigned value)
{
    for (; value >= 64; value >>= 6)
        put(buffer, 64 | (value & 63));
    put(buffer, (int)value);
}

static void put_line_step(buffer_t *buffer, int step)
{
    put_varint(buffer, step < 0 ? (unsigned)-step << 1 | 1 : (unsigned)step << 1);
}

/* The same choice of form as the compiler's, so that an equal location becomes equal bytes. */
static void put_location(buffer_t *buffer, int units, int *current, const location_t *location)
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
    } else if (one_line && step == 0 && column >= 0 && column < 80 && end_column >= column && end_column - column < 16) {
        put(buffer, start | (column >> 3) << 3);
        put(buffer, (column & 7) << 4 | (end_column - column));
    } else if (one_line && step >= 0 && step < 3 && column >= 0 && column < 128 && end_column >= 0 && end_column < 128) {
        put(buffer, start | (ONE_LINE + step) << 3);
        put(buffer, column);
        put(buffer, end_column);
    } else {
        put(buffer, start | LONG << 3);
        put_line_step(buffer, step);
        put_varint(buffer, (unsigned)(location->end_line - location->line));
        put_varint(buffer, (unsigned)(column + 1));
        put_varint(buffer, (unsigned)(end_column + 1));
    }
}

int map_line_table(position_map_t *map, PyObject *table, int first, int new_first, buffer_t *buffer)
{
    reader_t reader = {(const uint8_t *)PyBytes_AS_STRING(table), NULL};
    reader.end = reader.at + PyBytes_GET_SIZE(table);
    buffer->size = 0;
    while (reader.at < reader.end) {
        int head = *reader.at++;
        location_t location;
        if (!(head & 0x80) || take_location(&reader, head >> 3 & 15, &first, &location) < 0 ||
            map_location(map, &location) < 0) {
            return -1;
        }
        put_location(buffer, (head & 7) + 1, &new_first, &location);
    }
    return buffer->failed ? -1 : 0;
}

#if defined(HAVE_LINE_DELTAS)

/* What Python/instrumentation.c stores for each unit of code: the line less the first line and one for every 16 units,
   if that is a number from LEAST on, else one of these. */
enum { WITHOUT_LINE = -128, LOOK_IT_UP = -127, LEAST = -125 };

void renumber_lines(PyCodeObject *code)
{
    _PyCoLineInstrumentationData *lines = code->_co_monitoring == NULL ? NULL : code->_co_monitoring->lines;
    reader_t reader = {(const uint8_t *)PyBytes_AS_STRING(code->co_linetable), NULL};
    reader.end = reader.at + PyBytes_GET_SIZE(code->co_linetable);
    int current = code->co_firstlineno;
    Py_ssize_t unit = 0;
    while (lines != NULL && reader.at < reader.end) {
        int head = *reader.at++;
        location_t location;
        if (take_location(&reader, head >> 3 & 15, &current, &location) < 0)
            return; /* never: this table was just made */
        for (Py_ssize_t last = unit + (head & 7); unit <= last && unit < Py_SIZE(code); unit++) {
            int delta = location.line - code->co_firstlineno - (int)(unit >> 4);
            if (lines[unit].line_delta != WITHOUT_LINE)
                lines[unit].line_delta = (int8_t)(delta < LEAST || delta > INT8_MAX ? LOOK_IT_UP : delta);
        }
    }
}

#endif

#else

enum { NO_LINE = -128, LONGEST_STEP = 127 };

/* 3.10: pairs of unsigned bytes of code and signed lines; no columns. */
int map_line_table(position_map_t *map, PyObject *table, int line, int new_line, buffer_t *buffer)
{
    const uint8_t *at = (const uint8_t *)PyBytes_AS_STRING(table);
    const uint8_t *end = at + PyBytes_GET_SIZE(table);
    buffer->size = 0;
    for (; end - at >= 2; at += 2) {
        int step = (int8_t)at[1];
        if (step != NO_LINE)
            line += step;
        if (at[0] == 0) {
            continue; /* a part of a longer step */
        }
        if (step == NO_LINE) {
            put(buffer, at[0]);
            put(buffer, (uint8_t)NO_LINE);
            continue;
        }
        int mapped = position_map_line(map, line);
        if (line < 0 || line > MAX_LINE || mapped < 0 || (mapped == 0 && line != 0))
            return -1;
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

#if !defined(HAVE_LINE_DELTAS)

void renumber_lines(PyCodeObject *Py_UNUSED(code))
{
}

#endif
