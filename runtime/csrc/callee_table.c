/* The table of callees: each has a number and, in each segment that uses it, a definition. */
#include "callees.h"

enum { FIRST_SLOTS = 256 };

static bool same_text(PyObject *one, PyObject *other)
{
    return one == other || (one != NULL && other != NULL && PyUnicode_Compare(one, other) == 0);
}

static bool same_callee(const callee_t *one, const callee_t *other)
{
    return one->hash == other->hash && one->line == other->line && same_text(one->name, other->name) &&
           same_text(one->module, other->module) && same_text(one->file, other->file);
}

static size_t text_hash(PyObject *text)
{
    return text == NULL ? 7 : (size_t)PyObject_Hash(text);
}

static bool grow_index(core_t *core)
{
    size_t slots = core->callee_slots == 0 ? FIRST_SLOTS : 2 * core->callee_slots;
    uint32_t *index = calloc(slots, sizeof *index);
    if (index == NULL)
        return false;
    for (size_t i = 0; i < core->callee_count; i++) {
        size_t at = core->callees[i].hash & (slots - 1);
        while (index[at] != 0)
            at = (at + 1) & (slots - 1);
        index[at] = (uint32_t)i + 1;
    }
    free(core->callee_index);
    core->callee_index = index;
    core->callee_slots = slots;
    return true;
}

static uint32_t add_callee(core_t *core, const callee_t *given, size_t at)
{
    if (core->callee_count == core->callee_room) {
        size_t room = 2 * core->callee_room + 64;
        callee_t *callees = realloc(core->callees, room * sizeof *callees);
        if (callees == NULL)
            return 0;
        core->callees = callees;
        core->callee_room = room;
    }
    callee_t *callee = &core->callees[core->callee_count++];
    *callee = *given;
    Py_XINCREF(callee->module);
    Py_XINCREF(callee->name);
    Py_XINCREF(callee->file);
    return core->callee_index[at] = (uint32_t)core->callee_count;
}

/* The number of a callee, a new one where it is met for the first time; 0 where memory is short. */
uint32_t number_of(core_t *core, PyObject *module, PyObject *name, PyObject *file, int line)
{
    callee_t wanted = {.module = module, .name = name, .file = file, .line = line};
    if (2 * core->callee_count >= core->callee_slots && !grow_index(core)) {
        core->trouble[TROUBLE_MEMORY]++;
        return 0;
    }
    wanted.hash = text_hash(name) * 31 ^ text_hash(module) ^ (text_hash(file) + (size_t)line) * 17;
    size_t mask = core->callee_slots - 1, at = wanted.hash & mask;
    for (; core->callee_index[at] != 0; at = (at + 1) & mask)
        if (same_callee(&core->callees[core->callee_index[at] - 1], &wanted))
            return core->callee_index[at];
    return add_callee(core, &wanted, at);
}

void callees_undefine(core_t *core)
{
    for (size_t i = 0; i < core->callee_count; i++)
        core->callees[i].defined = false;
}

void callees_release(core_t *core)
{
    for (size_t i = 0; i < core->callee_count; i++) {
        Py_XDECREF(core->callees[i].module);
        Py_XDECREF(core->callees[i].name);
        Py_XDECREF(core->callees[i].file);
    }
    free(core->callees);
    free(core->callee_index);
    core->callees = NULL;
    core->callee_index = NULL;
    core->callee_count = core->callee_room = core->callee_slots = 0;
}

typedef struct {
    uint32_t number;
    const callee_t *callee;
} definition_t;

static void put_callee(out_t *o, const void *what)
{
    const definition_t *definition = what;
    const callee_t *callee = definition->callee;
    put_v(o, definition->number);
    put_text(o, callee->module, MOST_NAME);
    put_text(o, callee->name, MOST_NAME);
    put_text(o, callee->file, MOST_NAME);
    put_v(o, (uint64_t)callee->line);
}

/* Writes a callee's definition, after the thread has been introduced. */
void callee_define(thread_t *t, uint32_t number, uint64_t now)
{
    definition_t definition = {number, &t->core->callees[number - 1]};
    if (t->number == 0) {
        t->last = now;
        if (!stream_next_chunk(t))
            return;
    }
    t->core->callees[number - 1].defined = true;
    event_write(t->core->process, OP_CALLEE, NO_TIME, NO_HANDLE, put_callee, &definition);
}
