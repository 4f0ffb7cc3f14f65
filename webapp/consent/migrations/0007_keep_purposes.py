from importlib import import_module

from django.db import migrations

from webapp.immutable import KeepRows

FROZEN = (*import_module("webapp.consent.migrations.0004_keep_receipts").FROZEN, "purposes", "old_videos")


class Migration(migrations.Migration):
    dependencies = [("consent", "0006_purposes")]
    operations = [
        KeepRows("consent_consent", columns=FROZEN, once="withdrawn_at"),
        KeepRows("consent_purposewithdrawal"),
    ]
