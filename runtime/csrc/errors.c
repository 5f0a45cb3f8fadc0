/* Exceptions: type, message or arguments, stack, notes, causes. */
#include "write.h"

enum { FORM_MESSAGE, FORM_ARGS, FORM_AGAIN };
enum { HAS_CAUSE = 1, HAS_CONTEXT = 2, HAS_CONTEXT_ATTRIBUTE = 4, HAS_SUGGESTION = 8, SUPPRESSED = 16 };
enum { MOST_FRAMES = 64, MOST_FRAME_BYTES = 8192, MOST_NOTES = 8, MOST_NOTE = 1024, MOST_MESSAGE = 4096, MOST_ARGS = 32,
       MOST_TEXT = 512, MOST_LINKS = 4 };

static PyBaseExceptionObject *base(PyObject *exception)
{
    return (PyBaseExceptionObject *)exception;
}

PyObject *exception_args(PyObject *exception)
{
    PyObject *args = base(exception)->args;
    return args != NULL && PyTuple_Check(args) ? args : NULL;
}

/* Whether builtin code alone, and little of it, turns this into text. */
static bool is_plain(PyObject *value)
{
    int overflow = 0;
    if (value == NULL || value == Py_None || PyBool_Check(value) || PyFloat_CheckExact(value))
        return true;
    if (PyLong_CheckExact(value)) {
        PyLong_AsLongLongAndOverflow(value, &overflow);
        return overflow == 0;
    }
    if (PyUnicode_CheckExact(value))
        return PyUnicode_GetLength(value) <= MOST_MESSAGE;
    return PyBytes_CheckExact(value) && PyBytes_GET_SIZE(value) <= MOST_MESSAGE;
}

static bool message_is_safe(PyObject *exception)
{
    reprfunc str = Py_TYPE(exception)->tp_str;
    PyObject *args = exception_args(exception);
    bool system = str == ((PyTypeObject *)PyExc_OSError)->tp_str;
    if (!system && str != ((PyTypeObject *)PyExc_BaseException)->tp_str &&
        str != ((PyTypeObject *)PyExc_KeyError)->tp_str && str != ((PyTypeObject *)PyExc_ImportError)->tp_str)
        return false;
    for (Py_ssize_t i = 0; args != NULL && i < PyTuple_GET_SIZE(args); i++)
        if (!is_plain(PyTuple_GET_ITEM(args, i)))
            return false;
    if (system) {
        PyOSErrorObject *error = (PyOSErrorObject *)exception;
        return is_plain(error->myerrno) && is_plain(error->strerror) && is_plain(error->filename) &&
               is_plain(error->filename2);
    }
    return args != NULL && PyTuple_CheckExact(args);
}

/* The form, the type and what the exception says. */
static void put_what(out_t *o, PyObject *exception)
{
    PyObject *message = message_is_safe(exception) ? Py_TYPE(exception)->tp_str(exception) : NULL;
    if (message != NULL) {
        put_byte(o, FORM_MESSAGE);
        put_type(o, Py_TYPE(exception));
        if (!put_hidden_text(o, message, MOST_MESSAGE))
            put_text(o, message, MOST_MESSAGE);
        put_v(o, 0);
        Py_DECREF(message);
        return;
    }
    PyErr_Clear();
    PyObject *args = exception_args(exception);
    Py_ssize_t all = args == NULL ? 0 : PyTuple_GET_SIZE(args);
    put_byte(o, FORM_ARGS);
    put_type(o, Py_TYPE(exception));
    put_v(o, 0);
    put_v(o, (uint64_t)all);
    put_v(o, (uint64_t)(all > MOST_ARGS ? MOST_ARGS : all));
    for (Py_ssize_t i = 0; i < all && i < MOST_ARGS; i++)
        put_value(o, PyTuple_GET_ITEM(args, i));
}

static PyTracebackObject *traceback_of(PyObject *exception)
{
    PyObject *traceback = base(exception)->traceback;
    return traceback != NULL && PyTraceBack_Check(traceback) ? (PyTracebackObject *)traceback : NULL;
}

static void put_frame(out_t *o, PyTracebackObject *at)
{
    PyCodeObject *code = PyFrame_GetCode(at->tb_frame);
    int line = at->tb_lineno >= 0 ? at->tb_lineno : PyCode_Addr2Line(code, at->tb_lasti);
    put_text(o, code->co_filename, MOST_TEXT);
    put_v(o, line < 0 ? 0 : (uint64_t)line);
    put_text(o, code_name(code), MOST_TEXT);
    Py_DECREF(code);
}

static size_t frame_size(core_t *core, PyTracebackObject *at)
{
    uint8_t bytes[2 * MOST_TEXT + 32];
    out_t o = {.p = bytes, .end = bytes + sizeof bytes, .event = bytes, .value = bytes, .core = core};
    put_frame(&o, at);
    return (size_t)(o.p - bytes);
}

/* The innermost frames, as many as are kept, outermost first, after the number of those left out. */
static void put_frames(out_t *o, PyTracebackObject *first)
{
    PyTracebackObject *last[MOST_FRAMES];
    size_t all = 0, kept = 0, size = 0;
    for (PyTracebackObject *at = first; at != NULL; at = at->tb_next)
        last[all++ % MOST_FRAMES] = at;
    while (kept < all && kept < MOST_FRAMES) {
        size += frame_size(o->core, last[(all - 1 - kept) % MOST_FRAMES]);
        if (size > MOST_FRAME_BYTES)
            break;
        kept++;
    }
    put_v(o, all - kept);
    put_v(o, kept);
    for (size_t i = all - kept; i < all; i++)
        put_frame(o, last[i % MOST_FRAMES]);
}

static void put_notes(out_t *o, PyObject *exception)
{
    PyObject *notes = plain_get(o->core, base(exception)->dict, NAME_NOTES);
    Py_ssize_t all = notes != NULL && PyList_CheckExact(notes) ? PyList_GET_SIZE(notes) : 0, kept = 0;
    for (Py_ssize_t i = 0; i < all && kept < MOST_NOTES; i++)
        kept += PyUnicode_Check(PyList_GET_ITEM(notes, i));
    put_v(o, (uint64_t)kept);
    for (Py_ssize_t i = 0; kept > 0; i++)
        if (PyUnicode_Check(PyList_GET_ITEM(notes, i))) {
            if (!put_hidden_text(o, PyList_GET_ITEM(notes, i), MOST_NOTE))
                put_text(o, PyList_GET_ITEM(notes, i), MOST_NOTE);
            kept--;
        }
}

static void put_exception(out_t *o, PyObject *exception, int depth);

/* Another exception, unless the record is long or the chain deep already. */
static bool put_link(out_t *o, PyObject *exception, int depth)
{
    if (exception == NULL || !PyExceptionInstance_Check(exception) || depth == MOST_LINKS ||
        o->p - o->event >= EVENT_ROOM)
        return false;
    put_exception(o, exception, depth + 1);
    return true;
}

static void put_exception(out_t *o, PyObject *exception, int depth)
{
    PyBaseExceptionObject *e = base(exception);
    put_what(o, exception);
    put_frames(o, traceback_of(exception));
    put_notes(o, exception);
    uint8_t *place = o->p, links = e->suppress_context ? SUPPRESSED : 0;
    put_byte(o, 0); /* filled in below */
    if (put_link(o, e->cause, depth))
        links |= HAS_CAUSE;
    if (e->context != e->cause && put_link(o, e->context, depth))
        links |= HAS_CONTEXT;
    PyObject *context = plain_get(o->core, e->dict, NAME_CONTEXT);
    PyObject *suggestion = plain_get(o->core, e->dict, NAME_SUGGESTION);
    if (context != NULL) {
        links |= HAS_CONTEXT_ATTRIBUTE;
        put_value(o, context);
    }
    if (suggestion != NULL) {
        links |= HAS_SUGGESTION;
        put_value(o, suggestion);
    }
    if (!o->full)
        *place = links;
}

typedef struct {
    PyObject *exception;
    PyTracebackObject *known; /* where the earlier record's stack begins, NULL where there is none */
    size_t frames;            /* those above it */
} record_t;

static void put_record(out_t *o, const void *what)
{
    const record_t *record = what;
    if (record->known == NULL) {
        put_exception(o, record->exception, 0);
        return;
    }
    put_byte(o, FORM_AGAIN);
    put_v(o, record->frames);
    for (PyTracebackObject *at = traceback_of(record->exception); at != record->known; at = at->tb_next)
        put_frame(o, at);
}

/* Finds the stack of the stream's last exception event in this exception's, if that is the same exception further out.
   Nothing is held, only addresses are compared: frame and instruction too, since memory is used again. */
static void find_known(const thread_t *t, record_t *record)
{
    size_t frames = 0;
    if (t->exception_end != t->cursor || t->exception != (uintptr_t)record->exception)
        return;
    for (PyTracebackObject *at = traceback_of(record->exception); at != NULL; at = at->tb_next) {
        if ((uintptr_t)at == t->traceback && (uintptr_t)at->tb_frame == t->frame && at->tb_lasti == t->lasti) {
            record->known = at;
            record->frames = frames;
            return;
        }
        if (++frames > MOST_FRAMES)
            return;
    }
}

/* Writes an event with an exception: RAISE, ERROR, HERROR. */
void record_exception(thread_t *t, uint8_t op, uint64_t now, uint64_t handle, PyObject *exception)
{
    record_t record = {.exception = exception};
    find_known(t, &record);
    if (!event_write(t, op, now, handle, put_record, &record))
        return;
    PyTracebackObject *head = traceback_of(exception);
    t->exception = head == NULL ? 0 : (uintptr_t)exception;
    t->traceback = (uintptr_t)head;
    t->frame = head == NULL ? 0 : (uintptr_t)head->tb_frame;
    t->lasti = head == NULL ? 0 : head->tb_lasti;
    t->exception_end = t->cursor;
}
