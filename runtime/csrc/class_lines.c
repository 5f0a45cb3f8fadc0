/* From 3.13 on a class body stores its first line in the class, as `__firstlineno__`: inspect.getsource looks there. */
#include "positions.h"

#if defined(HAVE_CLASS_LINES)

#include "opcode.h"

typedef struct {
    uint8_t code, arg;
} unit_t;

static unit_t *units_of(PyCodeObject *code)
{
    return (unit_t *)code->co_code_adaptive;
}

/* Finds the LOAD_CONST before the first STORE_NAME of that name; -1 where there is none. */
static Py_ssize_t first_line_load(PyCodeObject *code)
{
    const unit_t *units = units_of(code);
    Py_ssize_t name = PyTuple_GET_SIZE(code->co_names);
    if (code->co_flags & (CO_OPTIMIZED | CO_NEWLOCALS))
        return -1;
    while (--name >= 0 && PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(code->co_names, name), "__firstlineno__")) {
    }
    for (Py_ssize_t i = 1; name >= 0 && i < Py_SIZE(code); i++) {
        if (units[i].code == STORE_NAME && units[i].arg == name)
            return units[i - 1].code == LOAD_CONST ? i - 1 : -1;
    }
    return -1;
}

/* Whether another instruction may load the constant (cache units may look like one: that errs on the safe side). */
static int is_shared(PyCodeObject *code, Py_ssize_t load)
{
    const unit_t *units = units_of(code);
    for (Py_ssize_t i = 0; i < Py_SIZE(code); i++) {
        if (i != load && units[i].arg == units[load].arg && (i == 0 || units[i - 1].code != EXTENDED_ARG) &&
            (units[i].code == LOAD_CONST || units[i].code == RETURN_CONST)) {
            return 1;
        }
    }
    return 0;
}

int map_class_line(change_t *change)
{
    PyCodeObject *code = change->code;
    Py_ssize_t load = change->first_line == code->co_firstlineno ? -1 : first_line_load(code);
    if (load < 0)
        return 0;
    Py_ssize_t size = PyTuple_GET_SIZE(code->co_consts);
    Py_ssize_t index = is_shared(code, load) ? size : units_of(code)[load].arg;
    if (index > 255 || index > size) {
        return 0; /* no room for a longer operand: the twin's line stays */
    }
    /* A new tuple: the compiler shares equal tuples of constants among code objects. */
    PyObject *constants = PyTuple_New(index == size ? size + 1 : size);
    PyObject *line = PyLong_FromLong(change->first_line);
    if (constants == NULL || line == NULL) {
        Py_XDECREF(constants);
        Py_XDECREF(line);
        return -1;
    }
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(constants); i++)
        PyTuple_SET_ITEM(constants, i, i == index ? line : Py_NewRef(PyTuple_GET_ITEM(code->co_consts, i)));
    change->constants = constants;
    change->patched = load;
    change->index = index;
    return 0;
}

void swap_class_line(change_t *change)
{
    if (change->constants == NULL)
        return;
    Py_SETREF(change->code->co_consts, change->constants);
    change->constants = NULL;
    units_of(change->code)[change->patched].arg = (uint8_t)change->index;
    if (change->code->_co_cached != NULL)
        Py_CLEAR(change->code->_co_cached->_co_code);
}

#else

int map_class_line(change_t *Py_UNUSED(change))
{
    return 0;
}

void swap_class_line(change_t *Py_UNUSED(change))
{
}

#endif
