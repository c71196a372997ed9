"""The API of live sessions. Booking is taking part, with ``remind`` as choice."""

from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

from ninja import Router, Schema
from pydantic import Field, StringConstraints

from qunying.activities.actions.announce_word import announce_word
from qunying.activities.actions.cancel_booking import cancel_booking
from qunying.activities.actions.enter_room import enter_room
from qunying.activities.actions.say_word import say_word
from qunying.activities.actions.set_replay import set_replay
from qunying.activities.kinds.live import LONGEST_WORD, Live
from qunying.activities.queries.get_activity import get_activity
from qunying.activities.queries.get_live_session import get_live_sales, get_live_session
from qunying.kernel.web import ApiRequest, act_of
from qunying.kernel.wire import PLAIN

router = Router()


class MemberIn(Schema, extra="forbid"):
    """Whose booking or entry it is."""

    member_id: UUID


class AnnounceIn(Schema, extra="forbid"):
    """The key of a watchword in the rules."""

    word: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,11}$")]


class SayIn(Schema, extra="forbid"):
    """Who says what."""

    member_id: UUID
    word: Annotated[str, Field(min_length=1, max_length=LONGEST_WORD, pattern=PLAIN)]


class ReplayIn(Schema, extra="forbid"):
    """An https address; empty for none."""

    address: Annotated[str, Field(max_length=500, pattern=PLAIN)]


@router.get("/activities/{activity_id}/session", operation_id="activities.get_live_session")
def session(request: ApiRequest, activity_id: UUID) -> dict[str, Any]:
    """Return who booked a live session and came, its watchwords, and what those who came ordered within a day; that is no effect
    against a holdout."""
    request.actor.require("activities.view")
    activity = get_activity(activity_id, kind=Live.slug)
    return {**asdict(get_live_session(activity)), "sales": asdict(get_live_sales(activity))}


@router.post("/activities/{activity_id}/room", operation_id="activities.enter_room")
def enter(request: ApiRequest, activity_id: UUID, body: MemberIn) -> dict[str, Any]:
    """Note that a member goes into the room, and return its address; who has not booked is booked."""
    return vars(enter_room(**act_of(request), activity_id=activity_id, member_id=body.member_id))


@router.post("/activities/{activity_id}/booking/cancel", operation_id="activities.cancel_booking")
def cancel(request: ApiRequest, activity_id: UUID, body: MemberIn) -> dict[str, Any]:
    """Cancel a member's booking before the session begins."""
    found = cancel_booking(**act_of(request), activity_id=activity_id, member_id=body.member_id)
    return {"booking_id": found}


@router.post("/activities/{activity_id}/announcements", operation_id="activities.announce_word")
def announce(request: ApiRequest, activity_id: UUID, body: AnnounceIn) -> dict[str, Any]:
    """Let a watchword count from now on; once, while the session is on air."""
    return vars(announce_word(**act_of(request), activity_id=activity_id, word=body.word))


@router.post("/activities/{activity_id}/words", operation_id="activities.say_word")
def say(request: ApiRequest, activity_id: UUID, body: SayIn) -> dict[str, Any]:
    """Say a watchword in the name of a member; ten tries a minute."""
    return asdict(say_word(**act_of(request), activity_id=activity_id, **body.dict()))


@router.put("/activities/{activity_id}/replay", operation_id="activities.set_replay")
def replay(request: ApiRequest, activity_id: UUID, body: ReplayIn) -> dict[str, str]:
    """Say where a live session that is over can be seen again."""
    return {"address": set_replay(**act_of(request), activity_id=activity_id, address=body.address)}
