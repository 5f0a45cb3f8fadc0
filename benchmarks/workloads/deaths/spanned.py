"""The same with a span of OpenTelemetry around each body; `span` is put in by who imports this."""


def f(a, b):
    with span("f"):
        return a + b


def work(count, end):
    with span("work"):
        for number in range(count):
            f(number, 2)
        end()
