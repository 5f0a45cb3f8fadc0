/* Secrets that are told by their shape alone: keys with known beginnings, JWT, PEM, card numbers. */
#include "redact.h"

#include <string.h>

enum { LEAST = 16, MOST_LABEL = 60 };

typedef struct {
    const char *text;
    int kind;
    size_t least; /* how many characters follow */
} head_t;

static bool starts_with(const search_t *in, size_t at, const char *text)
{
    size_t size = strlen(text);
    return at + size <= in->size && memcmp(in->text + at, text, size) == 0;
}

/* Whether something can begin here: what stands before is no letter and no digit. */
static bool begins(const search_t *in, size_t at)
{
    return at == 0 || !is_letter(in->text[at - 1]);
}

static bool ends(const search_t *in, size_t at)
{
    return at >= in->size || !is_letter(in->text[at]);
}

typedef bool allowed_t(uint8_t c);

static size_t run(const search_t *in, size_t at, allowed_t *allowed)
{
    while (at < in->size && allowed(in->text[at]))
        at++;
    return at;
}

static bool is_key_or_dot(uint8_t c)
{
    return is_key(c) || c == '.';
}

static bool is_capital(uint8_t c)
{
    return (c >= 'A' && c <= 'Z') || is_digit(c);
}

static bool is_label(uint8_t c)
{
    return is_capital(c) || c == ' ';
}

static bool is_hex(uint8_t c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f');
}

static bool is_base64(uint8_t c)
{
    return is_key_or_dot(c) || c == '~' || c == '+' || c == '/' || c == '=';
}

static bool found(part_t *part, size_t start, size_t end, int kind)
{
    *part = (part_t){start, end, kind};
    return true;
}

/* The head that ends at the trigger, or NULL. */
static const head_t *head_before(const search_t *in, size_t at, const head_t *heads, size_t count, size_t *start)
{
    for (size_t i = 0; i < count; i++) {
        size_t size = strlen(heads[i].text);
        if (at + 1 < size)
            continue;
        *start = at + 1 - size;
        if (memcmp(in->text + *start, heads[i].text, size) == 0 && begins(in, *start))
            return &heads[i];
    }
    return NULL;
}

static bool after_underscore(const search_t *in, size_t at, part_t *part)
{
    static const head_t heads[] = {
        {"ghp_", KIND_GITHUB, LEAST},     {"gho_", KIND_GITHUB, LEAST},     {"ghu_", KIND_GITHUB, LEAST},
        {"ghs_", KIND_GITHUB, LEAST},     {"ghr_", KIND_GITHUB, LEAST},     {"github_pat_", KIND_GITHUB, LEAST},
        {"sk_live_", KIND_STRIPE, LEAST}, {"sk_test_", KIND_STRIPE, LEAST}, {"rk_live_", KIND_STRIPE, LEAST},
        {"rk_test_", KIND_STRIPE, LEAST}, {"whsec_", KIND_STRIPE, LEAST},   {"npm_", KIND_NPM, LEAST},
        {"hf_", KIND_API_KEY, LEAST},     {"shpat_", KIND_API_KEY, LEAST},  {"dop_v1_", KIND_API_KEY, LEAST}};
    size_t start;
    const head_t *head = head_before(in, at, heads, sizeof heads / sizeof *heads, &start);
    if (head == NULL || run(in, at + 1, is_letter) - at <= head->least)
        return false;
    return found(part, start, run(in, at + 1, is_key), head->kind);
}

static bool after_hyphen(const search_t *in, size_t at, part_t *part)
{
    static const head_t heads[] = {
        {"glpat-", KIND_GITLAB, 16}, {"gldt-", KIND_GITLAB, 16}, {"glrt-", KIND_GITLAB, 16}, {"glptt-", KIND_GITLAB, 16},
        {"xoxa-", KIND_SLACK, 10},   {"xoxb-", KIND_SLACK, 10},  {"xoxe-", KIND_SLACK, 10},  {"xoxo-", KIND_SLACK, 10},
        {"xoxp-", KIND_SLACK, 10},   {"xoxr-", KIND_SLACK, 10},  {"xoxs-", KIND_SLACK, 10},  {"xapp-", KIND_SLACK, 10},
        {"sk-", KIND_API_KEY, 20},   {"pypi-", KIND_PYPI, 32},   {"GOCSPX-", KIND_GOOGLE, 20}};
    size_t start;
    const head_t *head = head_before(in, at, heads, sizeof heads / sizeof *heads, &start);
    if (head == NULL || run(in, at + 1, is_key) - at <= head->least)
        return false;
    return found(part, start, run(in, at + 1, is_key), head->kind);
}

static bool bearer(const search_t *in, size_t at, part_t *part)
{
    size_t head = starts_with(in, at, "Bearer ") ? 7 : starts_with(in, at, "Basic ") ? 6 : 0;
    if (head == 0 || !begins(in, at))
        return false;
    size_t start = at + head, end = run(in, start, is_base64), digits = 0;
    for (size_t i = start; i < end; i++)
        digits += is_digit(in->text[i]) || in->text[i] == '=';
    return (end - start >= 20 || (end - start >= 8 && digits > 0)) && found(part, start, end, KIND_AUTHORIZATION);
}

static bool sendgrid(const search_t *in, size_t at, part_t *part)
{
    if (at < 1 || !starts_with(in, at - 1, "SG.") || !begins(in, at - 1) || run(in, at + 2, is_key) - at - 2 < LEAST)
        return false;
    return found(part, at - 1, run(in, at + 2, is_key_or_dot), KIND_SENDGRID);
}

static const uint8_t *find(const search_t *in, size_t at, const char *text)
{
    return at >= in->size ? NULL : memmem(in->text + at, in->size - at, text, strlen(text));
}

static bool pem(const search_t *in, size_t start, part_t *part)
{
    size_t label = start + 10, most = label + MOST_LABEL, end = label;
    while (end < most && end < in->size && is_label(in->text[end]))
        end++;
    if (!starts_with(in, end, "-----") || memmem(in->text + label, end - label, "PRIVATE KEY", 11) == NULL)
        return false;
    const uint8_t *last = find(in, end + 5, "-----END");
    last = last == NULL ? NULL : find(in, (size_t)(last - in->text) + 8, "-----");
    return found(part, start, last == NULL ? in->size : (size_t)(last - in->text) + 5, KIND_PRIVATE_KEY);
}

static bool at_i(const search_t *in, size_t at, part_t *part)
{
    if (at >= 2 && (starts_with(in, at - 2, "AKIA") || starts_with(in, at - 2, "ASIA")) && begins(in, at - 2) &&
        run(in, at + 2, is_capital) == at + 18 && ends(in, at + 18))
        return found(part, at - 2, at + 18, KIND_AWS);
    if (at >= 1 && starts_with(in, at - 1, "AIza") && begins(in, at - 1)) {
        size_t end = run(in, at + 3, is_key);
        return end - at - 3 >= 30 && found(part, at - 1, end, KIND_GOOGLE);
    }
    return at >= 8 && starts_with(in, at - 8, "-----BEGIN") && pem(in, at - 8, part);
}

static bool jwt(const search_t *in, size_t at, part_t *part)
{
    if (at < 2 || !starts_with(in, at - 2, "eyJ") || !begins(in, at - 2))
        return false;
    size_t dot = run(in, at + 1, is_key);
    if (dot == in->size && in->more)
        return found(part, at - 2, dot, KIND_JWT);
    if (dot - at <= 7 || dot == in->size || in->text[dot] != '.' || run(in, dot + 1, is_key) - dot <= 4)
        return false;
    return found(part, at - 2, run(in, dot + 1, is_key_or_dot), KIND_JWT);
}

static bool twilio(const search_t *in, size_t at, part_t *part)
{
    if (at < 1 || in->text[at - 1] != 'S' || !begins(in, at - 1))
        return false;
    size_t end = run(in, at + 1, is_hex);
    return end == at + 33 && ends(in, end) && found(part, at - 1, end, KIND_TWILIO);
}

/* Whether so many digits begin like a card's number, and the last one is right. */
static bool is_card(const uint8_t *digits, size_t size)
{
    int two = digits[0] * 10 + digits[1], sum = 0;
    bool fits = digits[0] == 4                                           ? size == 13 || size == 16 || size == 19
                : (two >= 51 && two <= 55) || (two >= 22 && two <= 27)   ? size == 16
                : two == 34 || two == 37                                 ? size == 15
                : two == 30 || two == 36 || two == 38 || two == 39       ? size == 14
                : two == 35 || two == 60 || two == 62 || two == 64 || two == 65 ? size == 16 || size == 19
                                                                                : false;
    for (size_t i = 0; fits && i < size; i++) {
        int digit = digits[size - 1 - i] * (i % 2 ? 2 : 1);
        sum += digit > 9 ? digit - 9 : digit;
    }
    return fits && sum % 10 == 0;
}

/* A card's number may have single spaces or hyphens between its digits. */
static bool card(const search_t *in, size_t at, part_t *part)
{
    uint8_t digits[19];
    size_t count = 0, end = 0;
    if (at > 0 && (is_letter(in->text[at - 1]) || in->text[at - 1] == '_' || in->text[at - 1] == '.'))
        return false;
    for (size_t place = at; place < in->size && count < sizeof digits; place++) {
        uint8_t c = in->text[place];
        bool last = place + 1 == in->size;
        if (c == ' ' || c == '-') {
            if (last || !is_digit(in->text[place + 1]))
                break;
        } else if (is_digit(c)) {
            digits[count++] = c - '0';
            if (count >= FEWEST_DIGITS && (last || (ends(in, place + 1) && in->text[place + 1] != '_')) &&
                is_card(digits, count))
                end = place + 1;
        } else {
            break;
        }
    }
    return end > 0 && found(part, at, end, KIND_CARD);
}

bool find_key(const search_t *in, size_t at, part_t *part)
{
    switch (in->text[at]) {
    case '_':
        return after_underscore(in, at, part);
    case '-':
        return after_hyphen(in, at, part);
    case 'B':
        return bearer(in, at, part);
    case 'G':
        return sendgrid(in, at, part);
    case 'I':
        return at_i(in, at, part);
    case 'J':
        return jwt(in, at, part);
    case 'K':
        return twilio(in, at, part);
    default:
        return card(in, at, part);
    }
}
