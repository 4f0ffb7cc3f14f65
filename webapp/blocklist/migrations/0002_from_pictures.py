"""Pictures that sitters closed before faces were kept. Their faces are taken by the intake worker."""

from typing import Any

from django.db import migrations


def copy(apps: Any, editor: Any) -> None:
    blocked = apps.get_model("blocklist", "BlockedFace").objects
    for old in apps.get_model("consent", "BlockedPortrait").objects.all():
        reason = "A sitter refused and asked for it."
        face = blocked.create(
            source="SITTER", request_id=old.request_id, portrait_sha256=old.portrait_sha256, reason=reason
        )
        portrait = face.request.portrait
        if portrait.embedding:
            blocked.filter(pk=face.pk).update(embedding=portrait.embedding, taken_at=face.created_at)
        blocked.filter(pk=face.pk).update(created_at=old.created_at)


class Migration(migrations.Migration):
    dependencies = [("blocklist", "0001_blocked_faces"), ("uploads", "0004_faces")]

    operations = [migrations.RunPython(copy, migrations.RunPython.noop)]
