"""python -m provenance: identify, verify, keys, bench."""

import sys

from .cli import main

sys.exit(main())
