"""Work of the seal queue: it holds the key of receipts."""

import logging

from provenance.errors import KeyMissing
from webapp.queue import background

log = logging.getLogger(__name__)


@background
def sign_receipt(consent_id: str) -> None:
    """Sign the receipt of one consent."""
    from django.conf import settings

    from webapp.consent import receipts

    receipts.sign_receipt(consent_id, keys=settings.KEYS)


@background
def sign_waiting_receipts() -> None:
    """Sign receipts whose message was lost."""
    from django.conf import settings

    from webapp.consent import receipts

    try:
        receipts.sign_waiting(keys=settings.KEYS)
    except KeyMissing as error:
        log.error("no consent receipt was signed: %s %s", error.message, error.hint)


@background
def forget_old_statements() -> None:
    """Delete recordings and films of consents that were kept long enough."""
    from webapp.consent import forgetting

    forgetting.forget_old()
