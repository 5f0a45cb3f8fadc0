/* The words of twins' headers, and how each is carried out. */
#include "probes.h"

#define WORD(word, call) {word, (PyCFunction)(void (*)(void))call, METH_FASTCALL, NULL}
#if defined(BUILTINS_COUNT_AS_LEVELS)
#define WORD_EXIT WORD("exit", probe_exit)
#define FULL_EXIT WORD("exit", full_exit)
#else
#define WORD_EXIT {"exit", probe_exit_one, METH_O, NULL}
#define FULL_EXIT {"exit", full_exit_one, METH_O, NULL}
#endif

static PyMethodDef words[] = {
    WORD("enter", probe_enter), WORD("enter_m", probe_enter_m), WORD("ret", probe_ret),     WORD("fail", probe_fail),
    WORD("val", probe_val),     WORD("error", probe_error),     WORD("flag", probe_flag),   WORD_EXIT,
    WORD("gen", probe_gen),     WORD("gen_m", probe_gen_m),     WORD("co", probe_co),       WORD("co_m", probe_co_m),
    WORD("agen", probe_agen),   WORD("agen_m", probe_agen_m),   WORD("pause", probe_pause), WORD("resume", probe_resume),
    WORD("from", probe_from),   WORD("call", probe_call),       WORD("call_m", probe_call_m), WORD("will", probe_will),
    WORD("will_m", probe_will_m), WORD("in", probe_in),         WORD("out", probe_out),     WORD("caught", probe_caught),
    WORD("await", probe_await), WORD("awith", probe_awith),     WORD("aiter", probe_aiter), WORD("line", probe_line),
    WORD("var", probe_var),     WORD("let", probe_let),         WORD("keep", probe_keep),   WORD("state", probe_state),
    WORD("unknown", probe_through),
};

/* What stands in for some words where the settings switch their subject off; the last list is that of silent files. */
static PyMethodDef without_params[] = {
    WORD("enter", bare_enter), WORD("enter_m", bare_enter), WORD("gen", bare_gen), WORD("gen_m", bare_gen),
    WORD("co", bare_co), WORD("co_m", bare_co), WORD("agen", bare_agen), WORD("agen_m", bare_agen), {0},
};
static PyMethodDef without_returns[] = {WORD("ret", bare_ret), WORD("val", silent_value), {0}};
static PyMethodDef without_vars[] = {WORD("var", silent_nothing), WORD("let", silent_value), {0}};
static PyMethodDef without_awaits[] = {
    WORD("await", silent_third), WORD("awith", silent_third), WORD("aiter", silent_third), {0},
};
/* Where volume is on: those that have a quick way otherwise. */
static PyMethodDef with_limits[] = {
    WORD("enter", full_enter), WORD("ret", full_ret), FULL_EXIT, {0},
};
static PyMethodDef silent[] = {
    WORD("ret", silent_value), WORD("val", silent_value), WORD("gen", silent_handle), WORD("gen_m", silent_handle),
    WORD("co", silent_handle), WORD("co_m", silent_handle), WORD("agen", silent_handle),
    WORD("agen_m", silent_handle), WORD("pause", silent_value), WORD("resume", silent_value),
    WORD("from", silent_value), WORD("call", silent_second), WORD("call_m", silent_second),
    WORD("will", silent_second), WORD("will_m", silent_second), WORD("in", silent_second), WORD("out", silent_first),
    WORD("await", silent_third), WORD("awith", silent_third), WORD("aiter", silent_third), WORD("let", silent_value),
    WORD("enter", silent_nothing), WORD("enter_m", silent_nothing), WORD("fail", silent_nothing),
    WORD("error", silent_nothing), WORD("flag", silent_nothing), WORD("exit", silent_nothing),
    WORD("caught", silent_nothing), WORD("line", silent_nothing), WORD("var", silent_nothing),
    WORD("keep", silent_nothing), WORD("state", silent_nothing), {0},
};

static PyMethodDef *look_for(PyMethodDef *list, PyObject *word)
{
    while (list->ml_name != NULL && PyUnicode_CompareWithASCIIString(word, list->ml_name) != 0)
        list++;
    return list->ml_name == NULL ? NULL : list;
}

/* How a word is carried out, once the settings are known: what they switch off costs nothing where it is on. */
PyMethodDef *find_word(const core_t *core, bool is_silent, PyObject *word)
{
    const limits_t *limits = &core->limits;
    struct {
        bool counts;
        PyMethodDef *list;
    } const lists[] = {{is_silent, silent},
                       {!limits->params, without_params},
                       {!limits->returns, without_returns},
                       {!limits->vars, without_vars},
                       {!limits->awaits, without_awaits},
                       {core->volume, with_limits}};
    PyMethodDef *found = NULL, *last = words + sizeof words / sizeof *words - 1;
    for (size_t i = 0; found == NULL && i < sizeof lists / sizeof *lists; i++)
        found = lists[i].counts ? look_for(lists[i].list, word) : NULL;
    if (found != NULL)
        return found;
    for (found = words; found < last && PyUnicode_CompareWithASCIIString(word, found->ml_name) != 0;)
        found++;
    return found;
}
