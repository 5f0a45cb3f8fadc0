/* The file of one process: made at its first event, grown by windows that are allocated before they are mapped (to touch
   a page that the disk has no room for would kill the program), cut to its length at a clean exit. */
#include "core.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "volume.h"

enum { APART_NS = 200000, NAME_TRIES = 1000 };

/* Ends recording for good, with one line. The program goes on. */
void segment_stop(core_t *core, const char *what, int error)
{
    char line[1200];
    core->off = true;
    core->trouble[TROUBLE_SEGMENT]++;
    const char *quiet = getenv("SPANWRIGHT_QUIET");
    if (quiet != NULL && *quiet != '\0')
        return;
    int size = snprintf(line, sizeof line, "spanwright: recording stopped: %s: %s\n", strerror(error), what);
    if (size > (int)sizeof line - 1)
        size = (int)sizeof line - 1;
    if (write(STDERR_FILENO, line, (size_t)size) < 0)
        return;
}

/* Growing a file beyond its limit raises a signal, which some programs die of. */
bool segment_fits(uint64_t size)
{
    struct rlimit most;
    return getrlimit(RLIMIT_FSIZE, &most) != 0 || most.rlim_cur == RLIM_INFINITY || size <= most.rlim_cur;
}

/* Allocates disk space, then writes zeros to it. The zeros are for speed: to touch pages that are in memory and dirty
   already costs a sixth of what ext4 asks for each fresh one. */
static int allocate(int fd, uint64_t start, uint64_t size)
{
    static const uint8_t zeros[CHUNK];
    if (!segment_fits(start + size))
        return EFBIG;
#if defined(__linux__) || defined(__FreeBSD__)
    int error;
    while ((error = posix_fallocate(fd, (off_t)start, (off_t)size)) == EINTR)
        ;
    if (error != 0 && error != EOPNOTSUPP && error != EINVAL)
        return error;
#endif
    for (uint64_t at = start; at < start + size;) {
        size_t left = (size_t)(start + size - at);
        ssize_t written = pwrite(fd, zeros, left < sizeof zeros ? left : sizeof zeros, (off_t)at);
        if (written == 0 || (written < 0 && errno != EINTR))
            return written < 0 ? errno : ENOSPC;
        at += written < 0 ? 0 : (uint64_t)written;
    }
    return 0;
}

/* No descriptor is kept: the program may close all it finds, and its own files would then bear our number. */
static int reopen(core_t *core)
{
    struct stat found;
    int fd = open(core->path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (fd >= 0 && (fstat(fd, &found) < 0 || found.st_dev != core->device || found.st_ino != core->inode)) {
        close(fd);
        errno = ESTALE;
        return -1;
    }
    return fd;
}

/* Adds a window to the end of the file. */
static bool window_add(core_t *core)
{
    uint64_t size = core->chunks < 2 ? 1 : core->window_size * 2;
    if (size > core->limits.window)
        size = core->limits.window;
    window_t *window = malloc(sizeof *window);
    int fd = window == NULL ? -1 : reopen(core);
    int error = window == NULL ? ENOMEM : fd < 0 ? errno : allocate(fd, core->chunks * CHUNK, size * CHUNK);
    void *map = MAP_FAILED;
    if (error == 0) {
        map = mmap(NULL, size * CHUNK, PROT_READ | PROT_WRITE, MAP_SHARED, fd, (off_t)(core->chunks * CHUNK));
        error = map == MAP_FAILED ? errno : 0;
    }
    if (fd >= 0)
        close(fd);
    if (error != 0) {
        free(window);
        segment_stop(core, core->path, error);
        return false;
    }
#if defined(MADV_POPULATE_WRITE)
    madvise(map, size * CHUNK, MADV_POPULATE_WRITE); /* one call instead of a fault for each page */
#endif
    *window = (window_t){core->windows, map, core->chunks, (uint32_t)size, (uint32_t)size};
    core->windows = window;
    core->chunks += size;
    core->window_size = size;
    if (core->header == NULL)
        core->header = map;
    segment_calibrate(core);
    return true;
}

static void window_drop(core_t *core, window_t *window)
{
    window_t **link = &core->windows;
    if (core->ring > 0 || --window->busy > 0 || window->map == core->header)
        return;
    while (*link != window)
        link = &(*link)->next;
    *link = window->next;
    munmap(window->map, (size_t)window->chunks * CHUNK);
    free(window);
}

/* A thread needs a chunk no more. */
static void let_go(core_t *core, rest_t chunk)
{
    if (core->ring > 0)
        flight_left(core, chunk);
    else
        window_drop(core, chunk.window);
}

/* The stream's next byte, also while the thread is muted. */
static uint8_t *stream_cursor(const thread_t *t)
{
    return t->muted ? t->volume->cursor : t->cursor;
}

static void note_used(core_t *core, const thread_t *t)
{
    uint64_t used = t->window == NULL ? 0 : t->window->first * CHUNK + (uint64_t)(stream_cursor(t) - t->window->map);
    if (used > core->used)
        core->used = used;
}

/* Numbers what is written into the stream's chunk from now on. */
void segment_place(thread_t *t)
{
    t->bias = t->window->first * CHUNK - (uintptr_t)t->window->map + (t->turn << TURN_SHIFT);
}

void segment_note(core_t *core, const window_t *window, const uint8_t *end)
{
    uint64_t used = window->first * CHUNK + (uint64_t)(end - window->map);
    pthread_mutex_lock(&core->lock);
    if (used > core->used)
        core->used = used;
    pthread_mutex_unlock(&core->lock);
}

/* Lets go of a chunk that was held. */
void segment_drop(core_t *core, rest_t *chunk)
{
    pthread_mutex_lock(&core->lock);
    let_go(core, *chunk);
    pthread_mutex_unlock(&core->lock);
    free(chunk);
}

/* A whole chunk that is zero again. */
void segment_give_back(core_t *core, window_t *window, uint8_t *limit, uint64_t turn)
{
    rest_t *blank = malloc(sizeof *blank);
    pthread_mutex_lock(&core->lock);
    if (window->first * CHUNK + (uint64_t)(limit - window->map) > core->used)
        core->used = window->first * CHUNK + (uint64_t)(limit - window->map);
    if (blank == NULL)
        window_drop(core, window);
    else
        *blank = (rest_t){core->blanks, window, limit - CHUNK, limit, turn}, core->blanks = blank;
    pthread_mutex_unlock(&core->lock);
}

/* Keeps a chunk mapped that a trace may be taken out of again; false where it is as any other. */
static bool hold(thread_t *t)
{
    rest_t *held = t->volume != NULL && t->volume->region != NULL ? malloc(sizeof *held) : NULL;
    if (held == NULL)
        return false;
    *held = (rest_t){t->volume->held, t->window, t->cursor, t->limit, t->turn};
    t->volume->held = held;
    return true;
}

static void leave(core_t *core, thread_t *t, bool ended)
{
    window_t *window = t->window;
    if (window == NULL)
        return;
    note_used(core, t);
    bool is_held = !ended && hold(t);
    rest_t *rest = ended && t->limit - t->cursor >= REUSABLE_REST ? malloc(sizeof *rest) : NULL;
    if (rest != NULL) {
        *rest = (rest_t){core->rests, window, t->cursor, t->limit, t->turn};
        core->rests = rest;
    } else if (!is_held && !t->process) {
        let_go(core, (rest_t){NULL, window, t->cursor, t->limit, t->turn});
    } else if (!is_held) {
        window_drop(core, window);
    }
    t->window = NULL;
    t->cursor = t->limit = NULL;
}

/* Takes the stream off its chunk; what a thread that ended left of it is for the next thread. */
void segment_leave(core_t *core, thread_t *stream, bool ended)
{
    pthread_mutex_lock(&core->lock);
    leave(core, stream, ended);
    pthread_mutex_unlock(&core->lock);
}

/* A whole chunk: the one that was given back last, for a thread in a full ring the oldest, else the next of the file;
   without a window where there is none. */
static rest_t chunk_take(core_t *core, bool for_thread)
{
    rest_t *blank = core->blanks, found = {0};
    if (blank != NULL) {
        found = *blank;
        core->blanks = blank->next;
        free(blank);
    } else if (for_thread && core->ring > 0 && flight_reuse(core, &found)) {
        return found;
    } else if (core->next_chunk < core->chunks || window_add(core)) {
        found.window = core->windows; /* the newest */
        found.cursor = found.window->map + (core->next_chunk++ - found.window->first) * CHUNK;
        found.limit = found.cursor + CHUNK;
    }
    return found;
}

/* A chunk that is no stream's, for good; NULL where there is none. */
uint8_t *segment_chunk(core_t *core, window_t **window)
{
    pthread_mutex_lock(&core->lock);
    rest_t found = chunk_take(core, false);
    pthread_mutex_unlock(&core->lock);
    *window = found.window;
    return found.cursor;
}

/* Gives the stream its next chunk. */
bool segment_take(core_t *core, thread_t *t, bool reuse)
{
    pthread_mutex_lock(&core->lock);
    rest_t *rest = reuse ? core->rests : NULL, found = {0};
    if (rest != NULL) {
        found = *rest;
        core->rests = rest->next;
        free(rest);
    } else {
        found = chunk_take(core, !t->process);
    }
    if (found.window != NULL) {
        leave(core, t, false);
        t->window = found.window;
        t->cursor = found.cursor;
        t->limit = found.limit;
        t->turn = found.turn;
        segment_place(t);
    }
    pthread_mutex_unlock(&core->lock);
    return found.window != NULL;
}

static void store(uint8_t *at, uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        at[i] = (uint8_t)(value >> 8 * i);
}

/* Takes the second pair of the header. */
void segment_calibrate(core_t *core)
{
    moment_t now = clock_moment(core);
    store(core->header + 56, now.ticks, 8);
    store(core->header + 64, now.mono, 8);
}

static uint64_t start_time(void)
{
    char text[1024];
    int fd = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
    ssize_t size = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
    if (fd >= 0)
        close(fd);
    if (size <= 0)
        return 0;
    text[size] = '\0';
    char *at = strrchr(text, ')'); /* the program's name in the second field may hold anything */
    for (int field = 2; at != NULL && field < 22; field++)
        at = strchr(at + 1, ' ');
    return at == NULL ? 0 : strtoull(at + 1, NULL, 10);
}

static void write_header(core_t *core)
{
    uint8_t *at = core->header;
    bool fake = core->clock == CLOCK_FAKE;
    store(at + 8, VERSION, 2);
    store(at + 10, STREAM_START, 2);
    store(at + 12, CHUNK, 4);
    at[16] = 1;
    at[17] = (uint8_t)core->clock;
    at[18] = core->clock == CLOCK_TSC ? 2 : 0;
    at[19] = core->ring > 0 ? IS_RING : 0;
    store(at + 20, fake ? 4242 : (uint64_t)getpid(), 4);
    store(at + 24, fake ? 0 : start_time(), 8);
    store(at + 32, core->ticks0, 8);
    store(at + 40, core->mono0, 8);
    store(at + 48, core->unix0, 8);
    at += FACTS_START;
    memcpy(at, core->facts, core->facts_size);
    at += core->facts_size;
    size_t size = core->parent == NULL ? 0 : strlen(core->parent);
    if (size > 0 && at + 3 + size < core->header + STREAM_START) {
        *at = 7;
        store(at + 1, size, 2);
        memcpy(at + 3, core->parent, size);
    }
    memcpy(core->header, "SPANSEG", 8); /* last: whoever finds it may read the rest */
}

static void choose_name(core_t *core, char *name, size_t room)
{
    struct tm utc;
    struct timespec now;
    char stamp[32];
    if (core->clock == CLOCK_FAKE) {
        snprintf(name, room, "fake");
        return;
    }
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &utc);
    strftime(stamp, sizeof stamp, "%Y%m%dT%H%M%S", &utc);
    snprintf(name, room, "%s.%06ldZ-%ld", stamp, now.tv_nsec / 1000, (long)getpid());
}

/* Makes a file, open for writing; recorded values may be private, so it is the user's alone. Gives -1 and errno where
   that cannot be. */
int segment_create(core_t *core, char **made)
{
    char name[80];
    size_t room = strlen(core->folder) + sizeof name + 16;
    char *path = malloc(room);
    int fd = -1;
    choose_name(core, name, sizeof name);
    errno = ENOMEM;
    for (int i = 0; path != NULL && fd < 0 && i < NAME_TRIES; i++) {
        snprintf(path, room, i == 0 ? "%s/%s.seg" : "%s/%s-%d.seg", core->folder, name, i);
        fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (fd < 0 && errno != EEXIST)
            break;
    }
    if (fd < 0)
        free(path);
    else
        *made = path;
    return fd;
}

static bool create(core_t *core)
{
    struct stat made;
    char *path;
    int fd = segment_create(core, &path);
    if (fd < 0 || fstat(fd, &made) < 0) {
        segment_stop(core, core->folder, errno);
        if (fd >= 0) {
            close(fd);
            free(path);
        }
        return false;
    }
    close(fd);
    core->path = path;
    core->device = made.st_dev;
    core->inode = made.st_ino;
    return true;
}

/* Makes the process's segment up to its definitions; `ticks` is the time of the event that needs it. */
bool segment_begin(core_t *core, uint64_t ticks)
{
    if (core->process == NULL || !create(core))
        return false;
    while (core->clock != CLOCK_FAKE && clock_moment(core).mono - core->mono0 < APART_NS)
        ; /* two pairs closer together would give a coarse clock */
    core->process->last = ticks;
    if (!stream_next_chunk(core->process))
        return false;
    write_header(core);
    for (size_t i = 0; i < core->file_count; i++)
        define_file(core, &core->files[i]);
    if (core->budget != NULL)
        budget_say_all(core, ticks);
    return true;
}

/* How long the file is as far as it is used; the lock is held. */
uint64_t segment_used(core_t *core)
{
    note_used(core, core->process);
    for (const thread_t *t = core->threads; t != NULL; t = t->next)
        note_used(core, t);
    return core->used;
}

/* The last pair and the mark of a clean end; cuts the file after its last used byte where nothing is recorded any more. */
void segment_finish(core_t *core, bool cut)
{
    pthread_mutex_lock(&core->lock);
    if (core->path != NULL && core->header != NULL) {
        segment_calibrate(core);
        core->header[19] |= IS_CLEAN;
        if (cut) {
            int fd = reopen(core);
            segment_used(core);
            for (thread_t *t = core->threads; t != NULL; t = t->next) {
                t->cursor = t->limit = NULL;
                t->window = NULL;
                t->muted = false;
            }
            if (fd >= 0 && ftruncate(fd, (off_t)core->used) < 0)
                core->trouble[TROUBLE_SEGMENT]++;
            if (fd >= 0)
                close(fd);
            if (fd >= 0 && !core->limits.store && unlink(core->path) < 0)
                core->trouble[TROUBLE_SEGMENT]++;
            core->process->cursor = core->process->limit = NULL;
            core->process->window = NULL;
            core->off = true;
            core->header = NULL;
        }
    }
    pthread_mutex_unlock(&core->lock);
}

static void free_rests(rest_t **list)
{
    while (*list != NULL) {
        rest_t *rest = *list;
        *list = rest->next;
        free(rest);
    }
}

/* After a fork, in the child: the file is the parent's; only its name is kept. */
void segment_forget(core_t *core)
{
    while (core->windows != NULL) {
        window_t *window = core->windows;
        core->windows = window->next;
        munmap(window->map, (size_t)window->chunks * CHUNK);
        free(window);
    }
    free_rests(&core->rests);
    free_rests(&core->blanks);
    free_rests(&core->left);
    flight_forget(core);
    counters_forget(core);
    if (core->path != NULL) {
        char *name = strrchr(core->path, '/') + 1;
        memmove(core->path, name, strlen(name) + 1);
        free(core->parent);
        core->parent = core->path;
    }
    core->path = NULL;
    core->header = NULL;
    core->threads_made = core->next_chunk = core->chunks = core->window_size = core->used = 0;
}
