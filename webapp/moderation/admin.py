from django.contrib import admin

from webapp.moderation.models import Appeal, Hold, Ruling
from webapp.readonly import ReadOnlyAdmin


@admin.register(Hold)
class HoldAdmin(ReadOnlyAdmin):
    list_display = ("job", "created_at")
    search_fields = ("job__id",)


@admin.register(Ruling)
class RulingAdmin(ReadOnlyAdmin):
    list_display = ("hold", "reviewer", "verdict", "on_appeal", "created_at")
    list_filter = ("verdict", "on_appeal")
    search_fields = ("hold__job__id", "reviewer__email")


@admin.register(Appeal)
class AppealAdmin(ReadOnlyAdmin):
    list_display = ("job", "answer", "reviewer", "created_at", "answered_at")
    list_filter = ("answer",)
    search_fields = ("job__id", "reviewer__email")
