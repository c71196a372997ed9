"""``qunying accounts``: staff and sign-in links from the machine's own shell."""

from typing import Annotated

import typer

from qunying.accounts.actions.invite_staff import invite_staff
from qunying.accounts.models import User
from qunying.accounts.queries.find_staff import StaffNotFound, find_staff, get_staff
from qunying.accounts.queries.sign_in_links import make_sign_in_link
from qunying.accounts.roles import Role
from qunying.kernel import actors, clock
from qunying.kernel.ids import new_id
from qunying.kernel.terminal import answer

app = typer.Typer(no_args_is_help=True, help="Staff and sign-in links.")
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@app.command()
def invite(email: str, name: str, role: Role = Role.OPERATOR, json: Json = False) -> None:
    """Add a person to the staff and print their sign-in link."""
    invited = invite_staff(
        command_id=str(new_id()),
        actor=actors.system("command_line"),
        now=clock.now(),
        email=email,
        name=name,
        role=role,
    )
    user = get_staff(invited.user_id)
    answer({"email": user.email, "role": user.role, "sign_in_link": make_sign_in_link(user)}, json=json)


@app.command("sign-in-link")
def sign_in_link(email: str, json: Json = False) -> None:
    """Print a link that signs a person in once."""
    user = find_staff(email)
    if user is None:
        raise StaffNotFound
    answer({"email": user.email, "sign_in_link": make_sign_in_link(user)}, json=json)


@app.command("list")
def list_staff(json: Json = False) -> None:
    """List the staff."""
    people = [
        {"email": user.email, "name": user.name, "role": user.role, "is_active": user.is_active}
        for user in User.objects.order_by("email")
    ]
    answer({"staff": people}, json=json)
