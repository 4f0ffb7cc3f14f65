"""Work of the seal queue."""

import logging

from provenance.errors import ProvenanceError
from webapp.queue import background

log = logging.getLogger(__name__)


@background
def sign_head() -> None:
    """Sign the ledger's head if it has grown."""
    from django.conf import settings

    from webapp.audit import heads

    try:
        heads.sign_head(settings.KEYS)
    except ProvenanceError as error:
        log.error("no tree head was signed: %s %s", error.message, error.hint)
