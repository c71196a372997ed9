"""``qunying referrals``: invitations from the machine's own shell."""

from typing import Annotated
from uuid import UUID

import typer

from qunying.kernel.terminal import act_of_owner, answer
from qunying.referrals.actions.accept_invitation import accept_invitation
from qunying.referrals.actions.make_code import make_code
from qunying.referrals.queries.list_invitations import count_states, list_invitations, list_tree

app = typer.Typer(no_args_is_help=True, help="Invitations: who brought whom, and what they get for it.")
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
MOST_LISTED = 500


@app.command("list")
def listed(
    state: Annotated[
        str, typer.Option(help="waiting, held, review, rewarded, refused, returned or lapsed.")
    ] = "",
    json: Json = False,
) -> None:
    """List invitations, newest first."""
    shown = ("id", "inviter_id", "invited_id", "state", "bound_at", "order_minor", "signs")
    found = list_invitations(state).order_by("-bound_at")[:MOST_LISTED]
    rows = [{key: getattr(row, key) for key in shown} for row in found]
    answer({"states": count_states(), "invitations": rows}, json=json)


@app.command()
def code(member_id: UUID, json: Json = False) -> None:
    """Show a member's code for inviting."""
    answer({"code": make_code(**act_of_owner(), member_id=member_id)}, json=json)


@app.command()
def accept(member_id: UUID, code: str, json: Json = False) -> None:
    """Bind a new member to whoever brought them."""
    answer(vars(accept_invitation(**act_of_owner(), member_id=member_id, code=code)), json=json)


@app.command()
def tree(member_id: UUID, json: Json = False) -> None:
    """Show whom a member brought, whom those brought, and so on."""
    rows = [
        {
            "member": branch.bond.invited_id,
            "depth": branch.depth,
            "state": branch.bond.state,
            "orders": branch.orders,
            "sales_minor": branch.sales_minor,
        }
        for branch in list_tree(member_id)
    ]
    answer({"tree": rows}, json=json)
