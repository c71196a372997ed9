"""Django settings. What an installation may change comes from the environment."""

import os
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

from qunying.shell.logs import set_up_logs
from qunying.shell.menu import navigation
from qunying.shell.nouns import NOUNS

PACKAGE = Path(__file__).resolve().parent.parent
TESTING = "PYTEST_VERSION" in os.environ
HOME = Path(os.environ.get("QUNYING_HOME", "."))
SECRET_KEY = os.environ.get("QUNYING_SECRET_KEY", "only for commands that need no installation")
DEBUG = False
PUBLIC_URL = os.environ.get("QUNYING_PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
BEHIND_HTTPS = PUBLIC_URL.startswith("https://")
ALLOWED_HOSTS = os.environ.get("QUNYING_HOSTS", "localhost,127.0.0.1,[::1],testserver").split(",")
ALLOWED_HOSTS += filter(None, [urlsplit(PUBLIC_URL).hostname])
# Whose word counts for where a request came from. We speak no TLS: with https there is a proxy, and it is on this machine.
PROXIES = os.environ.get("QUNYING_PROXIES", "127.0.0.1,::1" if BEHIND_HTTPS else "")


def database(url: str) -> dict[str, Any]:
    """Return Django's description of a ``postgresql://`` address; a socket folder may stand in ``?host=``."""
    parts = urlsplit(url)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    limits = "-c lock_timeout=3s -c statement_timeout={} -c idle_in_transaction_session_timeout=30s"
    # What is prepared, few but long statements of the hot ways, is planned once; anew each time, the plan costs more than its run.
    plans = "-c plan_cache_mode=force_generic_plan"
    timeout = os.environ.get("QUNYING_STATEMENT_TIMEOUT", "15s")
    return {
        "ENGINE": "qunying.kernel.database",
        "NAME": unquote(parts.path.lstrip("/")) or "qunying",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": query.pop("port", str(parts.port or "")),
        # Prepared is what asks for it, and nothing else: with None, the default, not even that would be.
        "OPTIONS": {
            **query,
            "options": f"{limits.format(timeout)} {plans}",
            "prepare_threshold": sys.maxsize,
        },
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


DATABASES = {"default": database(os.environ.get("DATABASE_URL", "postgresql:///qunying"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    *NOUNS,  # first, so that our words win over the frame's in translation
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin.apps.SimpleAdminConfig",  # for the frame alone: no page of it is served
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
    "ninja",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "qunying.shell.middleware.ProblemMiddleware",
]

ROOT_URLCONF = "qunying.shell.urls"
WSGI_APPLICATION = "qunying.shell.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "shell" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "qunying.shell.context.brand",
            ],
        },
    }
]

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "console"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_ADAPTER = "qunying.accounts.sign_in.StaffAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Qunying"
MFA_FORMS = {"authenticate": "qunying.accounts.doors.second_factor.SecondFactorForm"}
PASSWORD_RESET_TIMEOUT = 86_400  # also how long a sign-in link lives

LANGUAGE_CODE = os.environ.get("QUNYING_LANGUAGE", "zh-hans")  # of texts that go out, and of first visits
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
FILES_ROOT = HOME / "files"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_000_000
FILE_UPLOAD_TEMP_DIR = None

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_HTTPS
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = BEHIND_HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if BEHIND_HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
CSRF_FAILURE_VIEW = "qunying.shell.failures.answer_forged_form"
# The console frame needs Alpine (unsafe-eval) and inline styles; member pages and sign-in replace this with a stricter policy.
SECURE_CSP = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF, CSP.NONCE, CSP.UNSAFE_EVAL],
    "style-src": [CSP.SELF, CSP.UNSAFE_INLINE],
    "img-src": [CSP.SELF, "data:"],
    "frame-ancestors": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.SELF],
    "object-src": [CSP.NONE],
}

UNFOLD = {
    "SITE_TITLE": "群盈 Qunying",
    "SITE_HEADER": "群盈 Qunying",
    "SITE_URL": "/console/",
    "SITE_ICON": lambda _request: f"{STATIC_URL}qunying/icon.svg",
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda _request: f"{STATIC_URL}qunying/icon.svg"}
    ],
    "SHOW_LANGUAGES": True,
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "STYLES": [lambda _request: f"{STATIC_URL}qunying/console.css"],
    "SCRIPTS": [
        lambda _request: f"{STATIC_URL}qunying/console.js",
        lambda _request: f"{STATIC_URL}qunying/charts.js",
    ],
    "SIDEBAR": {"show_search": False, "show_all_applications": False, "navigation": navigation},
}

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = (
    ""  # the worker mounts the jobs; who only asks for one needs its name
)
PROCRASTINATE_ON_APP_READY = None

SMTP_URL = os.environ.get("QUNYING_SMTP_URL", "")
MAX_IMPORT_BYTES = int(os.environ.get("QUNYING_MAX_IMPORT_BYTES", str(1024**3)))
INGEST_MAX_LAG = int(os.environ.get("QUNYING_INGEST_MAX_LAG", "2000000"))  # events that readers may be behind
ANALYSIS_MEMORY_LIMIT = os.environ.get("QUNYING_ANALYSIS_MEMORY", "2GB")
ANALYSIS_THREADS = int(os.environ.get("QUNYING_ANALYSIS_THREADS", str(os.cpu_count() or 2)))
ALLOW_PRIVATE_ADDRESSES = os.environ.get("QUNYING_ALLOW_PRIVATE_ADDRESSES") == "1"
LOGGING_CONFIG = None
set_up_logs()
