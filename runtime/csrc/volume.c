/* Where each span belongs while volume is on, what is muted, and what becomes of a span when it ends: docs/volume.md. */
#include "volume.h"

volume_t *volume_of(thread_t *t)
{
    if (LIKELY(t->volume != NULL))
        return t->volume;
    volume_t *volume = calloc(1, sizeof *volume);
    place_t *places = calloc((size_t)(t->roof - t->stack) + 1, sizeof *places);
    if (volume == NULL || places == NULL) {
        free(volume);
        free(places);
        t->core->trouble[TROUBLE_MEMORY]++;
        return NULL;
    }
    volume->places = places;
    return t->volume = volume;
}

void place_drop(place_t *place)
{
    trace_release(place->trace);
    Py_XDECREF(place->above);
    place->trace = NULL;
    place->above = NULL;
}

/* Has what is written go nowhere from now on, or into the stream again. */
void volume_switch(thread_t *t, bool muted)
{
    volume_t *volume = t->volume;
    if (t->muted == muted)
        return;
    if (muted) {
        volume->cursor = t->cursor;
        volume->limit = t->limit;
        volume->last = t->last;
        t->cursor = volume->nowhere;
        t->limit = volume->nowhere + sizeof volume->nowhere;
    } else {
        t->cursor = volume->cursor;
        t->limit = volume->limit;
        t->last = volume->last;
    }
    t->muted = muted;
    t->exception_end = NULL;
    t->exception = 0; /* where there is no chunk the cursor is NULL, too */
}

/* Something of the trace happens on the thread. */
void volume_touch(thread_t *t, trace_t *trace)
{
    volume_t *volume = t->volume;
    if (volume->region == trace)
        return;
    if (volume->region != NULL) {
        volume->region->shared = true;
        region_end(t);
    }
    if (trace != NULL && !trace->constant)
        trace->shared = true;
}

/* Finds out what a span that is opened now hangs below. */
static void find_above(thread_t *t, place_t *place, bool below_handle, bool is_function)
{
    handle_t *above = below_handle ? handle_now(t->core) : NULL;
    place->above = above;
    if (above != NULL) {
        place->trace = trace_keep(above->place.trace);
        place->depth = above->place.depth + 1;
        place->muted = is_silent(&above->place);
    } else if (t->top > t->stack) {
        const place_t *top = place_of(t, t->top);
        place->trace = trace_keep(top->trace);
        place->depth = top->depth + !(is_function && t->top->handle == A_CALL);
        place->muted = is_silent(top);
    } else {
        thread_place(t);
        place->trace = is_nothing(t->hangs) ? NULL : trace_keep(t->hangs.trace);
        place->depth = t->hangs.depth + 1;
        place->muted = t->hangs.muted;
    }
}

/* Decides where a span belongs, before its opening event. */
place_t volume_open(thread_t *t, bool below_handle, bool is_function)
{
    uint32_t most = t->core->limits.max_depth;
    place_t place = {.forks = t->core->forks};
    if (volume_of(t) == NULL)
        return place;
    find_above(t, &place, below_handle, is_function);
    if (place.trace == NULL) {
        place.trace = trace_draw(t->core);
        place.root = true;
        place.depth = 1;
        volume_touch(t, NULL);
    } else {
        volume_touch(t, place.trace);
    }
    bool is_forgotten = place.trace != NULL && place.trace->fate == FORGOTTEN;
    place.muted = (!place.root && place.muted) || is_forgotten || (most > 0 && place.depth > most);
    volume_switch(t, place.muted);
    place.before = t->last;
    place.chunk = t->sequence;
    return place;
}

/* Notes where the opening event went. */
static void opened(thread_t *t, place_t *place, uint8_t *at)
{
    place->at = at;
    place->began = t->last;
    if (place->chunk != t->sequence) {
        place->chunk = t->sequence;
        place->before = t->last;
    }
    if (place->root && place->trace != NULL && place->trace->fate == UNDECIDED)
        region_begin(t, place->trace);
}

/* Puts the place beside the entry on top. */
void volume_push(thread_t *t, place_t *place, uint8_t *at, bool pushed)
{
    if (t->volume == NULL)
        return;
    opened(t, place, at);
    if (pushed) {
        *place_of(t, t->top) = *place;
    } else {
        place_drop(place);
        volume_back(t);
    }
}

static void put_nothing(out_t *o, const void *what)
{
    (void)o, (void)what;
}

static void put_count(out_t *o, const void *what)
{
    put_v(o, *(const uint64_t *)what);
}

/* Before the end of the top. */
void volume_leave(thread_t *t)
{
    const place_t *place = place_of(t, t->top);
    bool quiet = t->exception_end == t->cursor;
    if (is_silent(place) || place->left_out == 0 || place->forks != t->core->forks || (t->top->handle != 0 && t->top->handle != A_CALL))
        return;
    event_write(t, OP_LEFT_OUT, NO_TIME, place->left_out, put_nothing, NULL);
    if (quiet)
        t->exception_end = t->cursor;
}

/* Before the top is given up. */
void volume_lose(thread_t *t)
{
    volume_leave(t);
    place_of(t, t->top)->busy = true;
}

static uint64_t time_since(const thread_t *t, uint64_t began)
{
    return t->last > began ? t->last - began : 0;
}

/* What the entry on top hangs below, as far as it can still be told; NULL where that is nothing of this thread. */
static place_t *above_top(const thread_t *t, const place_t *place)
{
    bool is_generator = t->top->handle != 0 && t->top->handle != A_CALL;
    if (!is_generator && place->above != NULL)
        return place->above->ended ? NULL : &place->above->place;
    return t->top - 1 > t->stack ? place_of(t, t->top - 1) : NULL;
}

/* Whether the top, which has ended, is too short to stay. */
static bool is_brief(const thread_t *t, const place_t *place, uint64_t took)
{
    uint64_t least = t->core->limits.min_duration;
    return least > 0 && !is_silent(place) && !place->failed && !place->busy && place->chunk == t->sequence &&
           place->trace != NULL && place->trace->fate != FORGOTTEN && took < in_ticks(t->core, least);
}

/* Takes the top off the stack, its end being written. */
void volume_pop(thread_t *t)
{
    const entry_t *entry = t->top;
    place_t *place = place_of(t, entry);
    bool is_own = place->forks == t->core->forks, is_call = entry->handle == A_CALL, is_function = entry->handle == 0;
    bool counts = is_own && is_function, goes = false;
    uint64_t took = time_since(t, place->began);
    if (counts)
        count_end(t, entry->site, place->failed, took);
    if (is_own && place->root)
        trace_decide(t, place, entry->span, took);
    if (is_own && (is_function || is_call) && is_brief(t, place, took)) {
        rewind_event(t, place);
        goes = true;
    }
    goes = goes || is_silent(place);
    place_t *above = above_top(t, place);
    if (!is_function && !is_call && place->above != NULL)
        place->above->place.left_out += place->left_out;
    else if (above != NULL && goes)
        above->left_out += place->left_out + !(is_call && place->left_out > 0);
    if (above != NULL && !goes)
        above->busy = true;
    if (!goes)
        place_of(t, entry - 1)->busy = true;
    place_drop(place);
    t->top--;
    volume_back(t);
}

/* Whether a function that is opened now belongs to the trace of the top, and nothing else has to be seen to. */
bool volume_is_plain(const thread_t *t)
{
    const volume_t *volume = t->volume;
    if (volume == NULL || t->top == t->stack)
        return false;
    const place_t *top = place_of(t, t->top);
    const trace_t *trace = top->trace;
    uint32_t most = t->core->limits.max_depth;
    return trace != NULL && trace->fate != FORGOTTEN && (most == 0 || top->depth < most) &&
           (volume->region == trace || (volume->region == NULL && (trace->constant || trace->shared)));
}

/* Whether the top has left nothing out. */
bool volume_is_whole(const thread_t *t)
{
    return t->volume != NULL && t->top > t->stack && place_of(t, t->top)->left_out == 0;
}

/* Where a function belongs that is opened now, if all is plain. */
place_t volume_below(const thread_t *t)
{
    const place_t *top = place_of(t, t->top);
    return (place_t){.trace = top->trace, .at = t->cursor, .before = t->last, .chunk = t->sequence,
                     .depth = top->depth + (t->top->handle != A_CALL), .forks = t->core->forks};
}

/* It was opened. */
void volume_put(thread_t *t, const place_t *place)
{
    place_t *own = place_of(t, t->top);
    *own = *place;
    own->began = t->last;
    trace_keep(own->trace);
}

/* The way of most functions below a muted span: as `enter` and `ret` go, but for all that could be written. False, and
   nothing is done, where that takes more. */
bool volume_enter_muted(const probe_t *probe, thread_t *t, PyObject *given)
{
    core_t *core = probe->core;
    uint64_t dt;
    if (core->open != 0 || t->top == t->roof || !is_small(given) || !quick_dt(core, t, &dt))
        return false;
    uintptr_t frame = core->frames ? frame_here() : 0;
    place_t *above = place_of(t, t->top), *place = above + 1;
    uint32_t depth = above->depth + (t->top->handle != A_CALL);
    uint64_t site = probe->base + (uint64_t)LONG_SMALL(given);
    *place = (place_t){.trace = trace_keep(above->trace), .began = t->last, .depth = depth, .forks = core->forks,
                       .muted = true};
    t->top[1] = (entry_t){.span = t->top->span, .site = (uint32_t)site, .level = core->level, .frame = frame};
    t->top++;
    return true;
}

bool volume_leave_muted(thread_t *t)
{
    core_t *core = t->core;
    const entry_t *entry = t->top;
    place_t *place = place_of(t, entry);
    uint64_t dt;
    if (entry->handle != 0 || entry->kept != NULL || entry - 1 == t->stack || place->root || place->above != NULL ||
        place->forks != core->forks || !quick_dt(core, t, &dt))
        return false;
    count_end(t, entry->site, place->failed, time_since(t, place->began));
    place[-1].left_out += 1 + place->left_out;
    trace_release(place->trace);
    t->top--;
    volume_back(t);
    return true;
}

/* The handle's span has failed, or that on top. */
void volume_failed(thread_t *t, handle_t *handle)
{
    place_t *place = handle == NULL ? place_of(t, t->top) : &handle->place;
    place->failed = true;
    if (place->trace != NULL && !place->trace->constant)
        place->trace->failed = true;
}

/* Whether values may be remembered in the handle's span, or else in that of the site. */
bool volume_keeps(thread_t *t, const handle_t *handle, uint64_t site)
{
    return !is_silent(handle != NULL ? &handle->place : place_of(t, entry_of_site(t, site)));
}

/* Before an event of a handle. */
void volume_select(thread_t *t, const handle_t *handle)
{
    if (volume_of(t) == NULL)
        return;
    volume_touch(t, handle->place.trace);
    if (t->top > t->stack)
        place_of(t, t->top)->busy = true;
    volume_switch(t, is_silent(&handle->place));
}

/* What is written now is the top's. */
void volume_back(thread_t *t)
{
    volume_switch(t, t->top > t->stack && is_silent(place_of(t, t->top)));
}

void volume_handle_opened(thread_t *t, handle_t *handle, place_t *place, uint8_t *at)
{
    if (t->volume == NULL)
        return;
    opened(t, place, at);
    handle->place = *place;
    if (t->top > t->stack) {
        place_t *top = place_of(t, t->top);
        top->busy = true;
        if (is_silent(place) && place->above == NULL) {
            handle->opener = t;
            handle->opened_on = (size_t)(t->top - t->stack);
            handle->opened_below = top->began;
        }
    }
}

/* A generator's entry was put on the stack; there its own handle is what it is below. */
void volume_resumed(thread_t *t, handle_t *handle)
{
    const place_t *own = &handle->place;
    *place_of(t, t->top) = (place_t){.trace = trace_keep(own->trace), .depth = own->depth, .muted = own->muted,
                                        .forks = own->forks, .began = own->began,
                                        .above = (handle_t *)Py_NewRef(handle)};
    volume_back(t);
}

/* Before a handle pauses or ends; `entry` is its own on the stack, or NULL. */
void volume_handle_leave(thread_t *t, handle_t *handle, const entry_t *entry, bool ends)
{
    place_t *place = &handle->place;
    if (t->volume != NULL && entry != NULL) {
        place->left_out += place_of(t, entry)->left_out;
        place_of(t, entry)->left_out = 0;
    }
    bool quiet = t->exception_end == t->cursor;
    if (!ends || is_silent(place) || place->left_out == 0 || place->forks != t->core->forks)
        return;
    event_write(t, OP_HLEFT_OUT, NO_TIME, handle->number, put_count, &place->left_out);
    if (quiet)
        t->exception_end = t->cursor;
}

/* The place where a muted handle that has ended is counted, or NULL. */
static place_t *above_handle(const thread_t *t, const handle_t *handle)
{
    const entry_t *entry = t->stack + handle->opened_on;
    if (handle->place.above != NULL)
        return handle->place.above->ended ? NULL : &handle->place.above->place;
    if (handle->opener != t || entry > t->top || place_of(t, entry)->began != handle->opened_below)
        return NULL;
    return place_of(t, entry);
}

/* A handle's end was written. */
void volume_handle_end(thread_t *t, handle_t *handle)
{
    place_t *place = &handle->place;
    if (t->volume == NULL)
        return;
    uint64_t took = time_since(t, place->began);
    if (place->forks == t->core->forks) {
        count_end(t, handle->site, place->failed, took);
        if (place->root)
            trace_decide(t, place, handle->span, took);
    }
    place_t *above = is_silent(place) ? above_handle(t, handle) : NULL;
    if (above != NULL)
        above->left_out += 1 + place->left_out;
}

/* No thread, no interpreter's lock: what belongs to objects stays. */
void volume_thread_end(thread_t *t)
{
    if (t->volume == NULL)
        return;
    volume_switch(t, false);
    region_end(t);
}

/* What will hang below something elsewhere belongs where that does. */
void volume_origin(thread_t *t, origin_t *from, bool on_top)
{
    handle_t *handle = on_top || from->handle == 0 ? NULL : handle_now(t->core);
    place_t *place = handle != NULL ? &handle->place : on_top ? place_of(t, t->top) : NULL;
    if (place != NULL) {
        from->trace = place->trace;
        from->depth = place->depth;
        from->muted = is_silent(place);
        place->busy = true;
    }
    if (from->trace != NULL && !from->trace->constant)
        from->trace->shared = true;
    Py_XDECREF(handle);
}

/* Before an event of the thread itself. */
void volume_adopt(thread_t *t)
{
    if (t->top > t->stack)
        place_of(t, t->top)->busy = true;
    volume_switch(t, false);
}

/* The process is about to be forked: what was written will be another process's past, too. */
void volume_fork(core_t *core)
{
    for (thread_t *t = core->threads; t != NULL; t = t->next)
        if (t->volume != NULL && t->volume->region != NULL)
            t->volume->region->shared = true;
    for (thread_t *t = spanwright_thread; t != NULL; t = t->other)
        if (t->core == core && t->volume != NULL && t->top > t->stack)
            place_of(t, t->top)->busy = true; /* the child's first event names it */
}

/* In the forked child: what was written is the parent's; the windows are gone. */
void volume_forget(thread_t *t)
{
    volume_t *volume = t->volume;
    while (volume->held != NULL) {
        rest_t *chunk = volume->held;
        volume->held = chunk->next;
        free(chunk);
    }
    trace_release(volume->region);
    volume->region = NULL;
    t->muted = false;
    volume_back(t);
}
