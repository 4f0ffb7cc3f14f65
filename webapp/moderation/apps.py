from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class ModerationConfig(AppConfig):
    name = "webapp.moderation"

    def ready(self) -> None:
        """Keep the guard on while no migration runs."""
        from webapp.moderation import checks  # noqa: F401 (registers them)
        from webapp.moderation.guard import GUARD

        pre_migrate.connect(GUARD.take_off, sender=self, dispatch_uid="take the guard of holds off")
        post_migrate.connect(GUARD.put_on, sender=self, dispatch_uid="put the guard of holds on")
