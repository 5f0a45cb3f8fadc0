"""Exceptions in comprehensions and generator expressions of all kinds."""

rows = [{"n": 1, "d": 1}, {"n": 2, "d": 0}]


def ratio(row):
    return row["n"] / row["d"]


def lists():
    return [ratio(row) for row in rows]


def dicts():
    return {
        row["n"]: ratio(row)
        for row in rows
        if row
    }


def sets():
    return {ratio(row) for row in rows if row["n"] > 1 and
            row["d"] == 0}


def nested():
    return [[ratio(row) for row in part] for part in (rows[:1], rows)]


def lazily():
    return max((ratio(row) for row in rows), key=lambda x: -x)


def sources():
    return [row for row in ratio(rows[1])]


def conditions():
    return [row for row in rows if ratio(row) if row]


def unpacked():
    return [a + b for a, b in rows[0].items() for c in b]


class Holder:
    factor = 2
    values = [ratio(row) for row in rows[:1]]

    def scaled(self):
        return tuple(
            self.factor * value * ratio(rows[1]) for value in self.values)


def main():
    errors = []
    for attempt in (lists, dicts, sets, nested, lazily, sources, conditions, unpacked, Holder().scaled):
        try:
            attempt()
        except Exception as error:
            errors.append(error)
    raise ExceptionGroup("all", errors)


main()
