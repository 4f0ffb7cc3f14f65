import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('consent', '0007_keep_purposes'),
        ('live', '0002_who_and_for_what'),
    ]

    operations = [
        migrations.AddField(
            model_name='consent',
            name='live_check',
            field=models.OneToOneField(blank=True, help_text='By which the sitter showed that it is them; one check speaks for one consent.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='consent', to='live.challenge'),
        ),
        migrations.AddField(
            model_name='request',
            name='terms',
            field=models.JSONField(blank=True, default=dict, help_text='What the sitter has chosen and not finished; empty once answered.'),
        ),
    ]
