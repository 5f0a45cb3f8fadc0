/* Secrets inside of texts, found by their shape or by the name before them. A text is read from one trigger to the next:
   characters without which no secret is told from other text. _py_redact_text.py does the same, step by step. */
#include "redact.h"

enum { LETTER = 1, DIGIT = 2, TRIGGER = 4, KEY = 8 };

#define L (LETTER | KEY)
#define D (LETTER | KEY | DIGIT)
#define T (LETTER | KEY | TRIGGER)
static const uint8_t sorts[256] = {
    ['-'] = TRIGGER | KEY, ['0'] = D, D, D, D, D, D, D, D, D, D, [':'] = TRIGGER, ['='] = TRIGGER,
    ['A'] = L, T, L, L, L, L, T, L, T, T, T, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L,
    ['_'] = TRIGGER | KEY, ['a'] = L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L,
};

bool is_letter(uint8_t c)
{
    return sorts[c] & LETTER;
}

bool is_digit(uint8_t c)
{
    return sorts[c] & DIGIT;
}

bool is_key(uint8_t c)
{
    return sorts[c] & KEY;
}

bool text_is_quiet_slowly(const uint8_t *text, size_t size)
{
    size_t digits = 0;
    uint8_t all = 0;
    for (size_t i = 0; i < size; i++) {
        all |= sorts[text[i]];
        digits += (sorts[text[i]] & DIGIT) != 0;
    }
    return (all & TRIGGER) == 0 && digits < FEWEST_DIGITS;
}

static bool has_many_digits(const search_t *in)
{
    size_t digits = 0;
    for (size_t i = 0; i < in->size && digits < FEWEST_DIGITS; i++)
        digits += (sorts[in->text[i]] & DIGIT) != 0;
    return digits == FEWEST_DIGITS;
}

/* The parts to be hidden, in their order; at most MOST_PARTS. */
size_t find_parts(const search_t *in, part_t *parts)
{
    size_t count = 0, done = 0, at = 0;
    uint8_t wanted = has_many_digits(in) ? TRIGGER | DIGIT : TRIGGER;
    while (at < in->size) {
        uint8_t c = in->text[at];
        part_t *part = &parts[count];
        if (LIKELY((sorts[c] & wanted) == 0)) {
            at++;
            continue;
        }
        bool found = c == ':' ? after_colon(in, at, part) : c == '=' ? after_equals(in, at, part) : find_key(in, at, part);
        if (!found || part->start < done) {
            at++;
            continue;
        }
        if (++count == MOST_PARTS)
            part->end = in->size; /* what is left is hidden with the last */
        done = at = part->end;
    }
    return count;
}
