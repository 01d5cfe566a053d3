"""The repair shop for accounts, persons, guests and notifications."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from .models import FormerName, Guest, Notification, Person, Trust, User
from .models.identity import digest_of_handle, digest_of_name
from .models.person import fold

# Administrators sign in as everybody does; Django's own page knows only passwords.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]


class NewMemberForm(forms.ModelForm):
    """A member whom an administrator lets in: they sign in with a code sent to the address."""

    name = forms.CharField(label=_("name"), max_length=100)

    class Meta:
        model = User
        fields = ("email",)

    def clean_email(self) -> str:
        email = self.cleaned_data["email"].lower()
        if User.objects.filter(email__iexact=email).exists():
            raise forms.ValidationError(_("There is already an account with this address."))
        return email

    def save(self, commit: bool = True) -> User:
        self.instance.person = Person(name=self.cleaned_data["name"])
        self.instance.set_unusable_password()
        return super().save(commit)


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    list_display = ("email", "name", "trust", "is_moderator", "is_staff", "is_active", "date_joined")
    list_filter = ("trust", "is_moderator", "is_staff", "is_superuser", "is_active", "date_joined")
    list_select_related = ("person",)
    search_fields = ("email", "person__name", "person__handle")
    ordering = ("-date_joined",)
    readonly_fields = ("date_joined", "last_login")
    autocomplete_fields = ("person",)
    actions = ("grant_trust", "withhold_trust", "let_trust_be_earned", "make_moderator")
    add_form = NewMemberForm
    add_fieldsets = ((None, {"fields": ("email", "name")}),)
    fieldsets = (
        (None, {"fields": ("email", "password", "person", "language", "default_licence")}),
        (_("Rights"), {"fields": ("trust", "is_moderator", "is_active", "is_staff", "is_superuser")}),
        (
            _("Finer rights in the admin"),
            {"classes": ("collapse",), "fields": ("groups", "user_permissions")},
        ),
        (_("Dates"), {"fields": ("date_joined", "last_login")}),
    )

    @transaction.atomic
    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if not change:
            obj.person.save()
            obj.person = obj.person  # so that the row takes the id that it has now
        super().save_model(request, obj, form, change)
        if not change:
            obj.vouch_for_email()

    def view_on_site(self, obj: User) -> str:
        return obj.person.get_absolute_url()

    @admin.action(description=_("Grant trust: they publish directly"), permissions=["change"])
    def grant_trust(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        self.done(request, queryset.update(trust=Trust.GRANTED))

    @admin.action(description=_("Withhold trust: they always wait for review"), permissions=["change"])
    def withhold_trust(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        self.done(request, queryset.update(trust=Trust.WITHHELD))

    @admin.action(description=_("Let trust be earned again"), permissions=["change"])
    def let_trust_be_earned(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        self.done(request, queryset.update(trust=Trust.EARNED))

    @admin.action(description=_("Make moderator"), permissions=["change"])
    def make_moderator(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        self.done(request, queryset.update(is_moderator=True))

    def done(self, request: HttpRequest, count: int) -> None:
        self.message_user(
            request, ngettext("%d member changed.", "%d members changed.", count) % count, messages.SUCCESS
        )


class PersonForm(forms.ModelForm):
    """A person, whose handle nobody else has or had."""

    def clean_handle(self) -> str:
        handle: str = self.cleaned_data["handle"]
        changed = (
            handle != Person.objects.filter(pk=self.instance.pk).values_list("handle", flat=True).first()
        )
        if changed and not Person.objects.is_free(handle, self.instance):
            raise forms.ValidationError(_("Somebody already has this handle. Try another one."))
        return handle


@admin.register(Person)
class PersonAdmin(admin.ModelAdmin):
    form = PersonForm
    list_display = ("name", "handle", "email", "created_at")
    list_filter = (("account", admin.EmptyFieldListFilter), "not_in_photos", "created_at")
    list_select_related = ("account",)
    search_fields = ("name", "folded_name", "handle", "account__email")
    readonly_fields = ("created_at",)

    @admin.display(description=_("account"))
    def email(self, person: Person) -> str:
        return person.account.email if hasattr(person, "account") else ""

    @transaction.atomic
    def save_model(self, request: HttpRequest, obj: Person, form: Any, change: bool) -> None:
        if not change:
            super().save_model(request, obj, form, change)
            return
        # The same verbs as on the settings page, so that stored cards learn the new name.
        name, handle, not_in_photos, no_recording = (
            obj.name,
            obj.handle,
            obj.not_in_photos,
            obj.no_recording,
        )
        obj.refresh_from_db(fields=["name", "handle", "not_in_photos", "no_recording"])
        super().save_model(request, obj, form, change)
        obj.rename(name, handle)
        obj.ask_for_no_recording(no_recording)
        if not_in_photos != obj.not_in_photos:
            obj.keep_out_of_photos(not_in_photos)


@admin.register(FormerName)
class FormerNameAdmin(admin.ModelAdmin):
    """Names and handles that were given up: whoever knows one finds it; nobody can read it. To delete a tombstone (one
    without a person) is to let the name be used again.
    """

    list_display = ("__str__", "person", "given_up_at")
    list_filter = (("person", admin.EmptyFieldListFilter), "given_up_at")
    list_select_related = ("person",)
    search_fields = ("digest",)
    search_help_text = _("The very name or handle")

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        if not search_term:
            return queryset, False
        known = [digest_of_name(fold(search_term)), digest_of_handle(search_term.lstrip("@"))]
        return queryset.filter(digest__in=known), False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Guest)
class GuestAdmin(admin.ModelAdmin):
    list_display = ("name", "email", "language", "created_at")
    list_filter = ("language", "created_at")
    search_fields = ("name", "email")
    readonly_fields = ("id", "created_at")
    date_hierarchy = "created_at"


@admin.register(Notification)
class NotificationAdmin(admin.ModelAdmin):
    list_display = ("subject", "recipient", "created_at", "read_at")
    list_filter = (("read_at", admin.EmptyFieldListFilter), "created_at")
    list_select_related = ("recipient__person",)
    search_fields = ("subject", "body", "recipient__email", "recipient__person__name")
    autocomplete_fields = ("recipient",)
    readonly_fields = ("created_at",)
    date_hierarchy = "created_at"
