/* What is not a thread's stack while volume is on: handles, what is started elsewhere, forks. */
#include "volume.h"

/* Whether values may be remembered in the handle's span, or else in that of the site. */
bool volume_keeps(thread_t *t, const handle_t *handle, uint64_t site)
{
    return !is_silent(handle != NULL ? &handle->place : place_of(t, entry_of_site(t, site)));
}

/* Before an event of a handle. */
void volume_select(thread_t *t, handle_t *handle)
{
    if (volume_of(t) == NULL)
        return;
    volume_touch(t, handle->place.trace);
    if (t->top > t->stack)
        place_of(t, t->top)->busy = true;
    volume_switch(t, is_silent(&handle->place));
    if (t->core->ring > 0 && !t->muted)
        flight_again(t, handle);
}

void volume_handle_opened(thread_t *t, handle_t *handle, place_t *place, uint8_t *at)
{
    if (t->volume == NULL)
        return;
    place_opened(t, place, at);
    handle->place = *place;
    handle->turn = t->core->turns;
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
                                        .hollow = own->hollow, .below = own->below, .forks = own->forks, .began = own->began,
                                        .above = (handle_t *)Py_NewRef(handle)};
    volume_back(t);
}

static void put_count(out_t *o, const void *what)
{
    put_v(o, *(const uint64_t *)what);
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
    if (handle->place.above != NULL)
        return handle->place.above->ended ? NULL : &handle->place.above->place;
    if (handle->opener != t)
        return NULL;
    const entry_t *entry = t->stack + handle->opened_on;
    return entry <= t->top && place_of(t, entry)->began == handle->opened_below ? place_of(t, entry) : NULL;
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
    bool dumps = place->forks == t->core->forks && is_failed_root(t, place);
    place_t *above = is_silent(place) ? above_handle(t, handle) : NULL;
    if (above != NULL)
        above->left_out += 1 + place->left_out;
    if (dumps)
        flight_failed(t->core);
}

/* What will hang below something elsewhere belongs where that does. */
void volume_origin(thread_t *t, origin_t *from, bool on_top)
{
    handle_t *handle = on_top || from->handle == 0 ? NULL : handle_now(t->core);
    place_t *place = handle != NULL ? &handle->place : on_top ? place_of(t, t->top) : NULL;
    if (place != NULL) {
        from->trace = place->trace;
        from->depth = place->depth;
        from->muted = mutes(place);
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

/* No thread, no interpreter's lock: what belongs to objects stays. */
void volume_thread_end(thread_t *t)
{
    if (t->volume == NULL)
        return;
    volume_switch(t, false);
    region_end(t);
}
