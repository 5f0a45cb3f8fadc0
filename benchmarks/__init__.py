"""What recording and rewriting cost, beside what else one would take: `python -m benchmarks --help`."""
