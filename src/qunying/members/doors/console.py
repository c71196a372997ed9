"""Console pages: the list of members, one member's profile, and what staff may change there."""

from collections.abc import Iterator
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST

from qunying.kernel import clock
from qunying.kernel.actors import Actor
from qunying.kernel.console import StaffRequest, page, show
from qunying.kernel.refusals import told_in
from qunying.kernel.web import act_of, command_id_of, csv_response
from qunying.members.actions.create_member import create_member
from qunying.members.actions.export_members import MAX_EXPORT, export_members
from qunying.members.actions.reveal_contact import reveal_contact
from qunying.members.doors.data_request_pages import urlpatterns as data_request_pages
from qunying.members.doors.profile_forms import FORMS, profile_forms
from qunying.members.models import Identity
from qunying.members.queries.attribute_titles import attribute_title, value_title, value_titles
from qunying.members.queries.consent_wording import CHANNEL_TITLES
from qunying.members.queries.describe_events import event_facts, event_title
from qunying.members.queries.describe_members import MemberView, describe_members
from qunying.members.queries.get_member import get_member
from qunying.members.queries.get_profile import (
    get_identity_value,
    list_consent_states,
    list_merges,
)
from qunying.members.queries.list_members import (
    MemberFilter,
    count_members,
    estimate_members,
    list_attribute_names,
    list_attribute_values,
    list_members,
    list_tag_names,
    walk_members,
)
from qunying.stream.queries.list_timeline import list_timeline

COUNT_LIMIT = 1000
TIMELINE_SIZE = 20
MOST_FILTER_VALUES = 60
MOST_FILTERS = 10
# The profile's panels of other nouns: URL name, permission to open it, title while it loads.
PANELS = [
    ("shop.member_orders", "shop.view", pgettext_lazy("panel", "Orders")),
    ("segments.member_scores", "segments.view", gettext_lazy("RFM and lifecycle")),
    ("rewards.member_loyalty", "rewards.view", gettext_lazy("Points and tier")),
    ("honours.member_badges", "honours.view", gettext_lazy("Badges")),
    ("rewards.member_coupons", "rewards.view", gettext_lazy("Coupons")),
    ("messages.member_contacts", "messages.view", gettext_lazy("Contacts, and why")),
    ("communities.member_communities", "communities.view", gettext_lazy("Communities")),
    ("communities.member_messages", "communities.view", gettext_lazy("Said in communities")),
    ("moderation.member_history", "moderation.view", gettext_lazy("Conduct")),
]


class NewMemberForm(forms.Form):
    """Who a new member is."""

    name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=100, required=False)
    email = forms.CharField(label=gettext_lazy("E-mail"), max_length=200, required=False)
    phone = forms.CharField(label=gettext_lazy("Phone"), max_length=40, required=False)
    country = forms.CharField(label=gettext_lazy("Country"), max_length=100, required=False)


def _conditions(request: HttpRequest) -> MemberFilter:
    """Read the filters of an address: ``attribute=country=Germany`` and ``tag=vip``, each up to ten times."""
    wanted = [text.partition("=") for text in dict.fromkeys(request.GET.getlist("attribute"))]
    pairs = [(name, value) for name, equals, value in wanted if equals]
    tags = [tag for tag in dict.fromkeys(request.GET.getlist("tag")) if tag]
    return MemberFilter(tuple(pairs[:MOST_FILTERS]), tuple(tags[:MOST_FILTERS]))


@page("members.view")
def members_page(request: StaffRequest) -> HttpResponse:
    """List members, found by search and filters."""
    search, conditions = request.GET.get("search", ""), _conditions(request)
    found = list_members(
        actor=request.actor, search=search, conditions=conditions, cursor=request.GET.get("cursor")
    )
    query = request.GET.copy()
    query.pop("cursor", None)
    context = {
        "members": describe_members(found.rows, request.actor),
        "found": found,
        "search": search,
        "chips": list(_chips(request)),
        "attribute_choices": list(_attribute_choices()),
        "tag_choices": list_tag_names(),
        "query": query.urlencode(),
        "has_conditions": bool(search.strip() or conditions),
        "is_later_page": "cursor" in request.GET,
        "count": None if search.strip() or not found.rows else _count(conditions),
        "count_limit": COUNT_LIMIT,
        "may": {verb: request.actor.may(f"members.{verb}") for verb in ("create_member", "export_members")},
        "max_export": MAX_EXPORT,
    }
    return show(request, "members/list.html", _("Members"), context)


def _attribute_choices() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Yield the attributes with few values, each with its values and what they are called."""
    for name in list_attribute_names(limit=8):
        values = list_attribute_values(name, limit=MOST_FILTER_VALUES)
        if len(values) < MOST_FILTER_VALUES:
            titles = value_titles(name)
            yield name, [(value, titles.get(value, value)) for value in values]


def _chips(request: HttpRequest) -> Iterator[tuple[str, str, str, str]]:
    """Yield each filter in force: its field, its value, its words, and the address without it."""
    for field in ("attribute", "tag"):
        for value in dict.fromkeys(request.GET.getlist(field)):
            if not value:
                continue
            rest = request.GET.copy()
            rest.setlist(field, [other for other in rest.getlist(field) if other != value])
            rest.pop("cursor", None)
            yield field, value, _chip_words(field, value), f"?{rest.urlencode()}"


def _chip_words(field: str, value: str) -> str:
    name, equals, asked = value.partition("=")
    return (
        f"{attribute_title(name)}: {value_title(name, asked)}" if field == "attribute" and equals else value
    )


def _count(conditions: MemberFilter) -> int:
    """Return how many members there are: exactly for few, by the planner's estimate for all of many. Just above the limit is “more”:
    with conditions, or when the planner has not looked since many came.
    """
    counted = count_members(conditions, limit=COUNT_LIMIT)
    return max(counted, estimate_members()) if counted > COUNT_LIMIT and not conditions else counted


@require_POST
@page("members.export_members")
def export(request: StaffRequest) -> HttpResponse:
    """Hand out the members found as CSV, after recording it."""
    search, conditions = request.GET.get("search", ""), _conditions(request)
    export_members(**act_of(request), search=search, attributes=conditions.attributes, tags=conditions.tags)
    batches = walk_members(actor=request.actor, search=search, conditions=conditions, limit=MAX_EXPORT)
    header = ["id", "name", "first_seen_at", *Identity.Type.values, "attributes", "tags"]
    rows = (
        _csv_row(member)
        for batch in batches
        for member in describe_members(batch, request.actor, with_contacts=True)
    )
    return csv_response("members", header, rows)


def _csv_row(member: MemberView) -> list[str]:
    known = {
        type_: [each.value for each in member.identities if each.type == type_] for type_ in Identity.Type
    }
    return [
        str(member.id),
        member.name,
        member.first_seen_at.isoformat(),
        *["; ".join(values) for values in known.values()],
        "; ".join(f"{each.name}={each.value_title}" for each in member.attributes),
        "; ".join(each.name for each in member.tags),
    ]


@page("members.create_member")
def new_member(request: StaffRequest) -> HttpResponse:
    """Create a member."""
    form = NewMemberForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with told_in(form):
            values = form.cleaned_data
            created = create_member(
                **act_of(request),
                name=values["name"],
                identities=[(type_, values[type_]) for type_ in ("email", "phone") if values[type_]],
                attributes={"country": values["country"]} if values["country"] else {},
            )
            messages.success(request, _("The member is created."))
            return redirect("members.profile", created.member_id)
    return show(request, "members/new.html", _("New member"), {"form": form})


@page("members.view")
def profile(request: StaffRequest, member_id: UUID) -> HttpResponse:
    """Show one member: who they are, what they agreed to, and the panels of the other nouns."""
    member = get_member(member_id)
    if member.id != member_id:
        return redirect("members.profile", member.id)
    view = describe_members([member], request.actor)[0]
    consents = [(CHANNEL_TITLES.get(row.channel, row.channel), row) for row in list_consent_states(member.id)]
    context = {
        "member": view,
        "consents": consents,
        "merges": list_merges(member.id),
        "forms": profile_forms(member, request.actor),
        "panels": list(_panels(member.id, request.actor)),
        "may_reveal": request.actor.may("members.reveal_contact"),
        "may_undo_merge": request.actor.may("members.undo_merge"),
        "may_untag": request.actor.may("members.untag_member"),
    }
    return show(request, "members/profile.html", view.name, context)


def _panels(member_id: UUID, actor: Actor) -> Iterator[tuple[str, str]]:
    for name, permission, title in PANELS:
        if not actor.may(permission):
            continue
        try:
            yield reverse(name, args=[member_id]), str(title)
        except NoReverseMatch:  # that noun has no such page (yet)
            continue


@require_POST
@page("members.view")
def change(request: StaffRequest, member_id: UUID, verb: str) -> HttpResponse:
    """Change a member by one of the profile's forms; each form asks the permission of its action."""
    request.actor.require(f"members.{verb}")
    form = FORMS[verb](request.POST)
    form.sent_by(request.actor)
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, " ".join(str(error) for error in errors))
    else:
        form.act(command_id_of(request), request.actor, clock.now(), get_member(member_id))
        messages.success(request, str(form.done))
    return redirect("members.profile", member_id)


@require_POST
@page("members.reveal_contact")
def reveal(request: StaffRequest, member_id: UUID, identity_id: int) -> HttpResponse:
    """Show one contact in full, after recording who looked."""
    revealed = reveal_contact(**act_of(request), member_id=member_id, identity_id=identity_id)
    value = get_identity_value(revealed.member_id, revealed.identity_id)
    return render(request, "members/contact.html", {"value": value})


@page("members.view")
def timeline(request: StaffRequest, member_id: UUID) -> HttpResponse:
    """Show one page of what happened with a member, as a fragment that asks for the next one."""
    found = list_timeline(get_member(member_id).id, request.GET.get("cursor"), TIMELINE_SIZE)
    entries = [(entry, event_title(entry.name), event_facts(entry)) for entry in found.entries]
    context = {"entries": entries, "next_cursor": found.next_cursor, "member_id": member_id}
    return render(request, "members/timeline.html", {**context, "is_first": "cursor" not in request.GET})


urlpatterns = [
    path("members/", members_page, name="members.list"),
    path("members/new/", new_member, name="members.new"),
    path("members/export/", export, name="members.export"),
    *data_request_pages,
    path("members/<uuid:member_id>/", profile, name="members.profile"),
    *[
        path(f"members/<uuid:member_id>/{verb}/", change, {"verb": verb}, name=f"members.{verb}")
        for verb in FORMS
    ],
    path("members/<uuid:member_id>/timeline/", timeline, name="members.timeline"),
    path("members/<uuid:member_id>/contacts/<int:identity_id>/", reveal, name="members.reveal_contact"),
]
