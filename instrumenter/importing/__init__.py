"""Makes runs of what was exported, here or by others: a segment for each process; docs/exporting.md."""
