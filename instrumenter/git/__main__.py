"""What git starts: `python -m instrumenter.git process`."""

import sys

from instrumenter.git.filter import main

sys.exit(main(sys.argv[1:]))
