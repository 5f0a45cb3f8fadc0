"""The commands `instrument`, `uninstrument` and `spans`: parse, call, print."""
