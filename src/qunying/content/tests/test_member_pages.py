"""The member web: reading, counting, answering, sending in."""

import hashlib
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from qunying.communities.actions.restrict_member import restrict_member
from qunying.communities.tests.make import make_community
from qunying.content import screening
from qunying.content.actions.comment_on_item import comment_on_item
from qunying.content.actions.share_item import share_item
from qunying.content.actions.withdraw_item import withdraw_item
from qunying.content.models import Comment, Like, Submission
from qunying.content.publishing import LINK_PURPOSE
from qunying.content.screening import Spoken, Verdict, register_screen
from qunying.content.tests.make import (
    by,
    kept_picture,
    make_item,
    make_material,
    make_published,
    make_scheduled,
    make_submission,
    picture_bytes,
    write,
)
from qunying.kernel import clock
from qunying.kernel.ids import new_id
from qunying.kernel.signed_links import sign_link
from qunying.members.tests.make import make_member, sign_in
from qunying.stream.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]


@pytest.fixture
def member():
    return make_member(name="王小明")


@pytest.fixture
def browser(member):
    client = Client()
    sign_in(client, member)
    return client


@pytest.fixture
def item():
    article = make_item()
    write(article, body="Hi **there** [x](javascript:alert(1))", link="https://shop.example/tea")
    return make_published(article)


def url(name, *arguments):
    return reverse(f"content.{name}", args=arguments)


def sent(browser, name, /, *arguments, **fields):
    return browser.post(url(name, *arguments), {"command_id": str(new_id()), **fields})


def events(name):
    return Event.objects.filter(name=name)


def test_everybody_reads_and_a_page_by_itself_counts_nothing(item):
    browser = Client()
    before = Event.objects.count()
    for name, arguments in [("read", ()), ("read_item", (item.pk,)), ("gallery", ())]:
        response = browser.get(url(name, *arguments))
        assert response.status_code == 200
        assert "script" not in response.content.decode().replace("javascript:alert", "")
        assert "'none'" in response["Content-Security-Policy"]
    assert Event.objects.count() == before
    assert set(browser.cookies) <= {"csrftoken"}


def test_what_is_not_out_has_no_page(item):
    waiting = make_scheduled().item
    for page in ("read_item", "seen", "follow_item"):
        assert Client().get(url(page, waiting.pk)).status_code == 404
    withdraw_item(**by(), item_id=item.pk, reason="Wrong.")
    assert Client().get(url("read_item", item.pk)).status_code == 404
    assert Client().get(url("follow_item", item.pk)).status_code == 404


def test_a_view_counts_once_a_day_for_a_browser(item):
    browser = Client()
    for _again in range(3):
        response = browser.get(url("seen", item.pk))
        assert response["Content-Type"] == "image/gif"
    assert events("content_viewed").count() == 1
    Client().get(url("seen", item.pk))
    assert events("content_viewed").count() == 2
    Client().get(url("seen", item.pk), headers={"Sec-Purpose": "prefetch;prerender"})
    assert events("content_viewed").count() == 2
    assert {event.content_id for event in events("content_viewed")} == {item.pk}


def test_what_a_browser_saw_becomes_its_owners(item, member):
    browser = Client()
    browser.get(url("seen", item.pk))
    anonymous = events("content_viewed").get()
    assert anonymous.member_id is None
    sign_in(browser, member)
    browser.get(url("seen", item.pk))
    assert events("anonymous_linked").get().anonymous_id == anonymous.anonymous_id
    assert browser.cookies["qy_visitor"].value == ""


def test_a_forged_visitor_is_a_new_one(item, member):
    browser = Client()
    browser.cookies["qy_visitor"] = str(member.pk)
    browser.get(url("seen", item.pk))
    assert events("content_viewed").get().anonymous_id != member.pk


def test_the_link_leads_on_and_counts(item, browser, member):
    response = browser.get(url("follow_item", item.pk))
    assert (response.status_code, response["Location"]) == (302, "https://shop.example/tea")
    assert events("content_clicked").get().member_id == member.pk


def test_a_post_in_a_community_leads_here(item):
    community = make_community()
    fields = {"item": str(item.pk), "community": str(community.pk)}
    token = sign_link(LINK_PURPOSE, fields, clock.now() + timedelta(days=1))
    browser = Client()
    page = browser.get(url("from_community", token), follow=True)
    assert page.status_code == 200
    assert f"from={token}" in page.content.decode()
    browser.get(url("seen", item.pk), {"from": token})
    assert events("content_viewed").get().community_id == community.pk
    other = make_published(make_item("Other"))
    browser.get(url("seen", other.pk), {"from": token})
    assert events("content_viewed").get(content_id=other.pk).community_id is None
    assert browser.get(url("from_community", token + "x")).status_code == 404


def test_liking_and_taking_it_back(item, browser, member):
    for _twice in range(2):
        sent(browser, "like", item.pk, answer="like")
    assert Like.objects.get().member == member
    assert events("content_liked").count() == 1
    sent(browser, "like", item.pk, answer="unlike")
    assert not Like.objects.exists()
    assert events("content_unliked").count() == 1


def test_a_share_is_a_link_that_names_nobody(item, browser, member):
    for _twice in range(2):
        sent(browser, "share", item.pk)
    token = member_share(item, member)
    assert events("content_shared").count() == 1
    assert f"?s={token}" in browser.get(url("read_item", item.pk)).content.decode()
    Client().get(url("seen", item.pk), {"s": token})
    assert events("content_viewed").get().properties == {"share": token}
    browser.get(url("seen", item.pk), {"s": token})
    assert events("content_viewed").get(member_id=member.pk).properties == {}, "one's own visit is no reach"
    Client().get(url("seen", item.pk), {"s": "nonsense\u200b"})
    assert events("content_viewed").filter(properties={}).count() == 2


def member_share(item, member):
    return share_item(**by(), item_id=item.pk, member_id=member.pk).token


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Lovely <script>alert(1)</script>", "Lovely &lt;script&gt;"),
        ("a\u200bb\u202ec", "abc"),
        ("two\r\nlines", "two<br>lines"),
    ],
)
def test_comments_are_shown_harmless(item, browser, text, shown):
    sent(browser, "comment", item.pk, text=text)
    page = Client().get(url("read_item", item.pk)).content.decode()
    assert shown in page
    assert "王**" in page
    assert "王小明" not in page
    assert events("content_commented").get().content_id == item.pk


@pytest.mark.parametrize("text", ["", " \n ", "x" * 1001, "x" * 100_000, "\u200b\u200b", "\x07"])
def test_what_is_no_comment(item, browser, text):
    assert sent(browser, "comment", item.pk, text=text).status_code == 422
    assert not Comment.objects.exists()


def test_comments_wait_or_are_refused_as_the_screen_says(item, browser, monkeypatch):
    monkeypatch.setattr(screening, "_screens", [])
    asked: list[Spoken] = []

    def strict(spoken: Spoken) -> Verdict:
        asked.append(spoken)
        if "buy" in spoken.text:
            return Verdict("refuse", ("advertisement",))
        return Verdict("review", ("new",)) if "hm" in spoken.text else Verdict(replaced_text="***")

    register_screen(strict)
    assert sent(browser, "comment", item.pk, text="buy now").status_code == 422
    sent(browser, "comment", item.pk, text="hm")
    sent(browser, "comment", item.pk, text="bad word")
    assert sorted(Comment.objects.values_list("text", "state")) == [("***", "shown"), ("hm", "waiting")]
    assert [spoken.kind for spoken in asked] == ["comment"] * 3
    assert "hm" not in Client().get(url("read_item", item.pk)).content.decode().split('id="comments"')[1]


def test_who_is_muted_says_nothing(item, browser, member):
    restrict_member(
        **by(now=clock.now()),
        member_id=member.pk,
        community_id=None,
        kind="mute",
        until=None,
        reference="case:1",
    )
    assert sent(browser, "comment", item.pk, text="hello").status_code == 409
    assert send_in(browser).status_code == 409
    assert not Comment.objects.exists()


def test_an_hour_has_room_for_so_many_comments(item, browser):
    statuses = [sent(browser, "comment", item.pk, text=f"No. {number}").status_code for number in range(21)]
    assert statuses == [302] * 20 + [429]


def send_in(browser, *pictures, **fields):
    files = pictures or (SimpleUploadedFile("a.png", picture_bytes(), "image/png"),)
    words = {"kind": "buyer_show", "title": "My corner", "text": "Warm.", "consent": "on", **fields}
    return sent(browser, "new_submission", pictures=list(files), **words)


def test_a_buyer_show_is_sent_in_with_the_words_of_its_consent(browser, member):
    assert browser.get(url("new_submission")).status_code == 200
    assert send_in(browser).status_code == 302
    submission = Submission.objects.get()
    assert submission.state == "received"
    assert submission.consent_text in browser.get(url("new_submission")).content.decode()
    event = events("submission_received").get()
    digest = hashlib.sha256(submission.consent_text.encode()).hexdigest()
    assert (event.content_id, event.properties["consent_hash"]) == (submission.pk, digest)
    assert "My corner" in browser.get(url("my_submissions")).content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"consent": ""},
        {"title": ""},
        {"title": "x" * 101},
        {"text": "x" * 100_000},
        {"kind": "poem"},
    ],
)
def test_what_is_no_submission(browser, wrong):
    response = send_in(browser, **wrong)
    assert response.status_code == 422
    assert "m-note-bad" in response.content.decode()
    assert not Submission.objects.exists()


@pytest.mark.parametrize("content", [b"", b"<svg onload=alert(1)>", b"\x89PNG\r\n\x1a\nbroken", b"GIF89a;"])
def test_what_is_no_picture(browser, content):
    bad = SimpleUploadedFile("a.png", content, "image/png")
    good = SimpleUploadedFile("b.png", picture_bytes(), "image/png")
    assert send_in(browser, good, bad).status_code == 422
    assert not Submission.objects.exists()


def test_ten_pictures_are_too_many(browser):
    files = [SimpleUploadedFile(f"{n}.png", picture_bytes(), "image/png") for n in range(10)]
    assert send_in(browser, *files).status_code == 422


def test_pictures_are_seen_by_whom_they_are_for(browser, member):
    submission = make_submission(member)
    picture = url("member_picture", submission.places.get().picture_id)
    assert browser.get(picture).status_code == 200
    assert Client().get(picture).status_code == 404
    Submission.objects.update(state="accepted", decided_at=clock.now())
    response = Client().get(picture)
    assert response.status_code == 200
    assert response["Content-Type"] == "image/webp"
    assert "no-store" in response["Cache-Control"]
    material = make_material()
    assert Client().get(url("member_picture", material.picture_id)).status_code == 404
    article = make_item()
    write(article, body="![cup](1)", material_ids=(material.pk,))
    make_published(article)
    assert Client().get(url("member_picture", material.picture_id)).status_code == 200
    page = Client().get(url("read_item", article.pk)).content.decode()
    assert page.count(str(material.picture_id)) == 1, "shown in the text, and not again below"
    type(material).objects.update(rights_until=clock.now().date() - timedelta(days=2))
    assert Client().get(url("member_picture", material.picture_id)).status_code == 404
    assert str(material.picture_id) not in Client().get(url("read_item", article.pk)).content.decode()


def test_the_gallery_shows_what_was_accepted_until_its_member_takes_it_back(browser, member):
    own, other = make_submission(member), make_submission(pictures=[kept_picture((50, 50))])
    Submission.objects.update(state="accepted", decided_at=clock.now())
    assert Client().get(url("gallery_work", own.pk)).status_code == 200
    assert "王小明" not in Client().get(url("gallery")).content.decode()
    assert sent(browser, "withdraw_submission", other.pk).status_code == 404
    sent(browser, "withdraw_submission", own.pk)
    assert Client().get(url("gallery_work", own.pk)).status_code == 404
    assert Client().get(url("gallery_work", other.pk)).status_code == 200
    assert sent(browser, "withdraw_submission", own.pk).status_code == 409


def test_what_others_say_can_be_reported(item, browser, member):
    own, other = make_submission(member), make_submission()
    Submission.objects.update(state="accepted", decided_at=clock.now())
    for author in (member, make_member()):
        comment_on_item(**by(), item_id=item.pk, member_id=author.pk, text="Hello")
    ours, theirs = Comment.objects.order_by("created_at", "pk")
    if ours.member_id != member.pk:
        ours, theirs = theirs, ours
    for kind, page, seen, not_seen in (
        ("comment", url("read_item", item.pk), theirs.pk, ours.pk),
        ("submission", url("gallery_work", other.pk), other.pk, own.pk),
        ("submission", url("gallery_work", own.pk), None, own.pk),
    ):
        shown = browser.get(page).content.decode()
        if seen:
            way = reverse("moderation.report", args=[kind, seen])
            assert way in shown
            assert browser.get(way).status_code == 200
        assert reverse("moderation.report", args=[kind, not_seen]) not in shown
