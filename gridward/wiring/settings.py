"""Owns Django's settings, read from the environment. Every one is documented in docs/reference/settings.md."""

import os
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from gridward.wiring.databases import databases
from gridward.wiring.secrets import secret_key

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("GRIDWARD_DATA", ".gridward")).resolve()
PORT = int(os.environ.get("GRIDWARD_PORT", "8420"))
DEMO = os.environ.get("GRIDWARD_DEMO", "") == "1"
COUNTRY = os.environ.get("GRIDWARD_COUNTRY", "cn")
CRYPTO_SUITE = os.environ.get("GRIDWARD_SUITE", "aes")
HEADS_MIRROR = os.environ.get("GRIDWARD_HEADS_MIRROR", "")
#: Where machines put lists, a folder for each channel; without it `inbox-watched` in the data directory.
WATCHED = os.environ.get("GRIDWARD_WATCHED", "")
#: Where outcomes may be pushed to, as `host` or `host:port`; nowhere unless the engineer names somebody.
WEBHOOK_HOSTS = [
    host.strip() for host in os.environ.get("GRIDWARD_WEBHOOK_HOSTS", "").split(",") if host.strip()
]
VERSION = "0.1.0"

DEBUG = False
SECRET_KEY = secret_key(DATA)
HOSTS = os.environ.get("GRIDWARD_HOSTS", "127.0.0.1,localhost,testserver")
ALLOWED_HOSTS = [host.strip() for host in HOSTS.split(",") if host.strip()]

#: The staircase, bottom up. A room is listed when it is filled.
ROOMS = [
    "kernel",
    "territory",
    "governance",
    "workforce",
    "registry",
    "forms",
    "intake",
    "dispatch",
    "field",
    "command",
]

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "procrastinate.contrib.django",
    "axes",
    *[f"gridward.{room}" for room in ROOMS],
    "gridward.wiring",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "gridward.wiring.headers.SecurityHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "gridward.wiring.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "wiring" / "templates", *[ROOT / room / "web" / "templates" for room in ROOMS]],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "gridward.wiring.context.house",
            ],
            "builtins": ["django.templatetags.i18n", "gridward.kernel.web.templatetags.look"],
        },
    }
]

DATABASES = databases(DATA)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "none_here"

AUTH_USER_MODEL = "workforce.Account"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/login"
LOGIN_REDIRECT_URL = "/"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username"]]
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_HANDLER = "axes.handlers.database.AxesDatabaseHandler"
AXES_DISABLE_ACCESS_LOG = True
AXES_LOCKOUT_CALLABLE = "gridward.workforce.web.sessions.locked_out"

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = os.environ.get("GRIDWARD_TLS", "") == "1"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE
CSRF_FAILURE_VIEW = "gridward.wiring.pages.csrf_failed"

STATIC_URL = "/static/"
STATICFILES_DIRS = [ROOT / "wiring" / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [
    ("en", _("English")),
    ("zh-hans", _("Simplified Chinese")),
    ("zh-hant", _("Traditional Chinese")),
]
LOCALE_PATHS = [ROOT / "wiring" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
USE_THOUSAND_SEPARATOR = False  # figures on screens go through the `number` filter; attributes stay plain

DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
FILE_UPLOAD_PERMISSIONS = 0o600

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "gridward.wiring.logs.WithoutValues",
            "format": "%(asctime)s %(levelname)s %(name)s: %(message)s",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": os.environ.get("GRIDWARD_LOG", "WARNING")},
}
# W006: an account is locked by its name, wherever the guesses come from.
SILENCED_SYSTEM_CHECKS = ["axes.W003", "axes.W006", "models.W042"]
