/* Original positions at run time: rewrites the line tables of a twin's code objects.

   Called while the first line of a module runs, when none of its functions exists yet. Everything is computed and
   checked first and swapped in afterwards, so a bad map changes nothing. */
#include "positions.h"

PyObject *spanwright_restore_positions(PyObject *module, PyObject *const *args, Py_ssize_t nargs);

#if defined(HAVE_KNOWN_TABLES)

typedef struct {
    change_t *items;
    Py_ssize_t count, room;
} changes_t;

static int add_change(changes_t *changes, PyCodeObject *code)
{
    if (changes->count == changes->room) {
        Py_ssize_t room = changes->room ? 2 * changes->room : 64;
        change_t *items = PyMem_Realloc(changes->items, (size_t)room * sizeof(change_t));
        if (items == NULL)
            return -1;
        changes->items = items;
        changes->room = room;
    }
    changes->items[changes->count++] = (change_t){.code = code};
    return 0;
}

static int plan_code(position_map_t *map, change_t *change, buffer_t *buffer)
{
    PyCodeObject *code = change->code;
#if defined(HAVE_MONITORING)
    if (code->_co_monitoring != NULL && code->_co_monitoring->lines != NULL) {
        return -1; /* a tool watches lines: it has differences to this table stored */
    }
#endif
    if (!PyBytes_CheckExact(code->co_linetable) || code->co_firstlineno < 0 || code->co_firstlineno > MAX_LINE)
        return -1;
    change->first_line = position_map_line(map, code->co_firstlineno);
    if (change->first_line < 0 ||
        map_line_table(map, code->co_linetable, code->co_firstlineno, change->first_line, buffer) < 0) {
        return -1;
    }
    change->table = PyBytes_FromStringAndSize((const char *)buffer->bytes, (Py_ssize_t)buffer->size);
    return change->table == NULL ? -1 : map_class_line(change);
}

/* Plans the change of a code object and of all below it. */
static int plan(position_map_t *map, PyCodeObject *root, changes_t *changes)
{
    buffer_t buffer = {NULL, 0, 0, 0};
    int result = add_change(changes, root);
    for (Py_ssize_t i = 0; result == 0 && i < changes->count; i++) {
        result = plan_code(map, &changes->items[i], &buffer);
        PyObject *constants = changes->items[i].code->co_consts;
        for (Py_ssize_t k = 0; result == 0 && k < PyTuple_GET_SIZE(constants); k++) {
            PyObject *constant = PyTuple_GET_ITEM(constants, k);
            if (PyCode_Check(constant))
                result = add_change(changes, (PyCodeObject *)constant);
        }
    }
    PyMem_Free(buffer.bytes);
    return result;
}

static void swap(change_t *change)
{
    PyCodeObject *code = change->code;
    Py_SETREF(code->co_linetable, change->table);
    change->table = NULL;
    code->co_firstlineno = change->first_line;
#if defined(HAVE_LINE_ARRAY)
    PyMem_Free(code->_co_linearray);
    code->_co_linearray = NULL;
#endif
    swap_class_line(change);
}

static void free_changes(changes_t *changes)
{
    for (Py_ssize_t i = 0; i < changes->count; i++) {
        Py_XDECREF(changes->items[i].table);
        Py_XDECREF(changes->items[i].constants);
    }
    PyMem_Free(changes->items);
}

static void free_mark(void *table)
{
    Py_XDECREF((PyObject *)table);
}

/* The slot for the mark, one an interpreter. */
static Py_ssize_t mark_slot(void)
{
    PyObject *dict = PyInterpreterState_GetDict(PyInterpreterState_Get());
    PyObject *slot = dict == NULL ? NULL : PyDict_GetItemString(dict, "spanwright.positions");
    if (slot != NULL)
        return PyLong_AsSsize_t(slot);
    Py_ssize_t index = dict == NULL ? -1 : REQUEST_EXTRA_INDEX(free_mark);
    slot = index < 0 ? NULL : PyLong_FromSsize_t(index);
    if (slot == NULL || PyDict_SetItemString(dict, "spanwright.positions", slot) < 0)
        index = -1;
    Py_XDECREF(slot);
    return index;
}

/* Marks the code object as done. The mark is the table it had, kept as long as the code object lives: 3.10 and 3.11
   may hold pointers into the one of the running code (line ranges, while a profiler is at work). */
static int mark(PyCodeObject *code, Py_ssize_t slot)
{
    Py_INCREF(code->co_linetable);
    if (SET_EXTRA((PyObject *)code, slot, code->co_linetable) < 0) {
        Py_DECREF(code->co_linetable);
        return -1;
    }
    return 0;
}

static int restore(PyCodeObject *code, PyObject *bytes)
{
    position_map_t map = {NULL, 0, 0};
    changes_t changes = {NULL, 0, 0};
    void *done_before = NULL;
    Py_ssize_t slot = mark_slot();
    if (slot < 0 || GET_EXTRA((PyObject *)code, slot, &done_before) < 0 || done_before != NULL)
        return done_before != NULL;
    int done = position_map_read(&map, bytes) == 0 && plan(&map, code, &changes) == 0 && mark(code, slot) == 0;
    for (Py_ssize_t i = 0; done && i < changes.count; i++)
        swap(&changes.items[i]);
    PyMem_Free(map.entries);
    free_changes(&changes);
    return done;
}

/* restore_positions(code, map) -> bool: gives a module's code objects, whose first line runs, the original's positions.

   True if they have them now (a second call changes nothing); False if they stay as they are: a map that is not one
   or does not fit, a tracer at work, no memory. Never raises. */
PyObject *spanwright_restore_positions(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t nargs)
{
    if (nargs != 2 || !PyCode_Check(args[0]) || !PyBytes_CheckExact(args[1]) ||
        PyThreadState_Get()->c_tracefunc != NULL) {
        Py_RETURN_FALSE;
    }
    int done = restore((PyCodeObject *)args[0], args[1]);
    PyErr_Clear();
    return PyBool_FromLong(done);
}

#else

PyObject *spanwright_restore_positions(PyObject *Py_UNUSED(module), PyObject *const *Py_UNUSED(args),
                                       Py_ssize_t Py_UNUSED(nargs))
{
    Py_RETURN_FALSE;
}

#endif
