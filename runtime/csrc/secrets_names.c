/* Which names speak of secrets: a name is split into words, and these are looked up. Names are UTF-8, of which bytes are
   compared: all words are ASCII. */
#include "redact.h"

#include <stdlib.h>
#include <string.h>

#include "secrets_words.h"

#define COUNT(list) (sizeof(list) / sizeof *(list))

/* What the user's settings hide by name. Plain patterns are words with a space around each. */
struct redaction {
    size_t count;
    struct {
        bool glob;
        uint16_t size;
        uint8_t text[2 * LONGEST_NAME + 2];
    } patterns[];
};

/* A name's words in lower case, with a space around each. */
typedef struct {
    uint8_t text[2 * LONGEST_NAME + 2];
    size_t count, size;
    uint16_t starts[LONGEST_NAME], ends[LONGEST_NAME];
} words_t;

static uint8_t lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

/* 0: no letter; 1: a lower-case letter, or a byte of another alphabet; 2: an upper-case letter. */
static int sort_of(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? 2 : (c >= 'a' && c <= 'z') || c >= 0x80 ? 1 : 0;
}

static void split(words_t *words, const uint8_t *name, size_t size)
{
    bool inside = false;
    words->count = 0;
    words->size = 0;
    words->text[words->size++] = ' ';
    for (size_t i = 0; i < size; i++) {
        int sort = sort_of(name[i]);
        bool hump = sort == 2 && inside &&
                    (sort_of(name[i - 1]) == 1 || (i + 1 < size && sort_of(name[i + 1]) == 1));
        if (inside && (sort == 0 || hump)) {
            words->ends[words->count++] = (uint16_t)words->size;
            words->text[words->size++] = ' ';
            inside = false;
        }
        if (sort == 0)
            continue;
        if (!inside)
            words->starts[words->count] = (uint16_t)words->size;
        inside = true;
        words->text[words->size++] = lower(name[i]);
    }
    if (inside) {
        words->ends[words->count++] = (uint16_t)words->size;
        words->text[words->size++] = ' ';
    }
}

/* The order of a text of this size and a table's entry. */
static int order(const uint8_t *text, size_t size, const char *entry)
{
    size_t length = strlen(entry);
    int found = memcmp(text, entry, size < length ? size : length);
    return found != 0 ? found : size < length ? -1 : size > length;
}

static int find_term(const uint8_t *text, size_t size)
{
    size_t low = 0, high = COUNT(terms);
    while (low < high) {
        size_t middle = (low + high) / 2;
        int found = order(text, size, terms[middle].words);
        if (found == 0)
            return terms[middle].kind;
        if (found < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return KIND_NONE;
}

static bool is_among(const words_t *words, size_t i, const char *const *list, size_t count)
{
    const uint8_t *text = words->text + words->starts[i];
    size_t size = (size_t)(words->ends[i] - words->starts[i]), low = 0;
    while (low < count) {
        size_t middle = (low + count) / 2;
        int found = order(text, size, list[middle]);
        if (found == 0)
            return true;
        if (found < 0)
            count = middle;
        else
            low = middle + 1;
    }
    return false;
}

static int ending_of(const uint8_t *text, size_t size)
{
    static const term_t endings[] = {{"password", KIND_PASSWORD}, {"passwd", KIND_PASSWORD},
                                     {"passphrase", KIND_PASSWORD}, {"secret", KIND_SECRET},
                                     {"token", KIND_TOKEN}, {"apikey", KIND_API_KEY},
                                     {"privatekey", KIND_PRIVATE_KEY}, {"accesskey", KIND_ACCESS_KEY}};
    for (size_t i = 0; i < COUNT(endings); i++) {
        size_t length = strlen(endings[i].words);
        if (size >= length && memcmp(text + size - length, endings[i].words, length) == 0)
            return endings[i].kind;
    }
    return KIND_NONE;
}

static int find_pair(const words_t *words, size_t i)
{
    uint8_t pair[2 * LONGEST_NAME + 2];
    size_t size = (size_t)(words->ends[i + 1] - words->starts[i]);
    memcpy(pair, words->text + words->starts[i], size);
    pair[words->ends[i] - words->starts[i]] = '-';
    return find_term(pair, size);
}

/* The kind of the first word, or two, that speak of a secret which the last word does not make harmless. */
static int find_kind(const words_t *words)
{
    size_t last = words->count - 1;
    bool harmless = is_among(words, last, harmless_words, COUNT(harmless_words));
    for (size_t i = 0; i <= last; i++) {
        const uint8_t *word = words->text + words->starts[i];
        size_t size = (size_t)(words->ends[i] - words->starts[i]);
        int pair = i < last ? find_pair(words, i) : KIND_NONE;
        int kind = pair != KIND_NONE ? pair : find_term(word, size);
        if (kind == KIND_NONE)
            kind = ending_of(word, size);
        if (kind == KIND_NONE ||
            (kind == KIND_TOKEN && i > 0 && is_among(words, i - 1, other_tokens, COUNT(other_tokens))))
            continue;
        if (!harmless || (pair != KIND_NONE ? i + 1 : i) == last)
            return kind;
    }
    return KIND_NONE;
}

static bool glob(const uint8_t *pattern, size_t pattern_size, const uint8_t *text, size_t size)
{
    size_t p = 0, t = 0, star = SIZE_MAX, mark = 0;
    while (t < size) {
        if (p < pattern_size && pattern[p] == '*') {
            star = p++;
            mark = t;
        } else if (p < pattern_size && (pattern[p] == '?' || pattern[p] == lower(text[t]))) {
            p++;
            t++;
        } else if (star != SIZE_MAX) {
            t = ++mark;
            p = star + 1;
        } else {
            return false;
        }
    }
    while (p < pattern_size && pattern[p] == '*')
        p++;
    return p == pattern_size;
}

static bool matches(const struct redaction *own, const words_t *words, const uint8_t *name, size_t size)
{
    for (; size > 0 && *name == '-'; size--) /* the name of an option */
        name++;
    for (size_t i = 0; own != NULL && i < own->count; i++) {
        const uint8_t *text = own->patterns[i].text;
        size_t length = own->patterns[i].size;
        if (own->patterns[i].glob ? glob(text, length, name, size) : memmem(words->text, words->size, text, length) != NULL)
            return true;
    }
    return false;
}

/* What a name speaks of; KIND_NONE: nothing that is to be hidden. */
int name_kind(core_t *core, const uint8_t *name, size_t size)
{
    words_t words;
    if (size == 0 || size > LONGEST_NAME)
        return KIND_NONE;
    split(&words, name, size);
    if (UNLIKELY(core->redaction != NULL) && matches(core->redaction, &words, name, size))
        return KIND_SETTING;
    if (words.count == 0 || is_among(&words, 0, asking_words, COUNT(asking_words)))
        return KIND_NONE;
    if (words.count == 1 && order(words.text + 1, words.size - 2, "pass") == 0)
        return KIND_PASSWORD;
    return find_kind(&words);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* Takes the user's patterns, one a line; those that are longer than names can be match nothing. */
bool names_take(core_t *core, const char *patterns, size_t size)
{
    size_t lines = 1;
    for (size_t i = 0; i < size; i++)
        lines += patterns[i] == '\n';
    struct redaction *own = calloc(1, sizeof *own + lines * sizeof own->patterns[0]);
    if (own == NULL)
        return false;
    for (const char *at = patterns, *end = patterns + size; at < end; at++) {
        const char *stop = memchr(at, '\n', (size_t)(end - at)), *line = at;
        at = stop == NULL ? end : stop;
        const char *last = at;
        while (line < last && is_blank(*line))
            line++;
        while (last > line && is_blank(last[-1]))
            last--;
        size_t length = (size_t)(last - line);
        words_t words;
        if (length == 0 || length > LONGEST_NAME)
            continue;
        bool is_glob = memchr(line, '*', length) != NULL || memchr(line, '?', length) != NULL;
        split(&words, (const uint8_t *)line, length);
        if (!is_glob && words.count == 0)
            continue;
        uint8_t *text = own->patterns[own->count].text;
        for (size_t i = 0; is_glob && i < length; i++)
            text[i] = lower((uint8_t)line[i]);
        if (!is_glob)
            memcpy(text, words.text, words.size);
        own->patterns[own->count].size = (uint16_t)(is_glob ? length : words.size);
        own->patterns[own->count++].glob = is_glob;
    }
    free(core->redaction);
    core->redaction = own;
    return true;
}

void names_release(core_t *core)
{
    free(core->redaction);
    core->redaction = NULL;
}
