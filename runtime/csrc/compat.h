/* What differs between interpreters, compilers and systems; version tests stand nowhere else. */
#ifndef SPANWRIGHT_COMPAT_H
#define SPANWRIGHT_COMPAT_H

/* fields.c reads the layout of instance fields, for which there is no public way that leaves the instance as it is. */
#if PY_VERSION_HEX >= 0x030B0000 && PY_VERSION_HEX < 0x030E0000 && !defined(Py_GIL_DISABLED)
#define HAVE_INLINE_FIELDS 1
#if defined(SPANWRIGHT_INTERNALS)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-parameter"
#pragma GCC diagnostic ignored "-Wsign-compare"
#include <internal/pycore_dict.h>
#include <internal/pycore_frame.h>
#include <internal/pycore_object.h>
#pragma GCC diagnostic pop
#endif
#endif

#include <stdbool.h>

#if PY_VERSION_HEX < 0x030B0000
#include <frameobject.h>
#endif

#define LIKELY(x) __builtin_expect(!!(x), 1)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)
#define NOINLINE __attribute__((noinline))
#define ALWAYS_INLINE inline __attribute__((always_inline))

/* The thread pointer is read at each event. A slot in the static TLS block takes one instruction, but a library that is
   loaded late may only count on one with glibc. */
#if defined(__GLIBC__)
#define THREAD_LOCAL __thread __attribute__((tls_model("initial-exec")))
#else
#define THREAD_LOCAL __thread
#endif

#if defined(__x86_64__)
#define HAVE_TSC 1
#endif

#if PY_VERSION_HEX >= 0x030C0000
#define LONG_IS_SMALL(o) PyUnstable_Long_IsCompact((PyLongObject *)(o))
#define LONG_SMALL(o) ((int64_t)PyUnstable_Long_CompactValue((PyLongObject *)(o)))
#define LONG_DIGITS(o) (((PyLongObject *)(o))->long_value.ob_digit)
#define LONG_COUNT(o) ((size_t)(((PyLongObject *)(o))->long_value.lv_tag >> 3))
#define LONG_NEGATIVE(o) ((((PyLongObject *)(o))->long_value.lv_tag & 3) == 2)
#else
#define LONG_IS_SMALL(o) ((size_t)(Py_SIZE(o) + 1) <= 2)
#define LONG_SMALL(o) ((int64_t)(Py_SIZE(o) * (Py_ssize_t)((PyLongObject *)(o))->ob_digit[0]))
#define LONG_DIGITS(o) (((PyLongObject *)(o))->ob_digit)
#define LONG_COUNT(o) ((size_t)(Py_SIZE(o) < 0 ? -Py_SIZE(o) : Py_SIZE(o)))
#define LONG_NEGATIVE(o) (Py_SIZE(o) < 0)
#endif

/* The exception being handled, a new reference, or NULL. */
static inline PyObject *handled_exception(void)
{
#if PY_VERSION_HEX >= 0x030B0000
    return PyErr_GetHandledException();
#else
    PyObject *type, *value, *traceback;
    PyErr_GetExcInfo(&type, &value, &traceback);
    Py_XDECREF(type);
    Py_XDECREF(traceback);
    return value;
#endif
}

/* The function's name in a frame, borrowed from the code object. */
static inline PyObject *code_name(PyCodeObject *code)
{
#if PY_VERSION_HEX >= 0x030B0000
    return code->co_qualname;
#else
    return code->co_name;
#endif
}

/* The frame that runs, told from others by its address alone: it is never followed. */
static inline uintptr_t frame_here(void)
{
#if PY_VERSION_HEX >= 0x030D0000
    return (uintptr_t)PyThreadState_GetUnchecked()->current_frame;
#elif PY_VERSION_HEX >= 0x030B0000
    return (uintptr_t)_PyThreadState_UncheckedGet()->cframe->current_frame;
#else
    return (uintptr_t)_PyThreadState_UncheckedGet()->frame;
#endif
}

/* Whether a coroutine was never asked; what it is else is asked through its attributes. */
static inline bool coroutine_is_new(PyObject *coroutine)
{
#if PY_VERSION_HEX >= 0x030D0000
    return ((PyCoroObject *)coroutine)->cr_frame_state == -3; /* FRAME_CREATED */
#elif PY_VERSION_HEX >= 0x030B0000
    return ((PyCoroObject *)coroutine)->cr_frame_state == -2;
#else
    PyFrameObject *frame = ((PyCoroObject *)coroutine)->cr_frame;
    return frame != NULL && frame->f_lasti < 0;
#endif
}

/* The code of a generator, borrowed. */
static inline PyCodeObject *generator_code(PyObject *generator)
{
#if PY_VERSION_HEX >= 0x030C0000
    PyCodeObject *code = PyGen_GetCode((PyGenObject *)generator);
    Py_XDECREF(code);
    return code;
#else
    return (PyCodeObject *)((PyGenObject *)generator)->gi_code;
#endif
}

/* A class's own dict, borrowed: the interpreter keeps those of builtin types elsewhere from 3.12 on, for as long as it lives. */
static inline PyObject *class_dict(PyTypeObject *type)
{
#if PY_VERSION_HEX >= 0x030C0000
    PyObject *dict = PyType_GetDict(type);
    Py_XDECREF(dict);
    return dict;
#else
    return type->tp_dict;
#endif
}

/* Strings made through the old C API may have no canonical form yet. */
static inline int text_is_ready(PyObject *text)
{
#if PY_VERSION_HEX < 0x030C0000
    if (!PyUnicode_IS_READY(text) && PyUnicode_READY(text) < 0) {
        PyErr_Clear();
        return 0;
    }
#endif
    (void)text;
    return 1;
}

#if defined(HAVE_INLINE_FIELDS) && defined(SPANWRIGHT_INTERNALS)
/* The fields of an instance that has no dict (yet), or NULL: values in the order of the class's shared keys. */
static inline PyDictValues *inline_values(PyObject *value)
{
    PyTypeObject *type = Py_TYPE(value);
    if (!(type->tp_flags & Py_TPFLAGS_MANAGED_DICT))
        return NULL;
#if PY_VERSION_HEX >= 0x030D0000
    if (!(type->tp_flags & Py_TPFLAGS_INLINE_VALUES) || _PyObject_GetManagedDict(value) != NULL)
        return NULL;
    return _PyObject_InlineValues(value)->valid ? _PyObject_InlineValues(value) : NULL;
#elif PY_VERSION_HEX >= 0x030C0000
    PyDictOrValues both = *_PyObject_DictOrValuesPointer(value);
    return _PyDictOrValues_IsValues(both) ? _PyDictOrValues_GetValues(both) : NULL;
#else
    return *_PyObject_ValuesPointer(value);
#endif
}

/* The dict of an instance that keeps its fields in one; nothing is made where it has none. */
static inline PyObject *managed_dict(PyObject *value)
{
#if PY_VERSION_HEX >= 0x030D0000
    return (PyObject *)_PyObject_GetManagedDict(value);
#elif PY_VERSION_HEX >= 0x030C0000
    PyDictOrValues both = *_PyObject_DictOrValuesPointer(value);
    return _PyDictOrValues_IsValues(both) ? NULL : _PyDictOrValues_GetDict(both);
#else
    return *_PyObject_ManagedDictPointer(value);
#endif
}

static inline Py_ssize_t inline_count(PyDictValues *values)
{
#if PY_VERSION_HEX >= 0x030D0000
    return values->size;
#else
    return ((uint8_t *)values)[-2];
#endif
}

/* The place among the shared keys of the field that was set as the `at`th. */
static inline Py_ssize_t inline_place(PyDictValues *values, Py_ssize_t at)
{
#if PY_VERSION_HEX >= 0x030D0000
    return get_insertion_order_array(values)[at];
#else
    return ((uint8_t *)values)[-3 - at];
#endif
}
#endif

/* Before 3.12 a call of a builtin function counts against the recursion limit unless the interpreter has specialised it
   already: RecursionError would strike one level earlier than in the original. There probes bring their own vectorcall,
   which is what a call that is not specialised goes through, and none takes METH_O, whose specialised call counts. */
#if PY_VERSION_HEX < 0x030C0000
#define BUILTINS_COUNT_AS_LEVELS 1
#endif

/* 3.12 lets C code nest 1,500 deep, whatever the recursion limit is. Where a generator delegates to a generator it nests
   none; with a recording delegate in between each level costs two. They are lent up to the default recursion limit. */
#if PY_VERSION_HEX >= 0x030C0000 && PY_VERSION_HEX < 0x030D0000
enum { NESTING_COST = 2, NESTING_LENT = 1000 };

static inline bool nesting_begin(int *depth)
{
    bool lend = (*depth)++ < NESTING_LENT;
    if (lend)
        PyThreadState_Get()->c_recursion_remaining += NESTING_COST;
    return lend;
}

static inline void nesting_end(int *depth, bool lent)
{
    --*depth;
    if (lent)
        PyThreadState_Get()->c_recursion_remaining -= NESTING_COST;
}
#else
#define nesting_begin(depth) ((void)(depth), false)
#define nesting_end(depth, lent) ((void)(depth), (void)(lent))
#endif

#if PY_VERSION_HEX >= 0x030C0000
#define INTERPRETER_SLOTS {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
#else
#define INTERPRETER_SLOTS
#endif

#if PY_VERSION_HEX >= 0x030C0000
#define MEMBER_OBJECT_EX Py_T_OBJECT_EX
#define MEMBER_SIZE Py_T_PYSSIZET
#define MEMBER_READONLY Py_READONLY
#else
#include <structmember.h>
#define MEMBER_OBJECT_EX T_OBJECT_EX
#define MEMBER_SIZE T_PYSSIZET
#define MEMBER_READONLY READONLY
#endif

/* What a weak reference refers to, a new reference, or NULL. */
static inline PyObject *weakref_target(PyObject *reference)
{
#if PY_VERSION_HEX >= 0x030D0000
    PyObject *target;
    if (PyWeakref_GetRef(reference, &target) < 0)
        PyErr_Clear();
    return target;
#else
    PyObject *target = PyWeakref_GetObject(reference);
    return target == Py_None ? NULL : Py_XNewRef(target);
#endif
}

/* Exported, though not declared everywhere. */
PyAPI_FUNC(int) _PyOS_IsMainThread(void);

/* The function whose frame runs, borrowed, or NULL where that cannot be told. */
#if defined(HAVE_INLINE_FIELDS) && defined(SPANWRIGHT_INTERNALS) && PY_VERSION_HEX < 0x030E0000
static inline PyObject *function_here(void)
{
    _PyInterpreterFrame *frame = (_PyInterpreterFrame *)frame_here();
#if PY_VERSION_HEX >= 0x030C0000
    PyObject *function = frame->f_funcobj;
#else
    PyObject *function = (PyObject *)frame->f_func;
#endif
    return function != NULL && PyFunction_Check(function) ? function : NULL;
}
#elif defined(SPANWRIGHT_INTERNALS)
static inline PyObject *function_here(void)
{
    return NULL;
}
#endif

#endif
