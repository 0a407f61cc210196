"""Settings: from the environment only; docs/settings.md is the table."""

from pathlib import Path

from hyllan.config import environment

PACKAGE = Path(__file__).parents[1]
HYLLAN_HOME = environment.home()
HYLLAN_DEMO = environment.flag("HYLLAN_DEMO", default=False)
HYLLAN_REGION = Path(
    environment.text("HYLLAN_REGION", default=str(PACKAGE.parents[1] / "regions" / "skane"))
)
ROUTER_URL = environment.text("ROUTER_URL", default="")
HYLLAN_SECOND_FACTOR = environment.flag("HYLLAN_SECOND_FACTOR", default=not HYLLAN_DEMO)
# The catalogue's pages show what lending knows through these (docs/decisions/0009, 0010)
HYLLAN_CATALOGUE_SLOTS = "hyllan.lending.views.panels.OnTheShelf"
HYLLAN_LIBRARY_SYSTEMS = "hyllan.lending.services.library_systems"
HYLLAN_CARD_SIGN_IN = "lending:sign_in"

DEBUG = environment.flag("HYLLAN_DEBUG", default=False)
SECRET_KEY = environment.secret_key(HYLLAN_HOME)
ALLOWED_HOSTS = environment.words("HYLLAN_ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])

INSTALLED_APPS = [
    "hyllan.config",
    "hyllan.look",
    "hyllan.jobs",
    "hyllan.region",
    "hyllan.catalogue",
    "hyllan.transport",
    "hyllan.lending",
    "hyllan.website",
    "hyllan.peers",
    "wagtail.contrib.simple_translation",
    "wagtail.locales",
    "wagtail.users",
    "wagtail.images",
    "wagtail.documents",
    "wagtail.snippets",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "django_htmx",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "hyllan.region.middleware.SecondFactorMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    "hyllan.website.middleware.EditorsRoom",
]

ROOT_URLCONF = "hyllan.config.urls"
WSGI_APPLICATION = "hyllan.config.wsgi.application"
FORM_RENDERER = "hyllan.look.forms.Renderer"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "hyllan.config.navigation.navigation",
            ],
        },
    }
]

DATABASES = {"default": environment.database(HYLLAN_HOME)}
# Shared by the web processes: codes that were used, tries at a door, addresses of pages
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": HYLLAN_HOME / "cache",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "region.Person"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
    "hyllan.lending.backends.LibraryCardBackend",
]
VALIDATION = "django.contrib.auth.password_validation."
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{VALIDATION}MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{VALIDATION}CommonPasswordValidator"},
    {"NAME": f"{VALIDATION}NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "card", "pin"]  # never stored from a form
AXES_USERNAME_CALLABLE = "hyllan.region.sign_in.username_tried"
AXES_LOCKOUT_TEMPLATE = "429.html"
AXES_DISABLE_ACCESS_LOG = True  # who signed in when is nobody's business
ACCOUNT_ADAPTER = "hyllan.region.adapter.StaffAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]  # nobody signs up, but allauth checks it
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False  # a desk is shared: the session ends with the browser
ACCOUNT_FORMS = {
    "login": "hyllan.region.forms.SignInForm",
    "change_password": "hyllan.region.forms.ChangePasswordForm",
    "reauthenticate": "hyllan.region.forms.ReauthenticateForm",
}
MFA_FORMS = {
    "authenticate": "hyllan.region.forms.CodeForm",
    "reauthenticate": "hyllan.region.forms.CodeAgainForm",
    "activate_totp": "hyllan.region.forms.ActivateForm",
}
MFA_TOTP_ISSUER = "hyllan"
MFA_TOTP_TOLERANCE = 1  # steps of 30 seconds: telephones' clocks differ
SESSION_COOKIE_AGE = 8 * 3600
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # no third cookie

LANGUAGE_CODE = "sv"
LANGUAGES = [("sv", "Svenska"), ("en", "English")]
TIME_ZONE = "Europe/Stockholm"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
MEDIA_URL = "/media/"
MEDIA_ROOT = HYLLAN_HOME / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Served from the installed packages themselves: nothing to collect, nothing to forget
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600

WAGTAIL_SITE_NAME = "hyllan"
WAGTAIL_I18N_ENABLED = True
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAILADMIN_BASE_URL = "http://127.0.0.1:8000"
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
# One way in for everybody, with the second factor: Wagtail's own sign-in and passwords are shut
WAGTAILADMIN_LOGIN_URL = LOGIN_URL
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}
X_FRAME_OPTIONS = "DENY"
HTTPS = environment.flag("HYLLAN_HTTPS", default=False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"

EMAIL_URL = environment.text("HYLLAN_EMAIL_URL", default="")
if EMAIL_URL:
    vars().update(environment.env.email_url_config(EMAIL_URL))
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = HYLLAN_HOME / "mail"
DEFAULT_FROM_EMAIL = environment.text("HYLLAN_MAIL_FROM", default="hyllan@localhost")
HYLLAN_ADMIN_EMAIL = environment.text("HYLLAN_ADMIN_EMAIL", default=DEFAULT_FROM_EMAIL)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"hyllan": {"level": "INFO"}},
}
