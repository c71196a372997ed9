"""Many who take part at the same moment, in one transaction: the first seconds of a flash sale, a red packet in a group.

What is asked is read, decided and written for all of them by a few statements; refusals take no lock of the stock. Each is a
command of its own with its own answer, as if they had come one after the other. What is not ordinary is left to the plain
way (``actions/take_part.py``), which is what this is compared with.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, LiteralString
from uuid import UUID

from django.db import connection

from qunying.activities.eligibility import AccountTooNew, ActivityNotForYou
from qunying.activities.events import ACTIVITY_JOINED
from qunying.activities.kinds import kind_of
from qunying.activities.kinds.kind import LONGEST_CHOICE, Desk, NothingLeft, Turn
from qunying.activities.limits import TurnsUsedUp, chance_asset, count_turns
from qunying.activities.models import Activity, State
from qunying.activities.suspecting import A_DAY, MOST_A_DAY
from qunying.activities.telling import event_of
from qunying.activities.took_part import TookPart, told
from qunying.communities.queries.find_restriction import MemberRestricted
from qunying.kernel.actions import Running
from qunying.kernel.acts import Act
from qunying.kernel.batches import Asked, Outcome, OvertakenError, run_together
from qunying.kernel.failpoints import disabled_guard
from qunying.kernel.gathering import Gathering
from qunying.kernel.prepared import fetch_prepared
from qunying.kernel.problems import Problem
from qunying.kernel.wording import checked_text
from qunying.kernel.zones import DEFAULT_ZONE
from qunying.ledger.issuing import may_issue_at_once
from qunying.ledger.stock import take_units
from qunying.members.queries.get_member import MemberNotFound
from qunying.rewards.suspending import RewardsSuspended
from qunying.stream.record import record

MOST_KNOWN = 500
MOST_AT_ONCE = 50

# Asked of each of a member's ids by itself (LATERAL): joined, a table that statistics do not know yet would be read as a whole.
_ASK: LiteralString = """
SELECT who.member_id, person.is_staff, person.created_at, barred.so, suspended.so, restricted.so, addressed.so,
    had.taken, had.counted, had.today, had.by_others, lucky.so, suspect.so, stock.turns, ranked.so, calendar.day
FROM (SELECT (%(now)s::timestamptz AT TIME ZONE coalesce((SELECT zone FROM accounts_brand), %(zone)s::text))::date AS day) calendar
CROSS JOIN unnest(%(members)s::uuid[]) WITH ORDINALITY AS asked(id, place)
CROSS JOIN LATERAL (SELECT coalesce((SELECT member_id FROM identity_map WHERE key = asked.id),
    (SELECT id FROM members_member WHERE id = asked.id)) AS member_id) who
CROSS JOIN LATERAL (SELECT ARRAY(SELECT key FROM identity_map WHERE member_id = who.member_id) || who.member_id AS ids) known_as
LEFT JOIN LATERAL (SELECT is_staff, created_at FROM members_member WHERE id = who.member_id) person ON true
CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM rewards_bar
    WHERE campaign_id = %(campaign)s::uuid AND member_id = ANY(known_as.ids)) AS so) barred
CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM rewards_suspension WHERE member_id = ANY(known_as.ids) AND lifted_at IS NULL
    AND since <= %(now)s::timestamptz AND (until IS NULL OR until > %(now)s::timestamptz)) AS so) suspended
CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM communities_restriction WHERE member_id = ANY(known_as.ids)
    AND community_id IS NULL AND 'activities' = ANY(takes) AND lifted_at IS NULL
    AND since <= %(now)s::timestamptz AND (until IS NULL OR until > %(now)s::timestamptz)) AS so) restricted
CROSS JOIN LATERAL (SELECT %(segment)s::uuid IS NULL OR EXISTS (SELECT FROM activities_audiencemember
    WHERE activity_id = %(activity)s::uuid AND member_id = ANY(known_as.ids)) AS so) addressed
CROSS JOIN LATERAL (SELECT coalesce(sum(taken), 0)::int AS taken, coalesce(sum(taken - given_back), 0)::int AS counted,
    coalesce(sum(taken_today) FILTER (WHERE turns.day >= calendar.day), 0)::int AS today,
    coalesce(sum(taken) FILTER (WHERE member_id <> who.member_id), 0)::int AS by_others
    FROM unnest(known_as.ids) AS own(id) CROSS JOIN LATERAL (SELECT * FROM activities_turns
        WHERE activity_id = %(activity)s::uuid AND member_id = own.id) turns) had
CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM ledger_account WHERE owner_kind = 'member' AND owner_id = who.member_id
    AND asset = %(chance)s::text AND purpose = 'member.available' AND balance > 0) AS so) lucky
CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM vetting_mark mine JOIN vetting_mark other USING (kind, digest)
        WHERE mine.member_id = ANY(known_as.ids) AND kind <> 'network' AND other.member_id <> ALL(known_as.ids))
    OR (SELECT count(*) FROM activities_award WHERE member_id = ANY(known_as.ids) AND won_at > %(yesterday)s::timestamptz)
        + (SELECT count(*) FROM activities_right WHERE member_id = ANY(known_as.ids) AND taken_at > %(yesterday)s::timestamptz)
        >= %(often)s::bigint
    OR EXISTS (SELECT FROM members_tombstone stone WHERE stone.member_id = who.member_id) AS so) suspect
CROSS JOIN (SELECT min((total - issued + returned) / need) AS turns FROM unnest(%(pools)s::uuid[], %(needs)s::bigint[]) AS needed(pool, need)
    JOIN ledger_pool ON ledger_pool.id = pool WHERE state = 'open') stock
CROSS JOIN (SELECT EXISTS (SELECT FROM activities_proof WHERE activity_id = %(activity)s::uuid) AS so) ranked
ORDER BY asked.place
"""


@dataclass(frozen=True)
class _Member:
    """What is known of a member who asks, and of the stock: for how many turns it is enough (None: none is needed).

    is_suspect: they may show a sign of cheating, or were erased, which the plain way looks into.
    """

    id: UUID | None
    is_staff: bool | None
    since: datetime | None
    is_barred: bool
    is_suspended: bool
    is_restricted: bool
    is_addressed: bool
    taken: int
    counted: int
    today: int
    by_others: int
    has_chances: bool
    is_suspect: bool
    turns_in_stock: int | None
    is_ranked: bool
    day: date


@dataclass(frozen=True)
class _Rush:
    """An activity at whose desk many are served together. Its terms cannot change while it is open; its state is asked anew."""

    activity: Activity
    desk: Desk


# Activities that were open when last read, by the way in which they serve at present.
_known: dict[tuple[UUID, bool | None], _Rush] = {}
_open: dict[UUID, Activity] = {}
_gatherings: dict[tuple[UUID, bool | None], Gathering[tuple[datetime, Asked], Outcome[TookPart]]] = {}
_is_plain: ContextVar[bool] = ContextVar("taking_part_the_plain_way", default=False)


def take_together(
    take_part: Callable[..., TookPart], running: Running, arguments: Mapping[str, Any]
) -> TookPart | None:
    """Take part together with all who ask this process for it at the same moment, and return the answer.

    Args:
        take_part: the plain way, for what is left open.
        running: the command.
        arguments: those of ``take_part``.

    Returns:
        None where the plain way is to decide: nothing was changed.

    Raises:
        Problem: the answer is a refusal.
    """
    if _is_plain.get() or not _may():
        return None
    if running.actor.kind == "member" and running.actor.id != str(arguments["member_id"]):
        return None
    rush = _rush_of(arguments["activity_id"], running.now)
    if rush is None:
        return None
    rest = {name: arguments[name] for name in arguments if name not in Act.__annotations__}
    asked = running.now, Asked(running.command_id, running.actor, rest)
    if connection.in_atomic_block:
        (outcome,) = _serve(take_part, rush, [asked])
    else:
        outcome = _gathering_of(take_part, rush).ask(asked)
    if isinstance(outcome, Problem):
        raise outcome
    return outcome


def _may() -> bool:
    """Tell whether no test has taken a guard away, which only the plain way can do without."""
    return may_issue_at_once() and not any(
        disabled_guard(f"activities.{guard}") for guard in ("turn_guard", "take_together")
    )


def _rush_of(activity_id: UUID, now: datetime) -> _Rush | None:
    """Return the activity when it is open at this instant and serves many together."""
    activity = _open.get(activity_id) or Activity.objects.filter(pk=activity_id, state=State.OPEN).first()
    if activity is None or not activity.opens_at <= now < activity.closes_at:
        return None
    if len(_open) + len(_known) >= MOST_KNOWN:
        _open.clear()
        _known.clear()
    _open[activity_id] = activity
    kind = kind_of(activity.kind)
    if not kind.has_desk:
        return None
    phase = kind.phase(activity, now)
    rush = _known.get((activity_id, phase))
    if rush is None:
        rush = _known[activity_id, phase] = _Rush(activity, kind.desk(activity, phase))
    return rush


def _gathering_of(
    take_part: Callable[..., TookPart], rush: _Rush
) -> Gathering[tuple[datetime, Asked], Outcome[TookPart]]:
    """Return where the threads of this process gather that ask for the same."""
    if len(_gatherings) >= MOST_KNOWN:
        _gatherings.clear()  # two may then meet in the database: slower, as right as ever
    key = rush.activity.id, rush.desk.is_ranked
    return _gatherings.setdefault(
        key, Gathering(lambda some: _serve(take_part, rush, some), most=MOST_AT_ONCE)
    )


def _serve(
    take_part: Callable[..., TookPart], rush: _Rush, some: Sequence[tuple[datetime, Asked]]
) -> list[Outcome[TookPart]]:
    """Serve commands, together where that can be; the plain way serves the rest one by one."""
    token = _is_plain.set(True)
    try:
        return run_together(
            take_part,
            [asked for _now, asked in some],
            now=max(now for now, _asked in some),
            together=lambda runnings, arguments: _decide(rush, runnings, arguments),
        )
    finally:
        _is_plain.reset(token)


def _decide(
    rush: _Rush, runnings: Sequence[Running], arguments: Sequence[Mapping[str, Any]]
) -> list[Outcome[TookPart] | None]:
    """Decide turns in their order, and write what they bring."""
    outcomes: list[Outcome[TookPart] | None] = [None] * len(runnings)
    if not _join(rush.activity):
        _open.pop(rush.activity.id, None)
        return outcomes
    hall = _Hall(rush, runnings[0].now)
    turns: dict[int, Turn] = {}
    members = hall.ask([what["member_id"] for what in arguments])
    for place, (running, what, member) in enumerate(zip(runnings, arguments, members, strict=True)):
        try:
            turn = hall.admit(member, running, what)
        except Problem as problem:
            outcomes[place] = problem
        else:
            if turn is not None:
                turns[place] = turn
    served = hall.serve(list(turns.values()), [runnings[place] for place in turns])
    return [outcome if place not in turns else served.pop(0) for place, outcome in enumerate(outcomes)]


def _join(activity: Activity) -> bool:
    """Tell whether an activity is still open; nobody closes it before the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT state FROM activities_activity WHERE id = %s FOR SHARE", [activity.id])
        return bool(cursor.fetchone() == (State.OPEN,))


class _Hall:
    """Those who ask together, and what is left while they are admitted.

    day: of now, in the brand's zone; known once somebody has been asked about.
    """

    day: date

    def __init__(self, rush: _Rush, now: datetime) -> None:
        self.activity, self.desk, self.now = rush.activity, rush.desk, now
        self.admitted = Counter[UUID]()

    def ask(self, member_ids: Sequence[UUID]) -> list[_Member]:
        """Return what is known of those who ask."""
        values = {
            "members": list(member_ids),
            "activity": self.activity.id,
            "campaign": self.activity.campaign_id,
            "segment": self.activity.segment_id,
            "chance": chance_asset(self.activity.id),
            "pools": list(self.desk.needs),
            "needs": list(self.desk.needs.values()),
            "now": self.now,
            "zone": DEFAULT_ZONE,
            "yesterday": self.now - A_DAY,
            "often": MOST_A_DAY,
        }
        members = [_Member(*row) for row in fetch_prepared(_ASK, values)]
        self.day = members[0].day
        return members

    def admit(self, member: _Member, running: Running, what: Mapping[str, Any]) -> Turn | None:
        """Return the turn of a member, numbered among those of now; None where the plain way decides.

        The checks come as in ``take_part``.

        Raises:
            Problem: as ``take_part``.
        """
        if member.id is None:
            raise MemberNotFound(member_id=str(what["member_id"]))
        self._check_eligible(member)
        said = checked_text(
            what.get("choice", ""), field="choice", max_length=LONGEST_CHOICE, may_be_empty=True
        )
        before = self.admitted[member.id]
        if member.is_suspect or member.by_others or self.desk.is_ranked not in {None, member.is_ranked}:
            return None
        if self._is_used_up(member, before):
            if member.has_chances or what.get("pay_points"):
                return None
            raise TurnsUsedUp(title=self.activity.title)
        self.desk.check(member.taken + before)
        if member.turns_in_stock is not None and member.turns_in_stock <= self.admitted.total():
            raise NothingLeft(title=self.activity.title)
        self.admitted[member.id] += 1
        act = Act(command_id=running.command_id, actor=running.actor, now=self.now)
        return Turn(self.activity, member.id, self.admitted[member.id], said, act)

    def _check_eligible(self, member: _Member) -> None:
        title, days = self.activity.title, self.activity.min_account_days
        if member.is_staff or member.is_barred or not member.is_addressed:
            raise ActivityNotForYou(title=title)
        if days and member.since is not None and member.since > self.now - timedelta(days=days):
            raise AccountTooNew(title=title, days=days)
        if member.is_suspended:
            raise RewardsSuspended
        if member.is_restricted:
            raise MemberRestricted

    def _is_used_up(self, member: _Member, before: int) -> bool:
        total, daily = self.activity.per_member, self.activity.per_day
        return (total is not None and member.counted + before >= total) or (
            daily is not None and member.today + before >= daily
        )

    def serve(self, turns: Sequence[Turn], runnings: Sequence[Running]) -> list[Outcome[TookPart]]:
        """Count the turns, take what they need (the stock last) and write what comes of them.

        Raises:
            OvertakenError: somebody else took what was still there when it was asked.
        """
        if not turns:
            return []
        now_taken = count_turns(self.activity, self.admitted, self.day, most=self.desk.most)
        if len(now_taken) < len(self.admitted):
            raise OvertakenError
        counted = [
            turn.numbered(turn.number + now_taken[turn.member_id] - self.admitted[turn.member_id])
            for turn in turns
        ]
        try:
            units = take_units({pool: need * len(turns) for pool, need in self.desk.needs.items()}, self.now)
            taken = self.desk.serve(counted, units, runnings)
        except Problem as problem:
            raise OvertakenError from problem
        record(
            *(
                event_of(
                    ACTIVITY_JOINED,
                    self.activity,
                    self.now,
                    turn.member_id,
                    number=str(turn.number),
                    given=each.participation.given,
                )
                for turn, each in zip(counted, taken, strict=True)
            )
        )
        return [told(each) for each in taken]
