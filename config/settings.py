"""All settings, from the environment. README.md names every variable; a wrong one stops the start with a sentence."""

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()


def number(name: str, default: int, least: int = 0, most: int | None = None) -> int:
    """Return the whole number that the variable `name` holds. Raises ImproperlyConfigured, with what to write."""
    try:
        given = env.int(name, default=default)
    except ValueError:
        given = None
    if given is None or given < least or (most is not None and given > most):
        bounds = f"of {least} or more" if most is None else f"from {least} to {most}"
        raise ImproperlyConfigured(f"{name}: a whole number {bounds} is needed, such as {default}.")
    return given


DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var"))).resolve()
try:
    DATA_DIR.mkdir(parents=True, exist_ok=True)
except OSError as error:
    raise ImproperlyConfigured(
        f"DATA_DIR: {DATA_DIR} cannot be made or written: {error.strerror}."
    ) from error


def kept_secret(path: Path) -> str:
    """Return the secret key kept in `path`; make it at the first start, readable by its owner only."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        key = secrets.token_urlsafe(50)
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    return key


SECRET_KEY = env.str("SECRET_KEY", default="") or kept_secret(DATA_DIR / "secret_key")
if len(SECRET_KEY) < 32:
    raise ImproperlyConfigured(
        "SECRET_KEY: at least 32 characters are needed; leave it unset to have one made."
    )

DEBUG = env.bool("DEBUG", default=False)

# --- Where the site lives ---------------------------------------------------------------------------------------
SITE_NAME = env.str("SITE_NAME", default="Hallway")
PORT = number("PORT", 8000, least=1, most=65_535)
SITE_URL = env.str("SITE_URL", default=f"http://localhost:{PORT}").rstrip("/")
site = urlsplit(SITE_URL)
if site.scheme not in ("http", "https") or not site.hostname:
    raise ImproperlyConfigured("SITE_URL: an address such as https://hallway.example.org is needed.")
SITE_IS_SECURE = site.scheme == "https"
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[site.hostname, "localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = [SITE_URL]
CSRF_FAILURE_VIEW = "config.errors.csrf_failure"
if SITE_IS_SECURE:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SITE_IS_SECURE
SESSION_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "DENY"

# --- What it is made of -----------------------------------------------------------------------------------------
# A fourth kind of contribution is one line here and one in config/urls.py.
KINDS = ["recaps", "talks", "photos"]

INSTALLED_APPS = [
    "config.forms.FormsConfig",  # before all that have forms, which copy its words
    "demo",  # only a command; it stands above the kinds
    "forum",  # above the kinds, too: one topic becomes things of all of them
    *KINDS,
    "sharing",
    "moderation",
    "discussion",
    "community",
    "events",
    "people",
    "links",
    "jobs",
    "taggit",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_tasks",
    "django_tasks_db",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.compression.CompressionMiddleware",
    "config.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "people.guests.GuestMiddleware",
    "community.returning.BackToTheFormMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "people.context.viewer",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Database ---------------------------------------------------------------------------------------------------
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'hallway.sqlite3'}")}
DATABASE = DATABASES["default"]
ENGINE = DATABASE.get("ENGINE", "")
if ENGINE.endswith("sqlite3"):
    # WAL with FULL survives a power cut; IMMEDIATE makes writers wait for each other instead of failing at commit.
    DATABASE["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-32000;"
        " PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY;",
    }
    DATABASE["CONN_MAX_AGE"] = None
elif ENGINE.endswith("postgresql"):
    DATABASE["CONN_MAX_AGE"] = 600
    DATABASE["CONN_HEALTH_CHECKS"] = True
else:
    raise ImproperlyConfigured("DATABASE_URL: sqlite:///… or postgres://… is needed.")

# --- Files ------------------------------------------------------------------------------------------------------
MEDIA_ROOT = DATA_DIR / "media"
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG
STORAGES = {
    "default": {"BACKEND": "photos.storage.DurableStorage", "OPTIONS": {"location": str(MEDIA_ROOT)}},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "jobs.statics.KeptAddresses"
    },
}
FILE_UPLOAD_TEMP_DIR = None
# Pictures larger than this go to a temporary file while they arrive, not to memory.
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FILES = 100

# Files of typefaces for the pictures of links (sharing/lettering.py), where ours lacks a letter; the first that has all
# of a text is taken, and one that is not there is passed over. By default those of Debian's packages fonts-dejavu-core
# and fonts-noto-cjk.
SHARE_FONTS = env.list(
    "SHARE_FONTS",
    default=[
        "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf",
        "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc",
    ],
)
PHOTO_MAX_BYTES = number("PHOTO_MAX_BYTES", 40_000_000, least=1)
PHOTO_MAX_PIXELS = number("PHOTO_MAX_PIXELS", 60_000_000, least=1)
# Address space in bytes that opening one picture may take, in a process of its own (photos/decoding.py).
PHOTO_DECODE_MEMORY = number("PHOTO_DECODE_MEMORY", 1 << 30, least=1)
PHOTOS_PER_UPLOAD = number("PHOTOS_PER_UPLOAD", 20, least=1)
# ZIP files on their way at the same time, in each process of the web server: each holds a thread for as long as
# it takes.
ARCHIVES_AT_ONCE = number("ARCHIVES_AT_ONCE", 2)
PHOTOS_PER_PERSON = number("PHOTOS_PER_PERSON", 500)
PHOTOS_PER_EVENT = number("PHOTOS_PER_EVENT", 20_000)
# What is sent in pieces (photos/tus.py): how long it waits for the rest and for its form, and how many may wait. A
# whole conference may share one address.
UPLOAD_HOURS = number("UPLOAD_HOURS", 24, least=1)
UPLOADS_PER_ADDRESS = number("UPLOADS_PER_ADDRESS", 1000)
UPLOADS_PER_EVENT = number("UPLOADS_PER_EVENT", 5000)
PIN_TRIES_PER_HOUR = number("PIN_TRIES_PER_HOUR", 10, least=1)

# --- Tasks ------------------------------------------------------------------------------------------------------
TASKS = {
    "default": {
        "BACKEND": "django_tasks_db.DatabaseBackend",
        "QUEUES": ["default", "outside", "pictures", "sharing", "mail"],
    }
}

# --- People -----------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "community:mine"
LOGOUT_REDIRECT_URL = "community:home"
ACCOUNT_ADAPTER = "people.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "people.signin.LoginForm",
    "request_login_code": "people.signin.RequestLoginCodeForm",
    "signup": "people.signin.SignupForm",
    "add_email": "people.signin.AddEmailForm",
    "set_password": "people.signin.SetPasswordForm",
    "change_password": "people.signin.ChangePasswordForm",
    "reset_password": "people.signin.ResetPasswordForm",
    "reset_password_from_key": "people.signin.ResetPasswordKeyForm",
    "reauthenticate": "people.signin.ReauthenticateForm",
    "confirm_login_code": "people.signin.ConfirmLoginCodeForm",
    "confirm_email_verification_code": "people.signin.ConfirmEmailVerificationCodeForm",
    "confirm_password_reset_code": "people.signin.ConfirmPasswordResetCodeForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_LOGIN_BY_CODE_ENABLED = ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_CHANGE = True
# Mail takes its time, and a phone is not always where the mail is.
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = True
# This session goes on; all others end, because a session is bound to the password.
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
# Whose address the rate limits count: with https there is one proxy of ours in front (deploy/).
ALLAUTH_TRUSTED_PROXY_COUNT = number("PROXIES", 1 if SITE_IS_SECURE else 0)
MFA_ADAPTER = "people.adapter.PasskeyAdapter"
MFA_SUPPORTED_TYPES = ["webauthn"]
MFA_FORMS = {
    "add_webauthn": "people.signin.AddPasskeyForm",
    "signup_webauthn": "people.signin.SignupPasskeyForm",
}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SITE_IS_SECURE
# Called with a person whose name, handle or wish has changed, and with what they were called before
# (people.models.identity.Identity), inside that transaction: whoever keeps copies forgets them.
PERSON_CHANGED = [
    "community.naming.keep_old_name",
    "community.cards.forget_cards_of",
    "community.naming.take_names_away",
    "community.mentions.person_changed",
    "discussion.recommended.forget_cards_recommended_by",
    "people.records.forget_old_name",
    "forum.naming.forget_old_name",
]
# What the words mean by which notifications say what they are about (people.scopes): called with a member and the ids,
# they answer by id with the name and address of those that this member may see.
NOTIFICATION_SCOPES = {
    "item": "community.scopes.items",
    "event": "community.scopes.events",
    "person": "community.scopes.persons",
    "favourite": "discussion.telling.favourites",
    "webmention": "discussion.telling.webmentions",
}
# Called with a main event, they answer with a query for the ids of members who have a part in it, beside those who
# added something or follow it: these get its digests.
EVENT_AUDIENCE = ["discussion.recommended.who_recommends_at"]
# Called with an event that is in another time zone from now on, inside that transaction: cards show times.
EVENT_ZONE_CHANGED = ["community.cards.forget_cards_at"]
# Called with an event of which the days are at another time from now on, inside that transaction: it begins on another
# day, is in another time zone, or one of its days got another date.
EVENT_DAYS_MOVED = ["photos.tasks.event_moved"]
# Called by the worker with the ids of contributions of which something changed.
CONTRIBUTIONS_CHANGED = [
    "discussion.scoring.rescore",
    "discussion.variety.spread",
    "discussion.sending.changed",
    "community.missing.contributions_changed",
    "community.holdings.contributions_changed",
    "sharing.models.contributions_changed",
    # After the scores, by which it takes the first photo.
    "photos.hues.contributions_changed",
]
# Called with an event of which something changed that others may see, inside that transaction.
EVENT_CHANGED = ["sharing.models.event_changed"]
# Called with a public event: (address, words) of what is offered to those who look after it, beside what kinds offer.
DESK_LINKS = ["forum.desk.links"]
# Called with main events: by id, what lists of events show of what is there (community/holdings.py).
EVENT_HOLDINGS = "community.holdings.holdings_of"
# Modules above community that keep numbers of contributions, with `wrong_counts()` and `mend_counts()` as a kind has.
COUNTERS = ["discussion.counters"]
# Called with the ids of two contributions that became one, or two again, inside that transaction: whoever keeps numbers
# of them sets these right.
CONTRIBUTIONS_MERGED = ["discussion.scoring.rescore", "discussion.counters.recount_comments"]
# Called with a guest and the member who they are: how much becomes the member's, and inside the transaction in which it
# does. Both return the number.
GUEST_COUNTED = ["discussion.taking_over.count_of"]
GUEST_TAKEN_OVER = ["discussion.taking_over.take_over"]
# A member with this many accepted contributions publishes directly.
TRUSTED_AFTER = number("TRUSTED_AFTER", 3)
# How often from one address in an hour: forms by guests, and requests for removal. Then, over the whole site, how many
# requests an hour hide something before a moderator has looked.
GUEST_FORMS_PER_HOUR = number("GUEST_FORMS_PER_HOUR", 30)
TAKEDOWNS_PER_HOUR = number("TAKEDOWNS_PER_HOUR", 5)
TAKEDOWN_PAUSE = number("TAKEDOWN_PAUSE", 30)
# Claims to the page of a person, by one member in a day; and e-mails in a day to the address that we know of a person.
CLAIMS_PER_DAY = number("CLAIMS_PER_DAY", 10)
CLAIM_MAILS_PER_DAY = number("CLAIM_MAILS_PER_DAY", 3)
# Months after its publication in which a thing takes comments; 0: for ever.
COMMENTS_CLOSE_AFTER_MONTHS = number("COMMENTS_CLOSE_AFTER_MONTHS", 0)
GUEST_COOKIE_AGE = 180 * 24 * 3600

# --- Addresses out in the world ---------------------------------------------------------------------------------
# What keeps small copies of pictures of pages elsewhere; what says where addresses are led to from, and hears of those
# that are gone (links/ knows nothing of either).
LINK_PICTURES = "photos.linked.LinkedPictures"
LINK_USES = "community.linked.LinkUses"
# How many pasted addresses are read for one person in an hour; beyond that, forms work as without.
PREVIEWS_PER_HOUR = number("PREVIEWS_PER_HOUR", 120)
# How many webmentions are taken from one site, and for one page of ours, in an hour.
WEBMENTIONS_PER_HOUR = number("WEBMENTIONS_PER_HOUR", 60)
# Whether sites are told of the links of public recaps that lead to them.
WEBMENTIONS_SEND = env.bool("WEBMENTIONS_SEND", default=False)
# Whether an archive is asked to keep a copy of what public things lead to.
ARCHIVE_LINKS = env.bool("ARCHIVE_LINKS", default=False)

try:
    EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
except (ImproperlyConfigured, ValueError) as error:
    raise ImproperlyConfigured(
        "EMAIL_URL: an address such as smtp+tls://user:password@host:587 is needed."
    ) from error
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=f"{SITE_NAME} <hallway@{site.hostname}>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# How long what comes "at once" is gathered for one e-mail, and when those go out that come once a day.
MAIL_WINDOW_MINUTES = number("MAIL_WINDOW_MINUTES", 5)
DAILY_MAIL_HOUR = number("DAILY_MAIL_HOUR", 7, most=23)
DAILY_MAIL_ZONE = env.str("DAILY_MAIL_ZONE", default="UTC")
try:
    ZoneInfo(DAILY_MAIL_ZONE)
except (ValueError, ZoneInfoNotFoundError) as error:
    raise ImproperlyConfigured("DAILY_MAIL_ZONE: a time zone such as Europe/Paris is needed.") from error

# --- Words ------------------------------------------------------------------------------------------------------
# By their own names, whatever the language of the page: whoever looks for theirs reads no other.
LANGUAGES = [("en", "English"), ("fr", "Français"), ("de", "Deutsch")]
LANGUAGE_CODE = env.str("LANGUAGE_CODE", default="en")
if LANGUAGE_CODE not in dict(LANGUAGES):
    raise ImproperlyConfigured(f"LANGUAGE_CODE: one of {', '.join(dict(LANGUAGES))} is needed.")
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True
TAGGIT_CASE_INSENSITIVE = True

# --- What a page may load ---------------------------------------------------------------------------------------
PEERTUBE_HOSTS = env.list("PEERTUBE_HOSTS", default=[])
SECURE_CSP = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:", "blob:"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "form-action": ["'self'"],
    "frame-src": [
        "https://www.youtube-nocookie.com",
        "https://player.vimeo.com",
        "https://media.ccc.de",
        *(f"https://{host}" for host in PEERTUBE_HOSTS),
    ],
    "frame-ancestors": ["'none'"],
    "base-uri": ["'none'"],
    "manifest-src": ["'self'"],
}
PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"

LOG_LEVELS = ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]
LOG_LEVEL = env.str("LOG_LEVEL", default="WARNING")
if LOG_LEVEL not in LOG_LEVELS:
    raise ImproperlyConfigured(f"LOG_LEVEL: one of {', '.join(LOG_LEVELS)} is needed.")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
}
