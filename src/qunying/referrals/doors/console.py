"""Console pages of referrals: programmes, invitations, who brought whom."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from qunying.kernel.console import StaffRequest, page, show
from qunying.kernel.paging import cut_page
from qunying.kernel.refusals import told_in
from qunying.kernel.web import act_of, csv_response
from qunying.members.queries.describe_members import name_members, name_of
from qunying.members.queries.get_member import get_member
from qunying.referrals.actions.close_programme import close_programme
from qunying.referrals.actions.give_reward import give_reward
from qunying.referrals.actions.open_programme import open_programme
from qunying.referrals.actions.write_programme import write_programme
from qunying.referrals.doors import shares_console
from qunying.referrals.doors.forms import ProgrammeForm, initial_of
from qunying.referrals.line import list_line_up
from qunying.referrals.models import Bond, Programme, Reward
from qunying.referrals.queries.find_programme import get_programme, list_programmes
from qunying.referrals.queries.list_invitations import (
    count_states,
    list_invitations,
    list_leaders,
    list_tree,
)
from qunying.referrals.telling import condition_of, invited_gets, inviter_gets
from qunying.vetting.queries.list_cases import count_waiting

MOST_EXPORTED = 100_000


@page("referrals.view")
def programmes(request: StaffRequest) -> HttpResponse:
    """List programmes, and who brings the most friends."""
    found = cut_page(list_programmes(), order_by="-created_at", cursor=request.GET.get("cursor"))
    leaders = list_leaders()
    names = name_members([leader.member_id for leader in leaders], request.actor)
    context = {
        "rows": [(row, condition_of(row)) for row in found.rows],
        "next_cursor": found.next_cursor,
        "counts": _counts(None),
        "leaders": [(leader, names.get(leader.member_id, "")) for leader in leaders],
        "waiting": count_waiting(),
    }
    return show(request, "referrals/programmes.html", _("Invitations"), context)


def _counts(programme_id: UUID | None) -> list[tuple[str, Any, int]]:
    counts = count_states(programme_id)
    return [(value, label, counts.get(value, 0)) for value, label in Bond.State.choices]


@page("referrals.write_programme")
def new(request: StaffRequest) -> HttpResponse:
    """Write a new programme."""
    return _write(request, None)


@page("referrals.write_programme")
def edit(request: StaffRequest, programme_id: UUID) -> HttpResponse:
    """Change a draft."""
    return _write(request, get_programme(programme_id))


def _write(request: StaffRequest, programme: Programme | None) -> HttpResponse:
    form = ProgrammeForm(request.POST or None, initial=initial_of(programme) if programme else {})
    if request.method == "POST" and form.is_valid():
        with told_in(form):
            done = write_programme(
                **act_of(request), promise=form.promise(), programme_id=programme.id if programme else None
            )
            messages.success(request, _("Saved as a draft."))
            return redirect("referrals.programme", done)
    title = programme.name if programme else _("New programme")
    return show(request, "referrals/form.html", title, {"form": form, "programme": programme})


@page("referrals.view")
def programme_page(request: StaffRequest, programme_id: UUID) -> HttpResponse:
    """Show what a programme promises and what came of it."""
    programme = get_programme(programme_id)
    context = {
        "programme": programme,
        "condition": condition_of(programme),
        "inviter_gets": inviter_gets(programme),
        "invited_gets": invited_gets(programme),
        "counts": _counts(programme.id),
        "owed": Reward.objects.filter(bond__programme=programme, state=Reward.State.OWED).select_related(
            "member"
        )[:50],
    }
    return show(request, "referrals/programme.html", programme.name, context)


@page("referrals.view")
def invitations(request: StaffRequest) -> HttpResponse:
    """List invitations, newest first, as a page or as a file."""
    state = request.GET.get("state", "")
    rows = list_invitations(state if state in Bond.State.values else "")
    if request.GET.get("format") == "csv":
        header = [
            pgettext("invitation", "Since"),
            _("Inviter"),
            _("Friend"),
            _("State"),
            _("Order amount"),
            _("Reasons"),
        ]
        exported = (
            (b.bound_at, b.inviter_id, b.invited_id, b.get_state_display(), b.order_minor, ",".join(b.signs))
            for b in rows.order_by("bound_at", "id")[:MOST_EXPORTED]
        )
        return csv_response("invitations", header, exported)
    found = cut_page(rows, order_by="-bound_at", cursor=request.GET.get("cursor"))
    context = {
        "rows": found.rows,
        "next_cursor": found.next_cursor,
        "state": state,
        "states": Bond.State.choices,
    }
    return show(request, "referrals/invitations.html", _("All invitations"), context)


@page("referrals.view")
def tree(request: StaffRequest, member_id: UUID) -> HttpResponse:
    """Show whom a member brought, whom those brought, and what they all ordered since."""
    member = get_member(member_id)
    branches = list_tree(member.id)
    above = list_line_up(member.id)[::-1]
    names = name_members([*above, *(b.bond.invited_id for b in branches)], request.actor)
    context = {
        "member": member,
        "above": [(key, names.get(key, "")) for key in above],
        "branches": [(branch, names.get(branch.bond.invited_id, "")) for branch in branches],
        "friends": sum(branch.depth == 1 for branch in branches),
        "orders": sum(branch.orders for branch in branches),
        "sales_minor": sum(branch.sales_minor for branch in branches),
        "deepest": max((branch.depth for branch in branches), default=0),
    }
    title = _("Brought by {name}").format(name=name_of(member, request.actor))
    return show(request, "referrals/tree.html", title, context)


@require_POST
@page("referrals.open_programme")
def open_it(request: StaffRequest, programme_id: UUID) -> HttpResponse:
    """Open a draft for members."""
    open_programme(**act_of(request), programme_id=programme_id)
    messages.success(request, _("Open: members find it under “Invite friends”."))
    return redirect("referrals.programme", programme_id)


@require_POST
@page("referrals.close_programme")
def close(request: StaffRequest, programme_id: UUID) -> HttpResponse:
    """Let nobody new in."""
    close_programme(**act_of(request), programme_id=programme_id)
    messages.success(request, _("Closed. What was promised to those who are in stays promised."))
    return redirect("referrals.programme", programme_id)


@require_POST
@page("referrals.give_reward")
def give(request: StaffRequest, reward_id: UUID) -> HttpResponse:
    """Try again to give an owed reward."""
    state = give_reward(**act_of(request), reward_id=reward_id)
    if state == Reward.State.GIVEN:
        messages.success(request, _("Given."))
    else:
        messages.warning(request, _("It still cannot be given."))
    return redirect("referrals.programmes")


urlpatterns = [
    *shares_console.urlpatterns,
    path("referrals/", programmes, name="referrals.programmes"),
    path("referrals/new/", new, name="referrals.new"),
    path("referrals/invitations/", invitations, name="referrals.invitations"),
    path("referrals/<uuid:programme_id>/", programme_page, name="referrals.programme"),
    path("referrals/<uuid:programme_id>/edit/", edit, name="referrals.edit"),
    path("referrals/<uuid:programme_id>/open/", open_it, name="referrals.open_programme"),
    path("referrals/<uuid:programme_id>/close/", close, name="referrals.close_programme"),
    path("referrals/rewards/<uuid:reward_id>/give/", give, name="referrals.give_reward"),
    path("referrals/members/<uuid:member_id>/", tree, name="referrals.tree"),
]
