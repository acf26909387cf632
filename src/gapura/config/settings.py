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
GAPURA_PUBLIC_ADDRESS = os.environ.get("GAPURA_PUBLIC_ADDRESS", "http://localhost:8000")
GAPURA_DEMO = os.environ.get("GAPURA_DEMO", "0") == "1"
GAPURA_OFFICIALS_NEED_PASSKEY = os.environ.get("GAPURA_OFFICIALS_NEED_PASSKEY", "0" if GAPURA_DEMO else "1") == "1"
GAPURA_OFFICE_NETWORKS = os.environ.get("GAPURA_OFFICE_NETWORKS", "")
GAPURA_WITNESSES = os.environ.get("GAPURA_WITNESSES", "")
GAPURA_WITNESS_QUORUM = int(os.environ.get("GAPURA_WITNESS_QUORUM", "0"))
GAPURA_RATE_LIMITS = os.environ.get("GAPURA_RATE_LIMITS", "1") == "1"
GAPURA_EGRESS = os.environ.get("GAPURA_EGRESS", "localhost:* 127.0.0.1:* 127.0.0.0/8 ::1/128" if GAPURA_DEMO else "")
GAPURA_BREACHED_PASSWORDS = os.environ.get("GAPURA_BREACHED_PASSWORDS", "")
GAPURA_SCANNER = os.environ.get("GAPURA_SCANNER", "")
GAPURA_EDITION_SECONDS = float(os.environ.get("GAPURA_EDITION_SECONDS", "5"))
GAPURA_SEAL_MODULE = os.environ.get("GAPURA_SEAL_MODULE", "")
_country = load(GAPURA_JURISDICTION)


def _secret_keys() -> list[str]:
    """From the environment, or made once and kept in the home folder (mode 0600), one on each line.

    The first signs; what the others signed or locked still holds, so that a key can be replaced.
    """
    if keys := os.environ.get("GAPURA_SECRET_KEY"):
        return keys.splitlines()
    file = HOME / "secret.key"
    if not file.exists():
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as handle:
            handle.write(os.urandom(48).hex())
    return file.read_text().splitlines()


def _database(url: str) -> dict[str, object]:
    """``sqlite:///FILE``, ``postgresql:///name?host=/socket/dir``, or over a network
    ``postgresql://user:password@host/name?sslmode=verify-full&sslrootcert=FILE``.
    """
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "gapura.foundation.sqlite",
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
        "ENGINE": "gapura.foundation.isolated_postgresql",
        "NAME": parts.path[1:],
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(query.get("host", parts.hostname or "")),
        "PORT": query.get("port", str(parts.port or "")),
        "OPTIONS": {name: unquote(value) for name, value in query.items() if name.startswith("ssl")},
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
    }


DATABASES = {"default": _database(os.environ.get("GAPURA_DATABASE", f"sqlite:///{HOME}/gapura.sqlite3"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

SECRET_KEY, *SECRET_KEY_FALLBACKS = _secret_keys()
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
        "law",
        "worklist",
        "nodes",
        "exchange",
        "notifications",
        "catalogue",
        "approvals",
        "payments",
        "mandates",
        "federation",
        "appointments",
        "photos",
        "cases",
        "agreements",
        "editions",
        "records",
        "operations",
        "wallet",
        "production",
        "credentials",
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
    "gapura.sectors.business",
    "gapura.sectors.civil",
    "gapura.sectors.finance",
    "gapura.sectors.immigration",
    "gapura.sectors.invoicing",
    "gapura.sectors.justice",
    "gapura.sectors.office",
    "gapura.sectors.personnel",
    "gapura.sectors.property",
    "gapura.sectors.smart_work",
    "gapura.sectors.tax",
    "gapura.sectors.transport",
    "gapura.sectors.education",
    "gapura.sectors.health",
    "gapura.sectors.welfare",
    "gapura.sectors.withholding",
    "gapura.sectors.insight",
    "gapura.bundles",
    "gapura.portal",
    "gapura.desk",
    "gapura.demo",
    "gapura.web",
    "gapura.config",
]
GAPURA_WITHOUT = os.environ.get("GAPURA_WITHOUT", "").split()
for _sector in GAPURA_WITHOUT:
    INSTALLED_APPS.remove(f"gapura.sectors.{_sector}")  # a ValueError names what is no sector
MIDDLEWARE = [
    "gapura.kernel.operations.middleware.ObservingMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "gapura.web.middleware.SecurityHeadersMiddleware",
    "gapura.kernel.operations.middleware.WithoutDatabaseMiddleware",
    "gapura.web.middleware.OurPagesOnlyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "gapura.web.middleware.ZeroByteMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "gapura.portal.middleware.KioskMiddleware",
    "gapura.config.limits.LimitsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "gapura.kernel.identity.middleware.AccessMiddleware",
    "gapura.kernel.appointments.middleware.EmergencyMiddleware",
    "gapura.kernel.mandates.middleware.ActingForMiddleware",
    "gapura.sectors.smart_work.middleware.OfficeGateMiddleware",
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
                "gapura.kernel.mandates.context.acting_for",
                "gapura.kernel.operations.context.disturbances",
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
    {"NAME": "gapura.kernel.identity.passwords.KnownWordsValidator"},
    {"NAME": "gapura.kernel.identity.passwords.BreachedValidator"},
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
LANGUAGE_COOKIE_NAME = "__Host-language" if _https else "language"
GAPURA_DEVICE_COOKIE_NAME = "__Host-device" if _https else "device"

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
MFA_SUPPORTED_TYPES = ["totp", "webauthn"]  # recovery codes are ours: the library keeps them readable
MFA_TOTP_TOLERANCE = 1  # a code typed slowly still counts; each counts once
MFA_ALLOW_UNVERIFIED_EMAIL = True

SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 31536000 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# A demo without a mail server keeps its e-mail as files to look at.
_mail_way = "filebased" if GAPURA_DEMO and "GAPURA_SMTP_HOST" not in os.environ else "smtp"
EMAIL_BACKEND = f"django.core.mail.backends.{_mail_way}.EmailBackend"
EMAIL_FILE_PATH = HOME / "mail"
EMAIL_HOST = os.environ.get("GAPURA_SMTP_HOST", "127.0.0.1")
EMAIL_PORT = int(os.environ.get("GAPURA_SMTP_PORT", "1025"))
EMAIL_USE_TLS = EMAIL_HOST not in ("127.0.0.1", "::1", "localhost")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("GAPURA_MAIL_FROM", "Gapura <no-reply@gapura.invalid>")

DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# Copies of the house, and who may read its figures (docs/why/adr/0019-backup-and-status.md)
GAPURA_BACKUP_TARGET = os.environ.get("GAPURA_BACKUP_TARGET", "")
GAPURA_BACKUP_KEY = os.environ.get("GAPURA_BACKUP_KEY", "")
GAPURA_REPLICATION = os.environ.get("GAPURA_REPLICATION", "")
GAPURA_METRICS_TOKEN = os.environ.get("GAPURA_METRICS_TOKEN", "")
# The processes of a house count together, in files; read by the library when it is first imported.
(HOME / "metrics").mkdir(exist_ok=True)
os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(HOME / "metrics"))

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "gapura.kernel.operations.logs.JsonLines"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("GAPURA_LOG_LEVEL", "WARNING")},
}
