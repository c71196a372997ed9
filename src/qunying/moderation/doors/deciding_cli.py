"""``qunying moderation``: bringing up, deciding, penalising, lifting, judging. Who decided by command line does not judge by it."""

from typing import Annotated, Any
from uuid import UUID

import typer

from qunying.kernel.terminal import act_of_owner, answer
from qunying.moderation.actions.decide_case import decide_case
from qunying.moderation.actions.judge_appeal import judge_appeal
from qunying.moderation.actions.lift_penalty import lift_penalty
from qunying.moderation.actions.open_case import open_case
from qunying.moderation.actions.penalise_member import penalise_member
from qunying.moderation.actions.remove_member import remove_member
from qunying.moderation.actions.submit_appeal import submit_appeal

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Reason = Annotated[str, typer.Option(help="For the member to read.")]


def bring_up(
    kind: Annotated[str, typer.Argument(help="message, post, comment, submission or member")],
    subject: UUID,
    json: Json = False,
) -> None:
    """Open a case about something that was said, or about a member."""
    opened = open_case(subject_kind=kind, subject_id=subject, findings=[], source="staff", **act_of_owner())
    answer(opened.__dict__, json=json)


def decide(
    case: UUID,
    reason: Reason,
    violation: Annotated[str, typer.Option(help="Which kind; left out, no rule was broken.")] = "",
    factor: Annotated[
        list[str] | None, typer.Option(help="minors, cheating or several_accounts; may be repeated.")
    ] = None,
    hide: Annotated[bool, typer.Option(help="Take what was said out of sight.")] = False,
    json: Json = False,
) -> None:
    """Decide a case. The penalty is another step."""
    verdict = "violation" if violation else "no_violation"
    words: dict[str, Any] = {"verdict": verdict, "violation": violation, "reason": reason}
    done = decide_case(case_id=case, factors=factor or [], hide_content=hide, **words, **act_of_owner())
    answer(done.__dict__, json=json)


def penalise(
    decision: UUID,
    step: Annotated[
        str,
        typer.Argument(
            help="warning, mute_1_day, mute_7_days, mute_15_days, mute_forever, removal or closing"
        ),
    ],
    reason: Reason,
    everywhere: Annotated[bool, typer.Option(help="In all communities.")] = False,
    json: Json = False,
) -> None:
    """Impose a penalty by a decision."""
    words: dict[str, Any] = {
        "decision_id": decision,
        "reason": reason,
        "everywhere": everywhere,
        **act_of_owner(),
    }
    if step in {"removal", "closing"}:
        answer(remove_member(close_account=step == "closing", **words).__dict__, json=json)
    else:
        answer(penalise_member(step=step, **words).__dict__, json=json)


def lift(penalty: UUID, reason: Reason, json: Json = False) -> None:
    """End a penalty early and give back what it took."""
    lift_penalty(penalty_id=penalty, reason=reason, **act_of_owner())
    answer({"penalty": penalty, "lifted": True}, json=json)


def appeal(decision: UUID, member: UUID, text: str, json: Json = False) -> None:
    """Appeal for a member, e.g. one who is known only on a platform and cannot sign in."""
    appeal_id = submit_appeal(decision_id=decision, member_id=member, text=text, **act_of_owner())
    answer({"appeal": appeal_id}, json=json)


def judge(
    appeal: UUID,
    text: Annotated[str, typer.Option("--answer", help="For the member to read.")],
    uphold: Annotated[bool, typer.Option("--uphold/--dismiss", help="Whether the member is right.")],
    json: Json = False,
) -> None:
    """Judge an appeal; upholding gives back everything that the decision took."""
    judge_appeal(appeal_id=appeal, upheld=uphold, answer=text, **act_of_owner())
    answer({"appeal": appeal, "outcome": "upheld" if uphold else "dismissed"}, json=json)
