"""Follows what happens to files, and keeps them twins, until it is told to stop."""
