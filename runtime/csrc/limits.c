/* What the settings say, as far as the recorder minds: docs/settings.md, "What the cores are told". */
#include "core.h"

static const limits_t usual = {
    .value_bytes = 1024, .items = 32, .depth = 4, .window = 16,
    .params = true, .returns = true, .vars = true, .awaits = true, .errors = true, .store = true,
};

typedef struct {
    const char *name;
    size_t offset;
    uint32_t least, most; /* of a number; both 0: a switch */
} field_t;

#define NUMBER(name, least, most) {#name, offsetof(limits_t, name), least, most}
#define SWITCH(name) {#name, offsetof(limits_t, name), 0, 0}

static const field_t fields[] = {
    NUMBER(value_bytes, 64, 16384), NUMBER(items, 1, 1000), NUMBER(depth, 1, DEEPEST), NUMBER(window, 1, 1024),
    SWITCH(params), SWITCH(returns), SWITCH(vars), SWITCH(awaits), SWITCH(errors), SWITCH(store),
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
        if (field->most == 0) {
            if (PyBool_Check(value))
                *(bool *)place = value == Py_True;
        } else if (PyLong_CheckExact(value)) {
            int overflow = 0;
            long long number = PyLong_AsLongLongAndOverflow(value, &overflow);
            if (overflow == 0 && number >= field->least && number <= field->most)
                *(uint32_t *)place = (uint32_t)number;
        }
    }
    PyErr_Clear();
}
