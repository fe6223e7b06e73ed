"""The one settings module: puts the rooms together and decides nothing."""

from django.utils.translation import gettext_lazy as _

from kepu.config.environment import database_from_url, mail_from_url, read_environment
from kepu.config.policy import content_security_policy

ENVIRONMENT = read_environment()
BASE_DIR = ENVIRONMENT.root

SECRET_KEY = ENVIRONMENT.secret_key
DEBUG = ENVIRONMENT.is_debug
ALLOWED_HOSTS = list(ENVIRONMENT.hosts)
CSRF_TRUSTED_ORIGINS = list(ENVIRONMENT.trusted_origins)
KEPU_IS_DEMONSTRATION = ENVIRONMENT.is_demonstration
KEPU_DEMONSTRATION_DAY = ENVIRONMENT.demonstration_day
KEPU_ROOT = ENVIRONMENT.root
KEPU_VAR = ENVIRONMENT.var
KEPU_PRIVACY_KEYS = ENVIRONMENT.privacy_keys
NODE_MODULES = BASE_DIR / "node_modules"

KEPU_APPS = [
    "kepu.demo",
    "kepu.portal",
    "kepu.workbench",
    "kepu.plan.monitoring",
    "kepu.plan.matters",
    "kepu.plan.evaluation",
    "kepu.plan.closing",
    "kepu.plan.supervision",
    "kepu.plan.reports",
    "kepu.plan.breakdown",
    "kepu.plan.tasks",
    "kepu.outreach.tours",
    "kepu.outreach.enterprises",
    "kepu.outreach.requests",
    "kepu.outreach.venues",
    "kepu.outreach.library",
    "kepu.outreach.people.volunteers",
    "kepu.outreach.people.capacities",
    "kepu.outreach.people.conflicts",
    "kepu.outreach.bookings",
    "kepu.ledger",
    "kepu.oversight",
    "kepu.web",
    "kepu.directory.privacy",
    "kepu.directory.notices",
    "kepu.directory.todos",
    "kepu.directory.register",
    "kepu.foundation.search",
    "kepu.foundation.files",
    "kepu.foundation.codes",
    "kepu.foundation.audit",
    "kepu.foundation.calendar",
    "kepu.foundation.approvals",
    "kepu.foundation.certificates",
    "kepu.foundation.queue",
]
INSTALLED_APPS = [
    *KEPU_APPS,
    "template_partials",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "procrastinate.contrib.django",
    "ninja",
    "csp",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "kepu.directory.register.http.SessionMiddleware",
    "kepu.directory.register.http.ActingMiddleware",
    "kepu.foundation.http.DomainErrorMiddleware",
]

ROOT_URLCONF = "kepu.config.urls"
WSGI_APPLICATION = "kepu.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "csp.context_processors.nonce",
                "kepu.web.context.site",
            ],
        },
    },
]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        **database_from_url(ENVIRONMENT.database_url),
        "CONN_HEALTH_CHECKS": not ENVIRONMENT.pool_size,
    },
}
if ENVIRONMENT.pool_size:
    DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 1, "max_size": ENVIRONMENT.pool_size}
CACHES = {
    # Counts of failed sign-ins are shared by all processes of a site, so they live in the database.
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "kepu_cache"},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "directory.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("login", "name", "email")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "workbench:home"
LOGOUT_REDIRECT_URL = "portal:home"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = "login"
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "kepu.directory.register.adapters.AccountAdapter"
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/15m/key"}
ACCOUNT_SESSION_REMEMBER = False
ALLAUTH_TRUSTED_PROXY_COUNT = ENVIRONMENT.proxies
ACCOUNT_FORMS = {"login": "kepu.workbench.forms.SignInForm"}
MFA_FORMS = {
    "activate_totp": "kepu.workbench.forms.SecondStepSetUpForm",
    "authenticate": "kepu.workbench.forms.SecondStepForm",
    "reauthenticate": "kepu.workbench.forms.SecondStepAgainForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Kepu"
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_PROVIDERS: dict[str, object] = {}
_oidc_servers = {
    # The office's own server opens known accounts; the residents' one vouches for whoever proves a phone as well.
    "oidc": (ENVIRONMENT.oidc_server, ENVIRONMENT.oidc_client, ENVIRONMENT.oidc_secret),
    "residents": (
        ENVIRONMENT.resident_oidc_server,
        ENVIRONMENT.resident_oidc_client,
        ENVIRONMENT.resident_oidc_secret,
    ),
}
_oidc_apps = [
    {
        "provider_id": name,
        "name": "统一身份认证",
        "client_id": client,
        "secret": secret,
        "settings": {"server_url": server},
    }
    for name, (server, client, secret) in _oidc_servers.items()
    if server
]
if _oidc_apps:
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {"OAUTH_PKCE_ENABLED": True, "APPS": _oidc_apps}
SOCIALACCOUNT_ADAPTER = "kepu.directory.register.adapters.SocialAccountAdapter"
PASSWORD_RESET_TIMEOUT = 60 * 60 * 24
KEPU_TWO_FACTOR_ROLES = () if KEPU_IS_DEMONSTRATION else ENVIRONMENT.two_factor_roles
KEPU_SESSION_IDLE_SECONDS = 60 * ENVIRONMENT.idle_minutes
SESSION_COOKIE_AGE = 60 * 60 * 8
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENVIRONMENT.is_https
SECURE_SSL_REDIRECT = ENVIRONMENT.is_https
SECURE_HSTS_SECONDS = 31_536_000 if ENVIRONMENT.is_https else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENVIRONMENT.is_https else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

KEPU_MEDIA_HOSTS = ENVIRONMENT.media_hosts
CONTENT_SECURITY_POLICY = content_security_policy(
    form_targets=["/".join(server.split("/", 3)[:3]) for server, _client, _secret in _oidc_servers.values() if server],
    media_hosts=KEPU_MEDIA_HOSTS,
)

# Without an address of a mail server the stand-in of foundation.gateways is used: nothing leaves the site.
KEPU_GATEWAYS = {"mail": "kepu.foundation.gateways.MailGateway"} if ENVIRONMENT.email_url else {}
if ENVIRONMENT.sms_gateway:
    KEPU_GATEWAYS["sms"] = ENVIRONMENT.sms_gateway
KEPU_TICKET_PROVIDER = ENVIRONMENT.ticket_provider
KEPU_TICKET_APP_ID = ENVIRONMENT.ticket_app_id or "sandbox"
KEPU_TICKET_APP_WORD = ENVIRONMENT.ticket_app_word or "sandbox"
KEPU_TICKET_PRIVATE_KEY = ENVIRONMENT.ticket_private_key or SECRET_KEY
KEPU_CLAMD = ENVIRONMENT.clamd
if KEPU_CLAMD:
    KEPU_GATEWAYS["scanner"] = "kepu.foundation.gateways.ClamdScanner"
KEPU_EMBEDDINGS = ENVIRONMENT.embeddings
if ENVIRONMENT.email_url:
    globals().update(mail_from_url(ENVIRONMENT.email_url))

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("简体中文")), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "src" / "kepu" / "locale"]
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = ENVIRONMENT.var / "static"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "kepu.web.vendor.VendorFinder",
]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": ENVIRONMENT.var / "files", "base_url": None},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
KEPU_MOST_UPLOAD_BYTES = 100 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # What was refused or not found is no fault of the site, and in a rush there are thousands of refusals.
    "loggers": {"django.request": {"level": "ERROR"}},
}
SILENCED_SYSTEM_CHECKS: list[str] = []
