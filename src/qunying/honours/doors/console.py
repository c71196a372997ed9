"""Console pages of honours: the badges, one badge with who holds it, leaderboards with the formula, a member's panel."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from qunying.communities.queries.get_community import list_communities
from qunying.honours.actions.change_formula import MOST_PER_DAY, MOST_POINTS, change_formula
from qunying.honours.actions.give_badge import give_badge
from qunying.honours.actions.refresh_honours import refresh_honours
from qunying.honours.actions.retire_badge import retire_badge
from qunying.honours.actions.revoke_badge import revoke_badge
from qunying.honours.actions.write_badge import write_badge
from qunying.honours.doors.words import parts_lines
from qunying.honours.measures import Measure
from qunying.honours.models import SIGNS, Badge, Ranking
from qunying.honours.queries.get_leaderboard import get_leaderboard
from qunying.honours.queries.list_badges import get_badge, list_badges, list_held, list_holders
from qunying.honours.ranking import get_weights
from qunying.kernel import clock
from qunying.kernel.actors import Actor
from qunying.kernel.console import StaffRequest, page, show
from qunying.kernel.paging import cut_page
from qunying.kernel.refusals import told_in
from qunying.kernel.web import act_of
from qunying.members.member_field import MemberField
from qunying.members.queries.describe_members import name_members


class BadgeForm(forms.Form):
    """A badge as it is written."""

    name = forms.CharField(label=gettext_lazy("Name of the badge"), max_length=20)
    sign = forms.ChoiceField(label=gettext_lazy("Sign"), choices=[(sign, sign) for sign in SIGNS])
    about = forms.CharField(label=gettext_lazy("What it is for"), max_length=200, required=False)
    measure = forms.ChoiceField(
        label=gettext_lazy("Counts"),
        required=False,
        choices=lambda: [("", _("nothing: staff gives it")), *Measure.choices],
    )
    levels = forms.CharField(
        label=gettext_lazy("Levels"),
        max_length=120,
        required=False,
        help_text=gettext_lazy(
            "Rising numbers with commas, e.g. 1, 10, 50; one number for a badge without levels."
        ),
    )
    counts_history = forms.BooleanField(label=gettext_lazy("Imported history counts, too"), required=False)

    def clean_levels(self) -> list[int]:
        """Return the levels as numbers.

        Raises:
            ValidationError: when one is none.
        """
        typed = self.cleaned_data["levels"].replace("，", ",").split(",")
        parts = [part.strip() for part in typed if part.strip()]
        if not all(part.isascii() and part.isdigit() and len(part) < 8 for part in parts):
            raise forms.ValidationError(_("Numbers with commas between them."))
        return [int(part) for part in parts]


class ReasonForm(forms.Form):
    """Whom it is given to, or taken from, and why."""

    member_id = MemberField(label=gettext_lazy("Member"))
    reason = forms.CharField(label=gettext_lazy("Reason (the member reads it)"), max_length=200)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        """Let the member be found by what this person of the staff may see."""
        super().__init__(*args, **kwargs)
        self.fields["member_id"].actor = actor  # type: ignore[attr-defined]


class FormulaForm(forms.Form):
    """Points and daily limit of each measure."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        weights = get_weights()
        for measure in Measure:
            weight = weights.get(measure)
            self.fields |= {
                f"{measure}_points": _number(MOST_POINTS, weight.points if weight else 0),
                f"{measure}_per_day": _number(MOST_PER_DAY, weight.per_day if weight else 0),
            }

    def rows(self) -> list[tuple[Any, forms.BoundField, forms.BoundField]]:
        """Return the fields of each measure."""
        return [(m.label, self[f"{m}_points"], self[f"{m}_per_day"]) for m in Measure]

    def weights(self) -> dict[str, tuple[int, int]]:
        """Return what was typed."""
        got = self.cleaned_data
        return {str(m): (got[f"{m}_points"] or 0, got[f"{m}_per_day"] or 0) for m in Measure}


def _number(most: int, initial: int) -> forms.IntegerField:
    return forms.IntegerField(min_value=0, max_value=most, required=False, initial=initial)


@page("honours.view")
def badges(request: StaffRequest) -> HttpResponse:
    """List the badges."""
    return show(request, "honours/badges.html", _("Badges"), {"badges": list_badges()})


@page("honours.write_badge")
def edit_badge(request: StaffRequest, badge_id: UUID | None = None) -> HttpResponse:
    """Write a badge, new or changed."""
    found = get_badge(badge_id) if badge_id else None
    first = {}
    if found:
        first = {
            name: getattr(found, name) for name in ("name", "sign", "about", "measure", "counts_history")
        }
        first["levels"] = ", ".join(map(str, found.levels))
    form = BadgeForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        with told_in(form, places={"badge_name_taken": "name"}):
            made = write_badge(**act_of(request), badge_id=badge_id, **form.cleaned_data)
            messages.success(request, _("The badge is kept. Who has earned it gets it at the next counting."))
            return redirect("honours.badge", made)
    title = found.name if found else _("New badge")
    return show(request, "honours/badge_form.html", title, {"form": form, "badge": found})


@page("honours.view")
def badge(request: StaffRequest, badge_id: UUID) -> HttpResponse:
    """Show a badge and who holds it."""
    return _badge_page(request, badge_id, ReasonForm(actor=request.actor))


def _badge_page(request: StaffRequest, badge_id: UUID, form: ReasonForm) -> HttpResponse:
    found = get_badge(badge_id)
    cut = cut_page(list_holders(badge_id), order_by="-awarded_at", cursor=request.GET.get("cursor"), size=50)
    names = name_members({row.member_id for row in cut.rows}, request.actor)
    context = {
        "badge": found,
        "holders": [(row, names[row.member_id]) for row in cut.rows],
        "next_cursor": cut.next_cursor,
        "form": form,
        "may_give": request.actor.may("honours.give_badge") and found.state == Badge.State.ACTIVE,
        "may_write": request.actor.may("honours.write_badge"),
        "may_revoke": request.actor.may("honours.revoke_badge"),
    }
    return show(request, "honours/badge.html", found.name, context)


@require_POST
@page("honours.give_badge")
def give(request: StaffRequest, badge_id: UUID) -> HttpResponse:
    """Give the badge to a member."""
    form = ReasonForm(request.POST, actor=request.actor)
    if form.is_valid():
        with told_in(form, places={"badge_held": "member_id", "badge_by_rule": "member_id"}):
            give_badge(**act_of(request), badge_id=badge_id, **form.cleaned_data)
            messages.success(request, _("The badge is given."))
            return redirect("honours.badge", badge_id)
    return _badge_page(request, badge_id, form)


@require_POST
@page("honours.revoke_badge")
def revoke(request: StaffRequest, badge_id: UUID) -> HttpResponse:
    """Take the badge from a member."""
    form = ReasonForm(request.POST, actor=request.actor)
    if form.is_valid():
        revoke_badge(**act_of(request), badge_id=badge_id, **form.cleaned_data)
        messages.success(request, _("The badge is taken back."))
    else:
        messages.error(request, _("Say why it is taken back."))
    return redirect("honours.badge", badge_id)


@require_POST
@page("honours.retire_badge")
def retire(request: StaffRequest, badge_id: UUID) -> HttpResponse:
    """Give the badge no more."""
    retire_badge(**act_of(request), badge_id=badge_id)
    messages.success(request, _("The badge is retired. Whoever holds it keeps it."))
    return redirect("honours.badge", badge_id)


@page("honours.view")
def rankings(request: StaffRequest) -> HttpResponse:
    """Show a leaderboard, and how contribution is scored; a POST changes that."""
    form = FormulaForm(request.POST or None)
    if request.method == "POST":
        request.actor.require("honours.change_formula")
        if form.is_valid():
            with told_in(form):
                change_formula(**act_of(request), weights=form.weights())
                messages.success(request, _("The score is kept. Leaderboards follow at the next counting."))
                return redirect("honours.rankings")
    asked = request.GET.get("period", Ranking.Period.MONTH)
    period = asked if asked in Ranking.Period.values else Ranking.Period.MONTH
    communities = [each.community for each in list_communities()]
    chosen = next((each for each in communities if str(each.pk) == request.GET.get("community")), None)
    board = get_leaderboard(period, clock.now(), community_id=chosen.pk if chosen else None, size=100)
    names = name_members({place.member_id for place in board.places}, request.actor)
    context = {
        "periods": Ranking.Period.choices,
        "period": period,
        "communities": communities,
        "chosen": chosen,
        "board": board,
        "places": [(each, names[each.member_id], parts_lines(each.parts)) for each in board.places],
        "form": form,
        "may_change": request.actor.may("honours.change_formula"),
        "may_refresh": request.actor.may("honours.refresh_honours"),
    }
    return show(request, "honours/rankings.html", _("Leaderboards"), context)


@require_POST
@page("honours.refresh_honours")
def refresh(request: StaffRequest) -> HttpResponse:
    """Count anew, now."""
    done = refresh_honours(**act_of(request))
    told = _("Counted. Badges given or raised: {given}; taken back: {taken}; places: {places}.")
    messages.success(request, told.format(given=done.given, taken=done.taken, places=done.places))
    return redirect("honours.rankings")


@page("honours.view")
def member_badges(request: StaffRequest, member_id: UUID) -> HttpResponse:
    """Show a member's badges on their profile."""
    return render(request, "honours/member_badges.html", {"held": list_held([member_id]).get(member_id, [])})


urlpatterns = [
    path("honours/", badges, name="honours.badges"),
    path("honours/new/", edit_badge, name="honours.new_badge"),
    path("honours/rankings/", rankings, name="honours.rankings"),
    path("honours/rankings/refresh/", refresh, name="honours.refresh"),
    path("honours/members/<uuid:member_id>/", member_badges, name="honours.member_badges"),
    path("honours/<uuid:badge_id>/", badge, name="honours.badge"),
    path("honours/<uuid:badge_id>/edit/", edit_badge, name="honours.edit_badge"),
    path("honours/<uuid:badge_id>/give/", give, name="honours.give"),
    path("honours/<uuid:badge_id>/revoke/", revoke, name="honours.revoke"),
    path("honours/<uuid:badge_id>/retire/", retire, name="honours.retire"),
]
