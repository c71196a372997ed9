"""The member web's boards: what readers see, what members do, and that nothing they type runs."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from qunying.communities.actions.restrict_member import restrict_member
from qunying.content.actions.appoint_board_moderator import appoint_board_moderator
from qunying.content.boards.text import shown_text
from qunying.content.models import Following, Post, PostLike, PostShare, PublicName
from qunying.content.screening import Verdict
from qunying.content.tests.make_boards import answer, make_board, make_thread, say, screened_by
from qunying.kernel import clock
from qunying.kernel.ids import new_id
from qunying.members.models import Member
from qunying.members.tests.make import anybody, make_member, sign_in

NASTY = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[click](javascript:alert(1))",
    "[click](JaVaScRiPt:alert(1))",
    "[click](data:text/html;base64,PHNjcmlwdD4=)",
    '[x](https://a.example/"onmouseover="alert(1))',
    "![x](https://evil.example/pixel.png)",
    "<a href='javascript:alert(1)'>x</a>",
    "[a](vbscript:msgbox(1)) `<b>` **<svg/onload=alert(1)>**",
    "&#106;avascript:alert(1)",
    "<https://evil.example>",
    "> <iframe src=//evil.example>",
]


def browser_of(member: Member | None = None, language: str = "en") -> Client:
    browser = Client(headers={"accept-language": language})
    if member is not None:
        sign_in(browser, member)
    return browser


def address(name: Any, *args: object) -> str:
    return reverse(f"content.{name}", args=args)


def tags_of(html: str) -> set[str]:
    return set(re.findall(r"<\s*/?\s*([a-z0-9]+)", html))


@pytest.mark.parametrize("text", NASTY)
def test_nothing_that_is_typed_becomes_more_than_text(text):
    html = shown_text(text)
    assert tags_of(html) <= {"p", "br", "em", "strong", "s", "code", "ul", "ol", "li", "blockquote", "a"}
    assert not re.search(r"<[^>]*\son\w+\s*=", html)
    assert not re.search(r'href="(?!https?://)', html)
    assert "src=" not in re.sub(r"&lt;.*?&gt;", "", html)


def test_the_small_markdown_works():
    html = shown_text(
        "**bold** *slanted* ~~gone~~ `x`\nline\n\n- one\n- two\n\n> said\n\n[here](https://a.example/?q=1&r=2)"
    )
    for part in ("<strong>bold</strong>", "<em>slanted</em>", "<s>gone</s>", "<code>x</code>", "<br", "<li>one</li>", "<blockquote>"):  # fmt: skip
        assert part in html
    assert 'rel="nofollow ugc noopener noreferrer"' in html
    assert "<h1>" not in shown_text("# not a title")


def test_a_long_tangle_is_shown_quickly():
    for text in ("[" * 5_000, "**" * 5_000, "> " * 3_000, "`" * 9_999, "- " * 5_000, "![](" * 2_500):
        assert shown_text(text) is not None


@pytest.mark.django_db
def test_anybody_reads_and_only_members_write(django_assert_max_num_queries):
    thread = make_thread(is_question=True, topics=["sun"])
    reply = answer(thread.pk, make_member(name="李雷"), "Use **SPF 50**")
    browser = browser_of()
    for name, *args in [
        ("member_boards",),
        ("member_board", thread.board_id),
        ("member_topics",),
        ("member_topic", thread.topics.get().pk),
        ("member_post", thread.pk),
        ("member_post", reply.post_id),
    ]:
        with django_assert_max_num_queries(13):
            assert browser.get(address(name, *args)).status_code == 200, name
    page = browser.get(address("member_post", thread.pk)).text
    assert "李**" in page
    assert "李雷" not in page
    assert "<strong>SPF 50</strong>" in page
    for name, *args in [("member_new_post", thread.board_id), ("member_reply", thread.pk), ("member_following",), ("member_share", thread.pk)]:  # fmt: skip
        assert browser.get(address(name, *args)).status_code == 302, name
    assert browser.post(address("member_do", thread.pk, "like")).status_code == 302
    assert not PostLike.objects.exists()


@pytest.mark.django_db
def test_a_member_posts_replies_likes_and_takes_back():
    board, member = make_board(rules="Be kind."), make_member()
    browser = browser_of(member)
    form = browser.get(address("member_new_post", board.id)).text
    assert "Be kind." in form
    typed = {
        "title": "防晒 & <b>sun</b>",
        "text": "Which one?",
        "topics": "#防晒 #sun",
        "is_question": "yes",
        "command_id": str(new_id()),
    }
    for _tap in range(2):
        response = browser.post(address("member_new_post", board.id), typed)
        assert response.status_code == 302
    thread = Post.objects.get()
    assert thread.is_question
    page = browser.get(address("member_post", thread.pk)).text
    assert "防晒 &amp; &lt;b&gt;sun&lt;/b&gt;" in page
    assert page.count("#防晒") == 1
    browser.post(address("member_reply", thread.pk), {"text": "Anybody?"})
    reply = Post.objects.get(thread=thread)
    browser.post(address("member_reply", reply.pk), {"text": "Me again"})
    page = browser.get(address("member_post", thread.pk)).text
    assert "m-quote" in page
    assert "Anybody?" in page
    browser.post(address("member_do", reply.pk, "like"))
    browser.post(address("member_do", reply.pk, "like"))
    assert Post.objects.get(pk=reply.pk).like_count == 1
    browser.post(address("member_do", reply.pk, "unlike"))
    assert Post.objects.get(pk=reply.pk).like_count == 0
    browser.post(address("member_do", reply.pk, "accept"))
    assert "Accepted answer" in browser.get(address("member_post", thread.pk)).text
    browser.post(address("member_edit_post", thread.pk), {"title": "New title", "text": "New text"})
    assert "New title" in browser.get(address("member_boards")).text
    assert "2 replies" in browser.get(address("member_delete_post", thread.pk)).text
    browser.post(address("member_delete_post", thread.pk))
    assert browser.get(address("member_post", thread.pk)).status_code == 404


@pytest.mark.django_db
def test_what_was_typed_stays_when_it_is_refused():
    board, member = make_board(), make_member()
    browser = browser_of(member)
    response = browser.post(address("member_new_post", board.id), {"title": "", "text": "A long story"})
    assert response.status_code == 422
    assert "A long story" in response.text
    thread = make_thread(board)
    response = browser.post(address("member_reply", thread.pk), {"text": "x" * 100_000})
    assert response.status_code == 422
    assert "2000" in response.text
    restrict_member(
        command_id=str(new_id()),
        actor=anybody(),
        now=clock.now(),
        member_id=member.id,
        community_id=None,
        kind="mute",
        until=clock.now() + timedelta(days=1),
        reference="penalty:1",
    )
    response = browser.post(address("member_reply", thread.pk), {"text": "Hello"})
    assert response.status_code == 403
    assert "penalty:1" in response.text
    assert "Hello" in response.text


@pytest.mark.django_db
def test_held_and_refused_posts_are_seen_by_their_author_only():
    board, member = make_board(), make_member()
    browser = browser_of(member)
    for action, told in {"review": "looks at it first", "refuse": "breaks the community rules"}.items():
        with screened_by(Verdict(action)):  # type: ignore[arg-type]
            response = browser.post(
                address("member_new_post", board.id), {"title": f"To {action}", "text": "x"}, follow=True
            )
        assert told in response.text
        assert f"To {action}" in response.text
        assert f"To {action}" not in browser_of().get(address("member_board", board.id)).text
        post = Post.objects.get(title=f"To {action}")
        assert browser.get(address("member_post", post.pk)).status_code == 404


@pytest.mark.django_db
def test_nobody_touches_what_is_not_theirs():
    thread = make_thread()
    stranger = browser_of(make_member())
    for name in ("member_edit_post", "member_delete_post"):
        for method in ("get", "post"):
            response = getattr(stranger, method)(address(name, thread.pk), {"title": "x", "text": "x"})
            assert response.status_code == 404, name
    for verb in ("pin", "lock", "hide"):
        assert stranger.post(address("member_do", thread.pk, verb)).status_code == 403, verb
    assert stranger.post(address("member_do", thread.pk, "explode")).status_code == 404
    assert stranger.post(address("member_follow", "moon", thread.pk)).status_code == 404
    assert stranger.get(address("member_do", thread.pk, "like")).status_code == 405
    thread.refresh_from_db()
    assert (thread.title, thread.state, thread.is_pinned) == ("Sun", "published", False)


@pytest.mark.django_db
def test_a_board_moderator_keeps_order_on_the_page():
    board, moderator = make_board(), make_member()
    appoint_board_moderator(
        command_id=str(new_id()), actor=anybody(), now=clock.now(), board_id=board.id, member_id=moderator.id
    )
    thread, browser = make_thread(board), browser_of(moderator)
    page = browser.get(address("member_post", thread.pk)).text
    assert all(word in page for word in ("Pin", "Lock", "Hide"))
    assert "Hide" not in browser_of(make_member()).get(address("member_post", thread.pk)).text
    for verb in ("pin", "lock"):
        browser.post(address("member_do", thread.pk, verb))
    page = browser.get(address("member_post", thread.pk)).text
    assert "This thread is locked" in page
    assert "pinned" in browser_of().get(address("member_board", board.id)).text
    response = browser.post(address("member_do", thread.pk, "hide"), follow=True)
    assert response.status_code == 200
    assert browser.get(address("member_post", thread.pk)).status_code == 404


@pytest.mark.django_db
def test_sharing_following_and_a_public_name():
    thread, member = make_thread(topics=["sun"]), make_member()
    browser = browser_of(member)
    browser.post(address("member_share", thread.pk))
    share = PostShare.objects.get()
    page = browser.get(address("member_share", thread.pk)).text
    assert share.token in page
    assert "data:image/svg" in page
    response = browser_of().get(address("open_share", share.token))
    assert response["Location"] == address("member_post", thread.pk)
    assert browser_of().get(address("open_share", "x" * 300)).status_code == 404
    for kind, subject in [
        ("board", thread.board_id),
        ("topic", thread.topics.get().pk),
        ("thread", thread.pk),
    ]:
        browser.post(address("member_follow", kind, subject), {"follows": "yes"})
    assert Following.objects.count() == 3
    assert "Sun" in browser.get(address("member_following")).text
    response = browser.post(address("member_posts"), {"name": "Sunny"}, follow=True)
    assert "Sunny" in response.text
    assert PublicName.objects.get().name == "Sunny"
    assert browser.post(address("member_posts"), {"name": "admin"}).status_code == 409


@pytest.mark.django_db
def test_pages_speak_chinese_and_say_what_to_do_when_empty():
    member = make_member()
    browser = browser_of(member, "zh-hans")
    assert "还没有版块" in browser.get(address("member_boards")).text
    board = make_board()
    page = browser.get(address("member_board", board.id)).text
    assert "发帖" in page
    assert "还没有帖子" in page
    for name in ("member_following", "member_posts", "member_topics"):
        assert browser.get(address(name)).status_code == 200


@pytest.mark.django_db
def test_orders_and_pages_of_a_board():
    board = make_board()
    threads = [
        say(board, make_member(), title=f"Thread {number}", is_question=number % 2 == 0)
        for number in range(23)
    ]
    browser = browser_of()
    page = browser.get(address("member_board", board.id)).text
    more = re.search(r'href="\?order=active&amp;cursor=([^"]+)"', page)
    assert more
    rest = browser.get(f"{address('member_board', board.id)}?cursor={more.group(1)}").text
    assert sum(f"Thread {number}<" in page + rest for number in range(23)) == 23
    answer(threads[0].post_id, make_member())
    unanswered = browser.get(f"{address('member_board', board.id)}?order=unanswered").text
    assert "Thread 0<" not in unanswered
    assert "Thread 2<" in unanswered
    assert browser.get(f"{address('member_board', board.id)}?order=nonsense").status_code == 200
    assert browser.get(f"{address('member_board', board.id)}?cursor=nonsense").status_code == 422
