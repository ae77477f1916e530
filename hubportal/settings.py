"""All settings, in one file, from the environment (see `.env.example` for each variable)."""

from pathlib import Path

import environ

BASE_DIR = Path(__file__).resolve().parent.parent
LOCAL_DIR = BASE_DIR / ".local"

env = environ.Env()
if (BASE_DIR / ".env").is_file():
    environ.Env.read_env(BASE_DIR / ".env")

# --- The essentials ---------------------------------------------------------------------------------------------

DEBUG = env.bool("DEBUG", default=False)
# Without a key nothing that must be secret works: production refuses to start (see `hubportal.deploy_checks`).
SECRET_KEY = env.str("SECRET_KEY", default="")
INSECURE_KEY = "not-a-secret-only-for-commands-that-need-none"
if not SECRET_KEY:
    SECRET_KEY = INSECURE_KEY

# The address people type; every link in an e-mail begins with it.
HUB_BASE_URL = env.str("HUB_BASE_URL", default="http://localhost:8000").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
IS_HTTPS = HUB_BASE_URL.startswith("https://")

# --- Applications -----------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "hubportal.apps.PortalStaticFilesConfig",
    "django.contrib.admin",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",
    "django_include_bootstrap",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_filters",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "hubportal",
    "hubportal.accounts",
    "hubportal.access",
    "hubportal.mail",
    "schools",
    "support",
    "meetings",
    "audits",
    "awards",
    "reports",
]

MIDDLEWARE = [
    "hubportal.privacy.NulCharacterMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "hubportal.accounts.middleware.SecondFactorMiddleware",
    "hubportal.privacy.PrivateResponseMiddleware",
]

ROOT_URLCONF = "hubportal.urls"
WSGI_APPLICATION = "hubportal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["hubportal.templatetags.components"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "schools.context.hub",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- Data -------------------------------------------------------------------------------------------------------

# One PostgreSQL database holds all state: records, sessions, rate limits, the outbox and issued files.
DATABASES = {"default": env.db_url("DATABASE_URL", default="postgres:///hubportal")}
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "hubportal_cache",
        # Rate limits live here: with Django's usual 300 rows a few hundred visitors would wash them out.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# --- Language and time ------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
FORMAT_MODULE_PATH = ["hubportal.formats"]

# --- Static files -----------------------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = env.path("STATIC_ROOT", default=LOCAL_DIR / "static")
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "hubportal.static_files.PortalStaticFilesStorage"
    },
}
# Tests and development serve straight from the source folders; production from the collected, hashed copies.
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = False
# Pages name the hashed copies only.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

# --- Sign-in ----------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "staff_home"
LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "hubportal.accounts.adapter.AccountAdapter"
MFA_ADAPTER = "hubportal.accounts.adapter.MFAAdapter"
# Somebody whose password was changed hears of it.
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
# Accounts are by invitation, so an address nobody confirmed is no stranger's, and must not block the second factor.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "Hub portal"
# Officers and administrators must set up a second factor before they see any school. Only a demo turns it off.
SECOND_FACTOR_REQUIRED = env.bool("SECOND_FACTOR_REQUIRED", default=True)
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = False

# --- Security headers -------------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        # Bootstrap's own stylesheet draws its small icons (ticks, arrows) as data: images.
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
# A personal link must not travel in a Referer header to anywhere.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = IS_HTTPS
CSRF_COOKIE_SECURE = IS_HTTPS
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=IS_HTTPS)
SECURE_REDIRECT_EXEMPT = [r"^health/$"]
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31536000 if IS_HTTPS else 0)
# A council's other hosts may not be ready for HTTPS: these two are a decision for its whole domain.
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("SECURE_HSTS_INCLUDE_SUBDOMAINS", default=False)
SECURE_HSTS_PRELOAD = env.bool("SECURE_HSTS_PRELOAD", default=False)
# A page with a hundred criteria has a thousand boxes.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
if env.bool("BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# How many proxies in front of us may be believed about the visitor's address (rate limits count by it).
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES

# --- Mail -------------------------------------------------------------------------------------------------------

# Development writes each mail to a file; production names its SMTP server in EMAIL_URL.
MAIL_DIR = env.path("MAIL_DIR", default=LOCAL_DIR / "mail")
if env.str("EMAIL_URL", default=""):
    vars().update(env.email_url("EMAIL_URL"))
else:
    EMAIL_BACKEND = "hubportal.mail.backends.EmlFileBackend"
EMAIL_TIMEOUT = 30
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Music Hub <music@hub.example.org>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# How many mails that can wait go out on one school day at most.
MAIL_DAILY_LIMIT = env.int("MAIL_DAILY_LIMIT", default=200)
# The mailbox that answers and undeliverable mail come to, such as imaps://user:password@imap.example.org/INBOX.
INBOX_URL = env.str("INBOX_URL", default="")

# --- Celery -----------------------------------------------------------------------------------------------------

REDIS_URL = env.str("REDIS_URL", default="redis://localhost:6379/0")
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_IGNORE_RESULT = True
# Our own handlers stay: they keep addresses and tokens out of the worker's log.
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 4
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A web request must not wait for a broker that is down: the sweep sends what was not announced.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_connect_timeout": 1,
    "socket_timeout": 5,
    "max_retries": 0,
}

# --- The hub ----------------------------------------------------------------------------------------------------

# Local authorities whose schools the hub serves (GIAS "LA (code)"): 855 Leicestershire, 856 Leicester.
HUB_LOCAL_AUTHORITIES = env.list("HUB_LOCAL_AUTHORITIES", default=["855", "856"])
# `import_schools` refuses a file with fewer than this share of the schools known from each authority.
IMPORT_MINIMUM_SHARE = env.float("IMPORT_MINIMUM_SHARE", default=0.9)
# Days a personal link in an e-mail stays good.
PERSONAL_LINK_DAYS = env.int("PERSONAL_LINK_DAYS", default=400)
# The key that signs digital credentials, and the public halves of those that did before (`make_credential_key`).
CREDENTIAL_KEY = env.str("CREDENTIAL_KEY", default="")
CREDENTIAL_OLD_KEYS = env.list("CREDENTIAL_OLD_KEYS", default=[])
# Public forms: how many requests from one network address in an hour.
PUBLIC_FORM_LIMIT_PER_HOUR = env.int("PUBLIC_FORM_LIMIT_PER_HOUR", default=20)
DEMO = env.bool("DEMO", default=False)

# --- Logging: no personal data, no link tokens ------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"()": "hubportal.log.RedactingFormatter", "format": "%(asctime)s %(levelname)s %(name)s %(message)s"}
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        "django.server": {"handlers": ["console"], "propagate": False},
        # Six lines a certificate otherwise.
        "weasyprint": {"level": "WARNING"},
        "fontTools": {"level": "WARNING"},
    },
}
