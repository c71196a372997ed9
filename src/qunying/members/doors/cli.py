"""``qunying members``: finding and reading members."""

from typing import Annotated, Any
from uuid import UUID

import typer

from qunying.kernel import actors
from qunying.kernel.paging import MAX_PAGE_SIZE
from qunying.kernel.terminal import act_of_owner, answer
from qunying.members.actions.ask_about_data import ask_about_data
from qunying.members.actions.erase_member import erase_member
from qunying.members.models import DataRequest
from qunying.members.queries.describe_members import MemberView, describe_members
from qunying.members.queries.get_member import get_member, list_own_ids
from qunying.members.queries.get_profile import list_consent_states
from qunying.members.queries.list_members import MemberFilter, list_members

app = typer.Typer(no_args_is_help=True, help="Find members and read what is known of them.")
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@app.command("list")
def list_all(
    search: Annotated[str, typer.Option(help="An id, an identity, or how a name begins.")] = "",
    attribute: Annotated[list[str] | None, typer.Option(help="NAME=VALUE, as often as wanted.")] = None,
    tag: Annotated[list[str] | None, typer.Option(help="As often as wanted.")] = None,
    cursor: Annotated[str, typer.Option(help="next_cursor of the page before.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=MAX_PAGE_SIZE)] = 50,
    json: Json = False,
) -> None:
    """List members: the newest, those who fulfil all filters, or the best of a search."""
    actor = actors.system("command_line")
    pairs = [text.partition("=") for text in attribute or []]
    conditions = MemberFilter(tuple((name, value) for name, _, value in pairs), tuple(tag or []))
    found = list_members(actor=actor, search=search, conditions=conditions, cursor=cursor or None, size=limit)
    members = [_facts(view) for view in describe_members(found.rows, actor, with_contacts=True)]
    answer({"members": members, "next_cursor": found.next_cursor, "is_cut": found.is_cut}, json=json)


@app.command()
def show(member_id: UUID, json: Json = False) -> None:
    """Show what is known of one member; for a merged one, of who they are now."""
    member = get_member(member_id)
    view = describe_members([member], actors.system("command_line"), with_contacts=True)[0]
    consents = {row.channel: row.granted for row in list_consent_states(member.id)}
    answer({**_facts(view), "consents": consents, "own_ids": list_own_ids(member.id)}, json=json)


@app.command()
def erase(
    member_id: UUID,
    asked: Annotated[str, typer.Option(help="Enter the request as well, in these words.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask again.")] = False,
    json: Json = False,
) -> None:
    """Erase a person who has asked for it, for good: names, contacts, words and addresses. Books and counts stay."""
    if not yes:
        typer.confirm("This cannot be undone. Erase?", abort=True)
    if asked:
        ask_about_data(**act_of_owner(), member_id=member_id, kind=DataRequest.Kind.ERASURE, text=asked)
    erased = erase_member(**act_of_owner(), member_id=member_id)
    answer({"member_id": erased.member_id, "gone": erased.gone}, json=json)


def _facts(member: MemberView) -> dict[str, Any]:
    return {
        "id": member.id,
        "name": member.name,
        "first_seen_at": member.first_seen_at,
        "is_staff": member.is_staff,
        "identities": [{"type": each.type, "value": each.value} for each in member.identities],
        "attributes": {each.name: each.value for each in member.attributes},
        "tags": [each.name for each in member.tags],
    }
