"""A simulated brand comes in like a real one, and its truths are found again."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from qunying.members.tests.make import make_member
from qunying.sample.simulate import NotEmpty, simulate
from qunying.shop.queries.get_active_hours import get_active_hours
from qunying.stream.lake import open_analysis

END = datetime(2026, 6, 30, tzinfo=UTC)


def simulate_half_a_year() -> dict[str, Any]:
    return simulate(members=400, days=180, products=60, seed=5, end=END)


@pytest.mark.django_db(transaction=True)
def test_the_peak_of_the_evening_is_found_and_every_row_is_accepted() -> None:
    told = simulate_half_a_year()
    assert told["rejected"] == 0
    assert told["members"] == 400
    assert told["group_members"] == told["truths"]["members_in_communities"] > 100
    assert told["refunds"] > 0
    kept = json.loads((Path(settings.FILES_ROOT) / "simulated" / "truths.json").read_text())
    assert kept["seed"] == 5
    with open_analysis() as analysis:
        grid = get_active_hours(analysis, start=date(2026, 1, 1), end=date(2026, 6, 30), zone="Asia/Shanghai")
    by_hour = [sum(day[hour] for day in grid) for hour in range(24)]
    assert max(range(24), key=by_hour.__getitem__) in {20, 21}
    with pytest.raises(NotEmpty):
        simulate_half_a_year()


@pytest.mark.django_db
def test_real_members_are_never_mixed_with_simulated_ones() -> None:
    make_member()
    with pytest.raises(NotEmpty):
        simulate_half_a_year()
