from django.db import migrations

from webapp.immutable import KeepRows


class Migration(migrations.Migration):
    dependencies = [("moderation", "0001_initial")]
    operations = [KeepRows("moderation_hold"), KeepRows("moderation_ruling")]
