"""The runtime's version: what `pyproject.toml` says, without reading the installation's metadata at each start."""

__version__ = "0.1.0"
