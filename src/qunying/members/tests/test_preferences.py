"""What members prefer: language, quiet hours; said once on their page, told to the stream, kept in a merge."""

from datetime import time
from typing import Any

import pytest
from django.test import Client

from qunying.kernel.ids import new_id
from qunying.members.actions.merge_members import merge_members
from qunying.members.actions.undo_merge import undo_merge
from qunying.members.models import Member
from qunying.members.tests.make import NOW, anybody, make_member, sign_in
from qunying.stream.models import Event

pytestmark = pytest.mark.django_db


def test_a_chosen_language_goes_before_the_browsers() -> None:
    member, phone = make_member(), Client(headers={"Accept-Language": "en"})
    sign_in(phone, member)
    assert "Preferences" in phone.get("/m/preferences/").content.decode()
    chosen = phone.post("/m/preferences/language/", {"language": "zh-hans", "next": "/m/me/"})
    assert (chosen.status_code, chosen["Location"]) == (302, "/m/me/")
    page = phone.get("/m/preferences/")
    assert page["Content-Language"] == "zh-hans"
    assert 'lang="zh-hans"' in page.content.decode()
    assert "偏好" in page.content.decode()
    assert phone.post("/m/preferences/language/", {"language": "xx"}).status_code == 422
    away = phone.post("/m/preferences/language/", {"language": "", "next": "https://evil.example/"})
    assert away["Location"] == "/m/preferences/"
    assert phone.get("/m/preferences/")["Content-Language"] == "en"
    told = Event.objects.filter(name="preference_changed", member_id=member.id).values_list(
        "properties", flat=True
    )
    assert [row["new"] for row in told.order_by("position")] == ["zh-hans", ""]


def test_own_quiet_hours_are_two_times_or_none() -> None:
    member, phone = make_member(), Client(headers={"Accept-Language": "en"})
    sign_in(phone, member)
    assert phone.post("/m/preferences/", {"begins": "21:30", "ends": "09:00"}).status_code == 302
    member.refresh_from_db()
    assert member.quiet_hours == (time(21, 30), time(9))
    assert 'value="21:30"' in phone.get("/m/preferences/").content.decode()
    for begins, ends in (("21:30", ""), ("", "09:00"), ("08:00", "08:00"), ("25:00", "09:00")):
        assert phone.post("/m/preferences/", {"begins": begins, "ends": ends}).status_code == 422
    assert phone.post("/m/preferences/", {"begins": "", "ends": ""}).status_code == 302
    member.refresh_from_db()
    assert member.quiet_hours is None


def test_a_merge_carries_preferences_over_and_gives_them_back() -> None:
    kept, merged = make_member(), make_member()
    Member.objects.filter(pk=merged.pk).update(language="en", quiet_from=time(20), quiet_until=time(9))
    words: dict[str, Any] = {"actor": anybody(), "now": NOW}
    done = merge_members(command_id=str(new_id()), kept_id=kept.id, merged_id=merged.id, **words)
    kept.refresh_from_db()
    assert (kept.language, kept.quiet_hours) == ("en", (time(20), time(9)))
    undo_merge(command_id=str(new_id()), merge_id=done.merge_id, **words)
    kept.refresh_from_db()
    assert (kept.language, kept.quiet_hours) == ("", None)
