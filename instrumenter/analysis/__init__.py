"""Looks into one trace, or two: as pictures, for what was slow or repeated, and for what has changed."""
