"""The tour that `spans demo` gives, on the program in `program/`."""
