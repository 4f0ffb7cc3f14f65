"""What gunicorn serves: `gunicorn webapp.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")
application = get_wsgi_application()

from webapp.accounts.checks import refuse_to_start  # noqa: E402 (once the apps are there)

refuse_to_start()
