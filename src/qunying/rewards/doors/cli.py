"""``qunying rewards``: coupons and points from the machine's own shell."""

from dataclasses import asdict
from typing import Annotated
from uuid import UUID

import typer

from qunying.kernel import clock
from qunying.kernel.terminal import act_of_owner, answer
from qunying.rewards.actions.claim_coupon import claim_coupon
from qunying.rewards.actions.grant_coupons import grant_coupons
from qunying.rewards.actions.grant_points import grant_points
from qunying.rewards.actions.redeem_coupon import redeem_coupon
from qunying.rewards.actions.reserve_coupon import reserve_coupon
from qunying.rewards.actions.spend_points import spend_points
from qunying.rewards.doors.checkout_cli import app as checkout
from qunying.rewards.doors.codes_cli import app as codes
from qunying.rewards.doors.earning_cli import app as earning_app
from qunying.rewards.doors.pricing_cli import app as pricing
from qunying.rewards.doors.tiers_cli import app as tiers_app
from qunying.rewards.queries.foresee_coupon import foresee_coupon
from qunying.rewards.queries.get_liability import get_liability, list_days
from qunying.rewards.queries.get_points import get_points
from qunying.rewards.queries.get_template import get_template, list_templates
from qunying.rewards.queries.list_statement import describe_lines, list_statement

app = typer.Typer(no_args_is_help=True, help="Coupons and points.")
app.add_typer(tiers_app, name="tiers", help="Tiers of growth value.")
app.add_typer(earning_app, name="earning", help="Rules of earning points and growth value.")
app.add_typer(pricing, name="pricing")
app.add_typer(checkout, name="order")
app.add_typer(codes, name="codes")
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Campaign = Annotated[UUID | None, typer.Option(help="The campaign that pays (default: the coupon's own).")]
MOST_LISTED = 500


@app.command()
def templates(
    state: Annotated[str, typer.Option(help="draft, open or closed.")] = "", json: Json = False
) -> None:
    """List coupon templates, newest first."""
    shown = ("id", "name", "kind", "state", "total", "rounds", "campaign_id")
    found = list_templates(state=state).order_by("-created_at")[:MOST_LISTED]
    answer({"templates": [{key: getattr(row, key) for key in shown} for row in found]}, json=json)


@app.command()
def claim(template_id: UUID, member_id: UUID, campaign: Campaign = None, json: Json = False) -> None:
    """Claim a coupon for a member."""
    claimed = claim_coupon(
        **act_of_owner(), template_id=template_id, member_id=member_id, campaign_id=campaign
    )
    answer(asdict(claimed), json=json)


@app.command()
def grant(template_id: UUID, member_ids: list[UUID], campaign: Campaign = None, json: Json = False) -> None:
    """Give a coupon to each of some members, all or none."""
    granted = grant_coupons(
        **act_of_owner(), template_id=template_id, member_ids=member_ids, campaign_id=campaign
    )
    answer(asdict(granted), json=json)


@app.command()
def redeem(
    coupon_id: UUID,
    order_number: str,
    total_minor: Annotated[
        int | None, typer.Option(min=0, help="The order's total in minor units; reserves the coupon first.")
    ] = None,
    json: Json = False,
) -> None:
    """Use a coupon for an order: one that the order has reserved, or with --total-minor in one step."""
    if total_minor is not None:
        reserve_coupon(
            **act_of_owner(), coupon_id=coupon_id, order_number=order_number, total_minor=total_minor
        )
    answer(asdict(redeem_coupon(**act_of_owner(), coupon_id=coupon_id, order_number=order_number)), json=json)


@app.command()
def points(member_id: UUID, json: Json = False) -> None:
    """Show a member's points and when they end."""
    answer(asdict(get_points(member_id, clock.now())), json=json)


@app.command("grant-points")
def give(
    member_id: UUID,
    amount: Annotated[int, typer.Argument(min=1)],
    reason: str,
    valid_days: Annotated[int | None, typer.Option(min=0, help="Local days until they end.")] = None,
    campaign: Annotated[UUID | None, typer.Option(help="The campaign that they belong to.")] = None,
    json: Json = False,
) -> None:
    """Give a member points."""
    granted = grant_points(
        **act_of_owner(),
        member_id=member_id,
        amount=amount,
        reason=reason,
        valid_days=valid_days,
        campaign_id=campaign,
    )
    answer(asdict(granted), json=json)


@app.command("spend-points")
def use(
    member_id: UUID, amount: Annotated[int, typer.Argument(min=1)], reason: str, json: Json = False
) -> None:
    """Use a member's points, those that end soonest first."""
    answer(
        asdict(spend_points(**act_of_owner(), member_id=member_id, amount=amount, reason=reason)),
        json=json,
    )


@app.command()
def liability(
    days: Annotated[int, typer.Option(min=1, max=366, help="Days of issued and used units.")] = 7,
    json: Json = False,
) -> None:
    """Show what the brand owes its members, and how fast budgets are used."""
    now = clock.now()
    found = get_liability(now)
    burn = [{**asdict(row), "spent": row.spent} for row in found.budgets]
    told = {**asdict(found), "budgets": burn, "points_outstanding": found.points_outstanding}
    answer({**told, "days": [{**asdict(row), "net": row.net} for row in list_days(days, now)]}, json=json)


@app.command()
def statement(
    member_id: UUID,
    kind: Annotated[str, typer.Option(help="points, growth, money, coupon or chance.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=5_000)] = 50,
    json: Json = False,
) -> None:
    """Show every movement of everything that a member has, newest first."""
    lines = list_statement(member_id, kind).order_by("-id")[:limit]
    answer({"member_id": member_id, "lines": [asdict(line) for line in describe_lines(lines)]}, json=json)


@app.command()
def simulate(
    template_id: UUID,
    per_hour: Annotated[float, typer.Argument(min=0, help="Claims per hour, on average.")],
    used: Annotated[
        float | None, typer.Option(min=0, max=1, help="Share of the coupons that is used.")
    ] = None,
    cost_minor: Annotated[int | None, typer.Option(min=0, help="What one use costs.")] = None,
    json: Json = False,
) -> None:
    """Play a coupon a thousand times: claims, when the last is gone, cost."""
    template = get_template(template_id)
    found = foresee_coupon(template, per_hour=per_hour, used=used, cost_minor=cost_minor, now=clock.now())
    answer(asdict(found), json=json)
