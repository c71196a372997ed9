"""Console and member pages: they show what was decided and by whom, and carry every step of it."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from qunying.accounts.roles import Role
from qunying.accounts.tests.make import make_browser
from qunying.communities.tests.make import make_community
from qunying.kernel import clock
from qunying.members.tests.make import make_member, sign_in
from qunying.moderation.actions.decide_case import decide_case
from qunying.moderation.actions.submit_appeal import submit_appeal
from qunying.moderation.models import (
    Appeal,
    Case,
    Decision,
    Penalty,
    PolicyVersion,
    Report,
    RulesAcceptance,
    RulesVersion,
    Violation,
    WatchedWord,
)
from qunying.moderation.tests.make import do, make_case, make_decision, make_penalty

pytestmark = pytest.mark.django_db
RIGHT = {"violation": "unfriendly_abuse", "reason": "Insulted somebody.", "factors": ["minors"]}


def url(name, *arguments):
    return reverse(f"moderation.{name}", args=arguments)


def member_browser(member):
    browser = Client(headers={"accept-language": "en"})
    sign_in(browser, member)
    return browser


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_opens_with_something_on_it(language):
    now = clock.now()
    case, penalty = make_case(community=make_community(), now=now), make_penalty(now=now)
    decision = make_decision(now=now)
    appeal = do(
        submit_appeal,
        now=now,
        decision_id=penalty.decision_id,
        member_id=penalty.member_id,
        text="No.",
    )
    browser = make_browser(Role.OWNER, language)
    pages = [
        url("queue"),
        f"{url('queue')}?state=decided&source=detector&severity=1",
        f"{url('queue')}?severity=5&kind=post&community=x",
        url("case", case.id),
        url("case", penalty.decision.case_id),
        url("case", decision.case_id),
        url("reports"),
        url("penalties"),
        url("appeals"),
        url("appeal", appeal),
        url("rules"),
        url("rules_version", 1),
        url("new_violation"),
        url("change_violation", "spam_link"),
        url("words"),
        url("policy"),
        url("member_history", penalty.member_id),
    ]
    for page in pages:
        assert browser.get(page).status_code == 200, page


def test_a_case_is_taken_decided_and_punished():
    member, browser = make_member(), make_browser(Role.MODERATOR)
    case = make_case(member, community=make_community(), now=clock.now())
    assert browser.post(url("take_next"))["Location"] == url("case", case.id)
    other = make_browser(Role.MODERATOR)
    assert "is looking at this case" in other.get(url("case", case.id)).content.decode()
    other.post(url("decide_case", case.id), RIGHT)
    assert not Decision.objects.exists()
    browser.post(url("decide_case", case.id), RIGHT)
    decision = Decision.objects.get()
    assert (decision.violation_id, decision.factors) == ("unfriendly_abuse", ["minors"])
    page = browser.get(url("case", case.id)).content.decode()
    assert re.search(r'value="mute_forever"[^>]*checked', page)
    assert re.search(r'value="removal"[^>]*disabled', page)
    browser.post(url("penalise_member", decision.id), {"step": "removal", "reason": "Out."})
    assert not Penalty.objects.exists()
    browser.post(url("penalise_member", decision.id), {"step": "mute_1_day", "reason": "Be kind."})
    assert Penalty.objects.get().step == "mute_1_day"
    assert browser.post(url("take_next"))["Location"] == url("queue")


def test_appeals_and_lifting_go_through_the_console():
    penalty = make_penalty(now=clock.now())
    appeal = do(
        submit_appeal,
        now=clock.now(),
        decision_id=penalty.decision_id,
        member_id=penalty.member_id,
        text="I did not.",
    )
    browser = make_browser(Role.MODERATOR)
    assert "I did not." in browser.get(url("appeal", appeal)).content.decode()
    browser.post(url("appeal", appeal), {"outcome": "upheld", "answer": "You are right."})
    assert Appeal.objects.get().state == "upheld"
    second = make_penalty(now=clock.now())
    manager = make_browser(Role.MANAGER)
    manager.post(url("lift_penalty", second.id), {"reason": "Apologised."})
    second.refresh_from_db()
    assert second.lift_reason == "Apologised."


def test_rules_words_and_policy_are_changed_in_the_console():
    owner = make_browser(Role.OWNER)
    fields = {
        "code": "spam_poll",
        "violation_class": "spam",
        "severity": "2",
        "title": "Polls",
        "clause": "No polls.",
    }
    owner.post(url("new_violation"), {**fields, "is_active": "on"})
    assert Violation.objects.get(pk="spam_poll").clause == "No polls."
    assert "has changed since" in owner.get(url("rules")).content.decode()
    owner.post(url("publish_rules"), {"introduction": "Be kind.", "change_note": "Polls."})
    clause = RulesVersion.objects.get(number=2).find_clause("spam_poll")
    assert clause is not None
    assert clause["number"] == "3.13"
    word = {"word": "brush", "action": "block", "violation": "unlawful_fraud", "language": "any"}
    owner.post(url("import_words"), word)
    listed = "word,action,tag\n加微信,review,\n=cmd,tag,odd\nbrush,review,\n"
    owner.post(url("import_words"), {"file": SimpleUploadedFile("w.csv", listed.encode("gb18030"))})
    assert set(WatchedWord.objects.values_list("text", "action")) == {
        ("加微信", "review"),
        ("=cmd", "tag"),
        ("brush", "review"),
    }
    exported = owner.get(f"{url('words')}?format=csv").content.decode("utf-8-sig")
    assert "'=cmd,tag" in exported
    WatchedWord.objects.all().delete()
    owner.post(url("import_words"), {"file": SimpleUploadedFile("w.csv", exported.encode())})
    assert WatchedWord.objects.filter(text="=cmd", action="tag").exists(), "what was exported comes back"
    owner.post(url("remove_word", WatchedWord.objects.get(text="brush").id))
    assert WatchedWord.objects.count() == 2
    page = owner.get(url("policy"))
    form = page.context["form"]
    values = {name: form.initial.get(name, "") for name in form.fields}
    owner.post(url("publish_policy"), {**values, "first_1": "mute_1_day", "change_note": "Stricter."})
    assert PolicyVersion.objects.get(number=2).policy["first"][0] == "mute_1_day"
    owner.post(url("publish_policy"), {**values, "first_1": "removal", "change_note": "Odd."})
    assert PolicyVersion.objects.count() == 2


def test_a_broken_list_of_words_changes_nothing():
    owner = make_browser(Role.OWNER)
    for content in (
        b"\xff\xfe\x00",
        b"a,b\n1,2\n",
        b"word,action\nx,shoot\n",
        b"word\n" + b"y" * 200 + b"\n",
    ):
        owner.post(url("import_words"), {"file": SimpleUploadedFile("w.csv", content)})
    assert not WatchedWord.objects.exists()


def test_a_member_reports_and_reads_the_outcome():
    reporter, offender = make_member(), make_member()
    browser = member_browser(reporter)
    address = url("report", "member", offender.id)
    assert "Report" in browser.get(address).content.decode()
    assert browser.get(url("report", "message", offender.id)).status_code == 404
    assert browser.get(url("report", "cat", offender.id)).status_code == 404
    browser.post(address, {"violation": "harm_minors", "text": "Writes to children."})
    assert Report.objects.get().reporter_id == reporter.id
    assert "We have not decided yet" in browser.get(url("my_reports")).content.decode()
    make_case_decided()
    assert "we have acted on it" in browser.get(url("my_reports")).content.decode()
    assert "acted" not in member_browser(make_member()).get(url("my_reports")).content.decode()


def make_case_decided():
    case = Case.objects.get()
    do(
        decide_case,
        now=clock.now(),
        case_id=case.id,
        verdict="violation",
        violation="harm_minors",
        reason="Found.",
    )


def test_a_member_reads_a_penalty_and_appeals_once():
    penalty = make_penalty(now=clock.now())
    browser = member_browser(penalty.member)
    address = url("my_decision", penalty.decision_id)
    assert "muted for 7 days" in browser.get(url("my_penalties")).content.decode()
    page = browser.get(address).content.decode()
    for told in (
        "2.6",
        "Insulted others.",
        "taking part in activities",
        "ends by itself",
        "You may appeal once",
    ):
        assert told in page
    stranger = member_browser(make_member())
    assert stranger.get(address).status_code == 404
    assert stranger.post(address, {"text": "Me too."}).status_code == 404
    assert browser.post(address, {"text": " "}).status_code == 200
    browser.post(address, {"text": "I did not."})
    assert Appeal.objects.get().text == "I did not."
    assert browser.post(address, {"text": "Again."}).status_code == 409


def test_rules_are_read_by_everybody_and_accepted_by_members():
    assert "Fan war" in Client(headers={"accept-language": "en"}).get(url("rules_page")).content.decode()
    member = make_member()
    browser = member_browser(member)
    assert browser.post(url("rules_page"), {"version": "7"}).status_code == 409
    browser.post(url("rules_page"), {"version": "1"})
    browser.post(url("rules_page"), {"version": "1"})
    assert RulesAcceptance.objects.get().member_id == member.id
    assert "You accepted these rules" in browser.get(url("rules_page")).content.decode()
