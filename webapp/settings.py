"""Settings, all from the environment (a .env file in the repository root is read too).

Without any variable the site runs embedded: SQLite and private files under var/, Redis on localhost.

SITTER_DATA            folder of everything private (var)          SITTER_DEBUG      1 shows tracebacks (0)
SITTER_HTTPS           0 only where the site is plain HTTP (1)     SITTER_HOSTS      names served (localhost)
SITTER_ORIGINS         https://… origins behind a proxy            SITTER_PROXIES    trusted proxies in front (0)
SITTER_SECRET_KEY      else made in SITTER_DATA/keys/secret.key
DATABASE_URL           postgres://… (SQLite in SITTER_DATA)        REDIS_URL         redis://localhost:6379/0
EMAIL_URL              smtp+tls://…, filemail:////dir (console, which HTTPS refuses)
SITTER_MAIL_FROM       sender of the site's mail
SITTER_S3_BUCKET, SITTER_S3_ENDPOINT, SITTER_S3_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY: files in S3
SITTER_SIZE            side of a video in px (512)                 SITTER_LOG_LEVEL  (INFO)
SITTER_VISIBLE_LABEL   1 draws “AI-generated” into a corner (0)
SITTER_DEVICE          where a worker paints: auto, cpu or cuda (auto: on the graphics card where there is one)
SITTER_STALE_S         a silent render counts as lost after (15)   SITTER_REAPER_S   how often that is looked at (5)
SITTER_SEAL_STALE_S    a silent seal counts as lost after (60)
SITTER_STATEMENT_DAYS  how long recordings and films of consents are kept (90)
SITTER_SPLIT_S         s above which workers share a video (30)   SITTER_SEGMENT_S  the longest piece, s (15)
SITTER_RULES, SITTER_ELECTIONS: files of what a person looks at first (docs/moderation.md)
SITTER_WATERMARK_KEY_FILE, SITTER_TRUST_ROOT, SITTER_STATEMENT_KEY_FILE: files of SITTER_DATA/keys unless given
"""

from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF

from webapp import secret

ROOT = Path(__file__).resolve().parent.parent
env = environ.Env()
environ.Env.read_env(ROOT / ".env")

DATA = Path(env.str("SITTER_DATA", str(ROOT / "var"))).resolve()
KEYS = DATA / "keys"
DEBUG = env.bool("SITTER_DEBUG", False)
HTTPS = env.bool("SITTER_HTTPS", not DEBUG)
SECRET_KEY = env.str("SITTER_SECRET_KEY", "") or secret.load_or_create(KEYS / "secret.key")
ALLOWED_HOSTS = env.list("SITTER_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("SITTER_ORIGINS", default=[])

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "webapp.accounts",
    "webapp.uploads",
    "webapp.consent",
    "webapp.consent.live",
    "webapp.blocklist",
    "webapp.videos",
    "webapp.moderation",
    "webapp.review",
    "webapp.audit",
    "webapp.lookup",
    "webapp.evidence",
    "webapp.reports",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "webapp.urls"
WSGI_APPLICATION = "webapp.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# ---- database and broker
if env.str("DATABASE_URL", ""):
    DATABASES = {"default": env.db("DATABASE_URL") | {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}}
else:
    DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": DATA / "db.sqlite3"}}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",  # writers wait for each other instead of failing half-way
        "timeout": 20,  # s
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.str("REDIS_URL", "redis://localhost:6379/0")
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}

# ---- private files
if env.str("SITTER_S3_BUCKET", ""):
    _files = {
        "BACKEND": "webapp.bucket.PrivateBucket",
        "OPTIONS": {
            "bucket_name": env.str("SITTER_S3_BUCKET"),
            "endpoint_url": env.str("SITTER_S3_ENDPOINT", "") or None,
            "region_name": env.str("SITTER_S3_REGION", "") or None,
            "default_acl": None,
            "file_overwrite": False,
            "querystring_auth": True,
            "querystring_expire": 55,  # s that a signed address works: a minute after a withdrawal none does
            "max_memory_size": 8 * 2**20,  # of a file being read; a larger one waits on disk
        },
    }
else:
    _files = {"BACKEND": "webapp.vault.PrivateFolder", "OPTIONS": {"location": DATA / "media"}}
STORAGES = {
    "default": _files,
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
FILE_UPLOAD_HANDLERS = [
    "webapp.uploads.limits.SizeLimitHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STATICFILES_DIRS = [ROOT / "webapp" / "static"]

# ---- people
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "CommonPasswordValidator", "NumericPasswordValidator")
] + [{"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}}]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "videos:list"
ACCOUNT_ADAPTER = "webapp.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_FORMS = {
    name: f"webapp.accounts.forms.{form}"
    for name, form in {
        "login": "LoginForm",
        "signup": "SignupForm",
        "add_email": "AddEmailForm",
        "change_password": "ChangePasswordForm",
        "reset_password": "ResetPasswordForm",
        "reset_password_from_key": "ResetPasswordKeyForm",
    }.items()
}
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[Sitter] "
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_RATE_LIMITS = {
    "login_failed": "10/m/ip,5/5m/key",  # the key is an address as seen from one IP (accounts/adapter.py)
    "login_failed_anywhere": "60/h/key",  # an address from all sides; browsers known to it are spared
    "look_up": "10/h/ip",
    "report": "5/h/ip",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Sitter"
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("SITTER_PROXIES", 0)
vars().update(env.email_url_config(env.str("EMAIL_URL", "") or "consolemail://"))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("SITTER_MAIL_FROM", "Sitter <no-reply@localhost>")

# ---- the browser's guards
_store = urlsplit(
    env.str("SITTER_S3_ENDPOINT", "") or f"https://{env.str('SITTER_S3_BUCKET', '')}.s3.amazonaws.com"
)
_store_origin = [f"{_store.scheme}://{_store.netloc}"] if env.str("SITTER_S3_BUCKET", "") else []
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:", *_store_origin],  # data: the second factor's QR code; blob: previews
        "media-src": [SELF, "blob:", *_store_origin],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health/$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
if env.int("SITTER_PROXIES", 0):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# ---- language and time
LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True

# ---- tasks
STALE_S = env.float("SITTER_STALE_S", 15.0)  # s without a heartbeat before another worker may take a render
SPLIT_S = env.float("SITTER_SPLIT_S", 30.0)  # s of recording above which a video is painted in segments
SEGMENT_S = env.float("SITTER_SEGMENT_S", 15.0)  # s, the longest segment: what a lost worker costs at most
SEAL_STALE_S = env.float("SITTER_SEAL_STALE_S", 60.0)  # s after which a signature counts as lost; takes about 3
REAPER_S = env.float("SITTER_REAPER_S", 5.0)  # s between two looks for lost work
HEAD_S = 15.0  # s between two looks whether the ledger has grown and its head is to be signed; a minute is promised
RECEIPTS_S = 60.0  # s between two looks for consent receipts whose message was lost
EXPIRY_S = 30.0  # s between two looks for consents that ended, with videos that go with them; a minute is promised
CERTIFICATE_S = 3600.0  # s between two looks at when the signer's certificate ends
FORGET_S = 300.0  # s between two sweeps of answered look-ups, which stay for an hour
STATEMENTS_S = 3600.0  # s between two sweeps of what sitters said aloud
REPORTS_S = 3600.0  # s between two sweeps of answered reports, whose senders are forgotten after 90 days
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 6 * 3600,  # s, above the longest render
    "socket_connect_timeout": 3,
    "max_retries": 1,
}
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0.2}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "intake"
CELERY_TASK_ROUTES = {
    "webapp.videos.tasks.render_video": {"queue": "gpu"},
    "webapp.videos.tasks.paint_segment": {"queue": "gpu"},
    "webapp.videos.tasks.join_video": {"queue": "gpu"},
    "webapp.videos.tasks.seal_video": {"queue": "seal"},
    "webapp.videos.tasks.rescue_lost_work": {"queue": "seal"},
    "webapp.videos.tasks.end_old_videos": {"queue": "seal"},
    "webapp.videos.tasks.look_at_certificate": {"queue": "seal"},
    "webapp.audit.tasks.*": {"queue": "seal"},
    "webapp.consent.tasks.*": {"queue": "seal"},
    "webapp.uploads.tasks.*": {"queue": "intake"},
    "webapp.consent.live.tasks.check_live": {"queue": "intake"},
    "webapp.consent.live.tasks.forget_unused_films": {"queue": "seal"},
    "webapp.blocklist.tasks.*": {"queue": "intake"},
    "webapp.evidence.tasks.*": {"queue": "seal"},
    "webapp.lookup.tasks.look_up": {"queue": "look"},
    "webapp.lookup.tasks.forget_old_look_ups": {"queue": "seal"},
    "webapp.reports.tasks.*": {"queue": "seal"},
}
ROUNDS = {  # task → s between two; a message that nobody took until the next is dropped
    "webapp.videos.tasks.look_at_certificate": CERTIFICATE_S,
    "webapp.videos.tasks.end_old_videos": EXPIRY_S,
    "webapp.videos.tasks.rescue_lost_work": REAPER_S,
    "webapp.audit.tasks.sign_head": HEAD_S,
    "webapp.consent.tasks.sign_waiting_receipts": RECEIPTS_S,
    "webapp.consent.live.tasks.forget_unused_films": FORGET_S,
    "webapp.consent.tasks.forget_old_statements": STATEMENTS_S,
    "webapp.lookup.tasks.forget_old_look_ups": FORGET_S,
    "webapp.reports.tasks.forget_old_reports": REPORTS_S,
}
CELERY_BEAT_SCHEDULE = {
    task: {"task": task, "schedule": every_s, "options": {"expires": max(1.0, every_s)}}
    for task, every_s in ROUNDS.items()
}
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA / "celerybeat-schedule")

# ---- what users may do
MAX_PORTRAIT_BYTES = 30 * 2**20
MAX_FILM_BYTES = 200 * 2**20  # of a film that shows a sitter; a minute at most
MAX_RECORDING_BYTES = 500 * 2**20
MAX_UPLOADS_PER_DAY = 100  # of one account
MAX_RECORDING_S = 300  # s, of a new account; accounts carry their own
MAX_JOBS_PER_DAY = 20  # of a new account
MAX_ATTEMPTS = 3  # renders of a job, or of a segment, that lost its worker
CONSENT_DAYS = 365  # default validity
STATEMENT_DAYS = env.int("SITTER_STATEMENT_DAYS", 90)  # that recordings and films of consents are kept
MAX_CONSENT_DAYS = 3 * 365
REQUEST_DAYS = 7  # that a link to a sitter works
MAX_REQUESTS_PER_DAY = 20  # of one account
MODERATION_RULES = Path(env.str("SITTER_RULES", str(ROOT / "webapp" / "moderation" / "rules.toml")))
MODERATION_ELECTIONS = Path(env.str("SITTER_ELECTIONS", str(ROOT / "webapp" / "moderation" / "elections.toml")))
VIDEO_SIZE = env.int("SITTER_SIZE", 512)
DEVICE = env.str("SITTER_DEVICE", "auto")  # of this worker: auto, cpu or cuda
VISIBLE_LABEL = env.bool("SITTER_VISIBLE_LABEL", False)  # beside marks and manifest, which every video has
WATERMARK_KEY_FILE = Path(env.str("SITTER_WATERMARK_KEY_FILE", str(KEYS / "watermark.key")))
TRUST_ROOT = Path(env.str("SITTER_TRUST_ROOT", str(KEYS / "root.pem")))
STATEMENT_KEY_FILE = Path(env.str("SITTER_STATEMENT_KEY_FILE", str(KEYS / "statements.key")))

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("SITTER_LOG_LEVEL", "INFO")},
    # The look for lost work runs every few seconds; our own lines say what happened to a job.
    "loggers": {
        name: {"level": "WARNING"} for name in ("celery.beat", "celery.app.trace", "celery.worker.strategy")
    },
}
