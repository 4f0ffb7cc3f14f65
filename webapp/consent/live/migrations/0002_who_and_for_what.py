import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('live', '0001_initial'),
        ('consent', '0007_keep_purposes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='challenge',
            name='begun_by',
            field=models.ForeignKey(blank=True, help_text='Who says that it is them; nobody where a sitter was asked by link.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='live_checks', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='challenge',
            name='request',
            field=models.ForeignKey(blank=True, help_text='The question that it answers.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='live_checks', to='consent.request'),
        ),
        migrations.AddField(
            model_name='challenge',
            name='is_adult',
            field=models.BooleanField(default=False, help_text='They said on a page that they are 18 or older.'),
        ),
        migrations.AddField(
            model_name='challenge',
            name='said_minor',
            field=models.BooleanField(default=False, help_text='In the film they said that they are younger.'),
        ),
        migrations.AddField(
            model_name='challenge',
            name='appeal',
            field=models.CharField(blank=True, help_text='Why a reviewer shall look after all.', max_length=500),
        ),
    ]
