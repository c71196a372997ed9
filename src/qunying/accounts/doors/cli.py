"""``qunying accounts``: staff, sign-in links, API keys and the brand from the machine's own shell."""

from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from qunying.accounts.actions.change_brand import change_brand, checked_zone
from qunying.accounts.actions.create_key import make_key
from qunying.accounts.actions.invite_staff import invite_staff
from qunying.accounts.actions.renew_sign_in_link import renew_sign_in_link
from qunying.accounts.models import User
from qunying.accounts.queries.find_staff import StaffNotFound, find_staff, get_staff
from qunying.accounts.queries.get_brand import get_brand
from qunying.accounts.queries.sign_in_links import find_owner, make_sign_in_link
from qunying.accounts.roles import Role
from qunying.kernel import clock
from qunying.kernel.ids import new_id
from qunying.kernel.terminal import act_of_owner, answer

app = typer.Typer(no_args_is_help=True, help="Staff, sign-in links, API keys and the brand.")
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@app.command()
def invite(email: str, name: str, role: Role = Role.OPERATOR, json: Json = False) -> None:
    """Add a person to the staff and print their sign-in link."""
    invited = invite_staff(**act_of_owner(), email=email, name=name, role=role)
    user = get_staff(invited.user_id)
    answer({"email": user.email, "role": user.role, "sign_in_link": make_sign_in_link(user)}, json=json)


@app.command("sign-in-link")
def sign_in_link(email: str, json: Json = False) -> None:
    """Print a link that signs a person in once."""
    user = _person(email)
    renew_sign_in_link(**act_of_owner(), user_id=user.id)
    answer({"email": user.email, "sign_in_link": make_sign_in_link(user)}, json=json)


@app.command("create-key")
def create_key(
    name: Annotated[str, typer.Argument(help="What it is for.")],
    scopes: Annotated[
        list[str], typer.Argument(help="Action ids or patterns, such as intake.ingest_events 'rewards.*'.")
    ],
    email: Annotated[str, typer.Option(help="The owner whose key it is; by default the first one.")] = "",
    json: Json = False,
) -> None:
    """Make an API key and print its secret, this once."""
    maker = _person(email) if email else find_owner()
    if maker is None:
        raise StaffNotFound
    created, secret = make_key(
        command_id=str(new_id()), actor=maker.actor, now=clock.now(), name=name, scopes=scopes
    )
    answer({"key_id": str(created.key_id), "secret": secret}, json=json)


def _person(email: str) -> User:
    """Return an active person of the staff.

    Raises:
        StaffNotFound: nobody active has this e-mail.
    """
    user = find_staff(email)
    if user is None:
        raise StaffNotFound
    return user


@app.command()
def brand(
    name: Annotated[str | None, typer.Option(help="What the brand is called.")] = None,
    zone: Annotated[str | None, typer.Option(help="Its time zone, such as Asia/Shanghai.")] = None,
    currency: Annotated[str | None, typer.Option(help="Its currency, such as CNY.")] = None,
    analyse_as_of: Annotated[
        datetime | None, typer.Option(help="For historic data: the local time from which analyses look back.")
    ] = None,
    analyse_now: Annotated[bool, typer.Option("--analyse-now", help="Look back from now again.")] = False,
    sure: Annotated[
        bool,
        typer.Option("--sure", help="Change zone or currency although there is data: nothing is converted."),
    ] = False,
    json: Json = False,
) -> None:
    """Show the brand; change what is given."""
    in_zone = ZoneInfo(checked_zone(zone) if zone else get_brand().zone)
    changes: dict[str, Any] = {"name": name, "zone": zone, "currency": currency}
    changes["analysis_at"] = analyse_as_of.replace(tzinfo=in_zone) if analyse_as_of else None
    if analyse_now or any(value is not None for value in changes.values()):
        change_brand(**act_of_owner(), clear_analysis_at=analyse_now, sure=sure, **changes)
    ours = get_brand()
    shown = {key: getattr(ours, key) for key in ("name", "zone", "currency", "is_sample")}
    answer({**shown, "analyse_as_of": ours.analysis_at}, json=json)


@app.command("list")
def list_staff(json: Json = False) -> None:
    """List the staff."""
    people = [
        {"email": user.email, "name": user.name, "role": user.role, "is_active": user.is_active}
        for user in User.objects.order_by("email")
    ]
    answer({"staff": people}, json=json)
