from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class ConsentConfig(AppConfig):
    name = "webapp.consent"

    def ready(self) -> None:
        """Keep the guard on while no migration runs."""
        from webapp.consent import guard

        pre_migrate.connect(guard.take_off, sender=self, dispatch_uid="take the consent guard off")
        post_migrate.connect(guard.put_on, sender=self, dispatch_uid="put the consent guard on")
