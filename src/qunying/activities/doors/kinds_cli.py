"""The command line's part of kinds with work of their own: the door of a gathering, a trial, a topic, a contest."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Annotated
from uuid import UUID

import typer

from qunying.activities.actions.admit_member import admit_member
from qunying.activities.actions.admit_walk_in import admit_walk_in
from qunying.activities.actions.announce_word import announce_word
from qunying.activities.actions.cancel_booking import cancel_booking
from qunying.activities.actions.cancel_registration import cancel_registration
from qunying.activities.actions.choose_posts import choose_posts
from qunying.activities.actions.choose_triers import choose_triers
from qunying.activities.actions.finish_gathering import finish_gathering
from qunying.activities.actions.remove_work import remove_work
from qunying.activities.actions.review_report import review_report
from qunying.activities.actions.say_word import say_word
from qunying.activities.actions.score_work import score_work
from qunying.activities.actions.set_replay import set_replay
from qunying.activities.actions.turn_card import turn_card
from qunying.activities.door_codes import find_by_code
from qunying.activities.kinds.contest import Contest, ContestSettings, list_standings, ranked_standings
from qunying.activities.kinds.live import Live
from qunying.activities.kinds.pairs import Pairs
from qunying.activities.kinds.topic import Topic, list_entries
from qunying.activities.queries.get_activity import get_activity, list_parts
from qunying.activities.queries.get_live_session import get_live_sales, get_live_session
from qunying.activities.queries.get_play import list_games
from qunying.activities.queries.list_registrations import list_registrations
from qunying.activities.queries.list_reports import list_applications, list_reports
from qunying.kernel import clock
from qunying.kernel.terminal import act_of_owner, answer

app = typer.Typer()
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
MOST_LISTED = 500


def _list(name: str, rows: Iterable[object], shown: tuple[str, ...], *, json: bool) -> None:
    answer({name: [{key: getattr(row, key) for key in shown} for row in rows]}, json=json)


@app.command()
def registrations(
    activity_id: UUID,
    state: Annotated[str, typer.Option(help="registered, waiting, cancelled, attended or no_show.")] = "",
    json: Json = False,
) -> None:
    """List who registered for a gathering, in the order in which they did."""
    rows = list_registrations(get_activity(activity_id), state).order_by("registered_at", "id")
    _list(
        "registrations", rows[:MOST_LISTED], ("id", "member_id", "state", "seat", "registered_at"), json=json
    )


@app.command()
def admit(activity_id: UUID, code: str, json: Json = False) -> None:
    """Let a member in at the door of a gathering, once, with the code that they show."""
    found = find_by_code(get_activity(activity_id), code, clock.now())
    answer(
        asdict(admit_member(**act_of_owner(), activity_id=activity_id, registration_id=found.pk)), json=json
    )


@app.command("admit-walk-in")
def admit_unregistered(activity_id: UUID, member_id: UUID, json: Json = False) -> None:
    """Let a member in who comes without a code, where the rules allow it; it takes a place that is left."""
    admitted = admit_walk_in(**act_of_owner(), activity_id=activity_id, member_id=member_id)
    answer(asdict(admitted), json=json)


@app.command("cancel-registration")
def cancel(activity_id: UUID, registration_id: UUID, json: Json = False) -> None:
    """Give a place at a gathering back; who waits first moves up."""
    moved_up = cancel_registration(**act_of_owner(), activity_id=activity_id, registration_id=registration_id)
    answer({"moved_up": moved_up}, json=json)


@app.command()
def finish(activity_id: UUID, json: Json = False) -> None:
    """End a gathering that is over."""
    answer({"no_shows": finish_gathering(**act_of_owner(), activity_id=activity_id)}, json=json)


@app.command()
def applications(activity_id: UUID, json: Json = False) -> None:
    """List who applied for a product trial; given is empty until they are chosen."""
    rows = list_applications(get_activity(activity_id).id).order_by("at", "id")
    _list("applications", rows[:MOST_LISTED], ("id", "member_id", "choice", "given", "at"), json=json)


@app.command()
def choose(
    activity_id: UUID,
    applications: Annotated[list[UUID] | None, typer.Argument(help="As listed by applications.")] = None,
    last: Annotated[bool, typer.Option("--last", help="Nobody more is chosen: settle it.")] = False,
    json: Json = False,
) -> None:
    """Give the product of a trial to some of those who applied, all or none."""
    chosen = choose_triers(
        **act_of_owner(), activity_id=activity_id, applications=applications or [], is_last=last
    )
    answer({"chosen": chosen}, json=json)


@app.command()
def reports(
    activity_id: UUID,
    state: Annotated[str, typer.Option(help="waiting, accepted or returned.")] = "",
    json: Json = False,
) -> None:
    """List the reports of a product trial, newest first."""
    rows = list_reports(get_activity(activity_id).id, state).order_by("-written_at", "-id")
    _list(
        "reports",
        rows[:MOST_LISTED],
        ("id", "member_id", "text", "state", "written_at", "is_late"),
        json=json,
    )


@app.command("review-report")
def review(
    report_id: UUID,
    accept: Annotated[bool, typer.Option("--accept/--return", help="Accept it, or send it back.")],
    note: Annotated[str, typer.Option(help="What the member reads; needed when it is sent back.")] = "",
    json: Json = False,
) -> None:
    """Accept a report, for the promised points, or send it back with a note."""
    answer(
        {"state": review_report(**act_of_owner(), report_id=report_id, accept=accept, note=note)}, json=json
    )


@app.command()
def posts(activity_id: UUID, json: Json = False) -> None:
    """List the posts that take part in a topic discussion, the first first, and whether they still count."""
    activity = get_activity(activity_id, kind=Topic.slug)
    still = set(list_entries(activity).values_list("pk", flat=True))
    rows = list_parts(activity_id).order_by("at", "id")[:MOST_LISTED]
    shown = [
        {"id": row.pk, "member_id": row.member_id, "post_id": row.landed, "counts": row.pk in still}
        | {"given": row.given, "at": row.at}
        for row in rows
    ]
    answer({"posts": shown}, json=json)


@app.command("choose-posts")
def choose_some(
    activity_id: UUID,
    posts: Annotated[list[UUID] | None, typer.Argument(help="As listed by posts.")] = None,
    prize: Annotated[str, typer.Option(help="The key of the prize.")] = "",
    last: Annotated[bool, typer.Option("--last", help="Nothing more is chosen: settle it.")] = False,
    json: Json = False,
) -> None:
    """Give a prize for some of the posts of a topic discussion, all or none."""
    count = choose_posts(
        **act_of_owner(), activity_id=activity_id, posts=posts or [], prize=prize, is_last=last
    )
    answer({"chosen": count}, json=json)


@app.command()
def works(activity_id: UUID, json: Json = False) -> None:
    """List the works of a contest that everybody sees, by rank."""
    activity = get_activity(activity_id, kind=Contest.slug)
    rules = ContestSettings.model_validate(activity.settings)
    shown = [
        {"work_id": one.work.pk, "member_id": one.work.member_id, "votes": one.votes, "scores": one.scores}
        | {"average": one.average, "rank": one.work.rank}
        for one in ranked_standings(list_standings(activity), rules.ranked_by)[:MOST_LISTED]
    ]
    answer({"works": shown}, json=json)


@app.command()
def score(work_id: UUID, points: int, json: Json = False) -> None:
    """Give a work of a contest points from 0 to 100, as one of the jury."""
    answer({"work_id": score_work(**act_of_owner(), work_id=work_id, points=points)}, json=json)


@app.command("remove-work")
def remove(work_id: UUID, reason: str, json: Json = False) -> None:
    """Take a work out of a contest before it is settled; its member reads the reason."""
    answer({"work_id": remove_work(**act_of_owner(), work_id=work_id, reason=reason)}, json=json)


@app.command()
def session(activity_id: UUID, json: Json = False) -> None:
    """Show who booked a live session and came, its watchwords, and what those who came ordered within a day."""
    activity = get_activity(activity_id, kind=Live.slug)
    told = {**asdict(get_live_session(activity)), "sales": asdict(get_live_sales(activity))}
    answer(told, json=json)


@app.command()
def announce(
    activity_id: UUID,
    word: Annotated[str, typer.Argument(help="Its key, as listed by session.")],
    json: Json = False,
) -> None:
    """Let a watchword of a live session count from now on, once, while it is on air."""
    answer(asdict(announce_word(**act_of_owner(), activity_id=activity_id, word=word)), json=json)


@app.command()
def say(activity_id: UUID, member_id: UUID, word: str, json: Json = False) -> None:
    """Say a watchword in the name of a member."""
    said = say_word(**act_of_owner(), activity_id=activity_id, member_id=member_id, word=word)
    answer(asdict(said), json=json)


@app.command("cancel-booking")
def cancel_live(activity_id: UUID, member_id: UUID, json: Json = False) -> None:
    """Cancel a member's booking of a live session before it begins."""
    found = cancel_booking(**act_of_owner(), activity_id=activity_id, member_id=member_id)
    answer({"booking_id": found}, json=json)


@app.command("set-replay")
def lead_to_replay(activity_id: UUID, address: str, json: Json = False) -> None:
    """Say where a live session that is over can be seen again: an https address, or nothing."""
    answer({"address": set_replay(**act_of_owner(), activity_id=activity_id, address=address)}, json=json)


@app.command()
def games(activity_id: UUID, json: Json = False) -> None:
    """List the games of a product game, the latest first."""
    activity = get_activity(activity_id, kind=Pairs.slug)
    shown = [
        {"id": row.pk, "member_id": row.member_id, "moves": len(row.turned) // 2, "state": row.state}
        | {"given": row.participation.given, "begun_at": row.begun_at, "until": row.until}
        for row in list_games(activity).order_by("-begun_at", "-pk")[:MOST_LISTED]
    ]
    answer({"games": shown}, json=json)


@app.command("turn-card")
def turn(activity_id: UUID, game_id: UUID, member_id: UUID, card: int, json: Json = False) -> None:
    """Turn a card of a product game in the name of a member; part begins one."""
    turned = turn_card(
        **act_of_owner(), activity_id=activity_id, play_id=game_id, member_id=member_id, card=card
    )
    answer(asdict(turned), json=json)
