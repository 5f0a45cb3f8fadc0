/* Lines, values of names, and what a function or a call changed in its mutable arguments. */
#include "probes.h"

enum { MOST_QUICK = 32, MOST_BYTES = 16384 };

/* What was in some values, as it would have been written: where each one's bytes end, then the bytes. */
struct kept {
    uint32_t count;
    uint32_t level; /* the core's, when it was written: tells whose segment numbers types and shapes */
    struct {
        uint32_t end;
        bool changed;
    } values[];
};

static uint8_t *bytes_of(kept_t *kept)
{
    return (uint8_t *)&kept->values[kept->count];
}

static uint32_t start_of(const kept_t *kept, Py_ssize_t i)
{
    return i == 0 ? 0 : kept->values[i - 1].end;
}

/* A value as it would be written now; its size, 0 where it is too long. */
static size_t capture(core_t *core, int kind, PyObject *value, uint8_t *bytes)
{
    out_t o = {.p = bytes, .end = bytes + MOST_BYTES, .event = bytes, .core = core};
    put_value_as(&o, kind, value);
    return o.full ? 0 : (size_t)(o.p - bytes);
}

/* Makes room for the bytes of one more value; NULL, and nothing is kept, where memory is short. */
static kept_t *kept_grown(kept_t *kept, Py_ssize_t count, size_t size)
{
    size_t head = sizeof *kept + (size_t)count * sizeof kept->values[0];
    kept_t *grown = realloc(kept, head + size);
    if (grown == NULL)
        free(kept);
    else if (kept == NULL)
        memset(grown, 0, head);
    return grown;
}

/* What is in the mutable ones among the values; NULL where there is none. What the capture defines has its place in the
   segment, so there must be one. */
kept_t *kept_new(const thread_t *t, uint64_t site, PyObject *const *values, Py_ssize_t count)
{
    core_t *core = t->core;
    kept_t *kept = NULL;
    if (UNLIKELY(!core->limits.params || t->number == 0))
        return NULL;
    const kinds_t *kinds = secret_values(core, site);
    uint8_t bytes[MOST_BYTES];
    for (Py_ssize_t i = 0; i < count; i++) {
        if (!is_mutable(core, values[i]))
            continue;
        uint32_t before = kept == NULL ? 0 : kept->values[count - 1].end;
        size_t size = capture(core, kind_at(kinds, (size_t)i), values[i], bytes);
        kept = kept_grown(kept, count, before + size);
        if (kept == NULL)
            return NULL;
        kept->count = (uint32_t)count;
        kept->level = core->level;
        memcpy(bytes_of(kept) + before, bytes, size);
        for (Py_ssize_t k = i; k < count; k++)
            kept->values[k].end = before + (uint32_t)size;
    }
    return kept;
}

/* Whether some of the values are written otherwise now; marks those. */
bool kept_changed(const thread_t *t, kept_t *kept, uint64_t site, PyObject *const *values, Py_ssize_t count)
{
    core_t *core = t->core;
    const kinds_t *kinds = secret_values(core, site);
    uint8_t bytes[MOST_BYTES];
    size_t written = 0;
    bool any = false;
    if (UNLIKELY(kept->level != core->level || t->number == 0))
        return false;
    for (uint32_t i = 0; i < kept->count; i++) {
        uint32_t start = start_of(kept, i), size = kept->values[i].end - start;
        kept->values[i].changed = false;
        if (size == 0 || (Py_ssize_t)i >= count || written >= MOST_BYTES)
            continue;
        size_t now = capture(core, kind_at(kinds, i), values[i], bytes);
        if (now == 0 || (now == size && memcmp(bytes, bytes_of(kept) + start, size) == 0))
            continue;
        kept->values[i].changed = any = true;
        written += size + now + (i < 0x80 ? 1 : 2); /* with the index */
    }
    return any;
}

typedef struct {
    kept_t *kept;
    const kinds_t *kinds;
    PyObject *const *values;
} changes_t;

static void put_changes(out_t *o, const void *what)
{
    const changes_t *changes = what;
    kept_t *kept = changes->kept;
    uint64_t count = 0;
    for (uint32_t i = 0; i < kept->count; i++)
        count += kept->values[i].changed;
    put_v(o, count);
    for (uint32_t i = 0; i < kept->count; i++) {
        if (!kept->values[i].changed)
            continue;
        uint32_t start = start_of(kept, i);
        put_v(o, i);
        put_bytes(o, bytes_of(kept) + start, kept->values[i].end - start);
        o->event = o->p; /* each has the room of a value of its own */
        put_value_as(o, kind_at(changes->kinds, i), changes->values[i]);
    }
}

void kept_write(thread_t *t, kept_t *kept, uint64_t site, PyObject *const *values, uint8_t op, uint64_t now,
                uint64_t handle)
{
    bool quiet = t->exception_end == t->cursor;
    changes_t changes = {kept, secret_values(t->core, site), values};
    event_write(t, op, now, handle, put_changes, &changes);
    if (quiet)
        t->exception_end = t->cursor;
}

/* line, var and let: the handle, where the first argument is one. False where nothing is to be recorded. */
static inline bool for_handle(core_t *core, PyObject *const **args, Py_ssize_t *count, handle_t **handle)
{
    *handle = *count > 0 ? as_handle(core, **args) : NULL;
    if (*handle != NULL) {
        ++*args;
        --*count;
        return !(*handle)->ended;
    }
    return true;
}

PROBE(probe_line)
{
    probe_t *probe = (probe_t *)self;
    thread_t *t = thread_here(probe->core);
    handle_t *handle;
    uint64_t site, now = 0;
    if (UNLIKELY(t == NULL || !for_handle(probe->core, &args, &count, &handle) || !site_of(probe, args, count, &site)))
        Py_RETURN_NONE;
    if (LIKELY(handle == NULL)) {
        calls_failed(t, &now);
        if (UNLIKELY(t->top == t->stack))
            Py_RETURN_NONE;
    }
    now = time_of(t, now);
    select_handle(t, handle);
    uint8_t *at = event_begin(t);
    uint8_t *p = write_v(write_v(at + 1, stream_dt(t, now)), site);
    if (handle != NULL)
        p = write_v(p, handle->number);
    event_end(t, at, p, handle == NULL ? OP_LINE : OP_HLINE);
    select_top(t);
    Py_RETURN_NONE;
}

typedef struct {
    uint64_t site;
    const handle_t *handle;
    PyObject *const *values;
    Py_ssize_t count;
    const kinds_t *kinds;
    uint64_t secret; /* the span, where parameters of its function are secrets */
} named_t;

/* As what a value is hidden: by its name, else as the parameter that it is. */
static int kind_of_named(const core_t *core, const named_t *named, Py_ssize_t i)
{
    int kind = kind_at(named->kinds, (size_t)i);
    return LIKELY(kind != KIND_NONE || named->secret == 0) ? kind : passed_kind(core, named->secret, named->values[i]);
}

static void put_named_values(out_t *o, const void *what)
{
    const named_t *named = what;
    put_v(o, named->site);
    if (named->handle != NULL)
        put_v(o, named->handle->number);
    put_v(o, (uint64_t)named->count);
    for (Py_ssize_t i = 0; i < named->count; i++)
        put_value_as(o, kind_of_named(o->core, named, i), named->values[i]);
}

static void write_named(thread_t *t, const named_t *named, uint64_t now)
{
    uint8_t op = named->handle == NULL ? OP_VAR : OP_HVAR;
    bool quick = named->kinds == NULL && named->secret == 0 && named->count < MOST_QUICK &&
                 t->limit - t->cursor > SMALL_EVENT + named->count * QUICK_SIZE;
    for (Py_ssize_t i = 0; quick && i < named->count; i++)
        quick = is_quick(named->values[i]);
    if (!quick) {
        event_write(t, op, now, NO_HANDLE, put_named_values, named);
        return;
    }
    uint8_t *p = write_v(write_v(t->cursor + 1, stream_dt(t, now)), named->site);
    if (named->handle != NULL)
        p = write_v(p, named->handle->number);
    p = write_v(p, (uint64_t)named->count);
    for (Py_ssize_t i = 0; i < named->count; i++)
        p = write_quick(p, named->values[i]);
    event_end(t, t->cursor, p, op);
}

/* The span of a function whose parameters are secrets, the handle's or the one on top; else 0. */
static inline uint64_t secret_span(const thread_t *t, const handle_t *handle)
{
    const entry_t *entry = t->top;
    if (handle != NULL)
        return site_flags(t->core, handle->site) & PARAMS_SECRET ? handle->span : 0;
    while (entry->handle == A_CALL)
        entry--;
    return site_flags(t->core, entry->site) & PARAMS_SECRET ? entry->span : 0;
}

static inline void record_named(probe_t *probe, PyObject *const *args, Py_ssize_t count)
{
    thread_t *t = thread_here(probe->core);
    named_t named;
    handle_t *handle;
    uint64_t now = 0;
    if (UNLIKELY(t == NULL || !for_handle(probe->core, &args, &count, &handle) ||
                 !site_of(probe, args, count, &named.site)))
        return;
    if (LIKELY(handle == NULL)) {
        calls_failed(t, &now);
        if (UNLIKELY(t->top == t->stack))
            return;
    }
    named.handle = handle;
    named.values = args + 1;
    named.count = count - 1;
    named.kinds = secret_values(probe->core, named.site);
    named.secret = secret_span(t, handle);
    now = time_of(t, now);
    select_handle(t, handle);
    write_named(t, &named, now);
    select_top(t);
}

PROBE(probe_var)
{
    record_named((probe_t *)self, args, count);
    Py_RETURN_NONE;
}

PROBE(probe_let)
{
    record_named((probe_t *)self, args, count);
    return Py_NewRef(count > 0 ? args[count - 1] : Py_None);
}

/* The nearest span of the site, or NULL. */
entry_t *entry_of_site(thread_t *t, uint64_t site)
{
    for (entry_t *entry = t->top; entry->handle != NO_HANDLE; entry--)
        if (entry->handle == 0 && entry->site == site)
            return entry;
    return NULL;
}

/* keep, state: where the span of the site or of the handle has its kept values; NULL where it has no place for them. */
static kept_t **kept_place(probe_t *probe, thread_t *t, PyObject *const *args, Py_ssize_t count, handle_t **handle,
                           uint64_t *site)
{
    *handle = count > 0 ? as_handle(probe->core, args[0]) : NULL;
    if (*handle != NULL) {
        *site = (*handle)->site;
        return (*handle)->ended ? NULL : &(*handle)->kept;
    }
    entry_t *entry = site_of(probe, args, count, site) ? entry_of_site(t, *site) : NULL;
    return entry == NULL ? NULL : &entry->kept;
}

PROBE(probe_keep)
{
    probe_t *probe = (probe_t *)self;
    thread_t *t = thread_here(probe->core);
    handle_t *handle;
    uint64_t site = 0;
    kept_t **kept = t == NULL ? NULL : kept_place(probe, t, args, count, &handle, &site);
    bool keeps = kept != NULL && (LIKELY(t->volume == NULL) || volume_keeps(t, handle, site));
    kept_t *now = keeps ? kept_new(t, site, args + 1, count - 1) : NULL;
    if (now != NULL || (kept != NULL && handle != NULL)) {
        free(*kept);
        *kept = now;
    }
    Py_RETURN_NONE;
}

PROBE(probe_state)
{
    probe_t *probe = (probe_t *)self;
    thread_t *t = thread_here(probe->core);
    handle_t *handle;
    uint64_t site = 0, now;
    kept_t **kept = t == NULL ? NULL : kept_place(probe, t, args, count, &handle, &site);
    if (kept == NULL || *kept == NULL || !kept_changed(t, *kept, site, args + 1, count - 1))
        Py_RETURN_NONE;
    if (handle != NULL) {
        now = clock_ticks(probe->core);
        select_handle(t, handle);
        kept_write(t, *kept, site, args + 1, OP_HSTATE, now, handle->number);
        select_top(t);
    } else if (at_site(t, site, &now))
        kept_write(t, t->top->kept, site, args + 1, OP_STATE, now, NO_HANDLE);
    Py_RETURN_NONE;
}
