"""Settings, read from the environment; a bad value stops the start and names its variable."""

import contextlib
import os
import re
import secrets
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from environs import Env, EnvError

BASE_DIR = Path(__file__).resolve().parent.parent
env = Env()


def read(kind: str, name: str, default: Any) -> Any:
    """One variable of the environment; an unreadable one stops the start by its name."""
    try:
        return getattr(env, kind)(name, default)
    except EnvError as error:
        raise ImproperlyConfigured(f"{name}: {error}") from error


DEBUG: bool = read("bool", "DEBUG", False)
DATA_DIR = Path(read("str", "DATA_DIR", "") or BASE_DIR / "var").resolve()
STATIC_ROOT = DATA_DIR / "static"
try:
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # empty; the server warns where it is missing
except OSError as error:
    raise ImproperlyConfigured(f"DATA_DIR: {error}") from error


def kept_secret_key() -> str:
    """The key of this installation: made once, readable by its owner only, kept beside the data.

    Written aside and linked into place, so that two processes of a first start agree on one key.
    """
    path = DATA_DIR / "secret_key"
    if not path.exists():
        aside = DATA_DIR / f".secret_key-{secrets.token_hex(8)}"
        with open(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(64))
        with contextlib.suppress(FileExistsError):
            os.link(aside, path)
        aside.unlink()
    return path.read_text().strip()


SECRET_KEY: str = read("str", "SECRET_KEY", "") or kept_secret_key()

# Where the shipped web server listens; start-up checks read it (a DEBUG server must stay on loopback).
HOST: str = read("str", "HOST", "127.0.0.1")
PORT: int = read("int", "PORT", 8000)
# The passwords of a demo installation are known to everybody: it is served to this machine alone unless this says yes.
DEMO_PUBLIC: bool = read("bool", "DEMO_PUBLIC", False)
# This machine may always ask by its own names: probes come from here and know no public name.
ALLOWED_HOSTS: list[str] = [*read("list", "ALLOWED_HOSTS", []), "localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS: list[str] = read("list", "CSRF_TRUSTED_ORIGINS", [])
HTTPS: bool = read("bool", "HTTPS", False)
# The server then takes the visitor's address and scheme from the headers of the one proxy in front of it.
BEHIND_PROXY: bool = read("bool", "BEHIND_PROXY", False)


def address_of(text: str) -> str:
    """The address links in mails begin with, without a slash at its end; what is no address stops the start."""
    found = text.rstrip("/")
    if not re.fullmatch(r"https?://([\w.-]+|\[[0-9a-fA-F:.]+\])(:\d{1,5})?(/[\w./~-]*)?", found, re.ASCII):
        raise ImproperlyConfigured(f"PUBLIC_URL: {text!r} is no address such as https://health.agency.example")
    return found


PUBLIC_URL: str = address_of(read("str", "PUBLIC_URL", "") or f"http://{f'[{HOST}]' if ':' in HOST else HOST}:{PORT}")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_filters",
    "csp",
    "auditlog",
    "allauth",
    "allauth.account",
    "clienthealth.base",
    "accounts",
    "engagements",
    "issues",
    "clienthealth.health",
    "clienthealth.digest",
    "clienthealth.imports",
    "clienthealth.dashboard",
    "clienthealth.demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "auditlog.middleware.AuditlogMiddleware",
    "clienthealth.base.middleware.PrivatePages",
    "clienthealth.base.middleware.OrganisationZone",
]

ROOT_URLCONF = "clienthealth.urls"
WSGI_APPLICATION = "clienthealth.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "clienthealth.base.context.organisation",
                "accounts.context.navigation",
            ],
        },
    }
]

# --- Database -------------------------------------------------------------------------------------
DATABASE_URL: str = read("str", "DATABASE_URL", "") or f"sqlite:///{DATA_DIR / 'clienthealth.sqlite3'}"
try:
    DATABASES: dict[str, Any] = {"default": dj_database_url.parse(DATABASE_URL)}
except ValueError as error:
    raise ImproperlyConfigured(f"DATABASE_URL: {error}") from error


def with_options(database: dict[str, Any]) -> dict[str, Any]:
    """The options each engine needs.

    SQLite: writers wait for each other instead of failing (IMMEDIATE + 20 s), readers never wait (WAL), and an
    acknowledged write is on disk (FULL). ATOMIC_REQUESTS stays off: a page that only reads would take the write lock.
    """
    if database["ENGINE"].endswith("sqlite3"):
        database["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA journal_size_limit=27103364;",
        }
    elif database["ENGINE"].endswith("postgresql"):
        database.setdefault("OPTIONS", {})
        database["OPTIONS"].setdefault("options", "-c lock_timeout=20000")
        database["CONN_MAX_AGE"] = 60
        database["CONN_HEALTH_CHECKS"] = True
    else:
        raise ImproperlyConfigured("DATABASE_URL: use sqlite:///… or postgres://…")
    return database


with_options(DATABASES["default"])

# SQLite leaves out the columns a covering index only carries along, as it may.
SILENCED_SYSTEM_CHECKS = ["models.W040"]

# --- Background work ------------------------------------------------------------------------------
# The database is the record of work; a message only says "look now", so results are off and messages may be lost.
REDIS_URL: str = read("str", "REDIS_URL", "")
BROKER_FILE = DATA_DIR / "broker.sqlite3"
CELERY_BROKER_URL = REDIS_URL or f"sqla+sqlite:///{BROKER_FILE}"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = (
    # Below: a task's hard limit must end well before an unacknowledged message is delivered again.
    {"visibility_timeout": 7200, "socket_timeout": 5, "socket_connect_timeout": 2, "max_retries": 1}
    if REDIS_URL
    else {"connect_args": {"timeout": 20}}
)
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# A child that grew over a large file or portfolio is replaced and so gives its memory back.
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 300_000  # KiB
CELERY_WORKER_MAX_TASKS_PER_CHILD = 1000
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_STORE_ERRORS_EVEN_IF_IGNORED = False
CELERY_TASK_TIME_LIMIT = 3000
CELERY_TASK_SOFT_TIME_LIMIT = 2900
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_WORKER_ENABLE_REMOTE_CONTROL = bool(REDIS_URL)
CELERY_TIMEZONE = "UTC"
# Beat's one entry; a sweep still waiting when the next one comes is dropped.
SWEEP_SECONDS: int = read("int", "SWEEP_SECONDS", 60)
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "base.sweep", "schedule": float(SWEEP_SECONDS), "options": {"expires": SWEEP_SECONDS}}
}

# A runner that stays silent this long has lost its work to the next sweep.
WORK_LEASE_SECONDS: int = read("int", "WORK_LEASE_SECONDS", 60)

# --- Sign-in --------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
ACCOUNT_ADAPTER = "accounts.adapter.Adapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
LOGIN_REDIRECT_URL = "/"
LOGIN_URL = "account_login"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS

# --- Browser --------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = ["^(healthz|readyz)$"]  # asked from inside, without the proxy and its certificate
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Served by the same process straight from the source folders: a fresh clone needs no build step.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 3600

DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
# The largest file that may be sent to be imported; it is kept in the database until it has served its purpose.
UPLOAD_MAX_MB: int = read("int", "UPLOAD_MAX_MB", 100)

CACHES: dict[str, Any] = {
    "default": (
        {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
        if REDIS_URL
        else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    )
}

# --- Mail -----------------------------------------------------------------------------------------
EMAIL_HOST: str = read("str", "EMAIL_HOST", "")
EMAIL_PORT: int = read("int", "EMAIL_PORT", 25)
EMAIL_HOST_USER: str = read("str", "EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD: str = read("str", "EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS: bool = read("bool", "EMAIL_USE_TLS", False)
EMAIL_USE_SSL: bool = read("bool", "EMAIL_USE_SSL", False)
EMAIL_TIMEOUT: int = read("int", "EMAIL_TIMEOUT", 20)
if not 1 <= EMAIL_TIMEOUT <= 300:
    raise ImproperlyConfigured("EMAIL_TIMEOUT: seconds from 1 to 300 that a mail server may stay silent")
if EMAIL_USE_TLS and EMAIL_USE_SSL:
    raise ImproperlyConfigured("EMAIL_USE_SSL: set it or EMAIL_USE_TLS, not both")
DEFAULT_FROM_EMAIL: str = read("str", "DEFAULT_FROM_EMAIL", "clienthealth@localhost")
EMAIL_FILE_PATH = DATA_DIR / "mail"
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend" if EMAIL_HOST else "django.core.mail.backends.filebased.EmailBackend"
)

# --- Language and time ----------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# --- The organisation at its first start; afterwards its row in the database counts ---------------
ORG_NAME: str = read("str", "ORG_NAME", "")
ORG_CURRENCY: str = read("str", "ORG_CURRENCY", "EUR").strip().upper()
if not (len(ORG_CURRENCY) == 3 and ORG_CURRENCY.isascii() and ORG_CURRENCY.isalpha()):
    raise ImproperlyConfigured(f"ORG_CURRENCY: {ORG_CURRENCY!r} is no three-letter code such as EUR")
ORG_ZONE: str = read("str", "ORG_ZONE", "UTC")
try:
    ZoneInfo(ORG_ZONE)
except (ZoneInfoNotFoundError, ValueError, OSError) as error:
    raise ImproperlyConfigured(f"ORG_ZONE: {ORG_ZONE!r} is no time zone such as Europe/Warsaw") from error

# --- History --------------------------------------------------------------------------------------
AUDITLOG_DISABLE_REMOTE_ADDR = True

# --- Logs: ids and states, never personal data or money --------------------------------------------
LOG_LEVEL: str = read("str", "LOG_LEVEL", "INFO").upper()
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "clienthealth": {"level": LOG_LEVEL},
        # Refused and missing pages are answers, not faults.
        "django.request": {"level": "ERROR"},
        "django.security.csrf": {"level": "ERROR"},
    },
}
