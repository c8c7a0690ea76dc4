"""Settings. Everything that differs between machines is an environment variable; a required one that is
missing stops the start and names itself. ``python -m config.local run`` provides all of them for a local start.
"""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config import database, identity, jobs, logs, look, policies, rest
from config.cache import caches

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent
ENVIRONMENT = env.str("SUGM_ENV", "production")  # local | test | production
LOCAL = ENVIRONMENT in ("local", "test")
HOME = Path(env.str("SUGM_HOME", str(BASE_DIR / "var")))

if ENVIRONMENT not in ("local", "test", "production"):
    raise ImproperlyConfigured("SUGM_ENV is local, test or production.")


def _required(name: str) -> str:
    """A variable without which nothing starts. Raises ImproperlyConfigured with its name."""
    value = env.str(name, "").strip()
    if not value:
        raise ImproperlyConfigured(f"Set the {name} environment variable.")
    return value


SECRET_KEY = _required("SECRET_KEY")
if not LOCAL and (len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 5):
    raise ImproperlyConfigured("SECRET_KEY has to be random and at least 50 characters long.")
# Earlier keys, while what they signed or encrypted (sessions, second factors) is still in use.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
DEBUG = env.bool("DEBUG", False)
if DEBUG and not LOCAL:
    raise ImproperlyConfigured("DEBUG shows everything to everybody: never in production.")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if LOCAL else [])
ALLOWED_HOSTS = [host.strip() for host in ALLOWED_HOSTS if host.strip()]
if not ALLOWED_HOSTS:
    raise ImproperlyConfigured("Set the ALLOWED_HOSTS environment variable.")
if "*" in ALLOWED_HOSTS and not LOCAL:
    raise ImproperlyConfigured("ALLOWED_HOSTS names hosts; * lets anybody choose the host of our links.")
# Proxies in front of the web process that write X-Forwarded-For; 0: the peer's address is the person's.
TRUSTED_PROXIES = env.int("SUGM_TRUSTED_PROXIES", 0)
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    # the house, top to bottom
    *(["demo"] if LOCAL else []),
    "visas",
    "agencies",
    "documents",
    "cases",
    "people",
    "offices",
    "audit",
    "wall",
    "ui",
    # libraries
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "offices.apps.SugmAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "guardian",
    "viewflow.workflow.apps.WorkflowConfig",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "django_htmx",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_prometheus",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "csp",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "config.middleware.ClientAddress",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.ContentSecurityPolicy",
    "config.middleware.Isolation",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.middleware.Language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "offices.middleware.Wall",
    "audit.middleware.AuditContext",
    "offices.access_middleware.SessionClock",
    "offices.access_middleware.SecondFactor",
    "offices.middleware.CurrentPosting",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "config.middleware.NoNullCharacters",
    "offices.access_middleware.Reauthentication",
    "cases.middleware.StateErrors",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "cases.context_processors.navigation",
            ],
        },
    }
]

# --- data ------------------------------------------------------------------------------------------------------
_required("DATABASE_URL")
# The application works as a role that owns no table and can not look over the wall (wall/), `manage.py migrate` as the
# owner of the tables, who is behind it. Where there is one login for both, it takes the application's role on.
DATABASE_AS_OWNER = env.bool("DATABASE_AS_OWNER", False)
APPLICATION_LOGIN = env.db_url("DATABASE_URL")
_owner = DATABASE_AS_OWNER and env.str("DATABASE_OWNER_URL", "")
DATABASES = {
    "default": database.connection(
        env.db_url("DATABASE_OWNER_URL") if _owner else APPLICATION_LOGIN,
        as_owner=DATABASE_AS_OWNER,
        # the pool keeps connections to a database that a test run wants to drop
        pool=None if ENVIRONMENT == "test" else env.int("DB_POOL_SIZE", 8),
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": HOME / "files"},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if LOCAL
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
MEDIA_URL = ""  # files are served by views that ask visible_to(user), never by a public address
MAX_UPLOAD_BYTES = env.int("SUGM_MAX_UPLOAD_MB", 10) * 1024 * 1024
MAX_UPLOAD_PAGES = env.int("SUGM_MAX_UPLOAD_PAGES", 200)
MAX_UPLOAD_PIXELS = env.int("SUGM_MAX_UPLOAD_MEGAPIXELS", 50) * 1_000_000
# How old a stored file must be to be removed when no row names it; never less than any act or job may last.
ORPHANED_FILES_AFTER = timedelta(hours=max(2, env.int("SUGM_ORPHANED_FILES_HOURS", 24)))
# The virus scanner: «host:port» or «unix:/path»; empty: none. Configured and away, nothing is taken in.
CLAMD_ADDRESS = env.str("CLAMD_ADDRESS", "")
CLAMD_TIMEOUT = env.int("CLAMD_TIMEOUT", 30)  # seconds
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

STATIC_URL = "static/"
STATIC_ROOT = HOME / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = LOCAL

CACHES = caches(env.str("CACHE_URL", "").strip() if LOCAL else _required("CACHE_URL"))
# How long a process may go on using configuration rows it has read (clock rules, policies, calendars), in seconds.
CONFIGURATION_TTL = env.int("SUGM_CONFIGURATION_TTL", 0 if ENVIRONMENT == "test" else 20)

# Every seal of the audit log is also a line of this file, best kept where the database's administrators can not write.
AUDIT_SEAL_FILE = env.str("AUDIT_SEAL_FILE", "")

# --- people and authority --------------------------------------------------------------------------------------
AUTH_USER_MODEL = "offices.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
_PASSWORDS = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": f"{_PASSWORDS}.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "first_name", "last_name", "email"), "max_similarity": 0.6},
    },
    {
        "NAME": f"{_PASSWORDS}.MinimumLengthValidator",
        "OPTIONS": {"min_length": env.int("SUGM_PASSWORD_LENGTH", 12)},
    },
    {"NAME": f"{_PASSWORDS}.CommonPasswordValidator"},
    {"NAME": f"{_PASSWORDS}.NumericPasswordValidator"},
]
# Acts ask offices.authority, which knows the dates of postings; guardian's own backend would ignore them.
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]
ANONYMOUS_USER_NAME = None  # guardian: nobody acts here without having signed in
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "cases:inbox"
ACCOUNT_ADAPTER = "offices.adapters.StaffAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False  # the browser forgets the session when it is closed
ACCOUNT_USERNAME_MIN_LENGTH = 2
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300  # seconds, for what belongs to the second factor itself
# Guesses are counted in the database (offices/lockout.py); allauth's own counts stay on top of them.
ACCOUNT_RATE_LIMITS = {"login_failed": "20/m/ip,10/300s/key"} if ENVIRONMENT == "production" else False
# kind: (failures, minutes)
LOCKOUT_LIMITS = {
    "account_here": (env.int("SUGM_LOCKOUT_FAILURES", 5), env.int("SUGM_LOCKOUT_MINUTES", 15)),
    "account": (env.int("SUGM_LOCKOUT_FAILURES", 5) * 5, 60),
    "address": (env.int("SUGM_LOCKOUT_ADDRESS_FAILURES", 60), 15),
    "code": (env.int("SUGM_LOCKOUT_FAILURES", 5), env.int("SUGM_LOCKOUT_MINUTES", 15)),
}

# The second factor: whoever has none can only set one up, while it is required.
SECOND_FACTOR_REQUIRED = env.bool("SUGM_SECOND_FACTOR", not LOCAL)
MFA_ADAPTER = "offices.adapters.StaffMFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "offices.access_forms.AuthenticateForm",
    "reauthenticate": "offices.access_forms.ReauthenticateForm",
    "authenticate_webauthn": "offices.access_forms.AuthenticateKeyForm",
    "reauthenticate_webauthn": "offices.access_forms.ReauthenticateKeyForm",
    "add_webauthn": "offices.access_forms.AddKeyForm",
}
MFA_TOTP_ISSUER = "SUGM"
MFA_TOTP_TOLERANCE = 1  # steps of 30 s, for telephones whose clock is a little off
MFA_RECOVERY_CODE_COUNT = 10
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # accounts are made by administrators; no address proves anything here
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = LOCAL  # browsers take http://localhost for safe

# The ministry's identity provider (OpenID Connect). It says who somebody is, by an identifier entered here.
SOCIALACCOUNT_ADAPTER = "offices.adapters.StaffSocialAdapter"
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_REQUESTS_TIMEOUT = 10  # seconds
OIDC_SERVER_URL = env.str("OIDC_SERVER_URL", "")
OIDC_NAME = env.str("OIDC_NAME", "Ministerio de Relaciones Exteriores")
SOCIALACCOUNT_PROVIDERS: dict = {}
_OIDC_ORIGINS: list[str] = []
if OIDC_SERVER_URL:
    if not LOCAL and not OIDC_SERVER_URL.startswith("https://"):
        raise ImproperlyConfigured("OIDC_SERVER_URL begins with https://")
    SOCIALACCOUNT_PROVIDERS = identity.provider(
        OIDC_SERVER_URL, name=OIDC_NAME, client_id=_required("OIDC_CLIENT_ID"),
        secret=_required("OIDC_CLIENT_SECRET"), claim=_required("OIDC_STAFF_CLAIM"),
        userinfo=env.bool("OIDC_USERINFO", False),
    )  # fmt: skip
    # Browsers follow the redirect of a form only where the policy allows forms to go.
    _OIDC_ORIGINS = env.list("OIDC_ORIGINS", default=["{0.scheme}://{0.netloc}".format(urlsplit(OIDC_SERVER_URL))])

# Sessions are rows (offices/sessions.py): they can be listed and ended.
SESSION_ENGINE = "offices.sessions"
SESSION_IDLE = timedelta(minutes=env.int("SUGM_SESSION_IDLE_MINUTES", 60))
SESSION_ABSOLUTE = timedelta(hours=env.int("SUGM_SESSION_HOURS", 12))
SESSIONS_PER_USER = env.int("SUGM_SESSIONS_PER_USER", 0 if LOCAL else 3)  # 0: as many as they like
SESSION_COOKIE_AGE = int(SESSION_ABSOLUTE.total_seconds())
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True  # htmx takes the token from the page (templates/base.html)
CSRF_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"

# Acts for which the person must have signed in, or confirmed who they are, that recently; 0: never ask.
REAUTHENTICATE_AFTER = timedelta(minutes=env.int("SUGM_REAUTHENTICATE_MINUTES", 60 if LOCAL else 15))
REAUTHENTICATE_ACTS = env.list("SUGM_REAUTHENTICATE_ACTS", default=["decide", "issue"])
SUSPENDED_FOR = timedelta(hours=1)  # how long a form waits for the person to come back

# Statistics about protected cases show no number below this one (k-anonymity, still to be confirmed by the ministry).
SMALL_CELL = max(3, env.int("SUGM_SMALL_CELL", 10))

# --- language and time -----------------------------------------------------------------------------------------
LANGUAGE_CODE = "es-pe"
FORMAT_MODULE_PATH = "config.formats"
LANGUAGES = [("es-pe", _("Spanish (Peru)")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "America/Lima"  # a request then switches to the zone of the person's office

# --- jobs ------------------------------------------------------------------------------------------------------
CELERY_BROKER_URL = _required("BROKER_URL")
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = (
    # longer than the longest hard time limit (a job that asks an agency: 160 s), or a slow job would be delivered twice
    {"visibility_timeout": env.int("SUGM_VISIBILITY_TIMEOUT", 180), "socket_timeout": 10}
    if CELERY_BROKER_URL.startswith("redis")
    else {}
)
CELERY_TASK_PUBLISH_RETRY = False  # the sweeps ring again; a person must not wait for a broker that is away
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = 110
CELERY_TASK_TIME_LIMIT = 120
CELERY_TASK_DEFAULT_QUEUE = "sugm"
AGENCY_QUEUES, CELERY_TASK_QUEUES = jobs.AGENCY_QUEUES, jobs.queues(CELERY_BROKER_URL)
CELERY_TASK_DEFAULT_ROUTING_KEY = "sugm"
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_ALWAYS_EAGER = env.bool("CELERY_TASK_ALWAYS_EAGER", False)
CELERY_TASK_EAGER_PROPAGATES = False
CELERY_BEAT_SCHEDULE_FILENAME = str(HOME / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = jobs.SCHEDULE

# --- agencies --------------------------------------------------------------------------------------------------
# What agencies answered is kept sealed with the first of these keys; the others still open what they sealed before
# (urlsafe base64 of 32 bytes each, separated by commas). Required; a local start makes one in its home folder.
EVIDENCE_KEYS = (env.str("EVIDENCE_KEYS", "") if LOCAL else _required("EVIDENCE_KEYS")).replace(" ", "").split(",")
EVIDENCE_KEYS = [key for key in EVIDENCE_KEYS if key]
# How much of an answer is kept, in bytes; its hash is always of the whole.
EVIDENCE_MAX_BYTES = env.int("SUGM_EVIDENCE_MAX_KB", 1024) * 1024
SIMULATOR_URL = env.str("SIMULATOR_URL", "")  # only the demonstration's agency rows and /readyz look at it

# How long to wait before a question is put again after a fault (doubled each time), and how much longer than the
# agency's time-out a worker may hold a question before it counts as dead. Seconds.
CHECK_FIRST_PAUSE = timedelta(seconds=env.float("SUGM_CHECK_FIRST_PAUSE", 5))
CHECK_LEASE_MARGIN = timedelta(seconds=env.float("SUGM_CHECK_LEASE_MARGIN", 30))

# --- monitoring ------------------------------------------------------------------------------------------------
METRICS_TOKEN = env.str("METRICS_TOKEN", "")  # what Prometheus shows at /metrics; without one, only this machine may

# --- seals -----------------------------------------------------------------------------------------------------
SEAL_KEYS = HOME / "keys"  # folder of `file:` key references; production keeps its keys in a PKCS#11 module
PKCS11_MODULE = env.str("SUGM_PKCS11_MODULE", "")  # its library; PIN: SUGM_PKCS11_PIN, unless a key names another

# --- mail ------------------------------------------------------------------------------------------------------
if env.str("EMAIL_URL", "") or not LOCAL:
    _mail = env.email_url("EMAIL_URL", "smtp://localhost:25")
    vars().update({name: value for name, value in _mail.items() if name.startswith("EMAIL_") and value is not None})
else:  # every message becomes a file that can be looked at
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(HOME / "outbox")
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "SUGM <no-responder@sugm.example>")

# --- API -------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = rest.framework(proxies=TRUSTED_PROXIES, seal_rate=env.str("SUGM_SEAL_RATE", "60/min"))
SPECTACULAR_SETTINGS = rest.SPECTACULAR

# --- public verification of documents --------------------------------------------------------------------------
# Where the public link in a document's QR leads; printed on documents, so it has to stay for as long as they are valid.
PUBLIC_URL = env.str(
    "SUGM_PUBLIC_URL", f"http://127.0.0.1:{env.str('SUGM_PORT', '8000')}" if LOCAL else "https://sugm.example"
).rstrip("/")

# How often, and within how many seconds: pages per address; dates of birth per link and per address; API per account.
VERIFICATION_LIMITS = {"page": (60, 60), "birth_link": (5, 3600), "birth_address": (20, 3600), "api": (120, 60)}

# --- look ------------------------------------------------------------------------------------------------------
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
UNFOLD = look.UNFOLD

# --- transport security ----------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = policies.content_security(form_action=_OIDC_ORIGINS)
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Cross-Origin-Resource-Policy and Permissions-Policy: config.middleware.Isolation. Passports are read with a camera.
PERMISSIONS_POLICY = policies.PERMISSIONS
if ENVIRONMENT == "production":
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", True)
    SECURE_REDIRECT_EXEMPT = [r"^metrics$"]  # scraped on the internal network, not through the proxy
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    LANGUAGE_COOKIE_SECURE = True

# --- logs ------------------------------------------------------------------------------------------------------
LOGGING = logs.logging(level=env.str("LOG_LEVEL", "INFO"))
