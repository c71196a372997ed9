"""The API of what communities are served with: keyword replies, welcomes, notices, who is on duty, what is pinned."""

from datetime import date, datetime, time
from typing import Annotated, Literal
from uuid import UUID

from ninja import Router, Schema
from pydantic import Field

from qunying.accounts.queries.get_brand import get_brand
from qunying.communities.actions.save_notice import NoticeText, save_notice
from qunying.communities.actions.save_reply_rule import save_reply_rule
from qunying.communities.actions.save_welcome import save_welcome
from qunying.communities.actions.set_duty import set_duty
from qunying.communities.models import Notice, ReplyRule, Welcome
from qunying.communities.queries.get_community import get_community
from qunying.communities.queries.get_on_duty import list_duties
from qunying.communities.queries.list_notices import list_notices
from qunying.communities.queries.list_pinned import list_pinned
from qunying.kernel import clock
from qunying.kernel.clock import local_day
from qunying.kernel.web import ApiRequest, act_of
from qunying.kernel.wire import PLAIN, Day, Whole, YesNo

router = Router()


class ReplyRuleIn(Schema, extra="forbid"):
    """A keyword reply: ``*`` stands for anything, ``?`` for one character, ``|`` separates alternatives."""

    name: Annotated[str, Field(min_length=1, max_length=100, pattern=PLAIN)]
    pattern: Annotated[str, Field(min_length=1, max_length=200, pattern=PLAIN)]
    answer: Annotated[str, Field(min_length=1, max_length=2000, pattern=PLAIN)]
    community_id: UUID | None = None
    priority: Annotated[Whole, Field(ge=0, le=32_767)] = 100
    cool_down_minutes: Annotated[Whole, Field(ge=0, le=10_080)] = 5
    is_active: YesNo = True
    rule_id: UUID | None = None


class NoticeIn(Schema, extra="forbid"):
    """A notice on the calendar; times and days are those of the brand's zone, weekday 0 is Monday."""

    kind: Literal[tuple(Notice.Kind.values)]  # type: ignore[valid-type]
    title: Annotated[str, Field(min_length=1, max_length=100, pattern=PLAIN)]
    text: Annotated[str, Field(max_length=2000, pattern=PLAIN)] = ""
    rhythm: Literal[tuple(Notice.Rhythm.values)]  # type: ignore[valid-type]
    at: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
    until: Annotated[str | None, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] = None
    weekdays: Annotated[list[Annotated[Whole, Field(ge=0, le=6)]], Field(max_length=7)] = []
    first_day: Day
    last_day: Day | None = None
    community_id: UUID | None = None
    is_pinned: YesNo = False
    is_active: YesNo = True
    notice_id: UUID | None = None


class ReplyRuleOut(Schema):
    """A keyword reply that is kept."""

    id: UUID
    name: str
    pattern: str
    answer: str
    community_id: UUID | None
    priority: int
    cool_down_minutes: int
    is_active: bool


class ReplyRuleList(Schema):
    """All keyword replies, active ones first, by priority."""

    items: list[ReplyRuleOut]


class WelcomeIn(Schema, extra="forbid"):
    """What newcomers are told, by where they come from."""

    text: Annotated[str, Field(min_length=1, max_length=2000, pattern=PLAIN)]
    community_id: UUID | None = None
    source: Annotated[str, Field(max_length=100, pattern=PLAIN)] = ""
    gather_minutes: Annotated[Whole, Field(ge=0, le=60)] = 5
    is_active: YesNo = True
    welcome_id: UUID | None = None


class WelcomeOut(Schema):
    """A welcome that is kept."""

    id: UUID
    text: str
    community_id: UUID | None
    source: str
    gather_minutes: int
    is_active: bool


class WelcomeList(Schema):
    """All welcomes."""

    items: list[WelcomeOut]


class DutyIn(Schema, extra="forbid"):
    """Who is on duty every week on a weekday (0 is Monday), or on one day; ``person_id`` null takes it back."""

    person_id: UUID | None
    community_id: UUID | None = None
    weekday: Annotated[Whole | None, Field(ge=0, le=6)] = None
    day: Day | None = None


class DutyOut(Schema):
    """One duty."""

    community_id: UUID | None
    weekday: int | None
    day: date | None
    person_id: UUID
    person: str


class DutyList(Schema):
    """The weekly pattern and the exceptions from today on."""

    items: list[DutyOut]


class PinnedOut(Schema):
    """A pinned topic or notice, as members read it."""

    notice_id: UUID
    kind: str
    title: str
    text: str
    next_at: datetime | None


class PinnedList(Schema):
    """What is pinned in a community."""

    items: list[PinnedOut]


class SavedOut(Schema):
    """The id of what was stored."""

    id: UUID


class NoticeSavedOut(SavedOut):
    """The notice, and when it is due next."""

    next_at: datetime | None


class NoticeOut(Schema):
    """A notice and when it is due next."""

    id: UUID
    kind: str
    title: str
    text: str
    rhythm: str
    at: time
    until: time | None
    weekdays: list[int]
    first_day: date
    last_day: date | None
    community_id: UUID | None
    is_pinned: bool
    is_active: bool
    next_at: datetime | None


class NoticeList(Schema):
    """All notices."""

    items: list[NoticeOut]


@router.get("/community-replies", response=ReplyRuleList, operation_id="communities.list_reply_rules")
def reply_rules(request: ApiRequest) -> object:
    """Return all keyword replies."""
    request.actor.require("communities.view")
    return {"items": ReplyRule.objects.order_by("-is_active", "priority", "name")}


@router.post("/community-replies", response={201: SavedOut}, operation_id="communities.save_reply_rule")
def new_reply_rule(request: ApiRequest, body: ReplyRuleIn) -> object:
    """Write a keyword reply, or change the one of the id."""
    rule_id = save_reply_rule(**act_of(request), **body.dict())
    return 201, {"id": rule_id}


@router.get("/community-welcomes", response=WelcomeList, operation_id="communities.list_welcomes")
def welcomes(request: ApiRequest) -> object:
    """Return all welcomes."""
    request.actor.require("communities.view")
    return {"items": Welcome.objects.order_by("-is_active", "community__name", "source")}


@router.post("/community-welcomes", response={201: SavedOut}, operation_id="communities.save_welcome")
def new_welcome(request: ApiRequest, body: WelcomeIn) -> object:
    """Write a welcome, or change the one of the id."""
    welcome_id = save_welcome(**act_of(request), **body.dict())
    return 201, {"id": welcome_id}


@router.get("/community-notices", response=NoticeList, operation_id="communities.list_notices")
def notices(request: ApiRequest) -> object:
    """Return all notices with when they are due next."""
    request.actor.require("communities.view")
    return {"items": list_notices()}


@router.post("/community-notices", response={201: NoticeSavedOut}, operation_id="communities.save_notice")
def new_notice(request: ApiRequest, body: NoticeIn) -> object:
    """Put a notice on the calendar, or change the one of the id: its text, its times, whether it is pinned or paused."""
    fields = body.dict()
    notice_id = fields.pop("notice_id")
    fields["at"] = time.fromisoformat(body.at)
    fields["until"] = time.fromisoformat(body.until) if body.until else None
    saved = save_notice(**act_of(request), notice=NoticeText(**fields), notice_id=notice_id)
    return 201, {"id": saved.notice_id, "next_at": saved.next_at}


@router.get(
    "/communities/{uuid:community_id}/pinned", response=PinnedList, operation_id="communities.list_pinned"
)
def pinned(request: ApiRequest, community_id: UUID) -> object:
    """Return what is pinned in a community, as members read it."""
    request.actor.require("communities.view")
    return {"items": list_pinned(get_community(community_id), clock.now())}


@router.get("/community-duties", response=DutyList, operation_id="communities.list_on_duty")
def on_duty(request: ApiRequest) -> object:
    """Return who is on duty, week by week and on single days."""
    request.actor.require("communities.view")
    found = list_duties(local_day(clock.now(), get_brand().zone))
    return {
        "items": [
            {
                "community_id": duty.community_id,
                "weekday": duty.weekday,
                "day": duty.day,
                "person_id": duty.person_id,
                "person": duty.person.name,
            }
            for duty in found
        ]
    }


@router.put("/community-duties", response={204: None}, operation_id="communities.set_duty")
def put_on_duty(request: ApiRequest, body: DutyIn) -> object:
    """Put a person on duty, or take it back."""
    set_duty(**act_of(request), **body.dict())
    return 204, None
