"""Activities for tests, made through the actions that everybody uses."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from qunying.activities.actions.approve_activity import approve_activity
from qunying.activities.actions.create_activity import create_activity
from qunying.activities.actions.open_activity import open_activity
from qunying.activities.actions.take_part import take_part
from qunying.activities.drafting import Draft
from qunying.activities.models import Activity
from qunying.activities.rules import instant_text
from qunying.activities.took_part import TookPart
from qunying.kernel.actors import system
from qunying.ledger.tests.make import NOW, run
from qunying.members.tests.make import make_member

DAY = timedelta(days=1)
SECOND = system("second person")
CLOSE = NOW + DAY


def prize(key: str = "cup", **changes: Any) -> dict[str, Any]:
    """Return a prize: ten points, twenty of them, hit by half of the plays."""
    return {
        "key": key,
        "name": key.title(),
        "kind": "points",
        "amount": 10,
        "worth_minor": 100,
        "count": 20,
        "weight": 500_000,
        **changes,
    }


def goods(stock_code: str = "TEA", **changes: Any) -> dict[str, Any]:
    """Return one line of goods: a tin of tea for 99 instead of 129, five of them."""
    return {
        "stock_code": stock_code,
        "name": stock_code.title(),
        "quantity": 1,
        "list_price_minor": 12_900,
        "price_minor": 9_900,
        "units": 5,
        **changes,
    }


SETTINGS: dict[str, dict[str, Any]] = {
    "wheel": {
        "prizes": [prize(), prize("car", kind="goods", amount=1, count=1, weight=1_000)],
        "fallback": "cup",
    },
    "draw": {
        "prizes": [prize("gold", count=1, kind="goods", amount=1), prize("cup", count=2)],
        "sources": ["national lottery", "index close"],
        "draw_at": instant_text(CLOSE + timedelta(hours=1)),
        "alternates": 1,
    },
    "red_packet": {"total_minor": 1_000, "shares": 10},
    "quiz": {
        "questions": [
            {"text": "Which tea is green?", "options": ["Longjing", "Keemun"], "right": [0]},
            {"text": "Which are black?", "options": ["Keemun", "Dianhong", "Baicha"], "right": [1, 0]},
        ],
        "pass_mark": 2,
        "prizes": [prize("mug", kind="goods", amount=1, count=1), prize("cup", count=2)],
    },
    "pairs": {
        "products": [{"name": "Oolong"}, {"name": "Keemun"}, {"name": "Longjing"}],
        "moves": 6,
        "minutes": 5,
        "within": [4, 6],
        "prizes": [prize("gold", count=1, amount=100), prize("cup", count=2)],
    },
    "gathering": {
        "starts_at": instant_text(CLOSE + timedelta(hours=2)),
        "ends_at": instant_text(CLOSE + timedelta(hours=4)),
        "place": "Tea house",
        "capacity": 2,
        "waiting": 2,
        "prizes": [prize("mug", count=1)],
    },
    "live": {
        "starts_at": instant_text(NOW + timedelta(hours=2)),
        "ends_at": instant_text(NOW + timedelta(hours=4)),
        "platform": "Taobao Live",
        "room": "https://live.example.com/room/7",
        "host": "Lin",
        "words": [
            {"key": "w1", "title": "Welcome", "minutes": 10, "prize": "cup", "word": "Spring Tea"},
            {"key": "w2", "title": "Thanks", "minutes": 5, "prize": "mug", "word": "再见 2026"},
        ],
        "prizes": [prize("cup", count=2), prize("mug", count=1, kind="goods", amount=1)],
    },
    "vote": {
        "options": [{"key": "o1", "title": "Rose"}, {"key": "o2", "title": "Osmanthus"}],
        "prizes": [prize("thanks", count=2)],
    },
    "guess": {
        "question": "Who wins?",
        "options": [{"key": "home", "title": "Home"}, {"key": "away", "title": "Away"}],
        "sources": ["the league's page"],
        "prizes": [prize("gold", count=1, kind="goods", amount=1), prize("cup", count=1)],
    },
    "check_in": {
        "daily_points": 5,
        "prizes": [prize("three", count=50), prize("week", count=50, amount=100)],
        "marks": [3, 7],
        "make_up_back": 7,
        "make_up_most": 2,
        "make_up_points": 8,
    },
    "flash_sale": {"lines": [goods()], "minutes": 15},
    "trial": {"product": "Green tea", "places": 2, "question": "Why you?", "report_points": 50},
    "group_buy": {"lines": [goods(units=10)], "size": 3, "fill_minutes": 60, "minutes": 10},
    "topic": {
        "tag": "sun",
        "min_length": 5,
        "prizes": [prize("gold", count=1, amount=100), prize("silver", count=1, amount=50)],
    },
    "contest": {
        "prizes": [prize("gold", count=1, amount=100), prize("silver", count=2, amount=50)],
    },
}


def draft(
    kind: str = "wheel", *, now: Any = NOW, settings: dict[str, Any] | None = None, **changes: Any
) -> Draft:
    """Return a draft that fits; ``settings`` are added to those of the kind."""
    typed: dict[str, Any] = {
        "title": f"A {kind.replace('_', ' ')}",
        "about": "Everybody may take part once.",
        "organiser": "The tea house, 400-000-0000",
        "opens_at": now,
        "closes_at": now + DAY,
        "claim_until": now + 30 * DAY,
    }
    return Draft(kind=kind, settings={**SETTINGS[kind], **(settings or {})}, **{**typed, **changes})


def make_activity(kind: str = "wheel", *, opened: bool = True, now: Any = NOW, **changes: Any) -> Activity:
    """Return an activity, open unless told otherwise."""
    activity_id = run(create_activity, now=now, draft=draft(kind, now=now, **changes)).activity_id
    if opened:
        run(approve_activity, now=now, actor=SECOND, activity_id=activity_id)
        run(open_activity, now=now, activity_id=activity_id)
    return Activity.objects.get(pk=activity_id)


def play(activity: Activity, member_id: UUID | None = None, *, now: Any = NOW, **rest: Any) -> TookPart:
    """Take part, as a new member unless told otherwise."""
    found: TookPart = run(
        take_part,
        now=now,
        activity_id=activity.id,
        member_id=member_id or make_member(now=now - DAY).id,
        **rest,
    )
    return found
