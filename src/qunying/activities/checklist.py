"""What must be in order before an activity may open; for draws and the like also what China's law on prizes asks.

The law and where it is met: ``docs/prize-rules.md``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from qunying.accounts.queries.get_brand import get_brand
from qunying.activities.kinds import kind_of
from qunying.activities.kinds.gathering import GatheringSettings
from qunying.activities.kinds.live import LiveSettings
from qunying.activities.models import Activity
from qunying.activities.rules import Prize, Settings, instant_text, rules_hash
from qunying.activities.turns_for_points import turns_on_sale
from qunying.activities.window import window_of
from qunying.kernel.money import display_money
from qunying.ledger.queries.get_budget import get_budget
from qunying.ledger.queries.list_pools import list_levels
from qunying.rewards.queries.get_template import list_templates

LARGEST_PRIZE_FEN = 5_000_000  # 50,000 yuan
YUAN = "CNY"


@dataclass(frozen=True)
class Item:
    """One line of the checklist: what it is about, whether it is in order, and what was found."""

    key: str
    title: str
    ok: bool
    found: str = ""


def check_launch(activity: Activity, now: datetime) -> list[Item]:
    """Return the checklist of an activity as it stands."""
    settings = kind_of(activity.kind).read(activity)
    return [
        Item(
            "terms",
            _("Terms and organiser are published"),
            bool(activity.about and activity.organiser),
            _missing_words(activity),
        ),
        Item(
            "dates",
            _("It closes in the future, and prizes can be claimed after that"),
            now < activity.closes_at <= activity.claim_until,
            " – ".join(local_text(at) for at in (activity.closes_at, activity.claim_until)),
        ),
        Item(
            "limits",
            _("How often a member may take part is limited"),
            activity.per_member is not None or activity.per_day is not None,
            _limits_in_words(activity),
        ),
        *_law(activity, settings.prizes_of(), settings.money_minor()),
        *_turns_for_points(activity),
        *_gathering(activity, settings),
        *_live(activity, settings, now),
        *_window(activity, now),
        *_draw_time(activity, getattr(settings, "draw_at", "")),
        *_coupons(settings.prizes_of()),
        *_money(activity, settings.money_minor()),
        Item(
            "pinned",
            _("The rules are those that were approved"),
            bool(activity.rules_hash) and activity.rules_hash == rules_hash(activity),
            "" if activity.rules_hash else _("nobody has approved them yet"),
        ),
    ]


def local_text(instant: datetime) -> str:
    """Return an instant in the brand's zone, to the minute."""
    return f"{instant.astimezone(ZoneInfo(get_brand().zone)):%Y-%m-%d %H:%M}"


def _missing_words(activity: Activity) -> str:
    if not activity.about:
        return _("terms are missing: who may take part and how, how prizes are handed out")
    return activity.organiser or _("organiser and contact are missing: members must know whom to ask")


def _limits_in_words(activity: Activity) -> str:
    if activity.per_member == 0:
        return _("no turn is free")
    words = [
        text.format(n=limit)
        for text, limit in ((_("{n} per member"), activity.per_member), (_("{n} per day"), activity.per_day))
        if limit is not None
    ]
    return " · ".join(words) or _("without limit: say how often, in all or a day")


def _law(activity: Activity, prizes: list[Prize], money_minor: int) -> Iterator[Item]:
    if not kind_of(activity.kind).is_chance or not (prizes or money_minor):
        return
    worths = [prize.value_minor() for prize in prizes]
    yield Item(
        "worth",
        _("The value of every prize is stated"),
        all(worths) if worths else money_minor > 0,
    )
    largest = max(worths or [money_minor])
    if activity.currency == YUAN:
        limit = display_money(LARGEST_PRIZE_FEN, YUAN, whole=True)
        yield Item(
            "largest_prize",
            _("No prize that is won by chance is worth more than {limit}").format(limit=limit),
            largest <= LARGEST_PRIZE_FEN,
            display_money(largest, YUAN),
        )
    else:
        yield Item(
            "largest_prize",
            _("The largest prize is within the law of your country"),
            True,
            _("the limit that is checked here is in yuan; have yours looked at"),
        )


def _turns_for_points(activity: Activity) -> Iterator[Item]:
    sale = turns_on_sale(activity)
    if sale.points:
        yield Item(
            "turns_for_points",
            _(
                "Turns for points keep to the rules of prize promotions, and points are nowhere sold for money"
            ),
            True,
            _("{points} points a turn, at most {most} per member").format(points=sale.points, most=sale.most),
        )


def _window(activity: Activity, now: datetime) -> Iterator[Item]:
    """Ask that members have the whole window that they are promised: it begins at the published time, whenever it is opened."""
    if window_of(activity):
        yield Item(
            "window",
            _("The seconds in which everybody who asks is ranked still lie ahead"),
            now <= activity.opens_at,
            local_text(activity.opens_at),
        )


def _draw_time(activity: Activity, draw_at: str) -> Iterator[Item]:
    if draw_at:
        yield Item(
            "draw_time",
            _("The public value becomes known after the close"),
            draw_at > instant_text(activity.closes_at),
            local_text(datetime.fromisoformat(draw_at)),
        )


def _gathering(activity: Activity, settings: Settings) -> Iterator[Item]:
    if not isinstance(settings, GatheringSettings):
        return
    yield Item(
        "gathering",
        _("Registration closes before the gathering is over"),
        instant_text(activity.closes_at) <= settings.ends_at,
        local_text(settings.ends()),
    )
    if settings.prizes:
        yield Item(
            "gathering_prizes",
            _("What who comes gets is handed out until the gathering is over"),
            instant_text(activity.claim_until) >= settings.ends_at,
            local_text(activity.claim_until),
        )
    if settings.walk_ins:
        yield Item(
            "walk_ins",
            _("It is still open when the door opens, so that who has not registered can come in"),
            activity.closes_at > settings.door_opens(),
            local_text(settings.door_opens()),
        )


def _live(activity: Activity, rules: Settings, now: datetime) -> Iterator[Item]:
    if not isinstance(rules, LiveSettings):
        return
    yield Item(
        "live_time",
        _("It stays open until the live session is over, which lies ahead"),
        now < rules.ends() <= activity.closes_at,
        local_text(rules.ends()),
    )
    yield Item(
        "live_people",
        _(
            "Who is on air is at least 16 years old (below 18 with a guardian's consent), and who runs the room is named there"
        ),
        bool(rules.host),
        " · ".join(filter(None, (rules.host, rules.guests))),
    )
    yield Item(
        "live_claims",
        _("What will be said of goods and prices is true and complete, and was looked at beforehand"),
        True,
        _(
            "no viewers, comments, orders or reviews are made up or hidden; suppliers and permits were checked"
        ),
    )


def _coupons(prizes: list[Prize]) -> Iterator[Item]:
    wanted: dict[UUID, int] = {}
    for prize in prizes:
        if prize.kind == "coupon":
            key = _uuid(prize.template_id)
            wanted[key] = wanted.get(key, 0) + prize.count
    if not wanted:
        return
    templates = {row.id: row for row in list_templates(state="open").filter(pk__in=wanted)}
    levels = list_levels([row.pool_id for row in templates.values() if row.pool_id])
    short = [
        key
        for key, count in wanted.items()
        if key not in templates or levels[templates[key].pool_id].left < count  # type: ignore[index]
    ]
    yield Item(
        "coupons",
        _("There are enough open coupons for all prizes"),
        not short,
        ", ".join(templates[key].name if key in templates else _("no open coupon") for key in short),
    )


def _uuid(text: str | None) -> UUID:
    try:
        return UUID(text or "")
    except ValueError:
        return UUID(int=0)


def _money(activity: Activity, money_minor: int) -> Iterator[Item]:
    if money_minor and activity.campaign_id is not None:
        free = get_budget(activity.campaign_id).free
        yield Item(
            "budget",
            _("The campaign's budget holds the money that is given away"),
            free >= money_minor,
            display_money(free, activity.currency),
        )
