"""Every sentence that tells a user what went wrong: what happened, what to do, what is safe. One place.

Refusals of the two packages bring their own message and hint; this file has the site's own, and the one kind
sentence for what nobody foresaw.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Explanation:
    """Text for a person; `code` is stable."""

    code: str
    message: str
    hint: str


class Refused(Exception):
    """A service will not do what was asked; nothing was changed. Its text is message and hint, for people."""

    def __init__(self, code: str, **values: object) -> None:
        self.explanation = explain(code, **values)
        super().__init__(f"{self.explanation.message} {self.explanation.hint}")


_TEXTS: dict[str, tuple[str, str]] = {
    "unexpected": (
        "Something broke on our side.",
        "Try again; what you uploaded is safe. If it happens twice, tell the people who run this site.",
    ),
    "suspended": (
        "This account is suspended (“{reason}”).",
        "You can still see your videos and withdraw consents.",
    ),
    "file_too_large": (
        "The file is larger than {limit} MB.",
        "Choose a smaller one. What you uploaded before is safe.",
    ),
    "file_empty": ("The file is empty.", "Choose another one; perhaps its copying was interrupted."),
    "file_unreadable": (
        "We could not read this file.",
        "Save it again in a common format (JPEG or PNG, WAV or MP3) and upload that one.",
    ),
    "mark_lost": (
        "The invisible mark of this video would not survive being shared, so it was not released.",
        "Use a brighter portrait or another background. Your portrait, recording and consent are kept.",
    ),
    "evidence_unsealed": (
        "This video was never sealed, so there is nothing to prove about it.",
        "Choose one that is in review or published.",
    ),
    "evidence_no_head": (
        "The log has not been signed since this video was sealed.",
        "Try again in a minute. If that goes on, ask the people who run this site to look at its log key.",
    ),
    "look_up_busy": (
        "Many people are asking right now.",
        "Try again in a few minutes. Nothing was kept.",
    ),
    "look_up_failed": (
        "This file could not be searched to its end.",
        "Cut out the part that you doubt, or save it again as an ordinary MP4, and ask with that.",
    ),
    "video_reported": (
        "Somebody reported it. Until a reviewer has decided, nobody can watch or download it.",
        "That is no verdict. It takes 48 hours at most, and you will be told.",
    ),
    "report_upheld": (
        "A reviewer took this video down after a report: “{reason}”",
        "It can't be put back. Your portrait, recording and consent are kept.",
    ),
    "report_declined": (
        "A reviewer looked at the report about this video. It is out again.",
        "You need not do anything.",
    ),
    "report_which": (
        "We need to know which video you mean.",
        "Give its number or address, or tell us where you found it. What you wrote is still here.",
    ),
    "report_formal": (
        "A formal notice needs your name, an e-mail address and the statement.",
        "Fill them in, or send your report without the notice: it is looked at just the same.",
    ),
    "report_answered": ("Somebody else has answered this meanwhile.", "Look at the list to see what is open."),
    "report_before_review": (
        "This video still waits for its review.",
        "Decide on it there first. The reports stay open until then.",
    ),
    "report_stands": ("A report of this video was upheld.", "So it does not come out any more."),
    "report_unread": (
        "Somebody has reported this video, and it can't wait.",
        "Answer the report first, on the page of reports; or reject the video.",
    ),
    "report_reason_missing": (
        "An answer needs a reason.",
        "Write one or two sentences; whoever reported it and whoever made it read them.",
    ),
    "report_video_unknown": ("There is no finished video with this number or address.", "Check how it is spelled."),
    "upload_in_use": ("This is part of a video or a consent, so it stays.", "Nothing was deleted."),
    "portrait_not_ready": ("This portrait is not ready.", "Wait for its check, or choose another one."),
    "recording_not_ready": ("This recording is not ready.", "Wait for its check, or choose another one."),
    "face_unknown": ("That face is not in the list.", "Choose one of the outlined faces."),
    "consent_missing": (
        "Nobody has agreed to this portrait's use yet.",
        "Give consent for it first; portrait and recording stay as they are.",
    ),
    "consent_withdrawn": (
        "The consent for this portrait was withdrawn on {day}.",
        "Where its sitter agrees again, give a new consent and ask for a new video.",
    ),
    "consent_expired": (
        "The consent for this portrait ended on {day}.",
        "Give a new one, then ask for a new video.",
    ),
    "consent_invalid": (
        "This consent does not hold for this picture: it was given for other bytes, or its spoken statement could "
        "not be used.",
        "Give a new one, then ask for a new video.",
    ),
    "video_withdrawn": (
        "The sitter took back their consent to this video on {day}.",
        "It can't be made again. Where its sitter agrees, ask for a new one.",
    ),
    "video_already_withdrawn": ("You took this video back before.", "Nothing changed."),
    "request_over": (
        "This question was answered, taken back, or is older than a week.",
        "Nothing was changed. Whoever asked can send a new link.",
    ),
    "links_too_often": (
        "Many private links were opened from here within an hour.",
        "Wait a little and open yours again. It still works.",
    ),
    "terms_too_wide": (
        "You can agree to what was asked or to less, not to more.",
        "Choose an earlier day. Nothing was kept.",
    ),
    "portrait_blocked": (
        "The face in this picture can't be used here.",
        "Choose another portrait. If it is your own face, tell the people who run this site.",
    ),
    "portrait_child": (
        "The person in this picture looks like a child. A child's likeness is never made to speak here.",
        "Choose a portrait of a grown-up. If this is one, take another picture of them.",
    ),
    "face_not_taken": (
        "The check of this portrait's face is not finished.",
        "Try again in a few minutes. Nothing was changed.",
    ),
    "block_reason_missing": ("Blocking a face, or lifting that, needs a reason.", "Write a sentence."),
    "block_lifted": ("This block was lifted before, or its picture is still being looked at.", "Nothing changed."),
    "quota_requests": (
        "You have sent {limit} requests in the last 24 hours, which is the limit.",
        "Try again tomorrow. The ones you sent still work.",
    ),
    "own_request": (
        "You asked this question yourself; only the sitter can answer it.",
        "Send them the link, or let them read the code with their phone.",
    ),
    "consent_other_recording": (
        "The sitter agreed to another recording, not to this one.",
        "Choose the one they agreed to, or ask them about this one. Portrait and recording stay as they are.",
    ),
    "code_wrong": (
        "This is not the code, or it is older than ten minutes.",
        "Look at the latest letter; after five tries, have another one sent.",
    ),
    "code_too_often": ("Five codes were sent within an hour.", "Use the latest one, or try again in an hour."),
    "purpose_missing": (
        "The sitter agreed to more than one purpose.",
        "Say which one this video is for. Your portrait, recording and consent are kept.",
    ),
    "purpose_not_agreed": (
        "The sitter has not agreed to this purpose, or no longer does.",
        "Choose another one, or ask them. Your portrait, recording and consent are kept.",
    ),
    "purpose_withdrawn": (
        "The sitter took back their consent to this purpose (“{purpose}”) on {day}.",
        "What else they agreed to still holds; for this, ask them again.",
    ),
    "purpose_already_withdrawn": ("This purpose was withdrawn before.", "Nothing changed."),
    "consent_dates": ("The consent must end after today and within {years} years.", "Choose another day."),
    "consent_statement_missing": ("A consent needs a statement.", "Type it, or upload it as a recording."),
    "consent_already_withdrawn": ("This consent was withdrawn before.", "Nothing changed."),
    "consent_source_missing": (
        "A picture of nobody living needs its source, and what shows that nobody in it can be asked.",
        "Say where it comes from and how one can see that. What you wrote is still here.",
    ),
    "consent_only_by_link": (
        "Only the person in the picture can agree to that, by a live check of their own.",
        "Send them the link, or let them read the code with their phone.",
    ),
    "live_needed": (
        "A consent of yourself needs a live check that you passed within the last 24 hours; each counts once.",
        "Show that it is you; it takes a minute. Then come back here.",
    ),
    "live_needed_by_link": (
        "The live check is not passed yet.",
        "Show that it is you; it takes a minute. What you chose is kept.",
    ),
    "live_adult": (
        "Only people who are 18 or older can go on.",
        "Say on the page that you are. If you are younger, close it: nothing is made of you.",
    ),
    "live_minor": (
        "In a live check of this picture somebody said that they are under 18, so nothing is made of it.",
        "If that was misheard, ask a person to look, on that check's page, or tell the people who run this site.",
    ),
    "sitter_minor": (
        "Your words say that the person in the picture is under 18. Then nothing is made here, by nobody's fault.",
        "If they are 18 or older, say it in other words. Nothing was kept.",
    ),
    "live_appeal_reason": ("Tell the reviewer why.", "One sentence is enough; your film is still here."),
    "live_appeal_late": (
        "This film is not here any more, so nobody can look at it.",
        "Try again with a new phrase; after that you can ask again.",
    ),
    "live_language": ("This language is not among those that the live check speaks.", "Choose one from the list."),
    "live_late": (
        "This phrase can't be answered any more: it lives five minutes and is taken once.",
        "Ask for a new one. Nothing was kept.",
    ),
    "live_reason_missing": ("A decision needs a reason.", "Write in a sentence what you saw and heard."),
    "live_answered": ("This check has been answered.", "Look at its page to see how it stands."),
    "live_paused": (
        "Three tries did not work, so this check pauses for {minutes} minutes.",
        "Come back to this page then. Nothing that you sent was kept.",
    ),
    "quota_uploads": (
        "You have uploaded {limit} files in the last 24 hours, which is the limit.",
        "Try again tomorrow. Everything you uploaded is kept.",
    ),
    "quota_jobs": (
        "You have asked for {limit} videos in the last 24 hours, which is the limit of this account.",
        "Try again tomorrow. Everything you uploaded is kept.",
    ),
    "too_late": ("This video has moved on meanwhile.", "Look at its page to see where it is now."),
    "consent_own_voice": (
        "The sitter agreed to their own voice only, and this recording does not sound like them.",
        "Choose one in which they speak clearly, for three seconds at least. Nothing was changed.",
    ),
    "statement_withdrawn": (
        "Whoever spoke here has taken it back, so the recording is deleted.",
        "What was agreed to stays in the signed record.",
    ),
    "live_unseen": ("You have not opened the film, or not lately.", "Open it, then decide. Nothing was changed."),
    "look_reason_missing": (
        "What a sitter stated is opened for a reason.",
        "Write why you need to see it; the sitter can read that.",
    ),
    "voice_needs_a_yes": (
        "Somebody else’s voice needs their yes.",
        "Ask them, then tick the box; or leave the name empty where the sitter speaks.",
    ),
    "statements_closed": (
        "Recordings of statements can't be taken or played right now: their key is not in its place.",
        "Nothing was kept. Tell the people who run this site, and try again later.",
    ),
    "own_video": ("This is your own video; somebody else has to decide on it.", "Leave it in the queue."),
    "reason_missing": ("A rejection needs a reason.", "Write one or two sentences; its maker will read them."),
    "refusal_reason_missing": (
        "A refusal needs a reason.",
        "Write one or two sentences; whoever asked for the video will read them.",
    ),
    "appeal_words_missing": ("An appeal needs words.", "Write in a few sentences why you think this is wrong."),
    "appeal_made": (
        "There is nothing to appeal against, or you did before.",
        "An appeal is possible once, where a reviewer said no. Look at the video's page to see where it is.",
    ),
    "appeal_same_reviewer": (
        "You said no to this one; another reviewer has to answer the appeal.",
        "Leave it in the list.",
    ),
    "owner_suspended": (
        "The account that asked for this video is suspended.",
        "Refuse the request, or leave it until the account is restored.",
    ),
    "not_in_ledger": (
        "This video is not in the ledger.",
        "It cannot be published. Tell the people who run this site.",
    ),
    "person_unknown": ("There is no account with this address or pseudonym.", "Check its spelling."),
    "nothing_to_erase": ("The ledger tells nothing of this person.", "Nothing was changed."),
    "erasure_reason_missing": ("An erasure needs a reason.", "Write one without naming the person."),
    "stored_file_changed": (
        "A stored file is not the one that was checked, so nothing was made of it.",
        "Upload portrait and recording again, and tell the people who run this site.",
    ),
    "worker_lost": (
        "The machine that made this video stopped several times.",
        "Try again later; your portrait, recording and consent are safe.",
    ),
    "render_crashed": (
        "The video could not be finished: the painter stopped without a word, perhaps for want of memory.",
        "Try again, or with a shorter recording. Portrait, recording and consent are safe.",
    ),
    "seal_failed": (
        "The video was made, but its signature could not be confirmed.",
        "Nothing was published. Try again; if it happens twice, tell the people who run this site.",
    ),
}


# Codes: only a new consent helps.
ENDED_CONSENTS = ("consent_withdrawn", "consent_expired", "consent_invalid", "video_withdrawn", "purpose_withdrawn")


def explain(code: str, **values: object) -> Explanation:
    """The text for `code`, or the kind sentence for what nobody foresaw."""
    message, hint = _TEXTS.get(code, _TEXTS["unexpected"])
    return Explanation(code, message.format(**values), hint.format(**values))
