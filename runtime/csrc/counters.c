/* Counters of what has ended, in chunks of their own: exact whatever is forgotten, and there when the process is killed. */
#include "volume.h"

enum { COUNTERS = 0x28, FIRST = 32, BUCKETS = 40, RECORD = 4 + BUCKETS };
enum { CALLS = 1, FAILURES, TICKS, HISTOGRAM };

/* Room for the counters of one more site; NULL where nothing more is recorded. */
static uint64_t *new_record(thread_t *t)
{
    core_t *core = t->core;
    if (core->counters_end - core->counters_next < (ptrdiff_t)(RECORD * sizeof(uint64_t))) {
        if (core->path == NULL && !segment_begin(core, t->last))
            return NULL;
        uint8_t *chunk = segment_chunk(core, &core->counters_window);
        if (chunk == NULL)
            return NULL;
        *chunk = COUNTERS;
        core->counters_next = chunk + FIRST;
        core->counters_end = chunk + CHUNK;
    }
    uint64_t *record = (uint64_t *)(void *)core->counters_next;
    core->counters_next += RECORD * sizeof(uint64_t);
    segment_note(core, core->counters_window, core->counters_next);
    return record;
}

static bool make_room(core_t *core, uint64_t site)
{
    uint64_t room = core->next_base > site ? core->next_base : site + 1;
    uint64_t **grown = realloc(core->counters, room * sizeof *grown);
    if (grown == NULL) {
        core->trouble[TROUBLE_MEMORY]++;
        return false;
    }
    memset(grown + core->counters_room, 0, (room - core->counters_room) * sizeof *grown);
    core->counters = grown;
    core->counters_room = room;
    return true;
}

static uint64_t *record_of(thread_t *t, uint64_t site)
{
    core_t *core = t->core;
    if (UNLIKELY(site >= core->counters_room) && !make_room(core, site))
        return NULL;
    if (UNLIKELY(core->counters[site] == NULL)) {
        uint64_t *record = new_record(t);
        core->counters[site] = record;
        if (record != NULL)
            __atomic_store_n(record, site + 1, __ATOMIC_RELEASE);
    }
    return core->counters[site];
}

/* A call of the site's function has ended, after so many ticks. */
void count_end(thread_t *t, uint64_t site, bool failed, uint64_t ticks)
{
    uint64_t *record = t->core->off ? NULL : record_of(t, site);
    int bucket = ticks == 0 ? 0 : 64 - __builtin_clzll(ticks);
    if (record == NULL)
        return;
    record[CALLS]++;
    record[FAILURES] += failed;
    record[TICKS] += ticks;
    record[HISTOGRAM + (bucket < BUCKETS ? bucket : BUCKETS - 1)]++;
}

/* In a forked child: the counters are the parent's. */
void counters_forget(core_t *core)
{
    free(core->counters);
    core->counters = NULL;
    core->counters_room = 0;
    core->counters_next = core->counters_end = NULL;
    core->counters_window = NULL;
}
