"""`python -m broadcaster COMMAND`: the same as `broadcaster COMMAND`. `serve` starts its parts this way."""

import sys

from broadcaster.cli import main

if __name__ == "__main__":
    sys.exit(main())
