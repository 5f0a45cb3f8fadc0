"""The index: the spans of a project's segments in a DuckDB file, to search and to add up (docs/store.md)."""
