"""Between the commands and rewriter and vault: finds files, prepares their changes, tells what became of each."""
