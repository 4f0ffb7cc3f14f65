"""Take a picture of every page: phone in light and dark, desktop in light; then sheets with all of them.

python -m tests.gallery [--only WORDS] [--kind phone|dark|desk] [--out FOLDER]

The site runs in this process over throw-away data; nothing has to be started. Pages that are too wide for the
screen, and targets that a thumb misses, are named.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

os.environ["DJANGO_SETTINGS_MODULE"] = "webapp.settings_test"
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright keeps a loop in this thread, which asks nothing of ours

OUT = Path("build") / "gallery"


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(prog="python -m tests.gallery", description=__doc__)
    parser.add_argument("--only", default="", help="pages with these words in their name")
    parser.add_argument("--kind", default="", help="phone, dark or desk; all without")
    parser.add_argument("--out", type=Path, default=OUT, help=f"folder ({OUT})")
    options = parser.parse_args()

    import django

    django.setup()
    from tests.gallery.photographer import take_pictures

    for complaint in take_pictures(out=options.out, only=options.only, kind=options.kind):
        print(complaint)


if __name__ == "__main__":
    main()
