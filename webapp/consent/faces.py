"""The gate that every portrait passes before anything is agreed to or made with it: is its face blocked?"""

from __future__ import annotations

from typing import Any

from webapp.blocklist.alike import nearest, outcome
from webapp.blocklist.models import BlockedFace
from webapp.errors_text import Refused
from webapp.uploads.models import Portrait


def require_unblocked(portrait: Portrait) -> None:
    """Refused where the face, or this very picture, is blocked, or where the face is not known yet.

    A face that is only near to a blocked one passes; `findings` then has it for a reviewer.
    """
    if BlockedFace.objects.filter(portrait_sha256=portrait.sha256, lifted_at=None).exists():
        raise Refused("portrait_blocked")
    if not portrait.embedding:  # rescue_lost_work has it taken
        raise Refused("face_not_taken")
    if outcome(nearest(portrait.embedding), portrait.stranger) == "blocked":
        raise Refused("portrait_blocked")


def findings(portrait: Portrait) -> list[dict[str, Any]]:
    """What a reviewer should see about the portrait before anything is painted: code and number of each.

    Beside what its check found (`Portrait.findings`): near_blocked, with the cosine of the nearest blocked face.
    """
    found = list(portrait.findings)
    if portrait.embedding:
        cosine = nearest(portrait.embedding)
        if outcome(cosine, portrait.stranger) == "near":
            found.append({"code": "near_blocked", "number": round(cosine, 2)})
    return found
