/* The limit: two C functions that read a counter and store it, and do nothing else that a recorder has to do. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>
#include <time.h>

enum { PLACES = 1 << 16 };

static uint64_t stored[PLACES];
static unsigned place;

static inline uint64_t counter(void)
{
#if defined(__x86_64__)
    return __builtin_ia32_rdtsc();
#elif defined(__aarch64__)
    uint64_t now;
    __asm__ volatile("mrs %0, cntvct_el0" : "=r"(now));
    return now;
#else
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
#endif
}

static PyObject *store(PyObject *self, PyObject *site)
{
    (void)self, (void)site;
    stored[place++ % PLACES] = counter();
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"enter", store, METH_O, NULL},
    {"leave", store, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "limit", NULL, -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_limit(void)
{
    return PyModule_Create(&module);
}
