"""Console pages of tiers: the policy in force, the next one from a preset with its preview, promises, a member's panel."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from qunying.accounts.queries.get_brand import get_brand
from qunying.engines.tier_policy import Policy
from qunying.kernel import clock
from qunying.kernel.console import StaffRequest, page, show
from qunying.kernel.inputs import DayInput
from qunying.kernel.refusals import told_in
from qunying.kernel.web import act_of
from qunying.members.queries.describe_members import name_members
from qunying.rewards.actions.promise_tier import promise_tier
from qunying.rewards.actions.publish_tier_policy import publish_tier_policy
from qunying.rewards.actions.write_tier_policy import write_tier_policy
from qunying.rewards.doors.earning_words import step_words
from qunying.rewards.models import TierPolicy
from qunying.rewards.queries.get_points import get_points
from qunying.rewards.queries.get_tier import get_tier, list_levels, list_members_in, preview_policy
from qunying.rewards.queries.list_earning_rules import list_earnings
from qunying.rewards.tiers.drafting import (
    PRESET_TITLES,
    LevelWording,
    TierWording,
    engine_policy,
    get_policy,
    present_policy,
    wording_of,
)

ROWS = 5
FIRST_LEVELS = (
    ("ordinary", gettext_lazy("Ordinary"), 0),
    ("silver", gettext_lazy("Silver"), 1_000),
    ("gold", gettext_lazy("Gold"), 5_000),
)


def policy_words(policy: Policy) -> list[str]:
    """Return how tiers are entered, kept and lost, one sentence each."""
    words = {
        "lifetime": _("All growth value ever earned counts."),
        "rolling": ngettext(
            "Growth value of the last %(days)s day counts.",
            "Growth value of the last %(days)s days counts.",
            policy.days,
        )
        % {"days": policy.days},
        "period": _(
            "Growth value of the last %(months)s months counts; a tier is valid for %(months)s months."
        )
        % {"months": policy.months},
    }
    said = [words[policy.window]]
    if policy.resets:
        said.append(_("After an upgrade growth value is counted anew."))
    if policy.window == "period":
        said.append(_("What is returned lowers the present count, never below zero."))
    if policy.grace_days:
        text = ngettext(
            "Who falls below is warned and has %(days)s day.",
            "Who falls below is warned and has %(days)s days.",
            policy.grace_days,
        )
        said.append(text % {"days": policy.grace_days})
    elif policy.window != "period":
        said.append(_("Who falls below goes down at once; no message comes before."))
    if policy.window != "period":
        return said
    if policy.warning_days:
        text = ngettext(
            "Who would lose a tier is warned %(days)s day before.",
            "Who would lose a tier is warned %(days)s days before.",
            policy.warning_days,
        )
        said.append(text % {"days": policy.warning_days})
    elif not policy.grace_days:
        said.append(_("No message comes before a tier ends: the member's page shows until when it is valid."))
    return said


class TierForm(forms.Form):
    """The next policy: a preset and up to five tiers from the lowest up."""

    preset = forms.ChoiceField(
        label=gettext_lazy("How it works"), choices=lambda: list(PRESET_TITLES.items())
    )
    warning_days = forms.IntegerField(
        label=gettext_lazy("Warned so many days before"), min_value=0, max_value=3_650, required=False
    )
    grace_days = forms.IntegerField(
        label=gettext_lazy("Days of grace"), min_value=0, max_value=3_650, required=False
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for row in range(ROWS):
            self.fields |= {
                f"code{row}": forms.CharField(label=gettext_lazy("Tier code"), max_length=40, required=False),
                f"name{row}": forms.CharField(label=gettext_lazy("Name"), max_length=40, required=False),
                f"enter{row}": _count(gettext_lazy("Growth value to enter")),
                f"first_orders{row}": _count(gettext_lazy("orders to enter")),
                f"keep{row}": _count(gettext_lazy("to keep")),
                f"orders{row}": _count(gettext_lazy("orders to keep")),
                f"birthday{row}": _count(gettext_lazy("Birthday points")),
                f"benefits{row}": forms.CharField(
                    label=gettext_lazy("Benefits, one per line"),
                    required=False,
                    max_length=4_000,
                    widget=forms.Textarea(attrs={"rows": 3}),
                ),
            }

    def clean(self) -> dict[str, Any]:
        """See that every tier has a name of its own and asks more than the one below; a row without a code and a name is left out."""
        typed: dict[str, Any] = self.cleaned_data
        below, codes = None, set()
        for row in range(ROWS):
            code, name = (str(typed.get(f"{part}{row}") or "").strip() for part in ("code", "name"))
            if not code and not name:
                continue
            if not code or not name:
                missing = "code" if not code else "name"
                self.add_error(f"{missing}{row}", _("A tier has a code and a name."))
            if code in codes:
                self.add_error(f"code{row}", _("Another tier has this code."))
            enter, keep = typed.get(f"enter{row}") or 0, typed.get(f"keep{row}")
            if below is None and (enter or typed.get(f"first_orders{row}")):
                self.add_error(f"enter{row}", _("The lowest tier is everybody's: it takes nothing."))
            elif below is not None and enter <= below:
                self.add_error(f"enter{row}", _("More than the tier below asks for."))
            if keep is not None and keep > enter:
                self.add_error(f"keep{row}", _("Keeping a tier asks no more than entering it."))
            below = enter
            codes.add(code)
        return typed

    def head(self) -> list[forms.BoundField]:
        """Return the fields above the tiers."""
        return [self["preset"], self["warning_days"], self["grace_days"]]

    def rows(self) -> list[tuple[int, list[forms.BoundField]]]:
        """Return the fields of each tier."""
        names = ("code", "name", "enter", "first_orders", "keep", "orders", "birthday", "benefits")
        return [(row + 1, [self[f"{name}{row}"] for name in names]) for row in range(ROWS)]

    def wording(self) -> TierWording:
        """Return the policy that was typed."""
        values = self.cleaned_data
        levels = tuple(
            LevelWording(
                code=values[f"code{row}"].strip(),
                name=values[f"name{row}"],
                enter=values[f"enter{row}"] or 0,
                enter_orders=values[f"first_orders{row}"] or 0,
                keep=values[f"keep{row}"],
                keep_orders=values[f"orders{row}"],
                benefits=tuple(
                    each.strip() for each in values[f"benefits{row}"].splitlines() if each.strip()
                ),
                birthday_points=values[f"birthday{row}"] or 0,
            )
            for row in range(ROWS)
            if values[f"code{row}"].strip()
        )
        return TierWording(
            preset=values["preset"],
            levels=levels,
            warning_days=values["warning_days"],
            grace_days=values["grace_days"],
        )


def _count(label: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=10**9, required=False)


def _initial(row: TierPolicy | None) -> dict[str, Any]:
    if row is None:
        shown: dict[str, Any] = {"preset": "yearly"}
        for place, (code, name, enter) in enumerate(FIRST_LEVELS):
            shown |= {f"code{place}": code, f"name{place}": name, f"enter{place}": enter}
        return shown
    wording = wording_of(row)
    shown = {"preset": row.preset, "warning_days": wording.warning_days, "grace_days": wording.grace_days}
    for place, level in enumerate(wording.levels[:ROWS]):
        shown |= {
            f"code{place}": level.code,
            f"name{place}": level.name,
            f"enter{place}": level.enter,
            f"first_orders{place}": level.enter_orders or None,
            f"keep{place}": level.keep,
            f"orders{place}": level.keep_orders,
            f"birthday{place}": level.birthday_points,
            f"benefits{place}": "\n".join(level.benefits),
        }
    return shown


@page("rewards.view")
def tiers_page(request: StaffRequest) -> HttpResponse:
    """Show the policy in force with how many have which tier, and the draft of the next one with its preview."""
    now = clock.now()
    row = present_policy(now)
    draft = TierPolicy.objects.filter(state=TierPolicy.State.DRAFT).first()
    context: dict[str, Any] = {"policy": row, "draft": draft}
    if row is not None:
        context |= {
            "levels": list_levels(row),
            "words": policy_words(engine_policy(row)),
            "preset": PRESET_TITLES[row.preset],
            "others": TierPolicy.objects.filter(state=TierPolicy.State.PUBLISHED).order_by("-number")[:20],
        }
    if draft is not None:
        counts, looked_at = preview_policy(draft, now)
        context |= {
            "draft_levels": [(level, counts.get(level.code, 0)) for level in list_levels(draft, count=False)],
            "draft_words": policy_words(engine_policy(draft)),
            "looked_at": looked_at,
        }
    code = request.GET.get("tier", "")
    if code and row is not None:
        members = list_members_in(code[:40])
        names = name_members({each.member_id for each in members}, request.actor)
        context |= {"tier": code, "members": [(each, names.get(each.member_id, "")) for each in members]}
    return show(request, "rewards/tiers.html", _("Tiers"), context)


@page("rewards.write_tier_policy")
def edit_policy(request: StaffRequest) -> HttpResponse:
    """Write the draft of the next policy."""
    draft = TierPolicy.objects.filter(state=TierPolicy.State.DRAFT).first()
    form = TierForm(request.POST or None, initial=_initial(draft or present_policy(clock.now())))
    if request.method == "POST" and form.is_valid():
        with told_in(form):
            write_tier_policy(**act_of(request), wording=form.wording())
            messages.success(request, _("Saved as a draft. Look at the preview, then put it into force."))
            return redirect("rewards.tiers")
    return show(request, "rewards/tiers_form.html", _("Next tier policy"), {"form": form})


@require_POST
@page("rewards.publish_tier_policy")
def publish(request: StaffRequest, policy_id: UUID) -> HttpResponse:
    """Let the draft begin now."""
    publish_tier_policy(**act_of(request), policy_id=get_policy(policy_id).id)
    messages.success(request, _("In force from now on. What happened before stays as it was."))
    return redirect("rewards.tiers")


class PromiseForm(forms.Form):
    """A tier that a member has at least until a day."""

    level = forms.ChoiceField(label=gettext_lazy("At least the tier"))
    last_day = forms.DateField(label=gettext_lazy("until day"), widget=DayInput())
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)


@require_POST
@page("rewards.promise_tier")
def promise(request: StaffRequest, member_id: UUID) -> HttpResponse:
    """Promise a member a tier."""
    form = _promise_form(request)
    if form.is_valid():
        promise_tier(
            **act_of(request),
            member_id=member_id,
            level=form.cleaned_data["level"],
            until=clock.day_end(form.cleaned_data["last_day"], get_brand().zone),
            reason=form.cleaned_data["reason"],
        )
        messages.success(request, _("Promised."))
    else:
        messages.error(request, _("Say which tier, until when, and why."))
    return redirect("members.profile", member_id)


def _promise_form(request: StaffRequest) -> PromiseForm:
    form = PromiseForm(request.POST or None)
    row = present_policy(clock.now())
    form.fields["level"].choices = [(each["code"], each["name"]) for each in row.levels] if row else []  # type: ignore[attr-defined]
    return form


@page("rewards.view")
def member_loyalty(request: StaffRequest, member_id: UUID) -> HttpResponse:
    """Show points and tier of one member, as a panel of their profile."""
    now, currency = clock.now(), get_brand().currency
    earned = list_earnings(member_id).order_by("-earned_at")[:8]
    context = {
        "points": get_points(member_id, now),
        "tier": get_tier(member_id, now),
        "member_id": member_id,
        "earned": [(each, "; ".join(step_words(step, currency) for step in each.steps)) for each in earned],
        "promise_form": _promise_form(request) if request.actor.may("rewards.promise_tier") else None,
    }
    return render(request, "rewards/member_loyalty.html", context)


urlpatterns = [
    path("tiers/", tiers_page, name="rewards.tiers"),
    path("tiers/edit/", edit_policy, name="rewards.edit_tier_policy"),
    path("tiers/<uuid:policy_id>/publish/", publish, name="rewards.publish_tier_policy"),
    path("tiers/promise/<uuid:member_id>/", promise, name="rewards.promise_tier"),
    path("tiers/of/<uuid:member_id>/", member_loyalty, name="rewards.member_loyalty"),
]
