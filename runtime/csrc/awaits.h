/* What awaits.c, awaiters.c, stand_ins.c and watched.c share. */
#ifndef SPANWRIGHT_AWAITS_H
#define SPANWRIGHT_AWAITS_H

#include "probes.h"

/* A method of the author's: send, throw and close of an awaiter's iterator, __aenter__ and __aexit__ of a manager. */
typedef struct {
    PyObject_HEAD
    vectorcallfunc call;
    PyObject *owner; /* the awaiter or stand-in */
    PyObject *callable;
    bool closes;
} watched_t;

/* awaiters.c */
PyObject *awaiter_new(handle_t *handle, uint64_t site, PyObject *inner, bool is_iterator, bool loops);
PyObject *awaiter_for(handle_t *handle, uint64_t site, PyObject *awaitable);
bool is_coroutine(PyObject *value);
PyObject *awaitable_iterator(PyObject *awaitable);

/* stand_ins.c */
PyObject *stand_in_new(handle_t *handle, uint64_t site, PyObject *subject);

/* watched.c */
PyObject *watched_new(core_t *core, vectorcallfunc call, PyObject *owner, PyObject *callable, bool closes);

/* The protocol's slots, all NULL where the type has none. */
static inline const PyAsyncMethods *async_methods(PyObject *value)
{
    static const PyAsyncMethods none;
    const PyAsyncMethods *methods = Py_TYPE(value)->tp_as_async;
    return methods == NULL ? &none : methods;
}

#endif
