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
        place->muted = mutes(&above->place);
    } else if (t->top > t->stack) {
        const place_t *top = place_of(t, t->top);
        place->trace = trace_keep(top->trace);
        place->depth = top->depth + !(is_function && t->top->handle == A_CALL);
        place->muted = mutes(top);
    } else {
        thread_place(t);
        place->trace = is_nothing(t->hangs) ? NULL : trace_keep(t->hangs.trace);
        place->depth = t->hangs.depth + 1;
        place->muted = t->hangs.muted;
    }
}

/* Whether a call is written in a function that is only counted. */
static bool in_hollow(const thread_t *t)
{
    handle_t *handle = t->core->open == 0 ? NULL : handle_now(t->core);
    bool in_handle = handle != NULL && handle->place.hollow && handle->frame == frame_here();
    Py_XDECREF(handle);
    return in_handle || (t->top > t->stack && place_of(t, t->top)->hollow);
}

/* Decides where a span belongs, before its opening event. What is only counted has no span: what hangs below it hangs below
   what it hangs below, and is a root where that is nothing. */
place_t volume_open(thread_t *t, bool below_handle, enum opened opened, bool is_counted)
{
    uint32_t most = t->core->limits.max_depth;
    place_t place = {.forks = t->core->forks};
    if (volume_of(t) == NULL)
        return place;
    find_above(t, &place, below_handle, opened == A_FUNCTION);
    place.hollow = is_counted || (UNLIKELY(t->core->budget != NULL) && opened == THE_CALL && in_hollow(t));
    if (place.trace == NULL && !place.hollow) {
        place.trace = trace_draw(t->core);
        place.root = true;
        place.depth = 1;
        place.muted = false;
    }
    volume_touch(t, place.root ? NULL : place.trace);
    bool is_forgotten = place.trace != NULL && place.trace->fate == FORGOTTEN;
    place.muted = place.muted || is_forgotten || (most > 0 && place.depth > most);
    place.below = place.muted;
    place.muted = place.muted || place.hollow;
    place.depth -= is_counted;
    volume_switch(t, place.muted);
    place.before = t->last;
    place.chunk = t->sequence;
    return place;
}

/* Notes where the opening event went. */
void place_opened(thread_t *t, place_t *place, uint8_t *at)
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
    place_opened(t, place, at);
    if (pushed) {
        *place_of(t, t->top) = *place;
    } else {
        place_drop(place);
        volume_back(t);
    }
}

/* Puts a function on the stack that is only counted. */
void volume_enter_hollow(thread_t *t, uint64_t site)
{
    core_t *core = t->core;
    uint64_t under = current_number(core);
    place_t place = volume_open(t, under != 0 && (t->top == t->stack || t->top->under != under), A_FUNCTION, true);
    place.began = t->last = clock_ticks(core);
    uintptr_t frame = core->frames ? frame_here() : 0;
    bool pushed = push(t, (entry_t){t->top->span, t->top->under, 0, (uint32_t)site, core->level, frame, NULL});
    if (t->volume != NULL && pushed) {
        *place_of(t, t->top) = place;
    } else if (t->volume != NULL) {
        place_drop(&place);
        volume_back(t);
    }
}

/* Before the end of the top. */
void volume_leave(thread_t *t)
{
    const place_t *place = place_of(t, t->top);
    bool quiet = t->exception_end == t->cursor;
    if (is_silent(place) || place->left_out == 0 || place->forks != t->core->forks || (t->top->handle != 0 && t->top->handle != A_CALL))
        return;
    event_number(t, OP_LEFT_OUT, place->left_out);
    if (quiet)
        t->exception_end = t->cursor;
}

/* Before the top is given up. */
void volume_lose(thread_t *t)
{
    volume_leave(t);
    place_of(t, t->top)->busy = true;
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
    bool dumps = is_own && is_failed_root(t, place);
    place_t *above = above_top(t, place);
    if (!is_function && !is_call && place->above != NULL)
        place->above->place.left_out += place->left_out;
    else if (above != NULL && goes)
        above->left_out += place->left_out + !(is_call && place->left_out > 0);
    bool leaves = !goes || (place->hollow && place->busy);
    if (above != NULL && leaves)
        above->busy = true;
    if (leaves)
        place_of(t, entry - 1)->busy = true;
    place_drop(place);
    t->top--;
    volume_back(t);
    if (UNLIKELY(dumps))
        flight_failed(t->core);
}

/* The handle's span has failed, or that on top. */
void volume_failed(thread_t *t, handle_t *handle)
{
    place_t *place = handle == NULL ? place_of(t, t->top) : &handle->place;
    place->failed = true;
    if (place->trace != NULL && !place->trace->constant)
        place->trace->failed = true;
}

/* What is written now is the top's. */
void volume_back(thread_t *t)
{
    volume_switch(t, t->top > t->stack && is_silent(place_of(t, t->top)));
}
