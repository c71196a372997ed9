"""Plans for crises as they are shipped, and a plan as it holds now."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from qunying.kernel.problems import Kind, Problem
from qunying.listening.models import Crisis, CrisisKind, CrisisPlan


class PlanNotFound(Problem):
    """There is no such kind of crisis."""

    code = "crisis_plan_not_found"
    kind = Kind.NOT_FOUND
    message = _("There is no plan of this kind.")


@dataclass(frozen=True)
class Step:
    """What is to be done within how many minutes of the opening."""

    title: str
    minutes: int


@dataclass(frozen=True)
class PreparedText:
    """A text to post or send; ``[ ]`` marks what has to be filled in."""

    name: str
    text: str


@dataclass(frozen=True)
class Plan:
    """A plan as it holds now, in the reader's language where it is shipped."""

    kind: CrisisKind
    steps: tuple[Step, ...]
    texts: tuple[PreparedText, ...]
    contacts: str
    person_id: UUID | None
    is_own: bool
    lessons: tuple[str, ...] = ()


type _Steps = tuple[tuple[Promise, int], ...]
type _Texts = tuple[tuple[Promise, Promise], ...]

_CALM = _("Calm notice")
_RESULT = _("Result")
SHIPPED_STEPS: Mapping[CrisisKind, _Steps] = MappingProxyType(
    {
        CrisisKind.DISPUTE: (
            (_("Ask both sides to stop, publicly and politely; mute only who goes on"), 10),
            (_("Keep the evidence: messages, times, who said what"), 20),
            (_("Talk to each side alone and hear them out"), 60),
            (_("Decide by the rules, cite the clause, and tell both sides"), 240),
            (_("Tell the community in two sentences how it ended"), 300),
            (_("Ask both sides after a week whether it is settled"), 10_080),
        ),
        CrisisKind.ATTACK: (
            (_("Mute or remove the attacking accounts; switch joining to approval"), 5),
            (_("Keep the evidence: accounts, times, messages, links"), 15),
            (_("Hide what was posted and post the calm notice"), 20),
            (_("Tell the person in charge and the platform; report to the police where the law is broken"), 60),
            (_("Look for allied accounts and for the way in which they came"), 240),
            (_("Thank members who reported, and tell the result"), 1_440),
        ),
        CrisisKind.RUMOUR: (
            (_("Keep where and when it began and how far it has spread"), 15),
            (_("Find out what is true, with the department that knows"), 60),
            (_("Agree on one statement and one person who speaks"), 90),
            (_("Post the statement in all communities concerned and pin it"), 120),
            (_("Answer questions one by one; take rumours down by the rules"), 480),
            (_("Look at mentions for three days and correct what comes back"), 4_320),
        ),
        CrisisKind.FAULT: (
            (_("Say at once that we know and are on it, and until when there will be news"), 10),
            (_("Find out who and what is affected: orders, payments, coupons, data"), 30),
            (_("Stop campaigns and messages that lead into the fault"), 30),
            (_("Post news at least every hour until it works"), 60),
            (_("Say what happened and how it is made good"), 240),
            (_("Make good what members lost, and check that it arrived"), 2_880),
        ),
    }
)  # fmt: skip
SHIPPED_TEXTS: Mapping[CrisisKind, _Texts] = MappingProxyType(
    {
        CrisisKind.DISPUTE: (
            (_CALM, _("Dear members, we have seen the argument and are talking to both sides. Please leave it to us and keep to the rules. News by [time].")),
            (_RESULT, _("The matter is settled: [how]. It was decided by clause [number] of our rules. Thank you for your patience.")),
        ),
        CrisisKind.ATTACK: (
            (_CALM, _("Some accounts are disturbing the group on purpose. They are being removed. Please do not answer them and do not open their links.")),
            (_RESULT, _("The accounts have been removed and reported. Thank you to everybody who told us.")),
        ),
        CrisisKind.RUMOUR: (
            (_CALM, _("We have read what is said about [matter] and are looking into it. You get a statement here by [time]. Please do not pass on what is not confirmed.")),
            (_RESULT, _("About [matter]: [facts]. The sources are [sources]. Questions are welcome here; [name] answers them.")),
        ),
        CrisisKind.FAULT: (
            (_CALM, _("[What] does not work at the moment. We are on it. Your orders and points are safe. News here by [time].")),
            (_RESULT, _("[What] works again. The cause was [cause]. Who was affected gets [compensation] by [time], without having to ask.")),
        ),
    }
)  # fmt: skip


def get_plan(kind: str) -> Plan:
    """Return the plan of a kind with the lessons of earlier crises, latest first.

    Raises:
        PlanNotFound: when there is no such kind.
    """
    if kind not in CrisisKind.values:
        raise PlanNotFound
    key = CrisisKind(kind)
    row = CrisisPlan.objects.filter(pk=key).first()
    steps = tuple(Step(**step) for step in row.own_steps) if row else ()
    texts = tuple(PreparedText(**text) for text in row.own_texts) if row else ()
    lessons = Crisis.objects.filter(kind=key, state=Crisis.State.CLOSED).exclude(lesson="")
    return Plan(
        kind=key,
        steps=steps or tuple(Step(str(title), minutes) for title, minutes in SHIPPED_STEPS[key]),
        texts=texts or tuple(PreparedText(str(name), str(text)) for name, text in SHIPPED_TEXTS[key]),
        contacts=row.contacts if row else "",
        person_id=row.person_id if row else None,
        is_own=bool(steps or texts),
        lessons=tuple(lessons.order_by("-closed_at").values_list("lesson", flat=True)[:5]),
    )


def list_plans() -> list[Plan]:
    """Return the plans of all kinds."""
    return [get_plan(kind) for kind in CrisisKind]
