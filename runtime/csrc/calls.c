/* Call spans: call, will and in before a call of the program, out behind it. The interpreter makes the call itself. An
   exception skips `out`; since a frame does not run while it calls, calls that the running frame has open were left. */
#include "probes.h"

/* The lowest call that was left open among those that lie on top of the stack in a row, or NULL: one of the frame itself,
   or of a comprehension or the like that the frame has called. */
static entry_t *left_open(thread_t *t, uintptr_t frame)
{
    entry_t *found = NULL, *entry = t->top;
    for (; entry->handle == A_CALL; entry--)
        if (entry->frame == frame)
            found = entry;
    if (entry->frame == frame)
        return entry + 1;
    entry_t *below = t->top->under == 0 ? NULL : handle_left_open(t, frame);
    return below != NULL && (found == NULL || below < found) ? below : found;
}

bool calls_failed_slowly(thread_t *t, uintptr_t frame, uint64_t *now)
{
    entry_t *entry = left_open(t, frame);
    if (entry == NULL)
        return false;
    *now = time_of(t, *now);
    stack_lose(t, entry - 1, *now);
    return true;
}

/* Forgets the callees whose calls the frame that runs will not make any more. */
void forget_pending(thread_t *t)
{
    uintptr_t frame = frame_here();
    size_t kept = 0;
    for (size_t i = 0; i < t->pending_count; i++)
        if (t->pending[i].frame != frame)
            t->pending[kept++] = t->pending[i];
    t->pending_count = kept;
}

static void remember(thread_t *t, uint64_t site, uint32_t callee)
{
    if (UNLIKELY(t->pending == NULL)) {
        t->pending = malloc(MOST_PENDING * sizeof *t->pending);
        if (t->pending == NULL) {
            t->core->trouble[TROUBLE_MEMORY]++;
            return;
        }
    }
    if (UNLIKELY(t->pending_count == MOST_PENDING)) {
        memmove(t->pending, t->pending + MOST_PENDING / 2, MOST_PENDING / 2 * sizeof *t->pending);
        t->pending_count = MOST_PENDING / 2;
    }
    t->pending[t->pending_count++] = (pending_t){frame_here(), site, callee};
}

/* Takes the newest callee of the frame and site out of the list, with all newer ones of the frame; 0 without one. */
static uint32_t take_pending(thread_t *t, uintptr_t frame, uint64_t site)
{
    for (size_t i = t->pending_count; i-- > 0;) {
        if (t->pending[i].frame != frame || t->pending[i].site != site)
            continue;
        uint32_t callee = t->pending[i].callee;
        size_t kept = i;
        for (size_t k = i + 1; k < t->pending_count; k++)
            if (t->pending[k].frame != frame)
                t->pending[kept++] = t->pending[k];
        t->pending_count = kept;
        return callee;
    }
    return 0;
}

static inline void open_call(thread_t *t, uint64_t site, uint32_t callee, PyObject *const *kept, Py_ssize_t count)
{
    core_t *core = t->core;
    uintptr_t frame = frame_here();
    uint64_t now = 0;
    if (UNLIKELY(t->top->handle == A_CALL))
        calls_failed_slowly(t, frame, &now);
    uint64_t under = current_number(core);
    bool below_handle = under != 0 && (t->top == t->stack || t->top->under != under);
    place_t place;
    if (UNLIKELY(core->volume))
        place = volume_open(t, below_handle, THE_CALL, false);
    now = time_of(t, now);
    if (UNLIKELY(callee != 0 && !core->callees[callee - 1].defined && !t->muted))
        callee_define(t, callee, now);
    uint8_t *at = event_begin(t);
    uint8_t *p = write_v(at + 1, stream_dt(t, now));
    p = write_v(write_v(p, site), callee);
    if (UNLIKELY(below_handle))
        p = write_v(p, under);
    at = event_end(t, at, p, below_handle ? OP_CALL_UNDER : OP_CALL);
    uint64_t span = UNLIKELY(core->volume) && place.hollow ? t->top->span : (uintptr_t)at + t->bias;
    bool pushed = push(t, (entry_t){span, under, A_CALL, (uint32_t)site, core->level, frame, NULL});
    if (UNLIKELY(core->volume))
        volume_push(t, &place, at, pushed);
    if (pushed && count > 0 && !t->muted)
        t->top->kept = kept_new(t, site, kept, count);
}

/* What a probe was given, seen through: the `at`th argument, else the last one. */
static inline PyObject *through(PyObject *const *args, Py_ssize_t count, Py_ssize_t at)
{
    return Py_NewRef(count > at ? args[at] : count > 0 ? args[count - 1] : Py_None);
}

static inline bool has_enough(core_t *core, Py_ssize_t count, Py_ssize_t least)
{
    if (LIKELY(count >= least))
        return true;
    core->trouble[TROUBLE_ARGUMENTS]++;
    return false;
}

PROBE(probe_call)
{
    probe_t *probe = (probe_t *)self;
    thread_t *t = thread_here(probe->core);
    uint64_t site;
    if (LIKELY(t != NULL && has_enough(probe->core, count, 2) && site_of(probe, args, count, &site)))
        open_call(t, site, callee_of(probe, site, args[1]), args + 2, count - 2);
    return through(args, count, 1);
}

PROBE(probe_call_m)
{
    probe_t *probe = (probe_t *)self;
    thread_t *t = thread_here(probe->core);
    uint64_t site;
    if (LIKELY(t != NULL && has_enough(probe->core, count, 3) && site_of(probe, args, count, &site)))
        open_call(t, site, callee_of_method(probe, site, args[1], args[2]), args + 3, count - 3);
    return through(args, count, 1);
}

PROBE(probe_will)
{
    probe_t *probe = (probe_t *)self;
    thread_t *t = thread_here(probe->core);
    uint64_t site;
    if (LIKELY(t != NULL && has_enough(probe->core, count, 2) && site_of(probe, args, count, &site)))
        remember(t, site, callee_of(probe, site, args[1]));
    return through(args, count, 1);
}

PROBE(probe_will_m)
{
    probe_t *probe = (probe_t *)self;
    thread_t *t = thread_here(probe->core);
    uint64_t site;
    if (LIKELY(t != NULL && has_enough(probe->core, count, 3) && site_of(probe, args, count, &site)))
        remember(t, site, callee_of_method(probe, site, args[1], args[2]));
    return through(args, count, 1);
}

PROBE(probe_in)
{
    probe_t *probe = (probe_t *)self;
    thread_t *t = thread_here(probe->core);
    uint64_t site;
    if (LIKELY(t != NULL && has_enough(probe->core, count, 2) && site_of(probe, args, count, &site)))
        open_call(t, site, take_pending(t, frame_here(), site), args + 2, count - 2);
    return through(args, count, 1);
}

/* Says what the call changed, and ends it. */
static void end_call(thread_t *t, uint64_t now, PyObject *const *kept, Py_ssize_t count)
{
    kept_t *before = t->top->kept;
    if (UNLIKELY(before != NULL)) {
        if (kept_changed(t, before, t->top->site, kept, count))
            kept_write(t, before, t->top->site, kept, OP_STATE, now, NO_HANDLE);
    }
    leave_top(t);
    write_end(t, OP_OUT, now, NO_HANDLE);
    pop(t);
}

PROBE(probe_out)
{
    core_t *core = ((probe_t *)self)->core;
    thread_t *t = thread_here(core);
    if (LIKELY(t != NULL && t->top->handle == A_CALL)) {
        uintptr_t frame = frame_here();
        entry_t *entry = t->top;
        while (UNLIKELY(entry->handle == A_CALL && entry->frame != frame))
            entry--;
        if (LIKELY(entry->handle == A_CALL)) {
            uint64_t now = clock_ticks(core);
            stack_lose(t, entry, now);
            end_call(t, now, args + 1, count - 1);
        }
    }
    return through(args, count, 0);
}

PROBE(probe_caught)
{
    thread_t *t = thread_here(((probe_t *)self)->core);
    uint64_t now = 0;
    (void)args;
    (void)count;
    if (t != NULL) {
        if (t->pending_count > 0)
            forget_pending(t);
        calls_failed(t, &now);
    }
    Py_RETURN_NONE;
}
