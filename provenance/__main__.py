"""python -m provenance: identify, verify, survive and more (--help lists them)."""

import sys

from .cli import main

sys.exit(main())
