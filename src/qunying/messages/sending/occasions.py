"""Writing the rows of notices: one for each member and occasion, with values of its own."""

import json
from collections.abc import Sequence

from qunying.kernel.sealing import seal
from qunying.members.queries.get_member import list_ids_of
from qunying.messages.models import Send, SendPlan
from qunying.messages.notices import Occasion
from qunying.messages.reasons import State
from qunying.messages.sending.standing import load_standings, refusal_of

MAX_STEP = 100


def list_new(step: str, occasions: Sequence[Occasion]) -> list[Occasion]:
    """Return the occasions that have no row on any channel yet, each once."""
    wanted = {(one.member_id, _step(step, one)): one for one in occasions}
    people = list_ids_of({member_id for member_id, _key in wanted})
    rows = Send.objects.filter(
        member_id__in=people,
        campaign_id=None,
        step__in={key for _member_id, key in wanted},
    )
    for member_id, told in rows.values_list("member_id", "step"):
        wanted.pop((people[member_id], told), None)
    return list(wanted.values())


def write_occasions(plan: SendPlan, occasions: Sequence[Occasion]) -> tuple[int, int]:
    """Write a row for each occasion, with the reason where a rule keeps it back already.

    Returns:
        How many will be sent as far as is known, and how many will not. Whom somebody else told meanwhile is
        in neither.
    """
    members = sorted({one.member_id for one in occasions})
    standings = load_standings(members, plan.channel, [None], plan.planned_at)
    sends = []
    for one in occasions:
        send = Send(
            plan=plan,
            step=_step(plan.step, one),
            channel=plan.channel,
            member_id=one.member_id,
            purpose=plan.purpose,
            state=State.PLANNED,
            planned_at=plan.planned_at,
            due_at=plan.due_at,
            not_after=min((end for end in (plan.not_after, one.not_after) if end), default=None),
            sealed_variables=seal(json.dumps(one.variables)),
        )
        refusal = refusal_of(standings[one.member_id], plan.purpose, None)
        if refusal is not None:
            send.state, send.reason, send.detail = State.DROPPED, refusal.reason, refusal.detail
            send.settled_at, send.sealed_variables = plan.planned_at, ""
        sends.append(send)
    Send.objects.bulk_create(sends, ignore_conflicts=True)
    written = Send.objects.filter(plan=plan)
    dropped = written.filter(state=State.DROPPED).count()
    return written.count() - dropped, dropped


def _step(step: str, one: Occasion) -> str:
    return f"{step}:{one.key}"[:MAX_STEP]
