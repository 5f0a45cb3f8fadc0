-- The index of a trace folder, version 1. docs/store.md says how it is kept; everything in it comes from the segments.
--
-- A span's key is the number of its segment, shifted left by 40 bits, with the span's short number (the last ten
-- hexadecimal digits of its id) below. Times are Unix nanoseconds, durations nanoseconds. No table has an index:
-- rows lie in the order in which they were recorded, and DuckDB knows the least and greatest value of every block.

-- What marks the file as an index of ours; another version is rebuilt.
CREATE TABLE spanwright_index (version INTEGER NOT NULL);
INSERT INTO spanwright_index VALUES (1);

-- One row a run.
CREATE TABLE runs (
    run VARCHAR NOT NULL,               -- its id: the name of its first process's segment
    program VARCHAR NOT NULL,           -- the command line, shortened
    began_ns BIGINT NOT NULL,
    is_dump BOOLEAN NOT NULL            -- a copy of what a flight recorder held: its spans are another run's, too
);

-- One row a segment that is in the index: all its rows below were written in the transaction that wrote this one.
CREATE TABLE segments (
    segment INTEGER NOT NULL,           -- its number, in this index only
    name VARCHAR NOT NULL,              -- the file's name without its suffix
    run VARCHAR NOT NULL,
    pid BIGINT NOT NULL,
    unix0 UBIGINT NOT NULL,             -- the first half of the ids of its traces
    began_ns BIGINT NOT NULL,
    ended_ns BIGINT NOT NULL,           -- the last moment that was recorded
    has_counters BOOLEAN NOT NULL,      -- spans may have been left out; `counters` knows of every call
    problems INTEGER NOT NULL,          -- how many places could not be read: spans doctor names them
    state VARCHAR NOT NULL              -- what was read: of the file, and of those of the processes above
);

-- One row a place in the source whose spans are told apart.
CREATE TABLE sites (
    site INTEGER NOT NULL,              -- its number, in this index only
    file VARCHAR NOT NULL,              -- relative to the project's root
    function VARCHAR NOT NULL,          -- the qualified name; of a call what it calls
    line INTEGER NOT NULL,
    kind VARCHAR NOT NULL,              -- function, generator, coroutine, async_generator, call or await
    expression VARCHAR NOT NULL         -- of a call or an await, as it is written
);

-- One row a span.
CREATE TABLE spans (
    span BIGINT NOT NULL,               -- its key
    parent BIGINT,                      -- that of the span above; null for a root
    trace BIGINT NOT NULL,              -- that of the root above
    segment INTEGER NOT NULL,
    site INTEGER NOT NULL,
    thread INTEGER NOT NULL,            -- as counted in the process
    start_ns BIGINT NOT NULL,
    duration_ns BIGINT NOT NULL,        -- pauses and waits included
    waited_ns BIGINT NOT NULL,          -- of these, pauses and waits, as far as they are known
    self_ns BIGINT NOT NULL,            -- without the time in which something directly below it ran: docs/analysis.md
    status UTINYINT NOT NULL,           -- 0 ok, 1 error, 2 unfinished
    params JSON,                        -- an object; null where none were recorded
    result JSON                         -- null where none was recorded; JSON's null where it was None
);

-- One row a trace and segment that has spans of it: several where a trace goes on in other processes.
CREATE TABLE traces (
    trace BIGINT NOT NULL,              -- the key of its root
    segment INTEGER NOT NULL,
    start_ns BIGINT NOT NULL,
    end_ns BIGINT NOT NULL,
    spans BIGINT NOT NULL,
    errors BIGINT NOT NULL
);

-- One row a function's span that ended with an exception.
CREATE TABLE failures (
    span BIGINT NOT NULL,
    trace BIGINT NOT NULL,
    segment INTEGER NOT NULL,
    site INTEGER NOT NULL,
    start_ns BIGINT NOT NULL,           -- the span's
    first BOOLEAN NOT NULL,             -- the first span that this exception left; others saw it further out
    type VARCHAR NOT NULL,              -- empty at level 1, as are those below
    message VARCHAR NOT NULL,
    file VARCHAR NOT NULL,              -- where it was raised
    line INTEGER NOT NULL,
    detail JSON,                        -- the exception as docs/reading.md has it; of the first hundred of each place
    variables JSON                      -- the last values of the span's variables, where they were recorded
);

-- One row a function that was counted in a segment: every call that ended, whatever became of its span.
CREATE TABLE counters (
    segment INTEGER NOT NULL,
    site INTEGER NOT NULL,
    calls BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    total_ns BIGINT NOT NULL,
    is_part BOOLEAN NOT NULL            -- its probes were out for a while (docs/budget.md): of then nothing is known
);

-- One row a thread.
CREATE TABLE threads (
    segment INTEGER NOT NULL,
    thread INTEGER NOT NULL,
    native BIGINT NOT NULL,             -- the system's number
    name VARCHAR NOT NULL
);
