"""Runs packages' own test suites with and without instrumentation: `python -m tests.conformance NAME`."""
