"""The brand's rules, and the trace that every change leaves."""

from datetime import UTC, datetime

import pytest

from qunying.accounts.actions.change_brand import UnknownZone, change_brand
from qunying.accounts.queries.get_brand import get_analysis_time, get_brand
from qunying.accounts.tests.make import make_browser, make_staff
from qunying.kernel.actors import system
from qunying.kernel.money import UnknownCurrency

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_defaults_and_changes() -> None:
    assert (get_brand().zone, get_brand().currency) == ("Asia/Shanghai", "CNY")
    change_brand(
        command_id="1", actor=system("t"), now=NOW, zone="Europe/London", currency="gbp", analysis_at=NOW
    )
    assert (get_brand().zone, get_brand().currency) == ("Europe/London", "GBP")
    assert get_analysis_time(datetime(2027, 1, 1, tzinfo=UTC)) == NOW
    change_brand(command_id="2", actor=system("t"), now=NOW, clear_analysis_at=True)
    assert get_analysis_time(datetime(2027, 1, 1, tzinfo=UTC)).year == 2027


def test_nonsense_is_refused() -> None:
    with pytest.raises(UnknownZone):
        change_brand(command_id="1", actor=system("t"), now=NOW, zone="Mars/Olympus")
    with pytest.raises(UnknownCurrency):
        change_brand(command_id="2", actor=system("t"), now=NOW, currency="XXXX")


@pytest.mark.django_db(transaction=True)
def test_the_audit_shows_who_did_what_and_which_row_changed() -> None:
    browser = make_browser()
    form = {"name": "Rosy", "zone": "Asia/Shanghai", "currency": "CNY", "quiet_from": "22:00", "quiet_until": "08:00",
        "messages_per_day": 3, "approval_limit_minor": 5, "analysis_at": ""}  # fmt: skip
    assert browser.post("/console/brand/", form).status_code == 302
    assert browser.post("/console/brand/", {**form, "messages_per_day": 4}).status_code == 302
    done = browser.get("/console/audit/").content.decode()
    assert "accounts.change_brand" in done
    changed = browser.get("/console/audit/?view=rows").content.decode()
    assert "messages_per_day" in changed
    assert "3 → 4" in changed


def test_roles_are_listed_for_people() -> None:
    make_staff()
    assert "rewards.*" in make_browser().get("/console/staff/").content.decode()
