/* Line tables that were computed once, kept for the next time: docs/site-table.md, the `.lines` file. */
#include "positions.h"

#include <string.h>

enum { CHECK_BYTES = 8 };

static uint64_t mix(uint64_t check, PyObject *table, int first_line)
{
    const char *at = PyBytes_AS_STRING(table);
    Py_ssize_t left = PyBytes_GET_SIZE(table);
    check ^= ((uint64_t)left << 32) ^ (uint64_t)first_line;
    for (; left > 0; at += 8, left -= 8) {
        uint64_t word = 0;
        memcpy(&word, at, left < 8 ? (size_t)left : 8);
        check = (check ^ word) * 0x9E3779B97F4A7C15u;
        check ^= check >> 29;
    }
    return check;
}

/* By it a stored table is known to be whole, and that of this code object: what it becomes depends on what it has. */
static uint64_t check_of(const change_t *change)
{
    uint64_t check = mix(0, change->code->co_linetable, change->code->co_firstlineno);
    return mix(check, change->table, change->first_line);
}

static void put_v(buffer_t *buffer, uint64_t value)
{
    for (; value > 0x7F; value >>= 7)
        put(buffer, (int)(value & 0x7F) | 0x80);
    put(buffer, (int)value);
}

static void put_bytes(buffer_t *buffer, const void *bytes, Py_ssize_t size)
{
    for (Py_ssize_t i = 0; i < size; i++)
        put(buffer, ((const uint8_t *)bytes)[i]);
}

PyObject *store_changes(const changes_t *changes)
{
    buffer_t buffer = {NULL, 0, 0, 0};
    for (Py_ssize_t i = 0; i < changes->count; i++) {
        const change_t *change = &changes->items[i];
        uint64_t check = check_of(change);
        put_v(&buffer, (uint64_t)change->first_line);
        put_v(&buffer, (uint64_t)PyBytes_GET_SIZE(change->table));
        put_bytes(&buffer, &check, CHECK_BYTES);
        put_bytes(&buffer, PyBytes_AS_STRING(change->table), PyBytes_GET_SIZE(change->table));
    }
    PyObject *stored = buffer.failed ? NULL : PyBytes_FromStringAndSize((char *)buffer.bytes, (Py_ssize_t)buffer.size);
    PyMem_Free(buffer.bytes);
    return stored;
}

int plan_stored(reader_t *reader, change_t *change)
{
    uint64_t check, first_line, size;
    if (read_v(reader, &first_line) < 0 || first_line > MAX_LINE || read_v(reader, &size) < 0 ||
        reader->end - reader->at < CHECK_BYTES || size > (uint64_t)(reader->end - reader->at - CHECK_BYTES)) {
        return -1;
    }
    memcpy(&check, reader->at, CHECK_BYTES);
    change->first_line = (int)first_line;
    change->table = PyBytes_FromStringAndSize((const char *)reader->at + CHECK_BYTES, (Py_ssize_t)size);
    reader->at += CHECK_BYTES + size;
    return change->table == NULL || check != check_of(change) ? -1 : 0;
}
