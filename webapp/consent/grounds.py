"""What a consent rests on, by who is in the picture. Nothing else makes one; services.give_consent asks here."""

from __future__ import annotations

from collections.abc import Sequence

from webapp.accounts.models import User
from webapp.consent.age import require_no_minor
from webapp.consent.checks import SOURCE, Check
from webapp.consent.live import standing
from webapp.consent.live.models import Challenge
from webapp.consent.models import Depicted
from webapp.errors_text import Refused
from webapp.uploads.models import Portrait


def require_grounds(
    *,
    depicted: Depicted,
    portrait: Portrait,
    created_by: User,
    live_check: Challenge | None,
    checks: Sequence[Check],
    words: Sequence[str],
) -> None:
    """Refused unless the sitter showed that it is them, or nobody living can: call in the consent's transaction.

    Myself: a live check that this account began and passed within standing.GOOD_FOR. Someone else: the one by which
    they answered a request of this account. Either speaks for one consent, and no `words` of theirs are a minor's.
    Nobody living: source and evidence.
    """
    if depicted == Depicted.NOBODY_LIVING:
        if not any(check.kind == SOURCE for check in checks):
            raise Refused("consent_source_missing")
        return
    require_no_minor(*words)
    standing.require_no_minor(portrait.sha256)
    if depicted == Depicted.MYSELF:
        good, code = standing.by_account(portrait, created_by), "live_needed"
    else:
        request = live_check.request if live_check else None
        if request is None or request.created_by_id != created_by.pk:
            raise Refused("consent_only_by_link")
        good, code = standing.by_link(portrait, request), "live_needed_by_link"
    held = live_check and Challenge.objects.select_for_update().filter(pk=live_check.pk).first()
    if held is None or not good.filter(pk=held.pk).exists():
        raise Refused(code)
