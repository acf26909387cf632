"""Every setting of the house. Values come from the environment; the defaults run a nation on one machine.

Documented in docs/reference/settings.md. Read them through ``django.conf.settings`` only.
"""

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from gapura.foundation.jurisdictions import load

HOME = Path(os.environ.get("GAPURA_HOME", "var")).resolve()
HOME.mkdir(parents=True, exist_ok=True)
GAPURA_HOME = HOME
GAPURA_JURISDICTION = os.environ.get("GAPURA_JURISDICTION", "indonesia")
GAPURA_PUBLIC_ADDRESS = os.environ.get("GAPURA_PUBLIC_ADDRESS", "http://127.0.0.1:8000")
GAPURA_DEMO = os.environ.get("GAPURA_DEMO", "0") == "1"
_country = load(GAPURA_JURISDICTION)


def _secret_key() -> str:
    """The key from the environment, or one made once and kept in the home folder (mode 0600)."""
    if key := os.environ.get("GAPURA_SECRET_KEY"):
        return key
    file = HOME / "secret.key"
    if not file.exists():
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as handle:
            handle.write(os.urandom(48).hex())
    return file.read_text()


def _database(url: str) -> dict[str, object]:
    """``sqlite:///FILE``, ``postgresql://user:password@host/name`` or ``postgresql:///name?host=/socket/dir``."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": parts.path[1:] or ":memory:",
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": (
                    "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA cache_size=-64000;"
                    "PRAGMA mmap_size=268435456;PRAGMA temp_store=MEMORY;PRAGMA foreign_keys=ON"
                ),
            },
        }
    query = dict(pair.split("=", 1) for pair in parts.query.split("&") if pair)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path[1:],
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(query.get("host", parts.hostname or "")),
        "PORT": query.get("port", str(parts.port or "")),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
    }


DATABASES = {"default": _database(os.environ.get("GAPURA_DATABASE", f"sqlite:///{HOME}/gapura.sqlite3"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

SECRET_KEY = _secret_key()
DEBUG = False
_address = urlsplit(GAPURA_PUBLIC_ADDRESS)
ALLOWED_HOSTS = [
    host for host in os.environ.get("GAPURA_HOSTS", f"{_address.hostname},localhost,127.0.0.1").split(",") if host
]
CSRF_TRUSTED_ORIGINS = [GAPURA_PUBLIC_ADDRESS]
_https = _address.scheme == "https"

KERNEL_APPS = [
    f"gapura.kernel.{name}"
    for name in (
        "audit",
        "outbox",
        "identity",
        "registers",
        "documents",
        "search",
        "exchange",
        "notifications",
        "catalogue",
        "approvals",
        "cases",
    )
]
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    *KERNEL_APPS,
    "gapura.sectors.civil",
    "gapura.portal",
    "gapura.desk",
    "gapura.demo",
    "gapura.web",
    "gapura.config",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "gapura.web.middleware.SecurityHeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "gapura.kernel.identity.middleware.AccessMiddleware",
]
ROOT_URLCONF = "gapura.config.urls"
WSGI_APPLICATION = "gapura.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "gapura.web.jinja.GapuraTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "environment": "gapura.web.jinja.environment",
            "context_processors": [
                "django.contrib.messages.context_processors.messages",
                "gapura.kernel.identity.context.signed_in",
            ],
        },
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    },
]

LANGUAGE_CODE = _country.languages[0]
LANGUAGES = [("id", "Bahasa Indonesia"), ("en", "English"), ("ko", "한국어")]
LOCALE_PATHS = [_country.path("locale")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = _country.timezone

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

# Sign-in and sessions (ASVS 5.0 V3, V6, V7 at level 2; docs/why/adr/0007-sign-in-and-assurance.md)
AUTH_USER_MODEL = "identity.Account"
AUTHENTICATION_BACKENDS = ["gapura.kernel.identity.backends.AccountBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
_validation = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_validation}.MinimumLengthValidator", "OPTIONS": {"min_length": 15}},
    {"NAME": f"{_validation}.CommonPasswordValidator"},
    {
        "NAME": f"{_validation}.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("login", "email")},
    },
]
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"
SESSION_COOKIE_AGE = 30 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _https
SESSION_COOKIE_NAME = "__Host-session" if _https else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if _https else "csrf"
LANGUAGE_COOKIE_NAME = "language"

# Workers share the database and nothing else: what one of them kept in a cache would be wrong in others.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}

# The library that leads through signing in; which attempts are too many is our own rule.
ACCOUNT_ADAPTER = "gapura.kernel.identity.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "login"
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = False
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("GAPURA_TRUSTED_PROXIES", "0"))
MFA_ADAPTER = "gapura.kernel.identity.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1  # a code typed slowly still counts; each counts once
MFA_ALLOW_UNVERIFIED_EMAIL = True

SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 31536000 if _https else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# A demo without a mail server keeps its e-mail as files to look at.
_mail_way = "filebased" if GAPURA_DEMO and "GAPURA_SMTP_HOST" not in os.environ else "smtp"
EMAIL_BACKEND = f"django.core.mail.backends.{_mail_way}.EmailBackend"
EMAIL_FILE_PATH = HOME / "mail"
EMAIL_HOST = os.environ.get("GAPURA_SMTP_HOST", "127.0.0.1")
EMAIL_PORT = int(os.environ.get("GAPURA_SMTP_PORT", "1025"))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("GAPURA_MAIL_FROM", "Gapura <no-reply@gapura.invalid>")

DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("GAPURA_LOG_LEVEL", "WARNING")},
}
