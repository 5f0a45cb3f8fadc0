/* numpy's dates and durations, texts as its `str` has them: a number of units since 1970, or just so many units. */
#include "write.h"

#include <stdio.h>

enum { YEAR, MONTH, WEEK, NO_UNIT, DAY, HOUR, MINUTE, SECOND, PICOSECOND = 11, GENERIC = 14, MOMENT_TEXT = 96 };

/* In numpy's order; the next to last ones are too fine for days. */
static const struct {
    const char *code, *name;
    int64_t of_day;
    int digits;
} units[] = {
    {"Y", "years", 0, 0}, {"M", "months", 0, 0}, {"W", "weeks", 0, 0}, {"?", "", 0, 0}, {"D", "days", 1, 0},
    {"h", "hours", 24, 0}, {"m", "minutes", 1440, 0}, {"s", "seconds", 86400, 0},
    {"ms", "milliseconds", 86400000, 3}, {"us", "microseconds", 86400000000, 6},
    {"ns", "nanoseconds", 86400000000000, 9}, {"ps", "picoseconds", 86400000000000000, 12},
    {"fs", "femtoseconds", 0, 15}, {"as", "attoseconds", 0, 18}, {"", "generic time units", 0, 0},
};

bool has_moments(char code, int unit)
{
    return unit >= 0 && unit != NO_UNIT && unit <= (code == 'M' ? PICOSECOND : GENERIC);
}

/* Reads what stands in brackets behind `M8`: `[ns]`, `[25s]`, or nothing. */
void read_unit(PyObject *dtype, numbers_t *numbers)
{
    char code[3] = "";
    size_t size = 0;
    numbers->many = 0;
    for (Py_ssize_t i = 3; i < PyUnicode_GET_LENGTH(dtype); i++) {
        Py_UCS4 c = PyUnicode_READ_CHAR(dtype, i);
        if (c >= '0' && c <= '9')
            numbers->many = numbers->many * 10 + (c - '0');
        else if (c != '[' && c != ']' && size < sizeof code - 1)
            code[size++] = (char)c;
    }
    numbers->many = numbers->many == 0 ? 1 : numbers->many;
    numbers->unit = GENERIC;
    while (numbers->unit >= 0 && strcmp(units[numbers->unit].code, code) != 0)
        numbers->unit--;
}

static int64_t floor_of(int64_t number, int64_t by)
{
    return number / by - (number % by < 0);
}

static int64_t rest_of(int64_t number, int64_t by)
{
    return number % by + (number % by < 0 ? by : 0);
}

/* The date of a day since 1970, which is told from March on: leap days come last. */
static int add_date(char *text, int64_t days)
{
    enum { DAYS_OF_400 = 146097, MARCH_OF_0 = 719468 };
    int64_t day = rest_of(days, DAYS_OF_400) + MARCH_OF_0, era = floor_of(days, DAYS_OF_400) + day / DAYS_OF_400;
    day %= DAYS_OF_400;
    int64_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
    day -= 365 * year + year / 4 - year / 100;
    int month = (int)((5 * day + 2) / 153);
    day -= (153 * month + 2) / 5;
    return sprintf(text, "%04lld-%02d-%02d", (long long)(year + era * 400 + (month >= 10)),
                   month < 10 ? month + 3 : month - 9, (int)day + 1);
}

static int add_time(char *text, int64_t rest, int unit)
{
    if (unit == HOUR)
        return sprintf(text, "T%02d", (int)rest);
    if (unit == MINUTE)
        return sprintf(text, "T%02d:%02d", (int)(rest / 60), (int)(rest % 60));
    int64_t part = units[unit].of_day / 86400, second = rest / part;
    int size = sprintf(text, "T%02d:%02d:%02d", (int)(second / 3600), (int)(second / 60 % 60), (int)(second % 60));
    return unit == SECOND ? size : size + sprintf(text + size, ".%0*lld", units[unit].digits, (long long)(rest % part));
}

/* A new reference, or NULL: dates that are too far for numpy, too. Other products overflow as numpy's do. */
PyObject *moment_text(const numbers_t *numbers, int64_t number)
{
    char text[MOMENT_TEXT];
    int unit = numbers->unit, size = 0;
    if (number == INT64_MIN)
        return PyUnicode_FromString("NaT");
    int64_t most = (int64_t)(INT64_MAX / numbers->many);
    if (numbers->code == 'M' && (number > most || number < -most))
        return NULL;
    number = (int64_t)((uint64_t)number * numbers->many);
    if (numbers->code == 'm')
        sprintf(text, "%lld %s", (long long)number, units[unit].name);
    else if (unit == YEAR)
        sprintf(text, "%04lld", (long long)((uint64_t)number + 1970));
    else if (unit == MONTH)
        sprintf(text, "%04lld-%02d", (long long)(floor_of(number, 12) + 1970), (int)rest_of(number, 12) + 1);
    else if (unit <= DAY)
        add_date(text, unit == WEEK ? (int64_t)((uint64_t)number * 7) : number);
    else {
        size = add_date(text, floor_of(number, units[unit].of_day));
        size += add_time(text + size, rest_of(number, units[unit].of_day), unit);
        strcpy(text + size, numbers->utc ? "+00:00" : "");
    }
    return PyUnicode_FromString(text);
}
