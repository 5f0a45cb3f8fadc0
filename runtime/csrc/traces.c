/* Traces: which are drawn, and what becomes of one that was not when its root ends. */
#include "volume.h"

enum { APART_NS = 200000, MILLION = 1000000 };

/* splitmix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014): the number of that place. */
static uint64_t random_number(uint64_t seed, uint64_t place)
{
    uint64_t z = seed + (place + 1) * 0x9E3779B97F4A7C15;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
}

static uint64_t seed_of(core_t *core)
{
    limits_t *limits = &core->limits;
    if (limits->sample_seed == NO_SEED)
        limits->sample_seed = core->clock == CLOCK_FAKE ? 0 : random_number(core->unix0 ^ (uint64_t)getpid(), core->ticks0);
    return limits->sample_seed;
}

/* A new root's trace. */
trace_t *trace_draw(core_t *core)
{
    static trace_t kept = {.fate = KEPT, .constant = true}, forgotten = {.fate = FORGOTTEN, .constant = true};
    const limits_t *limits = &core->limits;
    uint64_t number = core->roots++;
    if (limits->sample_rate >= MILLION || random_number(seed_of(core), number) % MILLION < limits->sample_rate)
        return &kept;
    if (!limits->keep_errors && limits->keep_slower_than == 0)
        return &forgotten;
    trace_t *trace = calloc(1, sizeof *trace);
    if (trace == NULL) {
        core->trouble[TROUBLE_MEMORY]++;
        return &kept;
    }
    trace->fate = UNDECIDED;
    trace->references = 1;
    return trace;
}

void trace_release(trace_t *trace)
{
    if (trace != NULL && !trace->constant && __atomic_sub_fetch(&trace->references, 1, __ATOMIC_ACQ_REL) == 0)
        free(trace);
}

/* A time limit on the thread's clock. */
uint64_t in_ticks(core_t *core, uint64_t ns)
{
    if (core->clock != CLOCK_TSC)
        return ns;
    while (UNLIKELY(core->rate == 0)) {
        moment_t now = clock_moment(core);
        if (now.mono - core->mono0 >= APART_NS)
            core->rate = (double)(now.ticks - core->ticks0) / (double)(now.mono - core->mono0);
    }
    return (uint64_t)((double)ns * core->rate);
}

/* From its opening event on what the thread writes is this trace's alone. */
void region_begin(thread_t *t, trace_t *trace)
{
    region_end(t);
    t->volume->region = trace_keep(trace);
}

/* What the region has filled stays in the file. */
void region_end(thread_t *t)
{
    volume_t *volume = t->volume;
    while (volume->held != NULL) {
        rest_t *chunk = volume->held;
        volume->held = chunk->next;
        segment_drop(t->core, chunk);
    }
    trace_release(volume->region);
    volume->region = NULL;
}

/* What is written is seen no more from its first byte on, then it is zero like space that was never used. */
static void erase(uint8_t *from, const uint8_t *end)
{
    __atomic_store_n(from, 0, __ATOMIC_RELEASE);
    memset(from, 0, (size_t)(end - from));
}

/* Goes back to before the opening event, in its chunk. */
void rewind_event(thread_t *t, const place_t *place)
{
    erase(place->at, t->cursor);
    t->cursor = place->at;
    t->last = place->before;
    t->exception_end = NULL;
    t->exception = 0;
}

static void rewind_region(thread_t *t, const place_t *root)
{
    volume_t *volume = t->volume;
    while (volume->held != NULL) {
        rest_t *chunk = volume->held;
        volume->held = chunk->next;
        erase(t->limit - CHUNK, t->cursor);
        segment_give_back(t->core, t->window, t->limit, t->turn);
        t->window = chunk->window;
        t->cursor = chunk->cursor;
        t->limit = chunk->limit;
        t->turn = chunk->turn;
        free(chunk);
    }
    segment_place(t);
    t->sequence = root->chunk;
    root->trace->rewound = true;
    rewind_event(t, root);
}

/* Takes back a trace in whose midst others stand. Its root has ended: a chunk that is begun for this must not list it as
   open. */
static void forget(thread_t *t, uint64_t span)
{
    bool is_top = t->top > t->stack && t->top->span == span;
    t->top -= is_top;
    event_number(t, OP_FORGET, span);
    t->top += is_top;
}

/* A root has ended: whether its trace stays. */
void trace_decide(thread_t *t, const place_t *root, uint64_t span, uint64_t took)
{
    const limits_t *limits = &t->core->limits;
    trace_t *trace = root->trace;
    if (trace == NULL || trace->fate != UNDECIDED)
        return;
    bool is_slow = limits->keep_slower_than > 0 && took > in_ticks(t->core, limits->keep_slower_than);
    trace->fate = is_slow || (limits->keep_errors && trace->failed) ? KEPT : FORGOTTEN;
    bool is_alone = t->volume->region == trace && !trace->shared;
    if (trace->fate == FORGOTTEN && is_alone && !t->core->off)
        rewind_region(t, root);
    else if (trace->fate == FORGOTTEN)
        forget(t, span);
    if (t->volume->region == trace)
        region_end(t);
}
