"""The one door to rights: taking the units of all lines together, giving them back, and the guarded change of state."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from qunying.activities.acting import by_the_rules
from qunying.activities.events import RIGHT_RELEASED, RIGHT_TAKEN
from qunying.activities.goods import HOLDING, GoodsSettings
from qunying.activities.models import Activity, Participation, Right, RightUnit, Stock, Team
from qunying.activities.suspecting import list_signs
from qunying.activities.telling import event_of
from qunying.kernel.acts import Act
from qunying.kernel.ids import new_id
from qunying.kernel.prepared import insert_rows
from qunying.ledger.actions.return_serial import return_serial
from qunying.ledger.actions.take_serial import take_serial
from qunying.ledger.actions.take_serials import UnitRequest, take_serials
from qunying.rewards.codes import hash_code, new_code, seal_code
from qunying.stream.record import record
from qunying.vetting.actions.file_case import file_case

GIVEN = "right"
HELD_RIGHT = "activity_right"


def take_rights(
    activity: Activity,
    settings: GoodsSettings,
    parts: list[Participation],
    act: Act,
    *,
    team: Team | None = None,
) -> list[Right]:
    """Give a right to each turn, all or none: reserved from now, or waiting for a team.

    Raises:
        SoldOut: the stock is not enough, several lines of one product counted together.
    """
    needed = units_of_one(activity, settings)
    units = dict(_take(needed, len(parts), act))
    rights = give_rights(activity, settings, parts, units, act["now"], team)
    if team is None:
        hold_suspects(activity, rights, act)
    return rights


def hold_suspects(activity: Activity, rights: Sequence[Right], act: Act) -> None:
    """Hold what looks like cheating for review: the units stay with the right, its time has not begun."""
    signs = list_signs(activity, [right.member_id for right in rights], act["now"])
    for right in rights:
        if right.member_id in signs:
            right.state = Right.State.HELD
            if right.team_id is None:  # in a team it tells that the place was one when the team formed
                right.expires_at = None
            right.save(update_fields=["state", "expires_at"])
            file_case(
                **by_the_rules(act),
                subject_kind=HELD_RIGHT,
                subject_id=right.id,
                member_id=right.member_id,
                reasons=signs[right.member_id],
            )


def units_of_one(activity: Activity, settings: GoodsSettings) -> dict[Stock, int]:
    """Return how many units of each stock a right takes."""
    stocks = {stock.key: stock for stock in Stock.objects.filter(activity=activity)}
    return {stocks[key]: settings.needed()[code] for code, key in settings.keys().items()}


def give_rights(
    activity: Activity,
    settings: GoodsSettings,
    parts: list[Participation],
    taken: Mapping[Stock, Sequence[int]],
    now: datetime,
    team: Team | None = None,
) -> list[Right]:
    """Give a right to each turn out of units that were taken for all of them: the serials of each stock."""
    serials = {stock: iter(found) for stock, found in taken.items()}
    each = {stock: len(found) // len(parts) for stock, found in taken.items()}
    state = Right.State.WAITING if team else Right.State.RESERVED
    expires_at = None if team else expiry_of(settings, now)
    rights = [_right(activity, settings, part, state, now, expires_at, team) for part in parts]
    insert_rows(rights)
    insert_rows(
        [
            RightUnit(right=right, stock=stock, serial=next(serials[stock]))
            for right in rights
            for stock, count in each.items()
            for _ in range(count)
        ]
    )
    record(*(event_of(RIGHT_TAKEN, activity, now, right.member_id, **_told(right)) for right in rights))
    return rights


def _take(needed: dict[Stock, int], times: int, act: Act) -> Iterable[tuple[Stock, list[int]]]:
    wanted = {stock: count * times for stock, count in needed.items()}
    if list(wanted.values()) == [1]:
        (stock,) = wanted
        return [(stock, [take_serial(**act, pool_id=stock.pool_id)])]
    requests = [UnitRequest(stock.pool_id, count) for stock, count in wanted.items()]
    taken = {found.pool_id: found.serials for found in take_serials(**act, requests=requests)}
    return [(stock, taken[stock.pool_id]) for stock in wanted]


def _right(
    activity: Activity,
    settings: GoodsSettings,
    part: Participation,
    state: Right.State,
    now: datetime,
    expires_at: datetime | None,
    team: Team | None,
) -> Right:
    code = new_code()
    return Right(
        id=new_id(),
        activity=activity,
        member_id=part.member_id,
        participation=part,
        team=team,
        code_hash=hash_code(code),
        sealed_code=seal_code(code),
        lines=[line.model_dump(exclude={"units"}) for line in settings.lines],
        total_minor=settings.total_minor_of_one(),
        currency=activity.currency,
        state=state,
        taken_at=now,
        expires_at=expires_at,
    )


def expiry_of(settings: GoodsSettings, now: datetime) -> datetime:
    """Return until when the shop may confirm a right that is reserved now."""
    return now + timedelta(minutes=settings.minutes)


def release(right: Right, state: Right.State, act: Act) -> bool:
    """Let a right go: its units come back and the next claim takes them. False when it had ended before."""
    changed = Right.objects.filter(pk=right.pk, state__in=HOLDING).update(state=state, ended_at=act["now"])
    if not changed:
        return False
    right.state, right.ended_at = state, act["now"]
    for unit in RightUnit.objects.filter(right=right).select_related("stock").order_by("stock__pool", "id"):
        return_serial(**act, pool_id=unit.stock.pool_id, serial=unit.serial)
    RightUnit.objects.filter(right=right).update(is_out=False)
    told = {**_told(right), "why": str(state)}
    record(event_of(RIGHT_RELEASED, right.activity, act["now"], right.member_id, **told))
    return True


def _told(right: Right) -> dict[str, str]:
    return {"right_id": str(right.id), "total_minor": str(right.total_minor)}


def list_due(now: datetime) -> Iterator[UUID]:
    """Return the rights whose time is over, the oldest first."""
    due = Right.objects.filter(state=Right.State.RESERVED, expires_at__lte=now).order_by("expires_at")
    return due.values_list("id", flat=True).iterator()
