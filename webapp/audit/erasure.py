"""Erasing what the ledger tells of a person, while the chain and every proof stay whole."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.db.models import Q

from webapp.accounts.models import User
from webapp.audit.models import Disclosure, Field, Kind, LedgerEntry
from webapp.audit.services import append
from webapp.errors_text import Refused


@transaction.atomic
def erase_person(*, person: User, by: User | None, reason: str) -> int:
    """Forget which acts were `person`'s or happened to them, and the reasons given; how many facts are gone.

    What happened to which video stays, without the person. The ledger gets an entry that counts, says why, and
    names neither the person nor anything of theirs. It can't be undone.
    """
    if not reason.strip():
        raise Refused("erasure_reason_missing")
    named = Q(field__in=(Field.ACTOR, Field.SUBJECT), value=person.pseudonym)
    acts = Disclosure.objects.filter(named).values("entry_id")
    theirs = LedgerEntry.objects.filter(object__in=_ids(person)).values("index")
    words = Q(field=Field.REASON) & (Q(entry_id__in=acts) | Q(entry_id__in=theirs))
    doomed = list(Disclosure.objects.filter(named | words).values_list("pk", flat=True))
    if not doomed:
        raise Refused("nothing_to_erase")
    Disclosure.objects.filter(pk__in=doomed).delete()
    append(kind=Kind.ERASURE, actor=by, object_id=uuid.uuid4(), reason=reason, fields=len(doomed))
    return len(doomed)


def find_person(who: str) -> User:
    """The account with this address or pseudonym; Refused when there is none."""
    person = User.objects.filter(Q(email__iexact=who.strip()) | Q(pseudonym=who.strip().lower())).first()
    if person is None:
        raise Refused("person_unknown")
    return person


def _ids(person: User) -> list[str]:
    """Ids, as the ledger spells them, of videos, consents and live checks whose entries may hold others' words."""
    theirs = person.jobs, person.consents, person.live_checks
    return [str(key) for rows in theirs for key in rows.values_list("pk", flat=True)]
