"""Settings of the tests: the same site over a throw-away folder. DATABASE_URL chooses PostgreSQL as outside."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_folder = tempfile.mkdtemp(prefix="sitter-tests-")
(Path(_folder) / "static").mkdir()
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
os.environ |= {"SITTER_DATA": _folder, "SITTER_HTTPS": "0", "EMAIL_URL": "memorymail://"}

from webapp.settings import *  # noqa: E402, F403
from webapp.settings import DATABASES, STORAGES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
CELERY_BROKER_URL = "memory://"
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, so that threads and processes of a test meet in it as they do outside.
    DATABASES["default"]["TEST"] = {"NAME": str(Path(_folder) / "test.sqlite3")}
