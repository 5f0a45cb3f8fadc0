/* The overhead budget: what its parts share. docs/budget.md says what they do. */
#ifndef SPANWRIGHT_BUDGET_H
#define SPANWRIGHT_BUDGET_H

#include "redact.h"
#include "volume.h"

enum how { RECORDED, COUNTED, TAKEN_OUT };

/* A function's part in what recording takes. Times are in ticks, shares of what the program itself takes. */
typedef struct {
    double spent;    /* in this window */
    double share;    /* in the last window in which it spent anything; that was number `window` */
    uint64_t window;
    uint64_t before; /* that its counter had when this window began */
    double rate;     /* its share when it was turned down */
    uint64_t next;   /* when it may be turned up */
    uint64_t wait;   /* how long it has to wait when it is turned down again */
    uint64_t tried;  /* when it was turned up last; 0: never */
    uint8_t how;
    bool stays;          /* its probes cannot be taken out */
    PyObject *functions; /* that have the original's code: list of (weak reference, the twin's code, the original's) */
    Py_ssize_t crowded;  /* how long that may get before those that are gone are looked for */
} cost_t;

typedef struct {
    uint64_t *sites;
    size_t count, room;
} sites_t;

struct budget {
    uint32_t left, seed; /* until the next probe is timed; state of the random numbers */
    bool at_random;      /* for tests: each call of a probe turns its function up or down */
    double call;         /* what calling a probe takes that it does not see, less what reading the clock takes */
    double most;         /* the budget, a share */
    uint64_t window_ticks, longest; /* a window; the most that one call of a probe is believed to take */
    double spent;        /* in this window */
    uint64_t checked, cpu; /* when this window began; the process's CPU time then, ns */
    uint64_t window, calm; /* its number; since when there has been room */
    uint32_t forks;
    cost_t *costs; /* of each site; has `room` places */
    uint64_t room;
    sites_t active, down; /* that have spent something in this window; that are turned down */
    bool pending;     /* originals are to be compiled */
    PyObject *codes;  /* gives the code objects of a file's original */
    PyObject **files; /* by the file's place: dict of code objects, None where there are none, NULL: not asked yet */
    size_t file_room;
};

/* budget.c */
uint64_t cpu_now(void);
bool sites_add(sites_t *list, uint64_t site);

/* budget_policy.c */
void budget_check(core_t *core, uint64_t now);
void budget_say(core_t *core, uint64_t site, uint64_t now);
void budget_turn_at_random(core_t *core, uint64_t site, uint64_t now);
void budget_turn(core_t *core, uint64_t site, enum how how, uint64_t now);

/* budget_code.c */
void budget_put_back(core_t *core, cost_t *own);
void budget_load(core_t *core);

#endif
