"""python -m provenance: identify, verify, survive and more (--help lists them)."""

import sys

from .cli import main

if __name__ == "__main__":  # helper processes load this module, too
    sys.exit(main())
