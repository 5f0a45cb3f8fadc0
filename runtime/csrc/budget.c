/* The overhead budget: what recording takes is measured, and functions are turned down while it takes too much.
   docs/budget.md says how. */
#define SPANWRIGHT_INTERNALS
#include "redact.h"
#include "volume.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { PERIOD = 31, WORDS = 64, CALIBRATIONS = 2000, CALM_WINDOWS = 5, FIRST_WAIT = 10, LONGEST_WAIT = 600 };
#define WINDOW_NS 100000000
enum how { RECORDED, COUNTED, TAKEN_OUT };

typedef struct {
    double spent;   /* ticks, in this window */
    double rate;    /* of the budget's time, when it was turned down: its share then */
    uint64_t ticks; /* that its counter had when the window began */
    uint64_t next;  /* window in which it may be turned up */
    uint32_t wait;  /* windows that it has to wait then */
    uint8_t how;
    bool wanted;         /* its probes are to be taken out */
    PyObject *functions; /* list of (weak reference to a function, its twin's code) */
} turned_t;

typedef struct budget {
    uint32_t left, seed; /* until the next probe is timed; state of the random numbers */
    double call;         /* ticks that the interpreter takes to call a probe, and reading the clock twice */
    uint64_t checked, cpu, window;
    int calm;
    bool pending;     /* a load of originals was asked for */
    PyObject *codes;  /* gives the code objects of a file's original */
    PyObject **files; /* by the file's place: dict of code objects, None where there are none, NULL: not asked yet */
    size_t file_room;
    turned_t *sites;
    uint64_t room;
    uint64_t *active; /* sites that have spent something in this window */
    size_t active_count, active_room;
} budget_t;

static PROBE(timed);

/* The word as it is carried out with a budget. */
PyMethodDef *budget_word(PyMethodDef *word)
{
    static PyMethodDef words[WORDS];
    PyMethodDef *found = words;
    while (found->ml_name != NULL && strcmp(found->ml_name, word->ml_name) != 0)
        found++;
    if (found->ml_name == NULL)
        *found = (PyMethodDef){word->ml_name, (PyCFunction)(void (*)(void))timed, METH_FASTCALL, NULL};
    return found;
}

static uint64_t cpu_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static turned_t *turned(budget_t *budget, uint64_t site)
{
    if (site >= budget->room) {
        uint64_t room = site * 2 + 256;
        turned_t *grown = realloc(budget->sites, room * sizeof *grown);
        if (grown == NULL)
            return NULL;
        memset(grown + budget->room, 0, (room - budget->room) * sizeof *grown);
        budget->sites = grown;
        budget->room = room;
    }
    return &budget->sites[site];
}

static uint64_t ticks_of(const core_t *core, uint64_t site)
{
    return site < core->counters_room && core->counters[site] != NULL ? core->counters[site][3] : 0;
}

static void spend(core_t *core, uint64_t site, double ticks)
{
    budget_t *budget = core->budget;
    turned_t *own = turned(budget, site);
    if (own == NULL)
        return;
    if (own->spent == 0) {
        if (budget->active_count == budget->active_room) {
            size_t room = budget->active_room * 2 + 64;
            uint64_t *grown = realloc(budget->active, room * sizeof *grown);
            if (grown == NULL)
                return;
            budget->active = grown;
            budget->active_room = room;
        }
        budget->active[budget->active_count++] = site;
    }
    own->spent += ticks;
}

static void check(core_t *core, uint64_t now);

/* The site of the function that a probe belongs to: that of the handle which it was given, else of the innermost function. */
static bool site_here(const core_t *core, const thread_t *t, PyObject *first, uint64_t *site)
{
    handle_t *handle = first == NULL ? NULL : as_handle((core_t *)core, first);
    const entry_t *entry = t == NULL ? NULL : t->top;
    if (handle != NULL) {
        *site = handle->site;
        return handle != (handle_t *)core->dead;
    }
    while (entry != NULL && entry->handle == A_CALL)
        entry--;
    if (entry == NULL || entry->handle == NO_HANDLE)
        return false;
    *site = entry->site;
    return true;
}

static NOINLINE PyObject *call_timed(probe_t *probe, PyObject *const *args, Py_ssize_t count)
{
    core_t *core = probe->core;
    budget_t *budget = core->budget;
    thread_t *t = spanwright_thread != NULL && spanwright_thread->core == core ? spanwright_thread : NULL;
    uint64_t site = 0;
    uint32_t seed = budget->seed = budget->seed * 1664525 + 1013904223; /* Numerical Recipes' */
    uint32_t period = PERIOD / 2 + 1 + (seed >> 16) % PERIOD;
    bool known = site_here(core, t, count > 0 ? args[0] : NULL, &site);
    const entry_t *top = t == NULL ? NULL : t->top;
    budget->left = period;
    uint64_t began = clock_ticks(core);
    PyObject *result = probe->timed((PyObject *)probe, args, count);
    uint64_t now = clock_ticks(core);
    t = spanwright_thread;
    if (t != NULL && t->core == core && t->top != top && t->top > t->stack && t->top->handle == 0) {
        if (top == NULL || t->top > top)
            known = site_here(core, t, NULL, &site);
    }
    if (known)
        spend(core, site, ((double)(now - began) + budget->call) * (PERIOD + 1));
    if (now - budget->checked > in_ticks(core, WINDOW_NS))
        check(core, now);
    return result;
}

static PROBE(timed)
{
    probe_t *probe = (probe_t *)self;
    if (LIKELY(--probe->core->budget->left > 0))
        return probe->timed(self, args, count);
    return call_timed(probe, args, count);
}

static void put_numbers(out_t *o, const void *what)
{
    for (int i = 0; i < 3; i++)
        put_v(o, ((const uint64_t *)what)[i]);
}

static void say_switch(core_t *core, uint64_t site, enum how how, uint64_t now)
{
    uint64_t what[3] = {site, how, now - core->ticks0};
    if (core->header != NULL && !core->off)
        event_write(core->process, OP_SWITCH, NO_TIME, NO_HANDLE, put_numbers, what);
}

static void put_back(core_t *core, turned_t *own)
{
    PyObject *list = own->functions;
    for (Py_ssize_t i = 0; list != NULL && i < PyList_GET_SIZE(list); i++) {
        PyObject *pair = PyList_GET_ITEM(list, i);
        PyObject *function = PyWeakref_GetObject(PyTuple_GET_ITEM(pair, 0));
        if (PyFunction_Check(function) && PyObject_SetAttr(function, core->names[NAME_CODE], PyTuple_GET_ITEM(pair, 1)) < 0)
            PyErr_Clear();
    }
    Py_CLEAR(own->functions);
}

static void turn(core_t *core, uint64_t site, enum how how, uint64_t now)
{
    budget_t *budget = core->budget;
    turned_t *own = &budget->sites[site];
    if (own->how == how)
        return;
    if (how == RECORDED) {
        put_back(core, own);
        core->secrecy[site] &= (uint8_t)~TURNED_DOWN;
    } else if (site < core->secrecy_room) {
        core->secrecy[site] |= TURNED_DOWN;
    }
    own->wanted = how == TAKEN_OUT;
    own->how = (uint8_t)how;
    say_switch(core, site, how, now);
}

static double share_of(const turned_t *own, double ticks)
{
    return own->spent / ticks;
}

/* What a function costs for each tick that it runs: those that cost most are the first to go. */
static double cost(const core_t *core, uint64_t site)
{
    const turned_t *own = &core->budget->sites[site];
    uint64_t ran = ticks_of(core, site) - own->ticks;
    return own->spent / ((double)ran + 1);
}

static const core_t *sorted_for; /* the interpreter's lock is held */

static int compare(const void *one, const void *other)
{
    double a = cost(sorted_for, *(const uint64_t *)one), b = cost(sorted_for, *(const uint64_t *)other);
    return a < b ? 1 : a > b ? -1 : 0;
}

/* Turns functions down until what is left is within the budget. */
static void turn_down(core_t *core, double share, double most, double ticks, uint64_t now)
{
    budget_t *budget = core->budget;
    sorted_for = core;
    qsort(budget->active, budget->active_count, sizeof *budget->active, compare);
    for (size_t i = 0; i < budget->active_count && share > most; i++) {
        uint64_t site = budget->active[i];
        turned_t *own = &budget->sites[site];
        double part = share_of(own, ticks);
        if (part < most / 100)
            continue;
        bool again = own->next != 0 && budget->window - own->next < FIRST_WAIT;
        own->wait = own->how == RECORDED ? (again ? own->wait * 2 : FIRST_WAIT) : own->wait;
        own->wait = own->wait > LONGEST_WAIT ? LONGEST_WAIT : own->wait;
        own->next = budget->window + own->wait;
        own->rate = own->how == RECORDED ? part : own->rate;
        share -= own->how == RECORDED ? part / 2 : part;
        turn(core, site, own->how == RECORDED ? COUNTED : TAKEN_OUT, now);
    }
}

/* Turns the function up that cost least, if one has waited long enough. */
static void turn_up(core_t *core, uint64_t now)
{
    budget_t *budget = core->budget;
    uint64_t found = UINT64_MAX;
    for (uint64_t site = 0; site < budget->room; site++) {
        const turned_t *own = &budget->sites[site];
        if (own->how != RECORDED && own->next <= budget->window &&
            (found == UINT64_MAX || own->rate < budget->sites[found].rate))
            found = site;
    }
    if (found == UINT64_MAX)
        return;
    budget->sites[found].next = budget->window;
    turn(core, found, RECORDED, now);
}

static int load_codes(void *what);

/* A window is over. */
static void check(core_t *core, uint64_t now)
{
    budget_t *budget = core->budget;
    uint64_t cpu = cpu_now();
    double total = 0, ticks = (double)in_ticks(core, cpu - budget->cpu), budgeted = core->limits.overhead_budget / 1e6;
    bool wants = false;
    for (size_t i = 0; i < budget->active_count; i++)
        total += budget->sites[budget->active[i]].spent;
    double share = ticks > total ? total / (ticks - total) : 1;
    budget->window++;
    budget->calm = share < 0.7 * budgeted ? budget->calm + 1 : 0;
    if (share > budgeted)
        turn_down(core, share, 0.9 * budgeted, ticks > total ? ticks - total : ticks, now);
    else if (budget->calm >= CALM_WINDOWS)
        turn_up(core, now);
    for (size_t i = 0; i < budget->active_count; i++) {
        turned_t *own = &budget->sites[budget->active[i]];
        own->spent = 0;
        own->ticks = ticks_of(core, budget->active[i]);
        wants = wants || own->wanted;
    }
    budget->active_count = 0;
    budget->checked = clock_ticks(core);
    budget->cpu = cpu;
    if (wants && !budget->pending && budget->codes != NULL)
        budget->pending = Py_AddPendingCall(load_codes, core) == 0;
}

static size_t file_of(const core_t *core, uint64_t site)
{
    size_t i = core->file_count;
    while (i-- > 0 && core->files[i].base > site)
        ;
    return i;
}

static bool files_grow(core_t *core)
{
    budget_t *budget = core->budget;
    if (budget->file_room >= core->file_count)
        return true;
    PyObject **grown = realloc(budget->files, core->file_count * sizeof *grown);
    if (grown == NULL)
        return false;
    memset(grown + budget->file_room, 0, (core->file_count - budget->file_room) * sizeof *grown);
    budget->files = grown;
    budget->file_room = core->file_count;
    return true;
}

/* Between two instructions of the main thread: has the originals compiled whose code is wanted. */
static int load_codes(void *what)
{
    core_t *core = what;
    budget_t *budget = core->budget;
    budget->pending = false;
    if (!files_grow(core))
        return 0;
    for (uint64_t site = 0; site < budget->room; site++) {
        size_t i = budget->sites[site].wanted ? file_of(core, site) : core->file_count;
        if (i >= core->file_count || budget->files[i] != NULL)
            continue;
        const file_t *file = &core->files[i];
        budget->files[i] = Py_NewRef(Py_None);
        PyObject *found = PyObject_CallFunction(budget->codes, "s#s#", file->text[0], (Py_ssize_t)file->length[0],
                                                file->text[2], (Py_ssize_t)file->length[2]);
        if (found == NULL)
            return -1; /* the program's own signal handler has raised: everything else is caught there */
        Py_SETREF(budget->files[i], found);
    }
    return 0;
}

static PyObject *original_of(core_t *core, PyCodeObject *code, uint64_t site)
{
    size_t i = file_of(core, site);
    PyObject *codes = i < core->budget->file_room ? core->budget->files[i] : NULL;
    PyObject *key = codes == NULL || !PyDict_Check(codes) ? NULL : Py_BuildValue("Oi", code_name(code), code->co_firstlineno);
    PyObject *found = key == NULL ? NULL : PyDict_GetItemWithError(codes, key);
    Py_XDECREF(key);
    return found;
}

/* A function that was turned down has been called: where its probes are to go it is given its original's code. */
void budget_enter(core_t *core, uint64_t site)
{
    turned_t *own = core->budget != NULL && site < core->budget->room ? &core->budget->sites[site] : NULL;
    PyObject *function = own == NULL || !own->wanted ? NULL : function_here();
    PyObject *code = function == NULL ? NULL : PyFunction_GET_CODE(function);
    PyObject *original = code == NULL ? NULL : original_of(core, (PyCodeObject *)code, site);
    if (original == NULL || original == code) {
        PyErr_Clear();
        return;
    }
    if (own->functions == NULL)
        own->functions = PyList_New(0);
    PyObject *reference = own->functions == NULL ? NULL : PyWeakref_NewRef(function, NULL);
    PyObject *pair = reference == NULL ? NULL : PyTuple_Pack(2, reference, code);
    if (pair != NULL && PyList_Append(own->functions, pair) == 0)
        PyObject_SetAttr(function, core->names[NAME_CODE], original);
    PyErr_Clear();
    Py_XDECREF(pair);
    Py_XDECREF(reference);
}

/* `codes` gives, for a file's id and name, a dict of its original's code objects by qualified name and first line. */
PyObject *spanwright_budget(PyObject *module, PyObject *codes)
{
    core_t *core = core_of(module);
    if (core->budget != NULL)
        Py_XSETREF(core->budget->codes, Py_NewRef(codes));
    Py_RETURN_NONE;
}

/* What calling a probe takes that the probe itself does not see. */
static double price_of_call(core_t *core)
{
    PyObject *function = core->names[0], *text = PyObject_GetAttrString(function, "isascii");
    uint64_t least = UINT64_MAX;
    for (int round = 0; text != NULL && round < 5; round++) {
        uint64_t began = clock_ticks(core);
        for (int i = 0; i < CALIBRATIONS; i++)
            Py_XDECREF(PyObject_CallNoArgs(text));
        uint64_t took = clock_ticks(core) - began;
        least = took < least ? took : least;
    }
    Py_XDECREF(text);
    return text == NULL ? 0 : (double)least / CALIBRATIONS;
}

bool budget_setup(core_t *core)
{
    budget_t *budget = core->clock == CLOCK_FAKE ? NULL : calloc(1, sizeof *budget);
    core->budget = budget;
    if (budget == NULL)
        return false;
    budget->left = PERIOD;
    budget->seed = (uint32_t)core->unix0;
    budget->call = price_of_call(core);
    budget->checked = clock_ticks(core);
    budget->cpu = cpu_now();
    return true;
}
