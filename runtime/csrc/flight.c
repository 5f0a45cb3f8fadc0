/* The flight recorder: a segment that is a ring, and the dumps of it. docs/flight-recorder.md says what both cores do. */
#include "volume.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_OPEN = 256, HEADER_FLAGS = 19, SECOND_PAIR = 56, REASON = 10 };

/* A thread has left the chunk; the segment's lock is held. One that cannot be noted is never given out again. */
void flight_left(core_t *core, rest_t chunk)
{
    rest_t *left = malloc(sizeof *left);
    if (left == NULL)
        return;
    *left = chunk;
    left->next = NULL;
    if (core->left == NULL)
        core->left_end = &core->left;
    *core->left_end = left;
    core->left_end = &left->next;
}

/* The oldest chunk, made zero, where the ring is full; the segment's lock is held. */
bool flight_reuse(core_t *core, rest_t *chunk)
{
    rest_t *oldest = core->left;
    if (core->ring_given < core->ring || oldest == NULL) {
        core->ring_given++;
        return false;
    }
    core->left = oldest->next;
    *chunk = (rest_t){NULL, oldest->window, oldest->limit - CHUNK, oldest->limit, ++core->turns};
    free(oldest);
    /* Who reads the file meanwhile finds an unused chunk, or what was there. */
    __atomic_store_n(chunk->cursor, 0, __ATOMIC_RELEASE);
    memset(chunk->cursor, 0, CHUNK);
    return true;
}

/* Before a thread's next chunk: a long trace that may still be taken out would have the ring grow without end. */
void flight_release(thread_t *t)
{
    volume_t *volume = t->volume;
    uint64_t held = 0;
    if (volume == NULL || volume->region == NULL)
        return;
    for (const rest_t *chunk = volume->held; chunk != NULL; chunk = chunk->next)
        held++;
    if (!volume->region->shared && held < t->core->ring / 2)
        return;
    volume->region->shared = true;
    region_end(t);
}

/* In a forked child: the ring is the parent's. */
void flight_forget(core_t *core)
{
    core->ring_given = core->turns = core->dumped = 0;
    core->has_dumped = false;
}

static const entry_t *first_listed(const thread_t *t)
{
    const entry_t *entry = t->top;
    for (int listed = 0; entry > t->stack; entry--)
        if (!is_muted(t, entry) && ++listed == MOST_OPEN)
            return entry;
    return t->stack + 1;
}

static void put_entry(out_t *o, const thread_t *t, const entry_t *entry)
{
    uint64_t began = t->volume == NULL ? t->core->ticks0 : place_of(t, entry)->began;
    put_v(o, t->core->level - entry->level);
    put_v(o, entry->span);
    put_v(o, entry->site);
    put_v(o, began - t->core->ticks0);
    put_v(o, entry->handle == A_CALL ? 1 : entry->handle == 0 ? 0 : entry->handle + 2);
}

static void put_ring(out_t *o, const void *what)
{
    const thread_t *t = what;
    const entry_t *first = first_listed(t);
    uint64_t count = 0;
    for (const entry_t *entry = first; entry <= t->top; entry++)
        count += !is_muted(t, entry);
    put_v(o, t->turn);
    put_v(o, t->sequence == 1 ? 0 : count);
    for (const entry_t *entry = first; t->sequence > 1 && entry <= t->top; entry++)
        if (!is_muted(t, entry))
            put_entry(o, t, entry);
}

/* What the chunk begins with, behind the OWNER: what is open may have begun in one that is gone. */
void flight_begin(thread_t *t)
{
    event_write(t, OP_RING, NO_TIME, NO_HANDLE, put_ring, t);
    if (t->sequence > 1)
        thread_adopt_again(t);
}

static void put_again(out_t *o, const void *what)
{
    const handle_t *handle = what;
    put_v(o, handle->site);
    put_v(o, handle->number);
    put_v(o, handle->span);
    put_v(o, handle->place.began - o->core->ticks0);
    put_v(o, handle->place.above == NULL ? 0 : handle->place.above->number);
}

/* Before an event of a handle: where its opening event may be gone, or soon will be, the ring is told of it again. */
void flight_again(thread_t *t, handle_t *handle)
{
    core_t *core = t->core;
    bool quiet = t->exception_end == t->cursor;
    if (handle->place.forks != core->forks || core->turns - handle->turn < core->ring / 2)
        return;
    handle->turn = core->turns;
    event_write(t, OP_AGAIN, NO_TIME, NO_HANDLE, put_again, handle);
    if (quiet)
        t->exception_end = t->cursor;
}

static void store(uint8_t *at, uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        at[i] = (uint8_t)(value >> 8 * i);
}

/* Has the copied header say that it is a dump's, and why that was made. */
static void mark_dump(core_t *core, uint8_t *header, const char *reason)
{
    moment_t now = clock_moment(core);
    uint8_t *fact = header + FACTS_START, *end = header + STREAM_START;
    size_t size = strlen(reason);
    header[HEADER_FLAGS] |= IS_CLEAN | IS_DUMP;
    store(header + SECOND_PAIR, now.ticks, 8);
    store(header + SECOND_PAIR + 8, now.mono, 8);
    while (fact + 3 < end && *fact != 0)
        fact += 3 + (fact[1] | fact[2] << 8);
    if (fact + 3 + size >= end)
        return;
    store(fact + 1, size, 2);
    memcpy(fact + 3, reason, size);
    *fact = REASON;
}

static int write_all(int fd, const uint8_t *from, uint64_t size, uint64_t at)
{
    while (size > 0) {
        ssize_t written = pwrite(fd, from, size, (off_t)at);
        if (written == 0 || (written < 0 && errno != EINTR))
            return written < 0 ? errno : ENOSPC;
        size_t done = written < 0 ? 0 : (size_t)written;
        from += done;
        at += done;
        size -= done;
    }
    return 0;
}

/* All windows stay mapped in a ring, and nobody writes to them who has not the interpreter's lock, as the caller has.
   The fixed header comes last: a dump that was cut short is none. */
static int copy(core_t *core, int fd, const uint8_t *header, uint64_t used)
{
    int error = segment_fits(used) ? 0 : EFBIG;
    for (const window_t *window = core->windows; error == 0 && window != NULL; window = window->next) {
        uint64_t first = window->map == core->header ? CHUNK : 0;
        uint64_t start = window->first * CHUNK + first, size = (uint64_t)window->chunks * CHUNK - first;
        if (start < used)
            error = write_all(fd, window->map + first, size < used - start ? size : used - start, start);
    }
    if (error == 0)
        error = write_all(fd, header + FACTS_START, (used < CHUNK ? used : CHUNK) - FACTS_START, FACTS_START);
    return error != 0 ? error : write_all(fd, header, FACTS_START, 0);
}

static bool dump(core_t *core, const char *reason)
{
    char *path = NULL;
    uint8_t *header = malloc(CHUNK);
    int fd = header == NULL ? -1 : segment_create(core, &path);
    int error = fd < 0;
    if (fd >= 0) {
        memcpy(header, core->header, CHUNK);
        mark_dump(core, header, reason);
        error = copy(core, fd, header, segment_used(core));
        close(fd);
        if (error != 0)
            unlink(path);
        free(path);
    }
    free(header);
    return error == 0;
}

/* Writes the ring out, where there is one. */
void flight_dump(core_t *core, const char *reason)
{
    if (core->ring == 0 || core->off || core->header == NULL)
        return;
    pthread_mutex_lock(&core->lock);
    if (!dump(core, reason))
        core->trouble[TROUBLE_SEGMENT]++;
    core->dumped = core->turns;
    core->has_dumped = true;
    pthread_mutex_unlock(&core->lock);
}

/* A trace has failed. A program that fails all the time spends its time otherwise than with dumps. */
void flight_failed(core_t *core)
{
    if (!core->has_dumped || core->turns - core->dumped >= core->ring / 2)
        flight_dump(core, "exception");
}
