"""Console pages of earning: the rules, their editor with a preview on real orders, runs over orders of the past."""

from copy import copy
from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from qunying.accounts.queries.get_brand import get_brand
from qunying.kernel import clock
from qunying.kernel.console import StaffRequest, page, show
from qunying.kernel.ids import new_id
from qunying.kernel.inputs import DayInput
from qunying.kernel.paging import cut_page
from qunying.kernel.refusals import told_in
from qunying.kernel.web import act_of, command_id_of
from qunying.members.queries.describe_members import name_members
from qunying.rewards.actions.discard_earning_rule import discard_earning_rule
from qunying.rewards.actions.end_earning_rule import end_earning_rule
from qunying.rewards.actions.publish_earning_rule import publish_earning_rule
from qunying.rewards.actions.start_past_earning import start_past_earning
from qunying.rewards.actions.write_earning_rule import write_earning_rule
from qunying.rewards.doors.earning_form import EarningForm
from qunying.rewards.doors.earning_shown import initial_of, says_more
from qunying.rewards.doors.earning_words import describe_rule, step_words
from qunying.rewards.earning.drafting import get_rule
from qunying.rewards.earning.past_orders import preview, preview_past_orders, read_portion
from qunying.rewards.earning.terms import LINE_PAID, ORDER_PAID, RuleInForce, engine_rule, plain
from qunying.rewards.models import EarningRule
from qunying.rewards.queries.list_earning_rules import (
    list_earning_rules,
    list_earnings,
    list_past_earnings,
    list_versions,
    rule_state,
)
from qunying.shop.queries.list_orders import list_orders

PREVIEWED_ORDERS = 30


def state_title(state: str) -> str:
    """Return what the state of a rule is called."""
    return {"draft": _("draft"), "planned": _("planned"), "in_force": _("in force"), "ended": _("ended")}[
        state
    ]


@page("rewards.view")
def rules_page(request: StaffRequest) -> HttpResponse:
    """List the rules with what they have given."""
    outcomes = [
        {"outcome": each, "title": state_title(each.state), "words": describe_rule(each.rule)[0]}
        for each in list_earning_rules(clock.now())
    ]
    return show(request, "rewards/earning_rules.html", _("Earning"), {"outcomes": outcomes})


@page("rewards.write_earning_rule")
def edit_rule(request: StaffRequest, rule_id: UUID | None = None) -> HttpResponse:
    """Write a draft: of a new rule, or of the next version of one."""
    currency = get_brand().currency
    row = get_rule(rule_id) if rule_id else None
    initial = initial_of(row, currency) if row else {}
    form = EarningForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with told_in(form):
            written = write_earning_rule(**act_of(request), wording=form.wording(currency), follows=rule_id)
            messages.success(request, _("Saved as a draft. Look at the preview, then put it into force."))
            return redirect("rewards.earning_rule", written.rule_id)
    context = {
        "form": form,
        "rule": row,
        "rule_currency": currency,
        "says_more": row is not None and says_more(row, currency),
    }
    return show(request, "rewards/earning_form.html", row.name if row else _("New earning rule"), context)


@page("rewards.view")
def rule_page(request: StaffRequest, rule_id: UUID) -> HttpResponse:
    """Show a version of a rule: what it says, what it would give for recent orders, what it has given."""
    row, now = get_rule(rule_id), clock.now()
    brand = get_brand()
    earned = cut_page(
        list_earnings(series=row.series), order_by="-earned_at", cursor=request.GET.get("cursor"), size=20
    )
    names = name_members({each.member_id for each in earned.rows}, request.actor)
    context: dict[str, Any] = {
        "rule": row,
        "state": rule_state(row, now),
        "state_title": state_title(rule_state(row, now)),
        "words": describe_rule(row),
        "versions": [(each, state_title(rule_state(each, now))) for each in list_versions(row.series)],
        "earned": [
            {
                "earning": each,
                "member": names.get(each.member_id, ""),
                "why": "; ".join(step_words(step, brand.currency) for step in each.steps),
            }
            for each in earned.rows
        ],
        "next_cursor": earned.next_cursor,
        "preview": _preview(request, row),
    }
    return show(request, "rewards/earning_rule.html", row.name, context)


def _preview(request: StaffRequest, row: EarningRule) -> dict[str, Any] | None:
    """Return what the rule would give for the latest orders; None for rules about something else."""
    if row.event not in {LINE_PAID, ORDER_PAID}:
        return None
    brand = get_brand()
    latest = list_orders(size=PREVIEWED_ORDERS).rows
    if not latest:
        return {"rows": [], "orders": 0}
    asked = copy(row)
    asked.series = new_id()  # as if none of the orders had earned before
    rules = [RuleInForce(asked, engine_rule(row))]
    portion = read_portion(
        latest[-1].placed_at,
        latest[0].placed_at + timedelta(seconds=1),
        None,
        limit=PREVIEWED_ORDERS,
        rules=rules,
    )
    found, _done = preview(portion.happenings, rules, brand.zone)
    names = name_members({each.person.member_id for each in found}, request.actor)
    rows = [
        {
            "at": each.happening.occurred_at,
            "member": names.get(each.person.member_id, ""),
            "product": each.happening.product,
            "units": each.earned.units,
            "why": "; ".join(step_words(step, brand.currency) for step in plain(each.earned.steps)),
        }
        for each in found
    ]
    units = sum(each.earned.units for each in found)
    return {"rows": rows[:40], "orders": len(portion.order_ids), "units": units, "count": len(found)}


@require_POST
@page("rewards.publish_earning_rule")
def publish(request: StaffRequest, rule_id: UUID) -> HttpResponse:
    """Put a draft into force now."""
    publish_earning_rule(**act_of(request), rule_id=rule_id)
    messages.success(request, _("In force from now on. What happened before stays as it was."))
    return redirect("rewards.earning_rule", rule_id)


@require_POST
@page("rewards.end_earning_rule")
def end(request: StaffRequest, rule_id: UUID) -> HttpResponse:
    """End a rule now."""
    end_earning_rule(**act_of(request), rule_id=rule_id)
    messages.success(request, _("Ended. What was earned stays."))
    return redirect("rewards.earning_rule", rule_id)


@require_POST
@page("rewards.discard_earning_rule")
def discard(request: StaffRequest, rule_id: UUID) -> HttpResponse:
    """Throw a draft away."""
    discard_earning_rule(**act_of(request), rule_id=rule_id)
    messages.success(request, _("The draft is gone."))
    return redirect("rewards.earning")


class PastForm(forms.Form):
    """Which orders of the past."""

    first_day = forms.DateField(label=gettext_lazy("Orders from"), widget=DayInput())
    last_day = forms.DateField(label=gettext_lazy("until"), widget=DayInput())


@page("rewards.start_past_earning")
def past_page(request: StaffRequest) -> HttpResponse:
    """Show what orders of the past would earn; a POST agrees to exactly that."""
    form = PastForm(request.POST or request.GET or None)
    now, zone = clock.now(), get_brand().zone
    seen = None
    if form.is_bound and form.is_valid():
        span = {
            "placed_from": clock.day_start(form.cleaned_data["first_day"], zone),
            "placed_until": min(clock.day_end(form.cleaned_data["last_day"], zone), now),
        }
        if request.method == "POST":
            start_past_earning(
                command_id=command_id_of(request),
                actor=request.actor,
                now=now,
                points=_agreed(request, "points"),
                growth=_agreed(request, "growth"),
                **span,
            )
            messages.success(request, _("It runs in the background; this page shows how far it is."))
            return redirect("rewards.past_earning")
        seen = preview_past_orders(now=now, **span)
    context = {"form": form, "seen": seen, "runs": list_past_earnings()}
    return show(request, "rewards/past_earning.html", _("Let past orders earn"), context)


def _agreed(request: StaffRequest, name: str) -> int:
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else -1


urlpatterns = [
    path("earning/", rules_page, name="rewards.earning"),
    path("earning/new/", edit_rule, name="rewards.new_earning_rule"),
    path("earning/past/", past_page, name="rewards.past_earning"),
    path("earning/<uuid:rule_id>/", rule_page, name="rewards.earning_rule"),
    path("earning/<uuid:rule_id>/edit/", edit_rule, name="rewards.edit_earning_rule"),
    path("earning/<uuid:rule_id>/publish/", publish, name="rewards.publish_earning_rule"),
    path("earning/<uuid:rule_id>/end/", end, name="rewards.end_earning_rule"),
    path("earning/<uuid:rule_id>/discard/", discard, name="rewards.discard_earning_rule"),
]
