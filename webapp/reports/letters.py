"""The letters about reports. Makers never learn who reported; reporters never learn who made it."""

from __future__ import annotations

from webapp.errors_text import Explanation
from webapp.mail import send_letter
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
    send_letter("Your report", ARRIVED.format(address=address), to=report.contact)


def send_answer(report: Report) -> None:
    """Tell a reporter what was decided."""
    outcome = OUTCOMES[Outcome(report.outcome)]
    text = ANSWERED.format(outcome=outcome, answer=report.answer)
    send_letter("Your report was looked at", text, to=report.contact)


def tell_maker(*, job: Job, why: Explanation) -> None:
    """Tell a creator what happens with a video of theirs."""
    text = TO_MAKER.format(title=job, message=why.message, hint=why.hint)
    send_letter("A video of yours was reported", text, to=job.owner.email)
