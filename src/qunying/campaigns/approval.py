"""Approval: who may decide on a plan, and the row that remembers the decision."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from qunying.accounts.queries.get_brand import get_brand
from qunying.accounts.queries.person_behind import same_person
from qunying.campaigns.models import Campaign, Decision
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem


class SecondPersonNeeded(Problem):
    """The budget is above the limit, and whoever approves had a hand in the plan."""

    code = "campaign_needs_second_person"
    kind = Kind.CONFLICT
    message = _(
        "The budget is above the limit for one person. Somebody who did not work on this plan must approve"
        " it."
    )


def needs_second_person(campaign: Campaign) -> bool:
    """Tell whether the budget is above what the author may approve alone."""
    return campaign.budget_minor > get_brand().approval_limit_minor


def is_author(campaign: Campaign, actor: Actor) -> bool:
    """Tell whether somebody ever wrote, changed or handed in the plan, whoever did so after them."""
    submitted = campaign.decisions.filter(kind=Decision.Kind.SUBMITTED).values_list("by", flat=True)
    changed = campaign.events.values_list("changed_by", flat=True)  # type: ignore[attr-defined]
    return same_person(actor.key, campaign.created_by, *{*submitted, *changed})


def require_second_person(campaign: Campaign, actor: Actor) -> None:
    """See to it that a plan above the limit is approved by somebody else.

    Raises:
        SecondPersonNeeded: when it is not.
    """
    if needs_second_person(campaign) and is_author(campaign, actor):
        raise SecondPersonNeeded


def note(campaign: Campaign, kind: Decision.Kind, actor: Actor, now: datetime, reason: str = "") -> None:
    """Write a decision down, with the budget that it was about."""
    Decision.objects.create(
        campaign=campaign, kind=kind, by=actor.key, at=now, reason=reason, budget_minor=campaign.budget_minor
    )
