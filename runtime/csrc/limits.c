/* What the settings say, as far as the recorder minds: docs/settings.md, "What the cores are told". */
#include "core.h"

enum { LEAST_RING = 4 };

static const limits_t usual = {
    .value_bytes = 1024, .items = 32, .depth = 4, .window = 16,
    .params = true, .returns = true, .vars = true, .awaits = true, .errors = true, .store = true,
    .sample_rate = 1000000, .keep_errors = true, .sample_seed = NO_SEED,
};

typedef struct {
    const char *name;
    size_t offset;
    uint32_t least, most; /* of a number of 32 bits; both 0: of another kind */
    bool wide;            /* a number of 64 bits, not negative; else a switch */
} field_t;

#define NUMBER(name, least, most) {#name, offsetof(limits_t, name), least, most, false}
#define SWITCH(name) {#name, offsetof(limits_t, name), 0, 0, false}
#define WIDE(name) {#name, offsetof(limits_t, name), 0, 0, true}

static const field_t fields[] = {
    NUMBER(value_bytes, 64, 16384), NUMBER(items, 1, 1000), NUMBER(depth, 1, DEEPEST), NUMBER(window, 1, 1024),
    SWITCH(params), SWITCH(returns), SWITCH(vars), SWITCH(awaits), SWITCH(errors), SWITCH(store),
    NUMBER(sample_rate, 0, 1000000), NUMBER(overhead_budget, 1, 1000000), NUMBER(max_depth, 1, UINT32_MAX), SWITCH(keep_errors),
    WIDE(sample_seed), WIDE(keep_slower_than), WIDE(min_duration), WIDE(flight_recorder),
};

void limits_setup(core_t *core)
{
    core->limits = usual;
}

/* Takes what a dict says; what is missing, of another type or not allowed stays as it is. */
void limits_take(core_t *core, PyObject *settings)
{
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        const field_t *field = &fields[i];
        char *place = (char *)&core->limits + field->offset;
        PyObject *value = PyDict_GetItemString(settings, field->name);
        if (value == NULL)
            continue;
        int overflow = 0;
        long long number = PyLong_CheckExact(value) ? PyLong_AsLongLongAndOverflow(value, &overflow) : -1;
        bool is_number = number >= 0 && overflow == 0;
        if (field->wide && is_number)
            *(uint64_t *)place = (uint64_t)number;
        else if (field->most > 0 && is_number && number >= field->least && number <= field->most)
            *(uint32_t *)place = (uint32_t)number;
        else if (field->most == 0 && !field->wide && PyBool_Check(value))
            *(bool *)place = value == Py_True;
    }
    PyErr_Clear();
    const limits_t *limits = &core->limits;
    core->ring = limits->flight_recorder / CHUNK < LEAST_RING ? 0 : limits->flight_recorder / CHUNK;
    bool has_budget = limits->overhead_budget > 0 && budget_setup(core);
    core->volume = has_budget || limits->sample_rate < 1000000 || limits->min_duration > 0 || limits->max_depth > 0 || core->ring > 0;
}
