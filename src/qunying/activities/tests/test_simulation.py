"""Before launch: what an activity may come to, with the very odds that members are shown."""

import pytest
from django.test import Client
from scipy import stats

from qunying.accounts.tests.make import make_staff
from qunying.activities.doors.shown import describe
from qunying.activities.kinds.wheel import Wheel, odds_of
from qunying.activities.queries.foresee_activity import foresee_activity
from qunying.activities.tests.make import make_activity, prize
from qunying.engines.public_draw import spin
from qunying.ledger.tests.make import NOW

pytestmark = pytest.mark.django_db(transaction=True)
SURE = 0.999


def inside(hits: int, plays: int, chance: float) -> bool:
    """Whether so many hits lie in the interval in which 999 of 1,000 samples do."""
    low, high = stats.binom(plays, chance).interval(SURE)
    return bool(low <= hits <= high)


@pytest.mark.parametrize("plays", [20_000, pytest.param(1_000_000, marks=pytest.mark.full)])
def test_odds_shown_are_odds_used_and_odds_simulated(plays: int) -> None:
    prizes = [prize("cup", count=100_000, weight=300_000), prize("car", count=50_000, weight=2_500)]
    wheel = make_activity("wheel", opened=False, settings={"prizes": prizes, "fallback": ""})
    shown = {line.name: float(line.chance.rstrip("%")) / 100 for line in describe(wheel)}
    settings = Wheel().read(wheel)
    assert shown == {"Cup": 0.3, "Car": 0.0025}
    assert {each.name: share for each, share in odds_of(settings)} == shown

    landed = [spin(b"s" * 32, play, "word", settings.weights) for play in range(1, plays + 1)]
    assert inside(landed.count("cup"), plays, 0.3)
    assert inside(landed.count("car"), plays, 0.0025)

    found = foresee_activity(wheel, per_hour=500, now=NOW)
    turns = round(found.outcome.runs * found.outcome.turns.mean)
    for outcome, chance in zip(found.outcome.prizes, (0.3, 0.0025), strict=True):
        assert inside(round(found.outcome.runs * outcome.given.mean), turns, chance)
    assert found.outcome.turns.mean == pytest.approx(500 * 24, rel=0.01)


def test_the_page_says_what_it_comes_to_before_approval(client: Client) -> None:
    client.force_login(make_staff())
    packet = make_activity("red_packet", opened=False)
    page = client.get(f"/console/activities/{packet.id}/")
    link = f"/console/activities/{packet.id}/simulation/"
    assert link in page.content.decode()
    found = client.get(link, {"per_hour": "20"}).context["found"]
    assert found.outcome.cost_minor.mean == packet.settings["total_minor"]
    assert found.outcome.prizes[0].stock_out == 1
    assert client.get(link, {"per_hour": "-1"}).context["found"] is None
