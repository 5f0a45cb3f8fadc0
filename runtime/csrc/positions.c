/* Original positions at run time: rewrites the line tables of a twin's code objects.

   Called while the first line of a module runs, when none of its functions exists yet. Everything is computed and
   checked first and swapped in afterwards, so a bad map changes nothing. */
#include "positions.h"

PyObject *spanwright_restore_positions(PyObject *module, PyObject *const *args, Py_ssize_t nargs);
PyObject *spanwright_restore_tables(PyObject *module, PyObject *const *args, Py_ssize_t nargs);

#if defined(HAVE_KNOWN_TABLES)

/* Where new tables come from: stored ones, or else the map. */
typedef struct {
    reader_t stored; /* at NULL: none */
    position_map_t map;
    buffer_t buffer;
    int though_watched; /* also where something watches lines */
} source_t;

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

/* Whether a tool watches the lines of this code object: it has differences to this table stored. */
static int has_watched_lines(PyCodeObject *code)
{
#if defined(HAVE_LINE_DELTAS)
    return code->_co_monitoring != NULL && code->_co_monitoring->lines != NULL;
#else
    return code == NULL;
#endif
}

static int plan_mapped(source_t *source, change_t *change)
{
    PyCodeObject *code = change->code;
    change->first_line = position_map_line(&source->map, code->co_firstlineno);
    if (change->first_line < 0 || map_line_table(&source->map, code->co_linetable, code->co_firstlineno,
                                                 change->first_line, &source->buffer) < 0) {
        return -1;
    }
    change->table = PyBytes_FromStringAndSize((const char *)source->buffer.bytes, (Py_ssize_t)source->buffer.size);
    return change->table == NULL ? -1 : 0;
}

static int plan_code(source_t *source, change_t *change)
{
    PyCodeObject *code = change->code;
    if (!PyBytes_CheckExact(code->co_linetable) || code->co_firstlineno < 0 || code->co_firstlineno > MAX_LINE ||
        (!source->though_watched && has_watched_lines(code))) {
        return -1;
    }
    int planned = source->stored.at == NULL ? plan_mapped(source, change) : plan_stored(&source->stored, change);
    return planned < 0 ? -1 : map_class_line(change);
}

/* Plans the change of a code object and of all below it. */
static int plan(source_t *source, PyCodeObject *root, changes_t *changes)
{
    int result = add_change(changes, root);
    for (Py_ssize_t i = 0; result == 0 && i < changes->count; i++) {
        result = plan_code(source, &changes->items[i]);
        PyObject *constants = changes->items[i].code->co_consts;
        for (Py_ssize_t k = 0; result == 0 && k < PyTuple_GET_SIZE(constants); k++) {
            PyObject *constant = PyTuple_GET_ITEM(constants, k);
            if (PyCode_Check(constant))
                result = add_change(changes, (PyCodeObject *)constant);
        }
    }
    return source->stored.at == source->stored.end ? result : -1;
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
    renumber_lines(code);
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

/* Gives the code object and all below it what the source has; true if that is done, or was before. `kept` becomes the
   changes as bytes. */
static int restore(PyCodeObject *code, source_t *source, PyObject **kept)
{
    changes_t changes = {NULL, 0, 0};
    void *done_before = NULL;
    Py_ssize_t slot = mark_slot();
    if (slot < 0 || GET_EXTRA((PyObject *)code, slot, &done_before) < 0 || done_before != NULL)
        return done_before != NULL;
    int done = plan(source, code, &changes) == 0 && mark(code, slot) == 0;
    if (done && kept != NULL)
        *kept = store_changes(&changes);
    for (Py_ssize_t i = 0; done && i < changes.count; i++)
        swap(&changes.items[i]);
    free_changes(&changes);
    return done;
}

/* (code, bytes, though watched). */
static int take_arguments(PyObject *const *args, Py_ssize_t nargs, source_t *source)
{
    if (nargs != 3 || !PyCode_Check(args[0]) || !PyBytes_CheckExact(args[1]) || !PyBool_Check(args[2]))
        return -1;
    source->though_watched = args[2] == Py_True;
#if defined(HAS_RANGES)
    source->though_watched = 0;
#endif
    return source->though_watched || PyThreadState_Get()->c_tracefunc == NULL ? 0 : -1;
}

/* restore_positions(code, map, though_watched) -> bytes | None: gives a module's code objects, whose first line runs,
   the original's positions.

   The bytes are for restore_tables of a later run (empty if the code objects have these positions already); None if
   they stay as they are: a map that is not one or does not fit, a tracer at work, no memory. Never raises. */
PyObject *spanwright_restore_positions(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t nargs)
{
    source_t source = {0};
    PyObject *kept = NULL;
    int done = take_arguments(args, nargs, &source) == 0 && position_map_read(&source.map, args[1]) == 0 &&
               restore((PyCodeObject *)args[0], &source, &kept);
    PyMem_Free(source.map.entries);
    PyMem_Free(source.buffer.bytes);
    PyErr_Clear();
    if (!done)
        Py_RETURN_NONE;
    return kept != NULL ? kept : PyBytes_FromStringAndSize(NULL, 0);
}

/* restore_tables(code, tables, though_watched) -> bool: the same from what restore_positions gave in an earlier run;
   False, and nothing is changed, if that is not of these code objects. */
PyObject *spanwright_restore_tables(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t nargs)
{
    source_t source = {0};
    int done = take_arguments(args, nargs, &source) == 0;
    if (done) {
        source.stored.at = (const uint8_t *)PyBytes_AS_STRING(args[1]);
        source.stored.end = source.stored.at + PyBytes_GET_SIZE(args[1]);
        done = restore((PyCodeObject *)args[0], &source, NULL);
    }
    PyErr_Clear();
    return PyBool_FromLong(done);
}

#else

PyObject *spanwright_restore_positions(PyObject *Py_UNUSED(module), PyObject *const *Py_UNUSED(args),
                                       Py_ssize_t Py_UNUSED(nargs))
{
    Py_RETURN_NONE;
}

PyObject *spanwright_restore_tables(PyObject *Py_UNUSED(module), PyObject *const *Py_UNUSED(args),
                                    Py_ssize_t Py_UNUSED(nargs))
{
    Py_RETURN_FALSE;
}

#endif
