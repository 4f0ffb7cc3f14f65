from django.contrib import admin

from webapp.consent.live.models import Challenge
from webapp.readonly import ReadOnlyAdmin


@admin.register(Challenge)
class ChallengeAdmin(ReadOnlyAdmin):
    """How live checks went; without what was said."""

    list_display = ("id", "state", "language", "created_at", "finished_at")
    list_filter = ("state", "language")
    exclude = ("phrase", "earlier", "clip", "checks", "speaker")
