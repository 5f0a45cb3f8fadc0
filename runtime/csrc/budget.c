/* The overhead budget measures: one call of a probe in PERIOD is timed, at random, and counts for all of them. */
#include "budget.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { PERIOD = 32, READINGS = 100, ROUNDS = 5 };
#define WINDOW_NS 100000000
#define LONGEST_NS 100000
/* What a probe takes of the program for what its own clock sees, as measured: with it Flask and docutils keep to their
   budget in benchmarks/budget.py, with 1.2 Flask did not. Why it is so much was not found out: docs/budget.md. */
#define UNSEEN 2.5
enum { SHORTEST = 20 }; /* part of a window after which it is over, if all that it may take was taken */

uint64_t cpu_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

bool sites_add(sites_t *list, uint64_t site)
{
    if (list->count == list->room) {
        size_t room = list->room * 2 + 64;
        uint64_t *grown = realloc(list->sites, room * sizeof *grown);
        if (grown == NULL)
            return false;
        list->sites = grown;
        list->room = room;
    }
    list->sites[list->count++] = site;
    return true;
}

static cost_t *cost_of(budget_t *budget, uint64_t site)
{
    if (site >= budget->room) {
        uint64_t room = site * 2 + 256;
        cost_t *grown = realloc(budget->costs, room * sizeof *grown);
        if (grown == NULL)
            return NULL;
        memset(grown + budget->room, 0, (room - budget->room) * sizeof *grown);
        budget->costs = grown;
        budget->room = room;
    }
    return &budget->costs[site];
}

static void spend(budget_t *budget, uint64_t site, double ticks)
{
    cost_t *own = cost_of(budget, site);
    if (own == NULL || (own->spent == 0 && !sites_add(&budget->active, site)))
        return;
    own->spent += ticks;
    budget->spent += ticks;
}

/* The function on top, or that which the calls on top are in. */
static bool site_on_top(const thread_t *t, uint64_t *site)
{
    const entry_t *entry = t->top;
    while (entry->handle == A_CALL)
        entry--;
    *site = entry->site;
    return entry->handle != NO_HANDLE;
}

/* Whose a probe was: that of the handle which it was given or has made, else of the function on top, the one above where
   the probe has opened or ended one. */
static bool site_of_call(core_t *core, PyObject *given, PyObject *made, const entry_t *before, uint64_t *site)
{
    const thread_t *t = spanwright_thread;
    handle_t *handle = given == NULL ? NULL : as_handle(core, given);
    if (handle == NULL && made != NULL)
        handle = as_handle(core, made);
    if (handle != NULL) {
        *site = handle->site;
        return handle != (handle_t *)core->dead;
    }
    if (t == NULL || t->core != core || before == NULL)
        return false;
    return t->top > before ? site_on_top(t, site) : *site != UINT64_MAX;
}

/* The child has CPU time of its own. */
static void begin_in_child(core_t *core)
{
    budget_t *budget = core->budget;
    budget->forks = core->forks;
    budget->checked = clock_ticks(core);
    budget->cpu = cpu_now();
}

static bool is_over(const budget_t *budget, uint64_t now)
{
    double passed = (double)(now - budget->checked), window = (double)budget->window_ticks;
    return passed > window || (passed > window / SHORTEST && budget->spent > window * budget->most);
}

static NOINLINE PyObject *call_timed(probe_t *probe, PyObject *const *args, Py_ssize_t count)
{
    core_t *core = probe->core;
    budget_t *budget = core->budget;
    const thread_t *t = spanwright_thread != NULL && spanwright_thread->core == core ? spanwright_thread : NULL;
    const entry_t *before = t == NULL ? NULL : t->top;
    uint64_t site = UINT64_MAX;
    budget->seed = budget->seed * 1664525 + 1013904223; /* Numerical Recipes' */
    budget->left = budget->at_random ? 1 : PERIOD / 2 + (budget->seed >> 16) % PERIOD + 1;
    if (t != NULL && !site_on_top(t, &site))
        site = UINT64_MAX;
    uint64_t began = clock_ticks(core);
    PyObject *result = probe->timed((PyObject *)probe, args, count);
    uint64_t now = clock_ticks(core), took = now - began;
    if (took > budget->longest) /* others had the processor, or the interpreter's lock */
        took = budget->longest;
    if (site_of_call(core, count > 0 ? args[0] : NULL, result, before, &site))
        spend(budget, site, ((double)took + budget->call) * (PERIOD + 0.5) * UNSEEN);
    if (UNLIKELY(budget->forks != core->forks))
        begin_in_child(core);
    else if (UNLIKELY(budget->at_random) && site < budget->room)
        budget_turn_at_random(core, site, now);
    else if (is_over(budget, now))
        budget_check(core, now);
    return result;
}

PROBE(probe_timed)
{
    probe_t *probe = (probe_t *)self;
    if (LIKELY(--probe->core->budget->left > 0))
        return probe->timed(self, args, count);
    return call_timed(probe, args, count);
}

/* What reading the clock takes: a timed call of a probe reads it once more. */
static double price_of_reading(core_t *core)
{
    uint64_t least = UINT64_MAX;
    for (int round = 0; round < ROUNDS; round++) {
        uint64_t began = clock_ticks(core), now = began;
        for (int i = 0; i < READINGS; i++)
            now = clock_ticks(core);
        least = now - began < least ? now - began : least;
    }
    return (double)least / READINGS;
}

/* Only the main interpreter has one, and only a clock that goes by itself. */
bool budget_setup(core_t *core)
{
    if (core->budget != NULL)
        return true;
    if (core->clock == CLOCK_FAKE || PyInterpreterState_Get() != PyInterpreterState_Main())
        return false;
    budget_t *budget = calloc(1, sizeof *budget);
    if (budget == NULL)
        return false;
    core->budget = budget;
    const char *how = getenv("SPANWRIGHT_BUDGET");
    budget->at_random = how != NULL && strcmp(how, "random") == 0;
    budget->left = 1;
    budget->seed = (uint32_t)core->unix0;
    budget->most = core->limits.overhead_budget / 1e6;
    budget->call = -price_of_reading(core);
    budget->window_ticks = in_ticks(core, WINDOW_NS);
    budget->longest = in_ticks(core, LONGEST_NS);
    budget->forks = core->forks;
    budget->checked = budget->calm = clock_ticks(core);
    budget->cpu = cpu_now();
    return true;
}

/* Gives up what is the interpreter's. */
void budget_clear(core_t *core)
{
    budget_t *budget = core->budget;
    if (budget == NULL)
        return;
    Py_CLEAR(budget->codes);
    for (size_t i = 0; i < budget->file_room; i++)
        Py_CLEAR(budget->files[i]);
    for (size_t i = 0; i < budget->down.count; i++)
        Py_CLEAR(budget->costs[budget->down.sites[i]].functions);
}

void budget_free(core_t *core)
{
    budget_t *budget = core->budget;
    if (budget == NULL)
        return;
    free(budget->costs);
    free(budget->active.sites);
    free(budget->down.sites);
    free(budget->files);
    free(budget);
}
