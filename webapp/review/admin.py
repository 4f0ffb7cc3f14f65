from django.contrib import admin

from webapp.readonly import ReadOnlyAdmin
from webapp.review.models import Decision


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
    list_display = ("job", "reviewer", "verdict", "created_at")
    list_filter = ("verdict",)
    search_fields = ("job__id", "reviewer__email")
