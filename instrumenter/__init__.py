"""Spanwright's tool: rewrites Python source, keeps the originals, reads what ran."""

__version__ = "0.1.0"
