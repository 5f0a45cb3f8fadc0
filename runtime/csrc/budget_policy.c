/* The overhead budget decides, at the end of each window: which functions are turned down, and which up again. */
#include "budget.h"

#include <stdlib.h>

#define SECOND 1000000000u
#define LONGEST_WAIT (60ull * SECOND)
#define CALM (SECOND / 2)
#define DEAREST 16.0      /* the highest share that is believed */
#define AIM 0.8           /* part of the budget that is left when functions are turned down: trials take the rest */
#define ROOM 0.7          /* and below which there is room to turn some up */
#define TIMES_COUNTED 3.0 /* what recording takes, at most, where counting takes 1 */

static uint64_t ticks_of(const core_t *core, uint64_t site)
{
    return site < core->counters_room && core->counters[site] != NULL ? core->counters[site][3] : 0;
}

static void put_numbers(out_t *o, const void *what)
{
    for (int i = 0; i < 3; i++)
        put_v(o, ((const uint64_t *)what)[i]);
}

/* Writes how a function is recorded from now on. */
void budget_say(core_t *core, uint64_t site, uint64_t now)
{
    uint64_t what[3] = {site, core->budget->costs[site].how, now - core->ticks0};
    if (core->header != NULL && !core->off)
        event_write(core->process, OP_SWITCH, NO_TIME, NO_HANDLE, put_numbers, what);
}

/* A segment is made: it has to know what is turned down. */
void budget_say_all(core_t *core, uint64_t now)
{
    for (size_t i = 0; i < core->budget->down.count; i++)
        budget_say(core, core->budget->down.sites[i], now);
}

static void leave_list(sites_t *list, uint64_t site)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->sites[i] == site) {
            list->sites[i] = list->sites[--list->count];
            return;
        }
}

void budget_turn(core_t *core, uint64_t site, enum how how, uint64_t now)
{
    static const uint8_t flags[] = {0, TURNED_DOWN, TURNED_DOWN | TO_TAKE_OUT};
    budget_t *budget = core->budget;
    cost_t *own = &budget->costs[site];
    if (own->how == how || !sites_grow(core, site + 1))
        return;
    if (own->how == RECORDED && !sites_add(&budget->down, site))
        return;
    if (own->how == TAKEN_OUT)
        budget_put_back(core, own);
    if (how == RECORDED)
        leave_list(&budget->down, site);
    own->how = (uint8_t)how;
    core->secrecy[site] = (uint8_t)((core->secrecy[site] & ~(TURNED_DOWN | TO_TAKE_OUT)) | flags[how]);
    budget_say(core, site, now);
}

/* For tests: whatever is turned when, the program does what it did. */
void budget_turn_at_random(core_t *core, uint64_t site, uint64_t now)
{
    const cost_t *own = &core->budget->costs[site];
    enum how how = (core->budget->seed >> 20) % 4;
    budget_turn(core, site, how > TAKEN_OUT || (how == TAKEN_OUT && own->stays) ? COUNTED : how, now);
    budget_load(core);
}

/* One that was turned up a moment ago, in vain, waits four times as long as before. */
static void wait_again(core_t *core, cost_t *own, uint64_t now)
{
    uint64_t second = in_ticks(core, SECOND), longest = in_ticks(core, LONGEST_WAIT);
    bool in_vain = own->tried != 0 && now - own->tried < second;
    own->wait = in_vain ? own->wait * 4 : second;
    own->wait = own->wait > longest ? longest : own->wait;
    own->next = now + own->wait;
}

/* What a function's probes take for each tick that it runs. Where none of its calls has ended it has run all the time. */
static double dearness(const core_t *core, uint64_t site)
{
    const cost_t *own = &core->budget->costs[site];
    uint64_t ran = ticks_of(core, site) - own->before;
    return own->share / (ran > 0 ? (double)ran : 1e12);
}

static const core_t *sorted_for; /* the interpreter's lock is held */

static int compare(const void *one, const void *other)
{
    double a = dearness(sorted_for, *(const uint64_t *)one), b = dearness(sorted_for, *(const uint64_t *)other);
    return a < b ? 1 : a > b ? -1 : 0;
}

/* Turns functions down, the dearest first, until what is left is within the budget; those that matter little only where
   the others do not suffice. */
static void turn_down(core_t *core, double share, uint64_t now)
{
    budget_t *budget = core->budget;
    double aim = AIM * budget->most;
    sorted_for = core;
    qsort(budget->active.sites, budget->active.count, sizeof *budget->active.sites, compare);
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < budget->active.count && share > aim; i++) {
            uint64_t site = budget->active.sites[i];
            cost_t *own = &budget->costs[site];
            bool matters = own->share >= aim / 100;
            if (matters != (pass == 0) || own->how == TAKEN_OUT || (own->how == COUNTED && (own->stays || budget->codes == NULL)))
                continue;
            if (own->how == RECORDED)
                own->rate = own->share;
            share -= own->how == RECORDED ? own->share * (1 - 1 / TIMES_COUNTED) : own->share;
            wait_again(core, own, now);
            budget_turn(core, site, own->how == RECORDED ? COUNTED : TAKEN_OUT, now);
        }
}

/* Whether there is room for a function one step up. What one takes whose probes are out only a trial shows. */
static bool fits(const budget_t *budget, const cost_t *own, double room)
{
    double live = own->window == budget->window ? own->share : 0;
    return own->how == TAKEN_OUT || live * (TIMES_COUNTED - 1) <= room;
}

/* Turns the function up that took least, if there is one that has waited and for which there is room. */
static void turn_up(core_t *core, double share, uint64_t now)
{
    budget_t *budget = core->budget;
    double room = AIM * budget->most - share;
    cost_t *found = NULL;
    for (size_t i = 0; i < budget->down.count; i++) {
        cost_t *own = &budget->costs[budget->down.sites[i]];
        if (own->next <= now && (found == NULL || own->rate < found->rate) && fits(budget, own, room))
            found = own;
    }
    if (found == NULL)
        return;
    found->tried = now;
    budget->calm = now;
    budget_turn(core, (uint64_t)(found - budget->costs), found->how == TAKEN_OUT ? COUNTED : RECORDED, now);
}

static void begin_window(core_t *core, uint64_t cpu)
{
    budget_t *budget = core->budget;
    for (size_t i = 0; i < budget->active.count; i++) {
        cost_t *own = &budget->costs[budget->active.sites[i]];
        own->spent = 0;
        own->before = ticks_of(core, budget->active.sites[i]);
    }
    budget->active.count = 0;
    budget->spent = 0;
    budget->cpu = cpu;
    budget->checked = clock_ticks(core);
}

/* A window is over. */
void budget_check(core_t *core, uint64_t now)
{
    budget_t *budget = core->budget;
    uint64_t cpu = cpu_now();
    double own = (double)in_ticks(core, cpu - budget->cpu) - budget->spent;
    double program = own > budget->spent / DEAREST ? own : budget->spent / DEAREST;
    double share = program > 0 ? budget->spent / program : 0;
    budget->window++;
    for (size_t i = 0; i < budget->active.count; i++) {
        cost_t *cost = &budget->costs[budget->active.sites[i]];
        cost->share = cost->spent / program;
        cost->window = budget->window;
    }
    if (share > ROOM * budget->most)
        budget->calm = now;
    if (share > budget->most)
        turn_down(core, share, now);
    else if (now - budget->calm > in_ticks(core, CALM))
        turn_up(core, share, now);
    begin_window(core, cpu);
    budget_load(core);
}
