/* Streams: events in order, chunk after chunk, and the definitions that stand in the process stream. */
#include "volume.h"

#include <stdlib.h>

#if defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#endif

enum { MOST_INHERITED = 4000, LONGEST_DEFINITION = 4096 };

bool is_muted(const thread_t *t, const entry_t *entry)
{
    return t->volume != NULL && is_silent(place_of(t, entry));
}

/* How many spans are open that are not muted. */
static uint64_t heard(const thread_t *t)
{
    uint64_t count = 0;
    for (const entry_t *entry = t->stack + 1; entry <= t->top; entry++)
        count += !is_muted(t, entry);
    return count;
}

static void put_inherited(out_t *o, const void *what)
{
    const thread_t *t = what;
    put_v(o, heard(t));
    for (const entry_t *entry = t->stack + 1; entry <= t->top; entry++) {
        if (is_muted(t, entry))
            continue;
        put_v(o, o->core->level - entry->level);
        put_v(o, entry->span);
    }
}

/* The spans that were open on this thread when the process was forked; of a very deep stack only the innermost. */
static void inherit(thread_t *t)
{
    ptrdiff_t count = t->top - t->stack;
    t->inherits = false;
    if (count > MOST_INHERITED) {
        for (entry_t *entry = t->stack + 1; entry <= t->top - MOST_INHERITED; entry++)
            free(entry->kept);
        if (t->volume != NULL) {
            place_t *places = t->volume->places;
            for (ptrdiff_t i = 1; i <= count - MOST_INHERITED; i++)
                place_drop(&places[i]);
            memmove(places + 1, places + count - MOST_INHERITED + 1, MOST_INHERITED * sizeof *places);
        }
        memmove(t->stack + 1, t->top - MOST_INHERITED + 1, MOST_INHERITED * sizeof *t->stack);
        t->top = t->stack + MOST_INHERITED;
    }
    if (heard(t) > 0)
        event_write(t, OP_INHERIT, NO_TIME, NO_HANDLE, put_inherited, t);
}

/* What a module is made of, borrowed, or NULL where it is not loaded. */
PyObject *module_dict(const char *name)
{
    PyObject *modules = PyImport_GetModuleDict();
    PyObject *module = modules != NULL && PyDict_CheckExact(modules) ? PyDict_GetItemString(modules, name) : NULL;
    return module != NULL && PyModule_CheckExact(module) ? PyModule_GetDict(module) : NULL;
}

/* The object that `threading` has for the calling thread, borrowed, or NULL. Only plain dicts are looked into. */
PyObject *thread_object(void)
{
    PyObject *module = module_dict("threading");
    PyObject *active = module == NULL ? NULL : PyDict_GetItemString(module, "_active");
    if (active == NULL || !PyDict_CheckExact(active))
        return NULL;
    PyObject *ident = PyLong_FromUnsignedLong(PyThread_get_thread_ident());
    PyObject *thread = ident == NULL ? NULL : PyDict_GetItemWithError(active, ident);
    Py_XDECREF(ident);
    PyErr_Clear();
    return thread;
}

static PyObject *thread_name(core_t *core)
{
    PyObject *thread = thread_object();
    PyObject *name = thread == NULL ? NULL : instance_get(core, thread, NAME_THREAD);
    return name != NULL && PyUnicode_Check(name) ? name : NULL;
}

static void put_thread(out_t *o, const void *what)
{
    const thread_t *t = what;
    uint64_t native = 1;
#if defined(__linux__)
    if (o->core->clock != CLOCK_FAKE)
        native = (uint64_t)syscall(SYS_gettid);
#elif defined(PY_HAVE_THREAD_NATIVE_ID)
    if (o->core->clock != CLOCK_FAKE)
        native = PyThread_get_thread_native_id();
#endif
    PyObject *name = thread_name(o->core);
    put_v(o, t->number);
    put_v(o, native);
    if (name == NULL)
        put_v(o, 0);
    else
        put_text(o, name, LONGEST_DEFINITION);
}

static void put_file(out_t *o, const void *what)
{
    const file_t *file = what;
    put_v(o, file->base);
    put_v(o, file->count);
    put_byte(o, file->flags);
    for (int i = 0; i < 4; i++)
        put_utf8(o, file->text[i], file->length[i], LONGEST_DEFINITION);
}

void define_file(core_t *core, const file_t *file)
{
    event_write(core->process, OP_FILE, NO_TIME, NO_HANDLE, put_file, file);
}

static void write_owner(thread_t *t)
{
    uint8_t *at = t->cursor;
    uint8_t *p = write_v(at + 1, t->number);
    p = write_v(p, t->sequence++);
    p = write_v(p, t->last - t->core->ticks0);
    t->cursor = p;
    __atomic_store_n(at, OP_OWNER, __ATOMIC_RELEASE);
}

/* No more room: nothing may follow what was lost, however small. */
static bool stream_stop(thread_t *t)
{
    t->limit = t->cursor;
    return false;
}

/* Goes on in another chunk, after making the segment and introducing the thread where that has not been done. */
bool stream_next_chunk(thread_t *t)
{
    core_t *core = t->core;
    if (t->muted) {
        t->cursor = t->volume->nowhere;
        return true;
    }
    if (core->off)
        return stream_stop(t);
    if (!t->process) {
        if (core->path == NULL && !segment_begin(core, t->last))
            return stream_stop(t);
        if (t->number == 0) {
            t->number = ++core->threads_made;
            t->sequence = 0;
            thread_place(t);
            event_write(core->process, OP_THREAD, NO_TIME, NO_HANDLE, put_thread, t);
        }
    }
    bool quiet = t->exception_end == t->cursor;
    if (core->ring > 0 && !t->process)
        flight_release(t);
    if (!segment_take(core, t, t->window == NULL && !t->process))
        return stream_stop(t);
    if (t->process && t->sequence == 0)
        t->cursor += STREAM_START;
    /* What it took to make the segment and introduce the thread is no part of the first span. */
    if (!t->process && t->sequence == 0)
        t->last = clock_ticks(core);
    write_owner(t);
    if (core->ring > 0 && !t->process)
        flight_begin(t);
    if (t->inherits)
        inherit(t);
    if (!t->process && t->sequence == 1)
        thread_adopt(t);
    if (quiet)
        t->exception_end = t->cursor;
    return true;
}

/* Puts a small event that was written aside where it belongs: into the chunk if all of it fits, else into the next. */
uint8_t *stream_spill(thread_t *t, uint8_t *end, uint8_t op)
{
    const uint8_t *from = t->spare + 1;
    size_t size = (size_t)(end - from);
    uint8_t first = 0;
    if ((size_t)(t->limit - t->cursor) < 1 + size) {
        if (!stream_next_chunk(t))
            return NULL;
        /* Small events all begin with their dt; the OWNER has the time now. */
        while (*from & 0x80)
            from++;
        first = 1;
        from++;
        size = (size_t)(end - from);
    }
    uint8_t *at = t->cursor;
    if (first)
        at[1] = 0;
    memcpy(at + 1 + first, from, size);
    t->cursor = at + 1 + first + size;
    __atomic_store_n(at, op, __ATOMIC_RELEASE);
    return at;
}

bool event_write(thread_t *t, uint8_t op, uint64_t now, uint64_t handle, body_t body, const void *what)
{
    uint64_t dt = now == NO_TIME ? 0 : stream_dt(t, now);
    if (UNLIKELY(t->muted))
        return true;
    for (int attempt = 0; attempt < 2; attempt++) {
        if (attempt > 0 || t->cursor == t->limit) {
            if (!stream_next_chunk(t))
                return false;
            dt = 0;
        }
        out_t o = {.p = t->cursor + 1, .end = t->limit, .event = t->cursor, .core = t->core};
        if (now != NO_TIME)
            put_v(&o, dt);
        if (handle != NO_HANDLE)
            put_v(&o, handle);
        body(&o, what);
        if (!o.full) {
            __atomic_store_n(t->cursor, op, __ATOMIC_RELEASE);
            t->cursor = o.p;
            return true;
        }
        memset(t->cursor, 0, (size_t)(o.p - t->cursor)); /* what is not used stays zero */
    }
    t->core->trouble[TROUBLE_OVERSIZE]++;
    return false;
}

static void put_nothing(out_t *o, const void *what)
{
    (void)o, (void)what;
}

/* An event without a time, of one number. */
void event_number(thread_t *t, uint8_t op, uint64_t number)
{
    event_write(t, op, NO_TIME, number, put_nothing, NULL);
}
