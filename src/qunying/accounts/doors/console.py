"""Console pages: staff, API keys, the brand, the audit, signing in by link."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from allauth.account.utils import perform_login
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST

from qunying.accounts.actions.change_allowances import MOST, RoleAllowance, change_allowances
from qunying.accounts.actions.change_brand import BrandChangeUnconfirmed, change_brand
from qunying.accounts.actions.change_staff import change_staff
from qunying.accounts.actions.create_key import make_key
from qunying.accounts.actions.invite_staff import invite_staff
from qunying.accounts.actions.renew_sign_in_link import renew_sign_in_link
from qunying.accounts.actions.revoke_key import revoke_key
from qunying.accounts.allowances import GIVEN_NAMES, Given, allowance_of
from qunying.accounts.doors.brand_form import BrandForm
from qunying.accounts.models import ApiKey, User
from qunying.accounts.noun_names import NOUN_NAMES
from qunying.accounts.permission_names import PERMISSION_NAMES
from qunying.accounts.powers import list_powers, name_permission
from qunying.accounts.queries.find_staff import get_staff
from qunying.accounts.queries.get_brand import get_brand
from qunying.accounts.queries.list_audit import (
    describe_sign_in,
    list_commands,
    list_row_changes,
    name_actors,
)
from qunying.accounts.queries.sign_in_links import find_user_of_link, make_sign_in_link
from qunying.accounts.roles import PERMISSIONS, ROLE_NAMES, Role
from qunying.accounts.sign_in import BY_LINK
from qunying.kernel import clock
from qunying.kernel.actors import Actor
from qunying.kernel.console import StaffRequest, page, show
from qunying.kernel.guessing import count_attempt
from qunying.kernel.problems import Problem
from qunying.kernel.refusals import told_in
from qunying.kernel.web import act_of, address_of, command_id_of

SIGN_INS = "accounts.sign_"  # how the ids of signing in and out begin
ROLE_CHOICES = [(role.value, ROLE_NAMES[role]) for role in Role]


class InvitationForm(forms.Form):
    """Whom to invite."""

    name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=100)
    email = forms.EmailField(label=gettext_lazy("E-mail"))
    role = forms.TypedChoiceField(label=gettext_lazy("Role"), choices=ROLE_CHOICES, coerce=Role)


class StaffForm(forms.Form):
    """How a person stands."""

    name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=100)
    role = forms.TypedChoiceField(label=gettext_lazy("Role"), choices=ROLE_CHOICES, coerce=Role)
    is_active = forms.BooleanField(label=gettext_lazy("May sign in"), required=False)


def field_of(role: Role, given: Given) -> str:
    """Return the name of the field for a role and what it gives."""
    return f"{role.value}-{given.value}"


class AllowancesForm(forms.Form):
    """How much each role may give; an empty field is no limit."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        for role in Role:
            for given in Given:
                self.fields[field_of(role, given)] = forms.IntegerField(
                    label=f"{ROLE_NAMES[role]}: {GIVEN_NAMES[given]}",
                    min_value=0,
                    max_value=MOST,
                    required=False,
                    initial=allowance_of(role, given),
                    widget=forms.NumberInput(
                        attrs={"aria-label": f"{ROLE_NAMES[role]}: {GIVEN_NAMES[given]}"}
                    ),
                )

    def allowances(self) -> list[RoleAllowance]:
        """Return what the form says."""
        return [
            RoleAllowance(role, given, self.cleaned_data[field_of(role, given)])
            for role in Role
            for given in Given
        ]


class KeyForm(forms.Form):
    """What a key is for and may do."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    scopes = forms.CharField(
        label=gettext_lazy("Scopes"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("One action id or pattern a line, such as intake.ingest_events or rewards.*"),
    )


@page("accounts.view")
def staff_page(request: StaffRequest) -> HttpResponse:
    """List the staff, show what each role may do, invite a person."""
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with told_in(form):
            invited = invite_staff(**act_of(request), **form.cleaned_data)
            link = make_sign_in_link(get_staff(invited.user_id))
            messages.success(
                request, _("Invited. Send them this sign-in link, it works once: {link}").format(link=link)
            )
            return redirect("accounts.staff")
    roles = [
        (ROLE_NAMES[role], list_powers(Actor(kind="staff", id="", permissions=PERMISSIONS[role])))
        for role in Role
    ]
    people = User.objects.order_by("-is_active", "name")
    return show(request, "accounts/staff.html", _("Staff"), {"people": people, "form": form, "roles": roles})


@page("accounts.view")
def person_page(request: StaffRequest, user_id: UUID) -> HttpResponse:
    """Change one person."""
    person = get_staff(user_id)
    form = StaffForm(
        request.POST or None,
        initial={"name": person.name, "role": person.role, "is_active": person.is_active},
    )
    if request.method == "POST" and form.is_valid():
        with told_in(form):
            change_staff(**act_of(request), user_id=user_id, **form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect("accounts.staff")
    return show(request, "accounts/person.html", str(person), {"person": person, "form": form})


@page("accounts.view")
def allowances_page(request: StaffRequest) -> HttpResponse:
    """Show and change how much one person of each role may give away in a day."""
    form = AllowancesForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with told_in(form):
            change_allowances(**act_of(request), allowances=form.allowances())
            messages.success(request, _("Saved."))
            return redirect("accounts.allowances")
    rows = [(ROLE_NAMES[role], [form[field_of(role, given)] for given in Given]) for role in Role]
    return show(
        request,
        "accounts/allowances.html",
        _("What each role may give in a day"),
        {"form": form, "rows": rows, "names": GIVEN_NAMES.values()},
    )


@require_POST
@page("accounts.renew_sign_in_link")
def new_link(request: StaffRequest, user_id: UUID) -> HttpResponse:
    """Make a new sign-in link for a person who lost theirs."""
    renew_sign_in_link(**act_of(request), user_id=user_id)
    link = make_sign_in_link(get_staff(user_id))
    messages.success(request, _("Send them this sign-in link, it works once: {link}").format(link=link))
    return redirect("accounts.staff")


@page("accounts.view")
def keys_page(request: StaffRequest) -> HttpResponse:
    """List API keys, make one and show its secret this once."""
    form = KeyForm(request.POST or None)
    secret = ""
    if request.method == "POST" and form.is_valid():
        with told_in(form):
            _created, secret = make_key(
                **act_of(request), name=form.cleaned_data["name"], scopes=form.cleaned_data["scopes"].split()
            )
            form = KeyForm()
    keys = ApiKey.objects.select_related("created_by").order_by("-created_at")
    return show(
        request,
        "accounts/keys.html",
        _("Interfaces"),
        {"keys": keys, "form": form, "secret": secret, "permissions": PERMISSION_NAMES.items()},
    )


@require_POST
@page("accounts.revoke_key")
def revoke(request: StaffRequest, key_id: UUID) -> HttpResponse:
    """Revoke a key."""
    revoke_key(**act_of(request), key_id=key_id)
    messages.success(request, _("The key no longer works."))
    return redirect("accounts.keys")


@page("accounts.view")
def brand_page(request: StaffRequest) -> HttpResponse:
    """Show and change the brand."""
    now = clock.now()
    form = BrandForm(request.POST or None, brand=get_brand(), now=now)
    if request.method == "POST" and form.is_valid():
        with told_in(form, places={BrandChangeUnconfirmed.code: "sure"}):
            change_brand(command_id=command_id_of(request), actor=request.actor, now=now, **form.rules())
            messages.success(request, _("Saved."))
            return redirect("accounts.brand")
    return show(request, "accounts/brand.html", _("Brand"), {"form": form})


@page("accounts.view_audit")
def audit_page(request: StaffRequest) -> HttpResponse:
    """Show who did what, and which rows changed how."""
    action = request.GET.get("action", "")
    by_itself = request.GET.get("by") == "all"
    shown = list_commands(action=action, by_itself=by_itself, cursor=request.GET.get("cursor"))
    names = name_actors({command.actor for command in shown.rows})
    context = {
        "commands": [
            (
                command,
                names[command.actor],
                name_permission(command.action),
                _refusal(command.refusal),
                describe_sign_in(command),
            )
            for command in shown.rows
        ],
        "next_cursor": shown.next_cursor,
        "nouns": NOUN_NAMES.items(),
        "action": action,
        "sign_ins": SIGN_INS,
        "by_itself": by_itself,
        "changes": list_row_changes(size=50) if request.GET.get("view") == "rows" else None,
    }
    return show(request, "accounts/audit.html", _("Audit"), context)


def _refusal(stored: Mapping[str, Any] | None) -> str:
    """Return why a command was refused, in words; empty when it was not."""
    if not stored:
        return ""
    kind = Problem.by_code.get(stored["code"])
    return str(kind(**stored["fields"])) if kind else str(stored["code"])


def sign_in_by_link(request: HttpRequest, user_id: UUID, token: str) -> HttpResponse:
    """Show a button on GET; sign in on POST, through the second factor where there is one."""
    now: datetime = clock.now()
    count_attempt(f"sign_in_link:{address_of(request)}", now=now, limit=20)
    user = find_user_of_link(user_id, token)
    if user is not None and request.method == "POST":
        return perform_login(request, user, redirect_url="/console/", signal_kwargs=BY_LINK)  # type: ignore[no-any-return]
    return render(request, "accounts/sign_in_by_link.html", {"person": user}, status=200 if user else 404)


urlpatterns = [
    path("staff/", staff_page, name="accounts.staff"),
    path("staff/allowances/", allowances_page, name="accounts.allowances"),
    path("staff/<uuid:user_id>/", person_page, name="accounts.person"),
    path("staff/<uuid:user_id>/link/", new_link, name="accounts.new_link"),
    path("interfaces/", keys_page, name="accounts.keys"),
    path("interfaces/<uuid:key_id>/revoke/", revoke, name="accounts.revoke_key"),
    path("brand/", brand_page, name="accounts.brand"),
    path("audit/", audit_page, name="accounts.audit"),
    path("sign-in/<uuid:user_id>/<str:token>/", sign_in_by_link, name="accounts.sign_in_by_link"),
]
