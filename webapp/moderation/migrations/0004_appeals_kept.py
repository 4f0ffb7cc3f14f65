from django.db import migrations

from webapp.immutable import KeepRows


class Migration(migrations.Migration):
    dependencies = [("moderation", "0003_appeals")]
    operations = [KeepRows("moderation_appeal", columns=("job_id", "words", "created_at"), once="answered_at")]
