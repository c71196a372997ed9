"""The brand's rules, and the trace that every change leaves."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.apps import apps
from django.utils.translation import override
from typer.testing import CliRunner

from qunying.accounts.actions.change_brand import BrandChangeUnconfirmed, UnknownZone, change_brand
from qunying.accounts.doors.cli import app
from qunying.accounts.models import User
from qunying.accounts.queries.get_brand import get_analysis_time, get_brand
from qunying.accounts.queries.list_audit import field_title, list_row_changes, title_of
from qunying.accounts.roles import Role
from qunying.accounts.tests.make import make_browser, make_staff
from qunying.kernel.actors import system
from qunying.kernel.money import UnknownCurrency
from qunying.members.tests.make import make_member

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


def test_the_command_line_shows_and_changes_the_brand() -> None:
    def brand(*words: str) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(
            CliRunner().invoke(app, ["brand", *words, "--json"], catch_exceptions=False).stdout
        )
        return told

    assert brand()["currency"] == "CNY"
    changed = brand("--zone", "Europe/London", "--currency", "GBP", "--analyse-as-of", "2011-07-09T12:00:00")
    assert (changed["name"], changed["analyse_as_of"]) == ("Qunying", "2011-07-09T11:00:00Z")
    assert brand("--analyse-now")["analyse_as_of"] is None
    with pytest.raises(UnknownZone):
        CliRunner().invoke(app, ["brand", "--zone", "Mars/Olympus"], catch_exceptions=False)


def test_nonsense_is_refused() -> None:
    with pytest.raises(UnknownZone):
        change_brand(command_id="1", actor=system("t"), now=NOW, zone="Mars/Olympus")
    with pytest.raises(UnknownCurrency):
        change_brand(command_id="2", actor=system("t"), now=NOW, currency="XXXX")


FORM = {"name": "Rosy", "zone": "Asia/Shanghai", "currency": "CNY", "quiet_from": "22:00", "quiet_until": "08:00",
    "messages_per_day": 3, "approval_limit": "5", "analysis_at": ""}  # fmt: skip


def test_another_currency_or_zone_is_confirmed_once_there_is_data() -> None:
    browser, other = make_browser(), {**FORM, "currency": "GBP"}
    assert browser.post("/console/brand/", other).status_code == 302  # nothing has happened yet
    make_member()
    page = browser.post("/console/brand/", {**FORM, "name": "Typed"}).content.decode()
    assert "stays in GBP" in page
    assert 'name="sure"' in page
    assert "Typed" in page
    assert browser.post("/console/brand/", {**other, "name": "Lily"}).status_code == 302
    with pytest.raises(BrandChangeUnconfirmed):
        change_brand(command_id="z", actor=system("t"), now=NOW, zone="Europe/London")
    assert (get_brand().name, get_brand().currency, get_brand().zone) == ("Lily", "GBP", "Asia/Shanghai")
    assert browser.post("/console/brand/", {**FORM, "sure": "on"}).status_code == 302
    assert get_brand().currency == "CNY"


@pytest.mark.django_db(transaction=True)
def test_the_audit_shows_who_did_what_and_which_row_changed() -> None:
    browser = make_browser()
    assert browser.post("/console/brand/", FORM).status_code == 302
    assert browser.post("/console/brand/", {**FORM, "messages_per_day": 4}).status_code == 302
    done = browser.get("/console/audit/?action=accounts.").content.decode()
    assert "Change the brand" in done
    assert "accounts.change_brand" in done
    assert "accounts.change_brand" not in browser.get("/console/audit/?action=rewards.").content.decode()
    changed = browser.get("/console/audit/?view=rows").content.decode()
    assert "messages per member and day" in changed
    assert "3 → 4" in changed
    assert "brand · Rosy" in changed
    (change,) = list_row_changes(size=1)
    assert (change.actor, change.action) == (str(User.objects.get()), "change the brand")


def test_people_type_money_and_local_time_and_choose_the_zone() -> None:
    browser = make_browser()
    typed = {**FORM, "approval_limit": "1234.50", "analysis_at": "2011-12-09T23:59:59"}
    assert browser.post("/console/brand/", typed).status_code == 302
    assert get_brand().approval_limit_minor == 123_450
    assert get_brand().analysis_at == datetime(2011, 12, 9, 15, 59, 59, tzinfo=UTC)
    shown = browser.get("/console/brand/").content.decode()
    assert 'value="1234.50"' in shown
    assert 'value="2011-12-09T23:59:59"' in shown
    assert "UTC+08:00 Shanghai (Asia/Shanghai)" in shown
    assert browser.post("/console/brand/", {**typed, "currency": "JPY"}).status_code == 302
    assert get_brand().approval_limit_minor == 1235
    for nonsense in ({"zone": "Mars/Olympus"}, {"currency": "XXX"}, {"messages_per_day": "-1"}):
        assert browser.post("/console/brand/", {**FORM, **nonsense}).status_code == 200
    assert get_brand().zone == "Asia/Shanghai"


def test_roles_are_listed_for_people() -> None:
    make_staff()
    page = make_browser().get("/console/staff/").content.decode()
    assert "undo a redemption" in page
    assert "rewards." not in page
    in_chinese = make_browser(language="zh-hans").get("/console/staff/").content.decode()
    assert "撤销核销" in in_chinese


def test_a_refusal_names_what_is_not_allowed() -> None:
    refused = make_browser(Role.ANALYST).get("/console/staff/").content.decode()
    assert "see staff, keys and the brand" in refused
    assert "accounts.view" not in refused


def test_the_audit_has_words_for_every_tracked_record_and_field() -> None:
    tracked = {event.pgh_tracked_model for event in apps.get_models() if hasattr(event, "pgh_tracked_model")}
    assert len(tracked) > 30
    with override("zh-hans"):
        for model in tracked:
            assert not title_of(model).isascii(), model
            nameless = [field.name for field in model._meta.fields if not field_title(field)]
            assert not nameless, model
            plain = {field.name for field in model._meta.fields if field_title(field).isascii()}
            assert plain <= {"id"}, model
