/* What of it all is recorded, where the settings limit that: docs/volume.md. Nothing here runs where they do not. */
#ifndef SPANWRIGHT_VOLUME_H
#define SPANWRIGHT_VOLUME_H

#include "hooks.h"

enum fate { KEPT, UNDECIDED, FORGOTTEN };

/* What hangs below one root. Threads that end without the interpreter's lock refer to it. */
struct trace {
    uint32_t references;
    uint8_t fate;
    bool failed;
    bool shared; /* it is not alone on one thread, so it cannot be rewound */
    bool rewound;  /* what of it has not ended yet is muted */
    bool constant; /* stands for all traces of its fate, and is never freed */
};

/* Of a thread: the places of the spans on its stack, beside their entries, and where it writes while it is muted. */
struct volume {
    place_t *places;
    trace_t *region; /* the trace that has what was written last; owned */
    rest_t *held;    /* chunks that the region has left, the last first */
    uint8_t *cursor, *limit; /* the stream's, while the thread is muted; and its time */
    uint64_t last;
    uint8_t nowhere[4096];
};

/* volume.c, volume_handles.c */
volume_t *volume_of(thread_t *t);
void place_opened(thread_t *t, place_t *place, uint8_t *at);
void volume_touch(thread_t *t, trace_t *trace);
void volume_switch(thread_t *t, bool muted);
void volume_origin(thread_t *t, origin_t *from, bool on_top);
void volume_adopt(thread_t *t);
void volume_fork(core_t *core);
void volume_forget(thread_t *t);

/* traces.c */
trace_t *trace_draw(core_t *core);
void trace_decide(thread_t *t, const place_t *root, uint64_t span, uint64_t took);
void region_begin(thread_t *t, trace_t *trace);
void region_end(thread_t *t);
void rewind_event(thread_t *t, const place_t *place);
uint64_t in_ticks(core_t *core, uint64_t ns);

/* stream.c */
bool is_muted(const thread_t *t, const entry_t *entry);

/* flight.c */
void flight_again(thread_t *t, handle_t *handle);

/* counters.c */
void count_end(thread_t *t, uint64_t site, bool failed, uint64_t ticks);

static inline trace_t *trace_keep(trace_t *trace)
{
    if (trace != NULL && !trace->constant)
        __atomic_add_fetch(&trace->references, 1, __ATOMIC_RELAXED);
    return trace;
}

static inline bool is_silent(const place_t *place)
{
    return place->muted || (place->trace != NULL && place->trace->rewound);
}

/* Whether what hangs below a span is muted, too. */
static inline bool mutes(const place_t *place)
{
    return place->hollow ? place->below || (place->trace != NULL && place->trace->rewound) : is_silent(place);
}

/* Whether the trace of a root that has ended is a reason for a dump. */
static inline bool is_failed_root(const thread_t *t, const place_t *place)
{
    return t->core->ring > 0 && place->root && place->failed && !is_silent(place) &&
           (place->trace == NULL || place->trace->fate != FORGOTTEN);
}

static inline uint64_t time_since(const thread_t *t, uint64_t began)
{
    return t->last > began ? t->last - began : 0;
}

static inline place_t *place_of(const thread_t *t, const entry_t *entry)
{
    return &t->volume->places[entry - t->stack];
}

#endif
