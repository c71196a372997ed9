"""The product trial: applying, choosing, reporting in time, and what staff say."""

import json
import subprocess
import sys
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from qunying.accounts.tests.make import make_browser
from qunying.activities.actions.choose_triers import LotDecides, UnknownApplication, choose_triers
from qunying.activities.actions.close_activity import close_activity
from qunying.activities.actions.draw_winners import draw_winners
from qunying.activities.actions.give_award import UnknownAward
from qunying.activities.actions.review_report import ReportRead, UnknownReport, review_report
from qunying.activities.actions.settle_activity import settle_activity
from qunying.activities.actions.write_report import ReportAccepted, write_report
from qunying.activities.drafting import WrongActivityState
from qunying.activities.kinds.kind import NothingLeft
from qunying.activities.kinds.trial import AnswerNeeded
from qunying.activities.models import Award, Participation, TrialReport
from qunying.activities.queries.get_proof import find_bundle
from qunying.activities.queries.list_reports import list_overdue
from qunying.activities.rules import BadSettings, instant_text
from qunying.activities.tests.make import CLOSE, DAY, make_activity, play
from qunying.engines import verify_draw
from qunying.kernel import clock
from qunying.kernel.actors import member_actor
from qunying.kernel.wording import BadText
from qunying.ledger.queries.audit import audit
from qunying.ledger.queries.get_balance import get_balance
from qunying.ledger.tests.make import NOW, points_of, run
from qunying.members.tests.make import make_member, sign_in

pytestmark = pytest.mark.django_db


def test_from_application_to_points():
    activity = make_activity("trial")
    with pytest.raises(AnswerNeeded):
        play(activity)
    ids = [play(activity, choice=f"Because {n}").participation_id for n in range(4)]
    with pytest.raises(NothingLeft):
        run(choose_triers, activity_id=activity.id, applications=ids[:3])
    assert Award.objects.count() == 0  # all or none
    with pytest.raises(UnknownApplication):
        run(choose_triers, activity_id=activity.id, applications=[uuid4()])
    with pytest.raises(WrongActivityState):
        run(choose_triers, activity_id=make_activity("wheel").id, applications=[])
    assert run(choose_triers, activity_id=activity.id, applications=ids[:1]) == 1
    run(close_activity, activity_id=activity.id, now=CLOSE)
    assert run(choose_triers, activity_id=activity.id, applications=ids[:2], now=CLOSE) == 1
    first, second = Award.objects.order_by("won_at")
    assert first.kind == "goods"
    words: dict[str, Any] = {"award_id": first.id, "member_id": first.member_id}
    stranger = member_actor(second.member_id, "activities.write_report")
    with pytest.raises(UnknownAward):
        run(write_report, actor=stranger, text="Mine", **words)
    with pytest.raises(BadText):
        run(write_report, text=" ", **words)
    report = run(write_report, text="It is\nfine.", **words)
    with pytest.raises(BadText):  # sent back without a word
        run(review_report, report_id=report, accept=False)
    assert run(review_report, report_id=report, accept=False, note="More, please") == "returned"
    with pytest.raises(ReportRead):
        run(review_report, report_id=report, accept=True)
    assert run(write_report, text="It is very fine.", now=NOW + 15 * DAY, **words) == report
    assert TrialReport.objects.get().is_late
    assert [award.id for award in list_overdue(activity, CLOSE + 15 * DAY)] == [second.id]
    run(review_report, report_id=report, accept=True)
    with pytest.raises(ReportAccepted):
        run(write_report, text="More", **words)
    with pytest.raises(UnknownReport):
        run(review_report, report_id=uuid4(), accept=True)
    assert get_balance(points_of(first.member_id)) == 50
    assert audit() == []


def test_fewer_may_be_chosen_than_there_are_places():
    activity = make_activity("trial")
    ids = [play(activity, choice=f"Because {n}").participation_id for n in range(2)]
    with pytest.raises(WrongActivityState):
        run(choose_triers, activity_id=activity.id, applications=ids[:1], is_last=True)
    run(close_activity, activity_id=activity.id, now=CLOSE)
    with pytest.raises(WrongActivityState):  # somebody may still be chosen
        run(settle_activity, activity_id=activity.id, now=CLOSE)
    assert run(choose_triers, activity_id=activity.id, applications=ids[:1], is_last=True, now=CLOSE) == 1
    activity.refresh_from_db()
    assert activity.state == "settled"
    with pytest.raises(WrongActivityState):
        run(choose_triers, activity_id=activity.id, applications=ids, now=CLOSE)
    award = Award.objects.get()
    assert run(write_report, award_id=award.id, member_id=award.member_id, text="Fine.", now=CLOSE)
    assert audit() == []


def test_staff_say_in_the_console_that_nobody_more_is_chosen():
    browser, now = make_browser(), clock.now()
    activity = make_activity("trial", now=now - 2 * DAY)
    play(activity, choice="Because", now=now - 2 * DAY)
    here, last = f"/console/activities/{activity.id}/", 'name="last" value="yes"'
    assert last not in browser.get(f"{here}applications/").content.decode()
    browser.post(f"{here}close/")
    assert last in browser.get(f"{here}applications/").content.decode()
    browser.post(f"{here}choose/", {"last": "yes"})
    activity.refresh_from_db()
    assert (activity.state, Award.objects.count()) == ("settled", 0)


def test_in_the_console_and_on_the_phone(client):
    browser, now = make_browser(), clock.now()
    typed = {
        "title": "Trial", "about": "Once.", "organiser": "The tea house", "min_account_days": "0",
        "opens_at": (now - DAY).strftime("%Y-%m-%dT%H:%M:%S"),
        "closes_at": (now + DAY).strftime("%Y-%m-%dT%H:%M:%S"),
        "product": "Tea <b>", "worth": "20", "places": "2", "question": "Why?", "report_days": "7",
        "report_points": "5",
    }  # fmt: skip
    made = browser.post("/console/activities/new/trial/", typed)
    here = made["Location"]
    assert 'value="20.00"' in browser.get(f"{here}edit/").content.decode()
    for verb in ("approve", "open"):
        browser.post(f"{here}{verb}/")
    page = here.replace("/console/", "/m/")
    sign_in(client, make_member(now=now - DAY))
    assert "请回答问题" in client.post(page, {"choice": " \r\n "}).content.decode()
    long = "茶" * 201
    told = client.post(page, {"choice": long}).content.decode()
    assert long in told  # nobody types it again
    assert "“您的回答”须为" in told
    client.post(page, {"choice": "I like\r\n<i>"})
    part = Participation.objects.get()
    listed = browser.get(f"{here}applications/").content.decode()
    assert "I like &lt;i&gt;" in listed
    assert "Give them the product" in listed
    assert "已申请，入选结果会显示在这里。" in client.get(page).content.decode()
    told = browser.post(f"{here}choose/", {"chosen": "x"}, follow=True).content.decode()
    assert "Nobody is ticked" in told
    browser.post(f"{here}choose/", {"chosen": [str(part.id), "x"]})
    assert (
        "Give them the product" not in browser.get(f"{here}applications/").content.decode()
    )  # nobody is left
    award = Award.objects.get()
    told = client.get(page).content.decode()
    assert f"/m/trials/{award.id}/report/" in told
    assert "您的参与次数已用完。" not in told
    lines = "\r\n".join(["Good <script>", *["x" * 58] * 84])  # a browser counts 4,969 signs
    client.post(f"/m/trials/{award.id}/report/", {"text": lines})
    assert TrialReport.objects.get().text.endswith("x" * 58)
    assert len(TrialReport.objects.get().text) == 4_969
    assert "Good &lt;script&gt;" in browser.get(f"{here}reports/").content.decode()
    browser.post(f"/console/activities/reports/{TrialReport.objects.get().id}/review/", {"verdict": "accept"})
    assert TrialReport.objects.get().state == "accepted"
    assert client.get(page).status_code == browser.get(here).status_code == 200
    Award.objects.update(won_at=now - timedelta(days=8))
    TrialReport.objects.all().delete()
    assert f"/console/members/{award.member_id}/" in browser.get(f"{here}reports/").content.decode()


def test_the_lot_chooses_and_anybody_can_check_it(tmp_path):
    drawn = {
        "is_drawn": True,
        "sources": ["national lottery"],
        "draw_at": instant_text(CLOSE + timedelta(hours=1)),
        "alternates": 1,
    }
    with pytest.raises(BadSettings):
        make_activity("trial", opened=False, settings={**drawn, "sources": []})
    activity = make_activity("trial", settings=drawn)
    ids = [play(activity, choice=f"Because {n}").participation_id for n in range(5)]
    with pytest.raises(LotDecides):
        run(choose_triers, activity_id=activity.id, applications=ids[:1])
    run(close_activity, activity_id=activity.id, now=CLOSE)
    value: dict[str, Any] = {"source": "national lottery", "value": "04 11 23"}
    assert run(draw_winners, activity_id=activity.id, now=CLOSE + DAY, **value).winners == 2
    chosen = Participation.objects.filter(given="sample").values_list("member_id", flat=True)
    assert sorted(chosen) == sorted(Award.objects.values_list("member_id", flat=True))
    activity.refresh_from_db()
    bundle = tmp_path / "bundle.json"
    bundle.write_text(json.dumps(find_bundle(activity)))
    checked = [sys.executable, verify_draw.__file__, str(bundle), "--commitment", activity.commitment]
    assert subprocess.run(checked, check=False, capture_output=True).returncode == 0
    award = Award.objects.earliest("won_at")
    assert run(write_report, award_id=award.id, member_id=award.member_id, text="Fine.", now=CLOSE + DAY)
    assert audit() == []
