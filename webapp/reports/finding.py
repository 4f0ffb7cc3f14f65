"""Which video somebody means: by its number, or by an address of this site that has its id or a look-up's."""

from __future__ import annotations

import re

from webapp.lookup.models import LookUp
from webapp.videos.models import Job

NUMBER = re.compile(r"(?<![0-9a-f-])[0-9a-f]{10}(?![0-9a-f-])", re.IGNORECASE)
ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def meant(text: str) -> Job | None:
    """The finished video that `text` names, or None."""
    finished = Job.objects.exclude(sealed_at=None)
    ids = ID.findall(text)
    asked = LookUp.objects.filter(pk__in=ids).exclude(job=None).values_list("job", flat=True)
    codes = [int(code, 16) for code in NUMBER.findall(text)]
    return finished.filter(pk__in=[*ids, *asked]).first() or finished.filter(code__in=codes).first()
