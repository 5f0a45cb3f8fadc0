/* The recorder in C: what its parts share. The file it writes is described in docs/segment-format.md, the probes in
   docs/twins.md. Nothing here raises into the program, and no Python code runs inside a probe. */
#ifndef SPANWRIGHT_CORE_H
#define SPANWRIGHT_CORE_H

#define PY_SSIZE_T_CLEAN
#if defined(SPANWRIGHT_INTERNALS)
#define Py_BUILD_CORE_MODULE 1
#endif
#include <Python.h>

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "compat.h"

#if defined(HAVE_TSC)
#include <x86intrin.h>
#endif

enum {
    OP_OWNER = 0x01, OP_ENTER, OP_ENTER_UNDER, OP_LEAVE, OP_RETURN, OP_RAISE, OP_ERROR, OP_VALUE, OP_ARGS, OP_LOST,
    OP_FLAG, OP_INHERIT, OP_LEFT_OUT, OP_FORGET, OP_RING,
    OP_START = 0x10, OP_START_UNDER, OP_ASTART, OP_ASTART_UNDER, OP_PAUSE, OP_RESUME, OP_END, OP_HERROR, OP_HVALUE,
    OP_CLOSED, OP_HFLAG, OP_HLEFT_OUT, OP_AGAIN,
    OP_FILE = 0x20, OP_THREAD, OP_NOTE, OP_CALLEE, OP_TYPE, OP_SHAPE, OP_SWITCH,
    OP_CALL = 0x30, OP_CALL_UNDER, OP_OUT, OP_CALL_FAIL, OP_AWAIT, OP_AWAITED, OP_AWAIT_FAIL, OP_LINE, OP_HLINE, OP_VAR,
    OP_HVAR, OP_STATE, OP_HSTATE, OP_ADOPT, OP_CHILD
};

enum { CHUNK = 65536, STREAM_START = 4096, FACTS_START = 128, SMALL_EVENT = 64, REUSABLE_REST = 4096 };
enum { VERSION = 5, IS_CLEAN = 1, IS_RING = 2, IS_DUMP = 4 }; /* in the header */
enum { TURN_SHIFT = 40 }; /* of a span's number: its chunk's turn, above its place in the file */
enum { DEEPEST = 10 }; /* containers around a value, at most */
enum { SILENT = 0x80 }; /* among a file's flags, never written: its probes do nothing */
#define NO_SEED UINT64_MAX /* for sample_seed: a random one */
enum { CLOCK_TSC = 1, CLOCK_MONO = 2, CLOCK_FAKE = 3 };

/* What went wrong in the recorder itself, counted for `spans doctor`. */
enum { TROUBLE_MEMORY, TROUBLE_SEGMENT, TROUBLE_OVERSIZE, TROUBLE_ARGUMENTS, TROUBLE_CONTEXT, TROUBLE_KINDS };

/* Names that are looked up while values are captured. */
enum { NAME_MODULE, NAME_NAME, NAME_DICT, NAME_SLOTS, NAME_NOTES, NAME_CONTEXT, NAME_SUGGESTION, NAME_THREAD,
       NAME_GETATTRIBUTE, NAME_AENTER, NAME_AEXIT, NAME_ORIGIN, NAME_FIELDS, NAME_ENUM_NAME, NAME_ENUM_VALUE, NAME_STR,
       NAME_RAW_PATHS, NAME_PARTS, NAME_INT, NAME_STR_OF,
       /* pandas */
       NAME_MGR, NAME_BLOCKS, NAME_AXES, NAME_MGR_LOCS, NAME_INDEXER, NAME_VALUES, NAME_NDARRAY, NAME_DTYPE,
       NAME_CATEGORIES, NAME_DATA, NAME_MASK, NAME_PA_ARRAY, NAME_RANGE, NAME_LEVELS, NAME_CODES, NAME_LEVEL_NAMES,
       NAME_AS_PY, NAME_CODE, NAMES };

/* One mapped piece of the file; given back once none of its chunks is in use. */
typedef struct window {
    struct window *next;
    uint8_t *map;
    uint64_t first; /* number of its first chunk */
    uint32_t chunks;
    uint32_t busy; /* chunks that a stream writes to, that wait in `rests`, or that were not given out yet */
} window_t;

/* The end of a chunk that its thread left when it ended. */
typedef struct rest {
    struct rest *next;
    window_t *window;
    uint8_t *cursor, *limit;
    uint64_t turn;
} rest_t;

typedef struct kept kept_t; /* watch.c */

/* An open span on a thread's stack. */
typedef struct {
    uint64_t span;   /* offset in the file of the event that opened it */
    uint64_t under;  /* handle that was the current one */
    uint64_t handle; /* of a generator; 0: a synchronous span; A_CALL: a call; NO_HANDLE: the bottom */
    uint32_t site;
    uint32_t level; /* the core's `level` when it was opened: tells whose segment numbers it */
    uintptr_t frame; /* that it was opened in, 0: unknown; never followed */
    kept_t *kept;    /* what was in mutable arguments, NULL mostly */
} entry_t;

#define NO_HANDLE UINT64_MAX
#define A_CALL (UINT64_MAX - 1)

typedef struct trace trace_t;   /* volume.h */
typedef struct volume volume_t; /* volume.h */

/* What hangs somewhere hangs below a span or, where `span` is 0, below a handle's; below nothing where that is 0, too. */
typedef struct {
    uint64_t span, handle;
    uint32_t level; /* as that of an entry */
    /* Where volume is on: */
    uint32_t depth;
    bool muted;
    trace_t *trace;
} origin_t;

/* A callee that is known before its call begins. */
typedef struct {
    uintptr_t frame;
    uint64_t site;
    uint32_t callee;
} pending_t;

enum { MOST_PENDING = 1024 };

/* What is called, by its names; all are exact strs and owned, or NULL. */
typedef struct {
    PyObject *module, *name, *file; /* file: of Python functions */
    int line;
    bool defined; /* in this segment */
    size_t hash;
} callee_t;

/* What a call site called last, and how to see that it is the same again (callees.c, callee_methods.c). */
typedef struct {
    const void *first, *second, *name;
    Py_ssize_t fields;
    unsigned version;
    uint32_t callee; /* 0: nothing yet */
    int kind;
} seen_t;

/* What the capture of its instances has to know of a type. */
typedef struct {
    PyTypeObject *type;
    uint8_t form;     /* how its instances are written: write.h */
    uint8_t known;    /* what else they are: known.c */
    bool below;       /* as those of a builtin that it is a subclass of */
    bool dict, slots; /* where instances may have fields */
} traits_t;

enum { TYPES = 256 };
typedef struct {
    PyTypeObject *type;
    PyObject *name;
    unsigned version;
    uint32_t number; /* 0: not known */
    traits_t traits;
    uint8_t size;   /* 0: the name is too long for this */
    char bytes[54]; /* its name as it stands in the segment, with its length */
} type_t;

/* What the name of a mapping's key speaks of: redact.c. The hash is that of the str. */
enum { KEY_KINDS = 1024 };
typedef struct {
    Py_hash_t hash;
    Py_ssize_t length;
    int kind;
} key_kind_t;

typedef struct kinds kinds_t; /* redact_sites.c */

/* A parameter that was hidden: redact_passed.c. */
enum { MOST_HIDDEN = 64 };
typedef struct {
    uint64_t span;
    uintptr_t value; /* its identity; never followed */
    int kind;
} hidden_t;

typedef struct core core_t;
typedef struct budget budget_t; /* budget.h */

/* A stream of events: a thread's, or the process stream. The first fields are those of every event. */
typedef struct thread {
    core_t *core;
    uint8_t *cursor, *limit; /* next byte and end of the current chunk; equal where there is none */
    uint64_t last;           /* ticks of the last event */
    entry_t *top, *roof;     /* innermost open span; last place of the stack */
    uint64_t bias;           /* offset in the file = address of a byte + bias */
    uint8_t *exception_end;  /* cursor after the last exception event and the ends that followed it */
    uint8_t spare[SMALL_EVENT];
    entry_t *stack;
    uint64_t number, sequence; /* number 0: not in the segment yet */
    window_t *window;
    uint64_t turn; /* of its chunk: flight.c */
    bool process; /* the process stream */
    bool inherits;
    bool placed;    /* `hangs` is known */
    bool muted;     /* what is written now goes nowhere: volume.c */
    origin_t hangs; /* what the bottom of the stack hangs below */
    origin_t said;  /* and what the stream says of that; owns no trace */
    uintptr_t exception, traceback, frame; /* identities of the last exception; never followed */
    int lasti;
    pending_t *pending;   /* room for MOST_PENDING, made when it is first needed */
    size_t pending_count;
    volume_t *volume;     /* where volume is on, from the first span on */
    struct thread *next;  /* of the same core */
    struct thread *other; /* of the same thread, in another interpreter */
} thread_t;

typedef struct {
    char *text[4]; /* id, name, filename, module: UTF-8 */
    size_t length[4];
    uint64_t base, count;
    uint8_t flags;
    seen_t *seen; /* of each site, where there are calls */
} file_t;

/* What the settings say; see limits.c. Nothing changes them once the first file is registered. */
typedef struct {
    uint32_t value_bytes, items, depth; /* of a captured value */
    uint32_t window;                    /* chunks that are mapped at once, at most */
    bool params, returns, vars, awaits, errors;
    bool store; /* the segment stays when its process has ended */
    /* docs/volume.md; 0: no limit. Times are in ns. */
    uint32_t sample_rate, max_depth; /* the rate in millionths */
    bool keep_errors;
    uint64_t sample_seed, keep_slower_than, min_duration;
    uint64_t flight_recorder; /* bytes; 0: the segment is no ring */
    uint32_t overhead_budget; /* millionths; 0: none */
} limits_t;

/* One interpreter's recorder. It outlives the module while threads refer to it. */
struct core {
    uint64_t fake;
    int clock;
    bool off;        /* nothing is recorded (any more) */
    bool configured;
    limits_t limits;
    bool volume;     /* some limit of docs/volume.md is set */
    budget_t *budget; /* budget.c; NULL: there is none */
    uint64_t roots;  /* that were drawn */
    uint32_t forks;  /* so far */
    double rate;     /* ticks a ns, 0: not known yet */
    uint64_t **counters; /* of each site that has some; has `counters_room` places */
    uint64_t counters_room;
    uint8_t *counters_next, *counters_end; /* in the chunk that has room for more */
    window_t *counters_window;
    bool frames;     /* some file has a word that asks in which frame a function was entered */
    uint64_t open;   /* coroutines and async generators */
    PyObject *current; /* the ContextVar that holds the running one's handle */
    PyObject *names[NAMES];
    type_t types[TYPES];
    uint64_t handles;
    callee_t *callees; /* number - 1 is the index */
    size_t callee_count, callee_room;
    uint32_t *callee_index; /* numbers by hash, open addressing; a power of two */
    size_t callee_slots;
    struct shapes *shapes; /* shapes.c */
    uint32_t level; /* forks between the first process that had a segment and this one */
    PyTypeObject *probe_type, *handle_type, *delegate_type, *method_type, *done_type, *awaiter_type, *stand_in_type,
        *watched_type, *hook_type, *origin_type;
    PyObject *origins; /* of threads that have not begun, by identity */
    PyTypeObject *bound_wrapper_type; /* the interpreter's, of a bound slot */
    PyObject *done, *dead; /* an awaitable that ends at once; a handle that records nothing */
    char *folder; /* for segments; NULL: recording is off */
    uint8_t *facts;
    size_t facts_size;
    file_t *files;
    size_t file_count, file_room;
    uint64_t next_base;
    struct redaction *redaction; /* what the user's settings hide by name; NULL: nothing */
    key_kind_t key_kinds[KEY_KINDS];
    uint8_t *secrecy; /* what is known of the names at each site, PARAMS_KNOWN and so on; has `secrecy_room` places */
    uint64_t secrecy_room;
    kinds_t **site_params, **site_values; /* of sites with secrets */
    hidden_t hidden[MOST_HIDDEN]; /* the last ones, in a ring */
    uint32_t hidden_next;
    uint64_t trouble[TROUBLE_KINDS];
    uint64_t ticks0, mono0, unix0;
    /* The segment; what stands below `lock` is guarded by it, the rest by the interpreter's lock. */
    char *path, *parent;
    uint8_t *header;
    dev_t device;
    ino_t inode;
    thread_t *process;
    uint64_t threads_made;
    pthread_mutex_t lock;
    window_t *windows;
    rest_t *rests;
    rest_t *blanks; /* whole chunks that were taken back */
    /* Where the segment is a ring: how many chunks it has at most and has been given; those that threads have left, the
       oldest first; how many were given out again so far, also when the last dump was made. */
    uint64_t ring, ring_given;
    rest_t *left, **left_end;
    uint64_t turns, dumped;
    bool has_dumped;
    thread_t *threads;
    uint64_t next_chunk, chunks, window_size, used;
    uint32_t owners; /* the module and each thread */
    struct core *next;
};

typedef struct {
    uint64_t ticks, mono, unix_ns;
} moment_t;

/* segment.c */
bool segment_begin(core_t *core, uint64_t ticks);
bool segment_take(core_t *core, thread_t *stream, bool reuse);
void segment_leave(core_t *core, thread_t *stream, bool ended);
uint8_t *segment_chunk(core_t *core, window_t **window);
void segment_note(core_t *core, const window_t *window, const uint8_t *end);
void segment_drop(core_t *core, rest_t *chunk);
void segment_give_back(core_t *core, window_t *window, uint8_t *limit, uint64_t turn);
void segment_finish(core_t *core, bool cut);
void segment_forget(core_t *core);
void segment_stop(core_t *core, const char *what, int error);
void segment_calibrate(core_t *core);
int segment_create(core_t *core, char **made);
void segment_place(thread_t *t);
bool segment_fits(uint64_t size);
uint64_t segment_used(core_t *core);

/* flight.c */
void flight_left(core_t *core, rest_t chunk);
bool flight_reuse(core_t *core, rest_t *chunk);
void flight_release(thread_t *t);
void flight_forget(core_t *core);
void flight_begin(thread_t *t);
void flight_failed(core_t *core);
void flight_dump(core_t *core, const char *reason);

/* stream.c */
bool stream_next_chunk(thread_t *t);
uint8_t *stream_spill(thread_t *t, uint8_t *end, uint8_t op);
void define_file(core_t *core, const file_t *file);
PyObject *module_dict(const char *name);
PyObject *thread_object(void);

/* threads.c */
thread_t *thread_find(core_t *core);
thread_t *thread_new(core_t *core);
void thread_free(thread_t *t);
bool thread_grow(thread_t *t);
void core_share(core_t *core);
void core_release(core_t *core);
bool threads_setup(core_t *core);

/* callee_table.c */
void callees_undefine(core_t *core);
void callees_release(core_t *core);

/* shapes.c */
void shapes_undefine(core_t *core);
void shapes_release(core_t *core);

/* counters.c */
void counters_forget(core_t *core);

/* budget.c */
bool budget_setup(core_t *core);
void budget_say_all(core_t *core, uint64_t now);
void budget_clear(core_t *core);
void budget_free(core_t *core);
PyObject *spanwright_budget(PyObject *module, PyObject *args);

/* clock.c */
void clock_setup(core_t *core);
uint64_t clock_slow(core_t *core);
moment_t clock_moment(core_t *core);

/* origins.c */
void thread_place(thread_t *t);
void thread_adopt(thread_t *t);
void thread_adopt_again(thread_t *t);

/* limits.c */
void limits_setup(core_t *core);
void limits_take(core_t *core, PyObject *settings);

/* module.c */
core_t *core_of(PyObject *module);

/* positions.c */
PyObject *spanwright_restore_positions(PyObject *module, PyObject *const *args, Py_ssize_t nargs);
PyObject *spanwright_restore_tables(PyObject *module, PyObject *const *args, Py_ssize_t nargs);

extern THREAD_LOCAL thread_t *spanwright_thread;

/* The calling thread's stream, or NULL where nothing is recorded. */
static inline thread_t *thread_here(core_t *core)
{
    thread_t *t = spanwright_thread;
    return LIKELY(t != NULL && t->core == core) ? t : thread_find(core);
}

static inline uint64_t clock_ticks(core_t *core)
{
#if defined(HAVE_TSC)
    if (LIKELY(core->clock == CLOCK_TSC))
        return __rdtsc() >> 2;
#endif
    return clock_slow(core);
}

#endif
