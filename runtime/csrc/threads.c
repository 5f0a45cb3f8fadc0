/* Who records: the state of each thread, from its first event to its end, and what a fork does to all of it. */
#include "volume.h"

#include <stdlib.h>

enum { FIRST_STACK = 128 };

THREAD_LOCAL thread_t *spanwright_thread = NULL;

static pthread_key_t at_thread_end;
static pthread_mutex_t cores_lock = PTHREAD_MUTEX_INITIALIZER;
static core_t *cores; /* of all interpreters in this process */

thread_t *thread_new(core_t *core)
{
    thread_t *t = calloc(1, sizeof *t);
    entry_t *stack = malloc(FIRST_STACK * sizeof *stack);
    if (t == NULL || stack == NULL) {
        free(t);
        free(stack);
        core->trouble[TROUBLE_MEMORY]++;
        return NULL;
    }
    t->core = core;
    t->stack = t->top = stack;
    t->roof = stack + FIRST_STACK - 1;
    *stack = (entry_t){.handle = NO_HANDLE, .site = UINT32_MAX};
    return t;
}

void thread_free(thread_t *t)
{
    if (t != NULL) {
        for (entry_t *entry = t->stack + 1; entry <= t->top; entry++)
            free(entry->kept);
        if (t->volume != NULL) {
            for (entry_t *entry = t->stack + 1; entry <= t->top; entry++)
                trace_release(place_of(t, entry)->trace);
            free(t->volume->places);
            free(t->volume);
        }
        trace_release(t->hangs.trace);
        free(t->stack);
        free(t->pending);
    }
    free(t);
}

/* Makes room for more open spans. */
bool thread_grow(thread_t *t)
{
    size_t depth = (size_t)(t->top - t->stack), room = (size_t)(t->roof - t->stack) + 1;
    entry_t *stack = realloc(t->stack, 2 * room * sizeof *stack);
    if (stack != NULL && t->volume != NULL) {
        t->stack = stack;
        t->top = stack + depth;
        t->roof = stack + room - 1;
        place_t *places = realloc(t->volume->places, 2 * room * sizeof *places);
        if (places != NULL)
            t->volume->places = places;
        else
            stack = NULL;
    }
    if (stack == NULL) {
        t->core->trouble[TROUBLE_MEMORY]++;
        return false;
    }
    t->stack = stack;
    t->top = stack + depth;
    t->roof = stack + 2 * room - 1;
    return true;
}

/* The slow way to a thread's state: its first event, or one in another interpreter than the event before. */
thread_t *thread_find(core_t *core)
{
    if (core->off)
        return NULL;
    for (thread_t **link = &spanwright_thread; *link != NULL; link = &(*link)->other) {
        thread_t *t = *link;
        if (t->core == core) {
            *link = t->other;
            t->other = spanwright_thread;
            spanwright_thread = t;
            pthread_setspecific(at_thread_end, t);
            return t;
        }
    }
    thread_t *t = thread_new(core);
    if (t == NULL)
        return NULL;
    t->other = spanwright_thread;
    spanwright_thread = t;
    pthread_setspecific(at_thread_end, t);
    pthread_mutex_lock(&core->lock);
    t->next = core->threads;
    core->threads = t;
    pthread_mutex_unlock(&core->lock);
    core_share(core);
    return t;
}

void core_share(core_t *core)
{
    __atomic_add_fetch(&core->owners, 1, __ATOMIC_RELAXED);
}

static void core_free(core_t *core)
{
    segment_forget(core);
    for (size_t i = 0; i < core->file_count; i++) {
        free(core->files[i].text[0]); /* all four are one block */
        free(core->files[i].seen);
    }
    thread_free(core->process);
    free(core->files);
    free(core->folder);
    free(core->facts);
    names_release(core);
    sites_release(core);
    budget_free(core);
    free(core->parent);
    pthread_mutex_destroy(&core->lock);
    free(core);
}

void core_release(core_t *core)
{
    if (__atomic_sub_fetch(&core->owners, 1, __ATOMIC_ACQ_REL) > 0)
        return;
    pthread_mutex_lock(&cores_lock);
    for (core_t **link = &cores; *link != NULL; link = &(*link)->next)
        if (*link == core) {
            *link = core->next;
            break;
        }
    pthread_mutex_unlock(&cores_lock);
    core_free(core);
}

/* Runs when a thread has ended, without any interpreter's lock. */
static void thread_ended(void *first)
{
    spanwright_thread = NULL;
    for (thread_t *t = first, *other; t != NULL; t = other) {
        core_t *core = t->core;
        other = t->other;
        volume_thread_end(t);
        segment_leave(core, t, true);
        pthread_mutex_lock(&core->lock);
        for (thread_t **link = &core->threads; *link != NULL; link = &(*link)->next)
            if (*link == t) {
                *link = t->next;
                break;
            }
        pthread_mutex_unlock(&core->lock);
        thread_free(t);
        core_release(core);
    }
}

static void before_fork(void)
{
    pthread_mutex_lock(&cores_lock);
    for (core_t *core = cores; core != NULL; core = core->next) {
        pthread_mutex_lock(&core->lock);
        volume_fork(core);
    }
}

static void after_fork_in_parent(void)
{
    for (core_t *core = cores; core != NULL; core = core->next)
        pthread_mutex_unlock(&core->lock);
    pthread_mutex_unlock(&cores_lock);
}

static bool is_of_this_thread(const thread_t *wanted)
{
    for (thread_t *t = spanwright_thread; t != NULL; t = t->other)
        if (t == wanted)
            return true;
    return false;
}

/* Only the forking thread lives on. */
static void keep_forking_thread(core_t *core)
{
    thread_t *kept = NULL, *next;
    for (thread_t *t = core->threads; t != NULL; t = next) {
        next = t->next;
        if (is_of_this_thread(t)) {
            kept = t;
        } else {
            thread_free(t);
            core->owners--;
        }
    }
    core->threads = kept;
    if (kept == NULL)
        return;
    kept->next = NULL;
    kept->cursor = kept->limit = kept->exception_end = NULL;
    kept->exception = 0;
    kept->window = NULL;
    kept->said = (origin_t){0};
    if (kept->volume != NULL)
        volume_forget(kept);
    kept->number = kept->sequence = 0;
    kept->inherits = true;
}

static void after_fork_in_child(void)
{
    for (core_t *core = cores; core != NULL; core = core->next) {
        core->level += core->path != NULL;
        core->forks++;
        segment_forget(core);
        keep_forking_thread(core);
        callees_undefine(core);
        shapes_undefine(core);
        if (core->process != NULL) {
            core->process->cursor = core->process->limit = NULL;
            core->process->window = NULL;
            core->process->sequence = 0;
        }
        pthread_mutex_init(&core->lock, NULL);
    }
    pthread_mutex_init(&cores_lock, NULL);
}

/* C code called exit(), or this interpreter was never torn down: others may record yet, so the file is not cut. Short,
   because daemon threads of CPython 3.10 crash when they wake up between the interpreter's end and the process's. */
static void at_process_end(void)
{
    pthread_mutex_lock(&cores_lock);
    for (core_t *core = cores; core != NULL; core = core->next)
        segment_finish(core, false);
    pthread_mutex_unlock(&cores_lock);
}

static bool process_ready;

static void process_setup(void)
{
    process_ready = pthread_key_create(&at_thread_end, thread_ended) == 0 &&
                    pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child) == 0 &&
                    atexit(at_process_end) == 0;
}

/* Adds a new interpreter's recorder; false where the system has no more keys or handlers. */
bool threads_setup(core_t *core)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, process_setup);
    if (!process_ready || pthread_mutex_init(&core->lock, NULL) != 0)
        return false;
    pthread_mutex_lock(&cores_lock);
    core->next = cores;
    cores = core;
    pthread_mutex_unlock(&cores_lock);
    return true;
}
