/* Secrets inside of texts that are told by the name before them: `token=...`, `"password": "..."`, `user:pass@host`. */
#include "redact.h"

#include <string.h>

enum { MOST_NAME_SIZE = 64, MOST_URL = 256 };

static bool is_one_of(uint8_t c, const char *set)
{
    return c != '\0' && strchr(set, c) != NULL;
}

#define QUOTES "\"'`"
#define SPACE " \t\r\n"

static bool is_quote(uint8_t c)
{
    return is_one_of(c, QUOTES);
}

/* Kinds of which whole numbers are hidden, too. */
bool hides_numbers(int kind)
{
    return kind == KIND_PASSWORD || kind == KIND_SECRET || kind == KIND_CARD || kind == KIND_NATIONAL ||
           kind == KIND_SETTING;
}

static uint8_t byte_at(const search_t *in, size_t at)
{
    return at < in->size ? in->text[at] : 0;
}

/* The kind of the name that ends here, perhaps with a quotation mark. */
static int kind_before(const search_t *in, size_t stop, bool *quoted)
{
    *quoted = stop > 0 && is_quote(in->text[stop - 1]);
    if (*quoted)
        stop -= stop > 1 && in->text[stop - 2] == '\\' ? 2 : 1;
    size_t start = stop;
    while (start > 0 && stop - start < MOST_NAME_SIZE && is_key(in->text[start - 1]))
        start--;
    return name_kind(in->core, in->text + start, stop - start);
}

/* The place of the quotation mark that ends what begins here; the text's end without one. */
static size_t closing(const search_t *in, size_t at, uint8_t quote, bool escaped)
{
    if (escaped) {
        const uint8_t ending[] = {'\\', quote};
        const uint8_t *end = memmem(in->text + at, in->size - at, ending, 2);
        return end == NULL ? in->size : (size_t)(end - in->text);
    }
    while (at < in->size && in->text[at] != quote)
        at += in->text[at] == '\\' ? 2 : 1;
    return at < in->size ? at : in->size;
}

/* The end of a value without quotation marks; brackets belong to it with all that is in them. */
static size_t plain_end(const search_t *in, size_t at, const char *ends)
{
    size_t depth = 0;
    for (; at < in->size; at++) {
        uint8_t c = in->text[at];
        if (is_one_of(c, "([{"))
            depth++;
        else if (is_one_of(c, ")]}") && depth-- == 0)
            break;
        else if (depth == 0 && is_one_of(c, ends) && !is_one_of(c, ")]}"))
            break;
    }
    return at;
}

static bool is_word(const uint8_t *value, size_t size)
{
    static const char *const words[] = {"None", "True", "False", "null", "true", "false"};
    for (int i = 0; i < 6; i++)
        if (size == strlen(words[i]) && memcmp(value, words[i], size) == 0)
            return true;
    return size == 0;
}

static bool is_number(const uint8_t *value, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (!is_digit(value[i]) && !is_one_of(value[i], "+-._"))
            return false;
    return true;
}

static bool looks_secret(const uint8_t *value, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (is_digit(value[i]))
            return size >= 8;
    return false;
}

/* The value that begins here, as a part to be hidden; false where there is none, or nothing to hide. */
static bool value_at(const search_t *in, size_t start, int kind, const char *ends, bool spoken, part_t *part)
{
    size_t end;
    bool shown;
    if (byte_at(in, start) == ' ')
        start++;
    if (is_one_of(byte_at(in, start), "burf") && is_one_of(byte_at(in, start + 1), "\"'"))
        start++;
    bool escaped = byte_at(in, start) == '\\' && is_one_of(byte_at(in, start + 1), "\"'");
    start += escaped;
    uint8_t quote = byte_at(in, start);
    if (is_quote(quote)) {
        start++;
        end = closing(in, start, quote, escaped);
        shown = start == end;
    } else {
        end = plain_end(in, start, ends);
        shown = end <= start || is_word(in->text + start, end - start) ||
                (!hides_numbers(kind) && is_number(in->text + start, end - start));
    }
    if (shown || (spoken && !looks_secret(in->text + start, end - start)))
        return false;
    *part = (part_t){start, end, kind};
    return true;
}

#define LINE_ENDS "\r\n" QUOTES
#define CLAUSE_ENDS LINE_ENDS "&;,"
#define VALUE_ENDS SPACE QUOTES "&;,<>|"

/* What `name=` hides. */
bool after_equals(const search_t *in, size_t at, part_t *part)
{
    bool quoted;
    if (at == 0 || is_one_of(in->text[at - 1], "=!<>") || byte_at(in, at + 1) == '=')
        return false;
    int kind = kind_before(in, at - (in->text[at - 1] == ' '), &quoted);
    return kind != KIND_NONE &&
           value_at(in, at + 1, kind, kind == KIND_AUTHORIZATION ? CLAUSE_ENDS : VALUE_ENDS, false, part);
}

static size_t first_of(const search_t *in, size_t at, size_t stop, const char *set)
{
    while (at < stop && !is_one_of(in->text[at], set))
        at++;
    return at;
}

/* The password of a URL; `at` is the place of the colon before the slashes. */
static bool userinfo(const search_t *in, size_t at, part_t *part)
{
    if (at == 0 || !is_letter(in->text[at - 1]))
        return false;
    size_t user = first_of(in, at + 3, in->size, ":/@?#<>" SPACE QUOTES);
    if (byte_at(in, user) != ':')
        return false;
    size_t start = user + 1, limit = start + MOST_URL < in->size ? start + MOST_URL : in->size;
    size_t stop = first_of(in, start, limit, SPACE QUOTES "<>"), slash = first_of(in, start, stop, "/?#");
    size_t end = slash, digits = start;
    while (end > start && in->text[end - 1] != '@')
        end--;
    if (end > start) {
        end--; /* the last one before the path */
    } else {
        while (digits < slash && is_digit(in->text[digits]))
            digits++;
        if (digits == slash)
            return false; /* a port */
        end = first_of(in, slash, stop, "@");
        if (end == stop && !(stop == in->size && in->more))
            return false;
    }
    if (end <= start)
        return false;
    *part = (part_t){start, end, KIND_PASSWORD};
    return true;
}

/* What `name:` hides, or the password in a URL. */
bool after_colon(const search_t *in, size_t at, part_t *part)
{
    bool quoted;
    if (byte_at(in, at + 1) == '/' && byte_at(in, at + 2) == '/')
        return userinfo(in, at, part);
    int kind = kind_before(in, at, &quoted);
    /* Words that errors and parsers also use: what follows must look like a secret. */
    bool spoken = !quoted && (kind == KIND_TOKEN || kind == KIND_SESSION || kind == KIND_AUTH);
    bool line = kind == KIND_AUTHORIZATION || kind == KIND_COOKIE;
    return kind != KIND_NONE && value_at(in, at + 1, kind, line ? LINE_ENDS : VALUE_ENDS, spoken, part);
}
