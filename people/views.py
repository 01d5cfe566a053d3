"""Pages of one's own account, of guests, and of the first administrator. Signing in is allauth's."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_required
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views import i18n
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from . import guests
from .forms import LanguageForm, ProfileForm, SetupForm
from .language import forget_language, remember_language
from .models import Guest, User
from .setup import is_good_token

HERE = "django.contrib.auth.backends.ModelBackend"


class MemberRequest(HttpRequest):
    """A request by a member, as `login_required` has made sure."""

    user: User


@login_required
@require_http_methods(["GET", "POST"])
def profile(request: MemberRequest) -> HttpResponse:
    """What others see of me, my language, my licence, and the way to all that concerns signing in."""
    form = ProfileForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            form.save()
        except IntegrityError:
            request.user.person.refresh_from_db()  # so that the header shows what is stored
            form.add_error("handle", _("Somebody already has this handle. Try another one."))
        else:
            response = redirect("people:settings")
            language = form.cleaned_data["language"]
            remember_language(response, language) if language else forget_language(response)
            with override(language or None):
                messages.success(request, _("Saved."))
            return response
    return render(request, "people/settings.html", {"form": form}, status=422 if form.errors else 200)


@login_required
@require_POST
def end_sessions(request: MemberRequest) -> HttpResponse:
    """Sign out here and everywhere else."""
    request.user.sign_out_everywhere()
    logout(request)
    messages.success(request, _("You are signed out on all your devices."))
    return redirect("community:home")


@csrf_exempt
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Take the language of the switch at the foot of the page: for this browser, and for the member or guest.

    Without a token, so that a page that has no other form sets no cookie and is the same for every stranger. Another
    site's form comes without our cookies (SameSite), so it can change the language of that browser and nothing else.
    """
    form = LanguageForm(request.POST)
    if form.is_valid():
        guest = getattr(request.user, "guest", None)
        reader = request.user if request.user.is_authenticated else guest
        if reader:
            reader.speak(form.cleaned_data["language"])
    return i18n.set_language(request)


@never_cache
@require_http_methods(["GET", "POST"])
def setup(request: HttpRequest, token: str) -> HttpResponse:
    """Make whoever opens the link from the place where the site was started its first administrator."""
    if not is_good_token(token):
        return render(request, "people/setup_over.html", status=410)
    form = SetupForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            if not is_good_token(token):
                return render(request, "people/setup_over.html", status=410)
            user = User.objects.create_superuser(**form.cleaned_data)
        login(request, user, backend=HERE)
        return redirect("people:welcome")
    return render(request, "people/setup.html", {"form": form}, status=422 if form.errors else 200)


@login_required
@require_GET
def welcome(request: MemberRequest) -> HttpResponse:
    """Tell a new administrator how to sign in next time, and where to start."""
    codes_are_printed = settings.EMAIL_BACKEND.endswith("console.EmailBackend")
    return render(request, "people/welcome.html", {"codes_are_printed": codes_are_printed})


@never_cache
@require_http_methods(["GET", "POST"])
def guest_return(request: HttpRequest, token: str) -> HttpResponse:
    """Let a guest go on in this browser. Asks first, as mail scanners open every link that they see."""
    guest_id = guests.read(token, guests.LINK_SALT, guests.LINK_AGE)
    guest = Guest.objects.filter(pk=guest_id).first() if guest_id else None
    if guest is None:
        return render(request, "people/guest_link_over.html", status=410)
    if request.method == "POST":
        response = redirect("community:mine")
        guests.remember(response, guest)
        return response
    return render(request, "people/guest_return.html", {"guest": guest})


@require_POST
def forget_guest(request: HttpRequest) -> HttpResponse:
    """Let this browser forget that it was a guest."""
    response = redirect("community:home")
    guests.forget(response)
    messages.success(request, _("This browser no longer knows you. The link in our e-mail still does."))
    return response
