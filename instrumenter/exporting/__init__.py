"""Writes what ran for other programs, one module a format; `docs/exporting.md` describes them."""
