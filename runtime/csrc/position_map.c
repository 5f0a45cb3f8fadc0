/* The position map: where each place of a twin was in the original. */
#include "positions.h"

#include <string.h>

int read_v(reader_t *reader, uint64_t *value)
{
    uint64_t result = 0;
    for (int shift = 0; shift < 64; shift += 7) {
        if (reader->at == reader->end)
            return -1;
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
static int read_int(reader_t *reader, int is_signed, int limit, int *value)
{
    uint64_t raw;
    if (read_v(reader, &raw) < 0)
        return -1;
    uint64_t magnitude = is_signed ? (raw >> 1) + (raw & 1) : raw;
    if (magnitude > (uint64_t)limit)
        return -1;
    *value = is_signed && (raw & 1) ? -(int)magnitude : (int)magnitude;
    return 0;
}

static int read_entry(reader_t *reader, const map_entry_t *before, map_entry_t *entry)
{
    int step, kind;
    if (read_int(reader, 0, MAX_LINE, &step) < 0 || read_int(reader, 0, MAX_COLUMN, &entry->column) < 0 ||
        read_int(reader, 0, 1, &kind) < 0 || read_int(reader, 1, MAX_LINE, &entry->to_line) < 0 ||
        read_int(reader, 1, MAX_COLUMN, &entry->to_column) < 0) {
        return -1;
    }
    entry->line = before->line + step;
    entry->is_fixed = kind;
    if (entry->line > MAX_LINE || (step == 0 && entry->column < before->column))
        return -1;
    return kind == 1 && (entry->to_line < 1 || entry->to_column < 0) ? -1 : 0;
}

int position_map_read(position_map_t *map, PyObject *bytes)
{
    static const char magic[] = "SWMAP1\n";
    reader_t reader = {(const uint8_t *)PyBytes_AS_STRING(bytes), NULL};
    reader.end = reader.at + PyBytes_GET_SIZE(bytes);
    uint64_t count;
    if ((size_t)PyBytes_GET_SIZE(bytes) < sizeof(magic) - 1 || memcmp(reader.at, magic, sizeof(magic) - 1) != 0)
        return -1;
    reader.at += sizeof(magic) - 1;
    /* An entry has at least five bytes. */
    if (read_v(&reader, &count) < 0 || count > (uint64_t)(reader.end - reader.at) / 5)
        return -1;
    map->entries = PyMem_Malloc(((size_t)count + 1) * sizeof(map_entry_t));
    if (map->entries == NULL)
        return -1;
    map_entry_t before = {0, 0, 0, 0, 0};
    for (uint64_t i = 0; i < count; i++) {
        if (read_entry(&reader, &before, &map->entries[i]) < 0)
            return -1;
        before = map->entries[i];
    }
    map->count = (Py_ssize_t)count;
    return reader.at == reader.end ? 0 : -1;
}

static inline int is_at_or_before(const map_entry_t *entry, int line, int column)
{
    return entry->line < line || (entry->line == line && entry->column <= column);
}

const map_entry_t *position_map_find(position_map_t *map, int line, int column)
{
    const map_entry_t *entries = map->entries;
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
        if (is_at_or_before(&entries[middle], line, column))
            low = middle;
        else
            high = middle;
    }
    map->last = low < 0 ? 0 : low;
    return low < 0 ? NULL : &entries[low];
}

int position_map_line(position_map_t *map, int line)
{
    const map_entry_t *entry = position_map_find(map, line, 0), *end = map->entries + map->count;
    if (entry == NULL)
        return line;
    if (!entry->is_fixed)
        return line - entry->to_line;
    for (const map_entry_t *next = entry + 1; next < end && next->line == line; next++)
        if (!next->is_fixed)
            return line - next->to_line;
    return entry->to_line;
}
