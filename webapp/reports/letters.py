"""The letters about reports. Makers never learn who reported; reporters never learn who made it."""

from __future__ import annotations

from functools import partial

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction

from webapp.errors_text import Explanation
from webapp.reports.models import Outcome, Report
from webapp.videos.models import Job

ARRIVED = """\
Thank you for your report. A person looks at it within 48 hours.

This is your private page. It says what becomes of it:

{address}

Keep it to yourself: whoever has this address can read what you wrote.
"""
ANSWERED = """\
Your report was looked at: {outcome}

What the reviewer wrote:

{answer}

Your private page, whose address we sent you before, says it, too.
"""
OUTCOMES = {
    Outcome.TAKEN_DOWN: "the video was taken down.",
    Outcome.KEPT: "the video was not taken down.",
    Outcome.NOT_OURS: "it is no video of this site.",
}
TO_MAKER = """\
About your video “{title}”:

{message}

{hint}
"""


def send_private_link(*, report: Report, address: str) -> None:
    """Tell a reporter where they read what becomes of it."""
    _send("Your report", ARRIVED.format(address=address), report.contact)


def send_answer(report: Report) -> None:
    """Tell a reporter what was decided."""
    outcome = OUTCOMES[Outcome(report.outcome)]
    _send("Your report was looked at", ANSWERED.format(outcome=outcome, answer=report.answer), report.contact)


def tell_maker(*, job: Job, why: Explanation) -> None:
    """Tell a creator what happens with a video of theirs."""
    text = TO_MAKER.format(title=job, message=why.message, hint=why.hint)
    _send("A video of yours was reported", text, job.owner.email)


def _send(subject: str, text: str, to: str) -> None:
    if to:
        title = f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}{subject}"
        transaction.on_commit(partial(send_mail, title, text, None, [to]), robust=True)
