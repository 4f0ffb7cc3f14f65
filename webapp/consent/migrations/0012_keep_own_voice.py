from importlib import import_module

from django.db import migrations

from webapp.immutable import KeepRows

FROZEN = (*import_module("webapp.consent.migrations.0009_keep_live_checks").FROZEN, "own_voice_only")


class Migration(migrations.Migration):
    dependencies = [("consent", "0011_own_voice_and_looks")]
    operations = [KeepRows("consent_consent", columns=FROZEN, once="withdrawn_at")]
