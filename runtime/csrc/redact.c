/* Writing what is left of values when their secrets are hidden. */
#include "redact.h"

#include <stdlib.h>

#include "write.h"

enum { STACK_TEXT = 2048 };

static const char *const kind_names[KINDS] = {
    "", "password", "secret", "token", "api key", "authorization", "auth", "cookie", "session", "credential",
    "private key", "access key", "connection string", "card number", "national number", "setting", "unknown name", "jwt",
    "aws key", "github token", "gitlab token", "slack token", "stripe key", "google key", "npm token", "pypi token",
    "sendgrid key", "twilio key"};

static const char before_kind[] = "<redacted: ";

static size_t marker_size(int kind)
{
    return sizeof before_kind - 1 + strlen(kind_names[kind]) + 1;
}

static void put_marker_text(out_t *o, int kind)
{
    put_bytes(o, before_kind, sizeof before_kind - 1);
    put_bytes(o, kind_names[kind], strlen(kind_names[kind]));
    put_byte(o, '>');
}

/* The value that stands for what is hidden. */
void put_marker(out_t *o, int kind)
{
    put_byte(o, V_STR);
    put_v(o, marker_size(kind));
    put_marker_text(o, kind);
}

/* What a mapping's key or a field's name speaks of. */
int key_kind(core_t *core, PyObject *key)
{
    if (PyBytes_CheckExact(key))
        return name_kind(core, (const uint8_t *)PyBytes_AS_STRING(key), (size_t)PyBytes_GET_SIZE(key));
    if (!PyUnicode_CheckExact(key) || !text_is_ready(key) || PyUnicode_GET_LENGTH(key) > LONGEST_NAME)
        return KIND_NONE;
    Py_hash_t hash = ((PyASCIIObject *)key)->hash;
    /* Two places for each, since names that share one would push each other out at every field of every object. */
    size_t place = (size_t)hash % KEY_KINDS;
    key_kind_t *kept = &core->key_kinds[place], *older = &core->key_kinds[place ^ 1];
    if (LIKELY(hash != -1 && kept->hash == hash && kept->length == PyUnicode_GET_LENGTH(key)))
        return kept->kind;
    if (LIKELY(hash != -1 && older->hash == hash && older->length == PyUnicode_GET_LENGTH(key)))
        return older->kind;
    uint8_t text[4 * LONGEST_NAME];
    size_t size;
    text_fitting(key, sizeof text, &size);
    if (PyUnicode_IS_ASCII(key))
        memcpy(text, PyUnicode_DATA(key), size);
    else
        text_encode(key, PyUnicode_GET_LENGTH(key), text);
    int kind = name_kind(core, text, size);
    if (hash != -1) {
        *older = *kept;
        *kept = (key_kind_t){hash, PyUnicode_GET_LENGTH(key), kind};
    }
    return kind;
}

/* Of objects under these names no field is shown; under others the fields' names decide. */
static bool hides_objects(int kind)
{
    return kind == KIND_PASSWORD || kind == KIND_SECRET || kind == KIND_API_KEY || kind == KIND_PRIVATE_KEY ||
           kind == KIND_ACCESS_KEY || kind == KIND_CREDENTIAL || kind == KIND_CONNECTION || kind == KIND_CARD ||
           kind == KIND_NATIONAL;
}

/* Types that hold values without names. */
static bool is_holder(PyTypeObject *type)
{
    static const char *const names[] = {"UUID", "deque", "array", "ndarray", "DataFrame", "Series", "Index"};
    PyObject *own = type->tp_flags & Py_TPFLAGS_HEAPTYPE ? ((PyHeapTypeObject *)type)->ht_name : NULL;
    const char *dot = strrchr(type->tp_name, '.'), *plain = dot == NULL ? type->tp_name : dot + 1;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (own == NULL ? strcmp(plain, names[i]) == 0
                        : PyUnicode_CheckExact(own) && PyUnicode_CompareWithASCIIString(own, names[i]) == 0)
            return true;
    return false;
}

/* Whether a value is hidden under a name of this kind: flags and most numbers hold no secret. */
bool hides(int kind, PyObject *value)
{
    const unsigned long holding = Py_TPFLAGS_UNICODE_SUBCLASS | Py_TPFLAGS_BYTES_SUBCLASS | Py_TPFLAGS_LIST_SUBCLASS |
                                  Py_TPFLAGS_TUPLE_SUBCLASS | Py_TPFLAGS_DICT_SUBCLASS;
    if (kind == KIND_NONE || value == Py_None || PyBool_Check(value) || value == Py_Ellipsis || value == Py_NotImplemented)
        return false;
    if (kind == KIND_SETTING || kind == KIND_UNNAMED)
        return true;
    if (PyLong_Check(value))
        return hides_numbers(kind);
    if (PyFloat_Check(value) || PyComplex_Check(value) || PyType_Check(value) || PyModule_Check(value) ||
        PyFunction_Check(value) || PyCFunction_Check(value) || Py_IS_TYPE(value, &PyMethod_Type) ||
        Py_IS_TYPE(value, &PyRange_Type))
        return false;
    if ((Py_TYPE(value)->tp_flags & holding) || PyAnySet_Check(value) || PyByteArray_Check(value))
        return true;
    return hides_objects(kind) || is_holder(Py_TYPE(value));
}

/* A value inside another, under a name of this kind. */
void put_nested_as(out_t *o, int kind, PyObject *value)
{
    if (UNLIKELY(kind != KIND_NONE) && hides(kind, value) && !is_spent(o))
        put_marker(o, kind);
    else
        put_nested(o, value);
}

/* A value of its own, under a name of this kind. */
void put_value_as(out_t *o, int kind, PyObject *value)
{
    o->value = o->p;
    put_nested_as(o, kind, value);
}

/* Takes the user's patterns. */
void redact_take(core_t *core, PyObject *settings)
{
    PyObject *patterns = PyDict_GetItemString(settings, "redact");
    memset(core->key_kinds, 0, sizeof core->key_kinds);
    if (patterns != NULL && PyBytes_CheckExact(patterns) && PyBytes_GET_SIZE(patterns) > 0)
        names_take(core, PyBytes_AS_STRING(patterns), (size_t)PyBytes_GET_SIZE(patterns));
}

typedef struct {
    const search_t *in;
    part_t parts[MOST_PARTS];
    size_t count;
    size_t most;
} plan_t;

/* Where to cut so that at most `room` bytes are kept, at a character's boundary. */
static size_t fitting(const uint8_t *text, size_t start, size_t end, size_t room)
{
    if (end - start <= room)
        return end;
    size_t cut = start + room;
    while (cut > start && (text[cut] & 0xC0) == 0x80)
        cut--;
    return cut;
}

static size_t characters(const uint8_t *text, size_t start, size_t end)
{
    size_t count = 0;
    for (size_t i = start; i < end; i++)
        count += (text[i] & 0xC0) != 0x80;
    return count;
}

/* Writes the text with markers in it, or only measures it where `o` is NULL. A marker is never cut, so it may end behind
   the limit. Gives the size in bytes and, in `shown`, in characters. */
static size_t compose(const plan_t *plan, out_t *o, size_t *shown)
{
    const uint8_t *text = plan->in->text;
    size_t size = 0, at = 0;
    *shown = 0;
    for (size_t i = 0; i <= plan->count; i++) {
        size_t start = i < plan->count ? plan->parts[i].start : plan->in->size;
        size_t kept = fitting(text, at, start, plan->most - size);
        if (o != NULL)
            put_bytes(o, text + at, kept - at);
        size += kept - at;
        *shown += characters(text, at, kept);
        if (i == plan->count || kept < start || size >= plan->most)
            break;
        if (o != NULL)
            put_marker_text(o, plan->parts[i].kind);
        size += marker_size(plan->parts[i].kind);
        *shown += marker_size(plan->parts[i].kind);
        at = plan->parts[i].end;
        if (size >= plan->most)
            break;
    }
    return size;
}

static bool make_plan(plan_t *plan, const search_t *in, size_t most)
{
    plan->in = in;
    plan->most = most;
    plan->count = text_is_quiet(in->text, in->size) ? 0 : find_parts(in, plan->parts);
    return plan->count > 0;
}

/* How long the text were with all its secrets hidden; of what reaches beyond the end that is not known, nor told. */
static size_t whole(const plan_t *plan, size_t size, bool bytes)
{
    const search_t *in = plan->in;
    if (in->more && plan->parts[plan->count - 1].end == in->size)
        size = bytes ? in->size : characters(in->text, 0, in->size);
    for (size_t i = 0; i < plan->count; i++) {
        const part_t *part = &plan->parts[i];
        size += marker_size(part->kind);
        size -= bytes ? part->end - part->start : characters(in->text, part->start, part->end);
    }
    return size;
}

/* A str's beginning in UTF-8: its own bytes, or `spare`, or what must be freed. */
static uint8_t *open_text(search_t *in, PyObject *text, size_t most, uint8_t *spare)
{
    Py_ssize_t count = text_fitting(text, most + LOOK, &in->size);
    in->more = count < PyUnicode_GET_LENGTH(text);
    in->text = PyUnicode_DATA(text);
    if (PyUnicode_IS_ASCII(text))
        return NULL;
    uint8_t *own = in->size <= STACK_TEXT ? spare : malloc(in->size);
    in->text = own;
    if (own == NULL)
        in->size = 0;
    else
        text_encode(text, count, own);
    return own == spare ? NULL : own;
}

static void put_hidden(out_t *o, const plan_t *plan, size_t length)
{
    size_t shown, size = compose(plan, NULL, &shown), total = whole(plan, length, false);
    put_byte(o, shown == total ? V_STR : V_STR_CUT);
    if (shown != total)
        put_v(o, total);
    put_v(o, size);
    compose(plan, o, &shown);
}

/* A str with markers in the place of its secrets; false, and nothing is written, where it has none. */
bool put_hidden_str(out_t *o, PyObject *text, size_t most)
{
    uint8_t spare[STACK_TEXT];
    search_t in = {.core = o->core};
    plan_t plan;
    if (PyUnicode_GET_LENGTH(text) * 4 < SHORTEST_TEXT)
        return false;
    uint8_t *own = open_text(&in, text, most, spare);
    bool hidden = make_plan(&plan, &in, most);
    if (hidden)
        put_hidden(o, &plan, (size_t)PyUnicode_GET_LENGTH(text));
    free(own);
    return hidden;
}

/* The same of a text that is no value: only its size and bytes are written. */
bool put_hidden_text(out_t *o, PyObject *text, size_t most)
{
    uint8_t spare[STACK_TEXT];
    search_t in = {.core = o->core};
    plan_t plan;
    size_t shown;
    if (!PyUnicode_Check(text) || !text_is_ready(text))
        return false;
    uint8_t *own = open_text(&in, text, most, spare);
    bool hidden = make_plan(&plan, &in, most);
    if (hidden) {
        put_v(o, compose(&plan, NULL, &shown));
        compose(&plan, o, &shown);
    }
    free(own);
    return hidden;
}

/* The same of bytes; `whole_tag` and `cut_tag` are one where the length is always written. */
bool put_hidden_bytes(out_t *o, uint8_t whole_tag, uint8_t cut_tag, const char *bytes, size_t size, size_t most)
{
    search_t in = {o->core, (const uint8_t *)bytes, size < most + LOOK ? size : most + LOOK, size > most + LOOK};
    plan_t plan;
    size_t shown;
    if (!make_plan(&plan, &in, most))
        return false;
    size_t length = compose(&plan, NULL, &shown), total = whole(&plan, size, true);
    bool cut = length != total || whole_tag == cut_tag;
    put_byte(o, cut ? cut_tag : whole_tag);
    if (cut)
        put_v(o, total);
    put_v(o, length);
    compose(&plan, o, &shown);
    return true;
}

/* A text as it would be recorded, for what is written in Python (and for tests). */
PyObject *spanwright_redact(PyObject *module, PyObject *args)
{
    PyObject *text, *result = NULL;
    if (!PyArg_ParseTuple(args, "U:redact", &text) || !text_is_ready(text))
        return NULL;
    size_t room = 4 * (size_t)PyUnicode_GET_LENGTH(text) + 64 * MOST_PARTS + 16;
    uint8_t *bytes = malloc(room);
    if (bytes == NULL)
        return PyErr_NoMemory();
    out_t o = {.p = bytes, .end = bytes + room, .event = bytes, .value = bytes, .core = core_of(module)};
    if (put_hidden_text(&o, text, (size_t)PyUnicode_GET_LENGTH(text) * 4 + 64 * MOST_PARTS)) {
        while (*bytes & 0x80) /* the size */
            memmove(bytes, bytes + 1, (size_t)(--o.p - bytes));
        result = PyUnicode_DecodeUTF8((char *)bytes + 1, o.p - bytes - 1, "surrogatepass");
    } else {
        result = Py_NewRef(text);
    }
    free(bytes);
    return result;
}

/* What is hidden under a name, in words; empty: nothing. */
PyObject *spanwright_hides(PyObject *module, PyObject *args)
{
    PyObject *name;
    if (!PyArg_ParseTuple(args, "U:hides", &name))
        return NULL;
    return PyUnicode_FromString(kind_names[key_kind(core_of(module), name)]);
}
