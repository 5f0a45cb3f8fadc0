/* The quick ways of functions while volume is on: below muted spans, and within a trace that is alone. */
#include "redact.h"
#include "volume.h"

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
    if (core->open != 0 || t->top == t->roof || place_of(t, t->top)->hollow || !is_small(given))
        return false;
    uint64_t site = probe->base + (uint64_t)LONG_SMALL(given);
    if ((site_flags(core, site) & TO_TAKE_OUT) || !quick_dt(core, t, &dt))
        return false;
    uintptr_t frame = core->frames ? frame_here() : 0;
    place_t *above = place_of(t, t->top), *place = above + 1;
    uint32_t depth = above->depth + (t->top->handle != A_CALL);
    *place = (place_t){.trace = trace_keep(above->trace), .began = t->last, .depth = depth, .forks = core->forks,
                       .muted = true};
    t->top[1] = (entry_t){.span = t->top->span, .site = (uint32_t)site, .level = core->level, .frame = frame};
    t->top++;
    return true;
}

/* The way of most functions that are only counted. */
bool volume_enter_counted(thread_t *t, uint64_t site)
{
    core_t *core = t->core;
    if (core->open != 0 || t->top == t->roof || !(t->muted ? t->top > t->stack : volume_is_plain(t)))
        return false;
    place_t *above = place_of(t, t->top), *place = above + 1;
    uint32_t most = core->limits.max_depth, depth = above->depth + (t->top->handle != A_CALL);
    bool below = mutes(above) || (above->trace != NULL && above->trace->fate == FORGOTTEN) || (most > 0 && depth > most);
    volume_switch(t, true);
    t->last = clock_ticks(core);
    *place = (place_t){.trace = trace_keep(above->trace), .began = t->last, .depth = depth - 1, .forks = core->forks,
                       .muted = true, .hollow = true, .below = below};
    t->top[1] = (entry_t){.span = t->top->span, .under = t->top->under, .site = (uint32_t)site, .level = core->level,
                          .frame = core->frames ? frame_here() : 0};
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
    place[-1].busy |= place->hollow && place->busy;
    trace_release(place->trace);
    t->top--;
    volume_back(t);
    return true;
}
