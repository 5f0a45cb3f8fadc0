"""git: what is staged, and a filter through which git sees originals while the work tree holds twins."""
