"""The few letters about consent. None holds more than its reader has to know."""

from __future__ import annotations

from django.utils.formats import date_format

from webapp.accounts.models import User
from webapp.consent.models import Consent
from webapp.mail import send_letter

PRIVATE_LINK = """\
You agreed that a portrait of yours may speak.

For: {purpose}
Until: {until}

This is your private page. It shows every video made of you, and you can stop any of them, or all, at any time:

{address}

Keep it to yourself. A browser that is new to it also needs a code, which is sent here when it is opened.
"""
WITHDRAWN = """\
The sitter of your portrait “{portrait}” has taken back {what}.

No more videos are made with it. What was being made has stopped, and what was published is taken down. This
can't be undone; you may ask the sitter again.
"""

ENDED = """\
The consent for your portrait “{portrait}” ended on {day}.

Its sitter chose that videos that are out then are taken down, and that was done. No new ones are made with it; you
may ask the sitter again.
"""

LOOKED_AT = """\
A reviewer watched the film in which you showed that a portrait is yours, and {found}.

To go on, open the page again on which you filmed yourself, or the link that you were sent.
"""

CODE = """\
{digits} is your code. It opens your private page once, within ten minutes.

Somebody has opened your private link in a browser that is new to it. If that wasn't you, do nothing, and tell the
people who run the site: without this code they see nothing.
"""


def send_private_link(*, to: str, consent: Consent, address: str) -> None:
    """Send a sitter the way to their page, once the transaction is through."""
    until = date_format(consent.expires_at, "j F Y")
    text = PRIVATE_LINK.format(purpose=consent.for_what, until=until, address=address)
    send_letter("Your private page", text, to=to)


def send_code(*, to: str, digits: str) -> None:
    """Send a sitter a one-time code, once the transaction is through."""
    send_letter("Your code", CODE.format(digits=digits), to=to)


def tell_looked_at(*, to: str, passes: bool) -> None:
    """Tell whoever filmed themselves what a reviewer decided, once the transaction is through."""
    found = "says that it is you" if passes else "could not say that it is you; the film has been deleted"
    send_letter("A reviewer has watched your film", LOOKED_AT.format(found=found), to=to)


def tell_creator(*, creator: User, portrait: object, what: str) -> None:
    """Tell a creator what a sitter has taken back, once the transaction is through."""
    send_letter("A consent was withdrawn", WITHDRAWN.format(portrait=portrait, what=what), to=creator.email)


def tell_of_the_end(consent: Consent) -> None:
    """Tell a creator that published videos went with the consent's last day, once the transaction is through."""
    day = date_format(consent.expires_at, "j F Y")
    send_letter(
        "A consent has ended", ENDED.format(portrait=consent.portrait, day=day), to=consent.created_by.email
    )
