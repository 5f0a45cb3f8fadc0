/* What is hidden of values while they are captured, and how it is known: docs/redaction.md. */
#ifndef SPANWRIGHT_REDACT_H
#define SPANWRIGHT_REDACT_H

#include "core.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

enum {
    KIND_NONE, KIND_PASSWORD, KIND_SECRET, KIND_TOKEN, KIND_API_KEY, KIND_AUTHORIZATION, KIND_AUTH, KIND_COOKIE,
    KIND_SESSION, KIND_CREDENTIAL, KIND_PRIVATE_KEY, KIND_ACCESS_KEY, KIND_CONNECTION, KIND_CARD, KIND_NATIONAL,
    KIND_SETTING, KIND_UNNAMED, KIND_JWT, KIND_AWS, KIND_GITHUB, KIND_GITLAB, KIND_SLACK, KIND_STRIPE, KIND_GOOGLE,
    KIND_NPM, KIND_PYPI, KIND_SENDGRID, KIND_TWILIO, KINDS
};

/* LOOK: how much more of a text is read than is kept, enough to know what begins before its end. */
enum { LOOK = 256, SHORTEST_TEXT = 8, MOST_PARTS = 32, FEWEST_DIGITS = 13, LONGEST_NAME = 128 };

/* A part of a text that is to be hidden. */
typedef struct {
    size_t start, end;
    int kind;
} part_t;

/* A text while it is searched; `more`: it goes on behind its end. */
typedef struct {
    core_t *core;
    const uint8_t *text;
    size_t size;
    bool more;
} search_t;

typedef struct out out_t;

/* secrets_names.c */
bool names_take(core_t *core, const char *patterns, size_t size);
void names_release(core_t *core);
int name_kind(core_t *core, const uint8_t *name, size_t size);

/* secrets_text.c */
size_t find_parts(const search_t *in, part_t *parts);
bool hides_numbers(int kind);

/* secrets_keys.c: what is told by its shape; `at` is the place of the trigger. */
bool is_letter(uint8_t c);
bool is_digit(uint8_t c);
bool is_key(uint8_t c);
bool find_key(const search_t *in, size_t at, part_t *part);

/* secrets_pairs.c: what is told by the name before it. */
bool after_equals(const search_t *in, size_t at, part_t *part);
bool after_colon(const search_t *in, size_t at, part_t *part);

/* redact.c */
void redact_take(core_t *core, PyObject *settings);
int key_kind(core_t *core, PyObject *key);
bool hides(int kind, PyObject *value);
void put_marker(out_t *o, int kind);
bool put_hidden_str(out_t *o, PyObject *text, size_t most);
bool put_hidden_text(out_t *o, PyObject *text, size_t most);
void put_nested_as(out_t *o, int kind, PyObject *value);
void put_value_as(out_t *o, int kind, PyObject *value);
bool put_hidden_bytes(out_t *o, uint8_t whole, uint8_t cut, const char *bytes, size_t size, size_t most);
PyObject *spanwright_redact(PyObject *module, PyObject *args);
PyObject *spanwright_hides(PyObject *module, PyObject *args);

/* redact_sites.c: which values of a site are secrets, by their names. */
enum { PARAMS_KNOWN = 1, PARAMS_SECRET = 2, RETURN_SECRET = 4, VALUES_KNOWN = 8, VALUES_SECRET = 16 };
enum { TURNED_DOWN = 32, TO_TAKE_OUT = 64 }; /* budget_policy.c */
struct kinds {
    uint8_t rest; /* kind of those that are not among the first `count` */
    uint8_t returns;
    uint32_t count;
    uint8_t kinds[];
};
bool sites_grow(core_t *core, uint64_t wanted);
void sites_release(core_t *core);
const kinds_t *params_of(core_t *core, uint64_t site, Py_ssize_t given);
const kinds_t *values_of(core_t *core, uint64_t site);
PyObject *spanwright_name_sites(PyObject *module, PyObject *args);

/* redact_passed.c */
void passed_remember(core_t *core, uint64_t span, PyObject *const *args, Py_ssize_t count, const kinds_t *kinds);
int passed_kind(const core_t *core, uint64_t span, PyObject *value);

static inline int kind_at(const kinds_t *kinds, size_t i)
{
    return LIKELY(kinds == NULL) ? KIND_NONE : i < kinds->count ? kinds->kinds[i] : kinds->rest;
}

/* What is known of a site; sites that were never registered are unknown for good. */
static inline unsigned site_flags(const core_t *core, uint64_t site)
{
    return LIKELY(site < core->secrecy_room) ? core->secrecy[site] : 0;
}

/* The kind of what a site's function returns: that of its name, else that of the parameter which it gives back. */
static inline int return_kind(const core_t *core, uint64_t site, uint64_t span, PyObject *value)
{
    unsigned flags = site_flags(core, site);
    if (LIKELY(!(flags & (RETURN_SECRET | PARAMS_SECRET))))
        return KIND_NONE;
    if ((flags & RETURN_SECRET) && core->site_params[site]->returns != KIND_NONE)
        return core->site_params[site]->returns;
    return flags & PARAMS_SECRET ? passed_kind(core, span, value) : KIND_NONE;
}

/* The kinds of what a function is given as it is entered; NULL where none is a secret. To be asked before an event is
   begun: objects are made when a site is new. */
static inline const kinds_t *secret_params(core_t *core, uint64_t site, Py_ssize_t given)
{
    bool clear = (site_flags(core, site) & (PARAMS_KNOWN | PARAMS_SECRET)) == PARAMS_KNOWN;
    return LIKELY(clear) ? NULL : params_of(core, site, given);
}

/* The same of values of names. */
static inline const kinds_t *secret_values(core_t *core, uint64_t site)
{
    bool clear = (site_flags(core, site) & (VALUES_KNOWN | VALUES_SECRET)) == VALUES_KNOWN;
    return LIKELY(clear) ? NULL : values_of(core, site);
}

#if defined(__SSE2__)
static inline bool has_trigger(__m128i c, __m128i *digits)
{
    __m128i hit = _mm_or_si128(_mm_cmpeq_epi8(c, _mm_set1_epi8(':')), _mm_cmpeq_epi8(c, _mm_set1_epi8('=')));
    hit = _mm_or_si128(hit, _mm_or_si128(_mm_cmpeq_epi8(c, _mm_set1_epi8('-')), _mm_cmpeq_epi8(c, _mm_set1_epi8('_'))));
    hit = _mm_or_si128(hit, _mm_or_si128(_mm_cmpeq_epi8(c, _mm_set1_epi8('B')), _mm_cmpeq_epi8(c, _mm_set1_epi8('G'))));
    __m128i from_i = _mm_sub_epi8(c, _mm_set1_epi8('I')), from_0 = _mm_sub_epi8(c, _mm_set1_epi8('0'));
    hit = _mm_or_si128(hit, _mm_cmpeq_epi8(_mm_min_epu8(from_i, _mm_set1_epi8(2)), from_i)); /* I, J, K */
    *digits = _mm_sub_epi8(*digits, _mm_cmpeq_epi8(_mm_min_epu8(from_0, _mm_set1_epi8(9)), from_0));
    return _mm_movemask_epi8(hit) != 0;
}
#endif

bool text_is_quiet_slowly(const uint8_t *text, size_t size);

/* Tells at once of most texts that nothing is to be hidden in them. */
static inline bool text_is_quiet(const void *bytes, size_t size)
{
    const uint8_t *text = bytes;
    if (size < SHORTEST_TEXT)
        return true;
#if defined(__SSE2__)
    __m128i digits = _mm_setzero_si128();
    if (size <= 16) {
        __m128i first = _mm_loadl_epi64((const __m128i *)text);
        __m128i last = _mm_loadl_epi64((const __m128i *)(text + size - 8));
        if (has_trigger(_mm_unpacklo_epi64(first, last), &digits))
            return false;
    } else if (LIKELY(size <= 1024)) {
        for (size_t at = 0; at < size - 16; at += 16)
            if (has_trigger(_mm_loadu_si128((const __m128i *)(text + at)), &digits))
                return false;
        if (has_trigger(_mm_loadu_si128((const __m128i *)(text + size - 16)), &digits))
            return false;
    } else {
        return text_is_quiet_slowly(text, size);
    }
    /* Where the last bytes were taken twice the sum is too large: then it is looked at closely. */
    __m128i sums = _mm_sad_epu8(digits, _mm_setzero_si128());
    return _mm_cvtsi128_si32(sums) + _mm_extract_epi16(sums, 4) < FEWEST_DIGITS;
#else
    return text_is_quiet_slowly(text, size);
#endif
}

#endif
