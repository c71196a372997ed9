"""``qunying rewards earning``: rules of earning from the machine's own shell."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from pydantic_core import from_json

from qunying.accounts.queries.get_brand import get_brand
from qunying.kernel import clock
from qunying.kernel.terminal import act_of_owner, answer
from qunying.rewards.actions.end_earning_rule import end_earning_rule
from qunying.rewards.actions.publish_earning_rule import publish_earning_rule
from qunying.rewards.actions.write_earning_rule import write_earning_rule
from qunying.rewards.doors.earning_words import describe_rule, step_words
from qunying.rewards.earning.drafting import RuleWording, RuleWrong, read_engine_rule
from qunying.rewards.queries.list_earning_rules import list_earning_rules, list_earnings

app = typer.Typer(no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
MOST_LISTED = 200


@app.command()
def rules(json: Json = False) -> None:
    """List the rules with what they have given."""
    rows = [
        {
            "id": each.rule.id,
            "name": each.rule.name,
            "version": each.rule.version,
            "state": each.state,
            "says": describe_rule(each.rule),
            "times": each.times,
            "units": each.units,
        }
        for each in list_earning_rules(clock.now())
    ]
    answer({"rules": rows}, json=json)


@app.command()
def write(
    file: Annotated[Path, typer.Argument(help="JSON as POST /api/v1/earning/rules takes it.")],
    follows: Annotated[UUID | None, typer.Option(help="A version of the rule that this changes.")] = None,
    json: Json = False,
) -> None:
    """Write a draft of a rule from a file."""
    try:
        told = from_json(file.read_bytes())
    except ValueError as error:
        raise RuleWrong(field=file.name, reason=str(error)) from None
    if not isinstance(told, dict) or set(told) - {"name", "asset", "rule", "wait_days", "valid_days"}:
        raise RuleWrong(field=file.name, reason="name, asset, rule, wait_days, valid_days")
    wording = RuleWording(
        name=str(told.get("name", "")),
        asset=str(told.get("asset", "points")),
        rule=read_engine_rule(told.get("rule")),
        wait_days=int(told.get("wait_days", 0)),
        valid_days=told.get("valid_days"),
    )
    answer(asdict(write_earning_rule(**act_of_owner(), wording=wording, follows=follows)), json=json)


@app.command()
def publish(rule_id: UUID, json: Json = False) -> None:
    """Put a draft into force now."""
    answer({"in_force_from": publish_earning_rule(**act_of_owner(), rule_id=rule_id)}, json=json)


@app.command()
def end(rule_id: UUID, json: Json = False) -> None:
    """End a rule now."""
    answer({"ended_at": end_earning_rule(**act_of_owner(), rule_id=rule_id)}, json=json)


@app.command()
def of(member_id: UUID, json: Json = False) -> None:
    """Show what a member has earned and why."""
    currency = get_brand().currency
    rows = [
        {
            "occurred_at": each.occurred_at,
            "rule": each.rule.name,
            "asset": each.asset,
            "units": each.units,
            "taken_back": each.taken_back,
            "why": [step_words(step, currency) for step in each.steps],
        }
        for each in list_earnings(member_id).order_by("-earned_at")[:MOST_LISTED]
    ]
    answer({"earnings": rows}, json=json)
