"""The console's pages of boards, their files, and what the command line and programs are told."""

import json
from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from typer.testing import CliRunner

from qunying.accounts.roles import Role
from qunying.accounts.tests.make import make_browser, make_program
from qunying.communities.tests.make import make_community
from qunying.content.doors.cli import app
from qunying.content.models import Board, BoardModerator, Post, Topic
from qunying.content.screening import Verdict
from qunying.content.tests.make_boards import answer, make_board, make_thread, say, screened_by
from qunying.kernel import clock
from qunying.kernel.ids import new_id
from qunying.members.tests.make import make_member, sign_in

pytestmark = pytest.mark.django_db
LISTS = ("boards", "posts", "questions", "hot_topics", "voices")


def address(name, *args):
    return reverse(f"content.{name}", args=args)


def now():
    return clock.now() - timedelta(hours=1)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_pages_open_empty_and_full_and_have_their_file(home, language):
    browser = make_browser(language=language)
    for name in LISTS:
        assert browser.get(address(name)).status_code == 200, name
    board = make_board()
    thread = make_thread(board, is_question=True, topics=["sun"], now=now())
    reply = answer(thread.pk, make_member(name="Ann"), now=now())
    answer(reply.post_id, make_member(), now=now())
    for name in LISTS:
        assert browser.get(address(name)).status_code == 200, name
        text = browser.get(f"{address(name)}?format=csv").text
        assert text.count("\n") >= 1, name
    for state in ("unanswered", "open", "answered", "groups"):
        assert browser.get(f"{address('questions')}?state={state}&format=csv").status_code == 200
        assert browser.get(f"{address('questions')}?state={state}").status_code == 200
    assert "#sun" in browser.get(address("hot_topics")).text
    assert "Ann" in browser.get(f"{address('voices')}?voice=helper").text
    assert browser.get(f"{address('voices')}?voice=leader&days=7&where={board.id}").status_code == 200
    for path in (address("board", board.id), address("edit_board", board.id), address("post", reply.post_id)):
        assert browser.get(path).status_code == 200


def test_a_board_is_opened_changed_and_given_a_moderator():
    browser, member, community = make_browser(), make_member(), make_community()
    form = {"name": "Skin", "purpose": "Ask", "rules": "", "position": "1", "state": "open"}
    assert browser.post(address("new_board"), form).status_code == 302
    board = Board.objects.get()
    assert browser.post(address("edit_board", board.id), {**form, "name": "Sun"}).status_code == 302
    mirror = {**form, "name": "Mirror", "community_id": str(community.id), "is_mirror": "on"}
    response = browser.post(address("new_board"), mirror, follow=True)
    assert "how the people in it agreed" in response.text
    assert browser.post(address("new_board"), {**mirror, "agreed_note": "Rule 5"}).status_code == 302
    again = browser.post(address("new_board"), {**mirror, "name": "M2", "agreed_note": "Rule 5"}, follow=True)
    assert "has a mirror already" in again.text
    contact = member.identities.get().value
    browser.post(address("appoint_board_moderator", board.id), {"member": contact})
    duty = BoardModerator.objects.get()
    assert duty.member == member
    assert (
        "Nobody is known"
        in browser.post(
            address("appoint_board_moderator", board.id), {"member": "x@y.example"}, follow=True
        ).text
    )
    browser.post(address("dismiss_board_moderator", board.id, duty.pk))
    assert BoardModerator.objects.get().dismissed_at is not None


def test_posts_are_found_and_dealt_with():
    browser = make_browser()
    board = make_board()
    with screened_by(Verdict("review", ("spam",))):
        held = say(board, make_member(), "Buy my cream", title="Cream", is_question=True)
    other = make_thread(board)
    page = browser.get(f"{address('posts')}?search=cream&state=held&kind=question&board={board.id}").text
    assert "Cream" in page
    assert str(other.pk) not in page
    assert browser.get(f"{address('posts')}?state=x&kind=y&board=z&search=!!").status_code == 200
    do = lambda verb, post_id=held.post_id, **fields: browser.post(  # noqa: E731
        address("do_with_post", post_id, verb), fields, follow=True
    )
    assert "spam" in browser.get(address("post", held.post_id)).text
    do("release")
    assert Post.objects.get(pk=held.post_id).state == "published"
    do("reply", text="We looked at it.")
    reply = Post.objects.get(thread=held.post_id)
    assert reply.staff is not None
    do("accept", reply.pk)
    for verb in ("pin", "lock"):
        do(verb)
    thread = Post.objects.get(pk=held.post_id)
    assert (thread.answer_id, thread.is_pinned, thread.is_locked) == (reply.pk, True, True)
    do("hide")
    assert Post.objects.get(pk=held.post_id).state == "hidden"
    do("restore", reference=f"staff:{held.post_id}")
    assert Post.objects.get(pk=held.post_id).state == "published"
    assert do("explode").status_code == 404


def test_roles_see_and_do_what_they_may():
    thread = make_thread()
    analyst = make_browser(Role.ANALYST)
    assert analyst.get(address("posts")).status_code == 200
    assert analyst.post(address("do_with_post", thread.pk, "hide")).status_code == 403
    assert analyst.get(address("new_board")).status_code == 403
    assert Post.objects.get(pk=thread.pk).state == "published"


def test_a_topic_is_put_up_and_hidden():
    browser = make_browser()
    browser.post(address("put_up_topic"), {"name": "#Heatwave", "purpose": "40 °C", "source": "hot_event"})
    topic = Topic.objects.get()
    assert (topic.name, topic.purpose, topic.source) == ("Heatwave", "40 °C", "hot_event")
    browser.post(address("put_up_topic"), {"name": "heatwave", "source": "pain_point", "is_hidden": "on"})
    topic.refresh_from_db()
    assert (topic.is_hidden, topic.name) == (True, "Heatwave")
    make_thread(topics=["Heatwave"])
    topic.refresh_from_db()
    assert topic.post_count == 0
    assert browser.post(address("put_up_topic"), {"name": ""}).status_code == 302


def test_a_mirror_shows_the_group_without_its_names(home):
    from qunying.communities.actions.receive_messages import receive_messages
    from qunying.communities.inbound.incoming import IncomingMessage
    from qunying.members.tests.make import anybody

    community = make_community()
    board = make_board(community_id=community.id, is_mirror=True, agreed_note="Rule 5")
    said = [
        IncomingMessage(
            platform_message_id=str(number),
            author_id=f"u{number}",
            author_name="李雷",
            text=text,
            sent_at=now() + timedelta(minutes=number),
        )
        for number, text in enumerate(["这个怎么用？ #防晒#", "打 13800138000 问 <b>客服</b>"])
    ]
    receive_messages(
        command_id=str(new_id()), actor=anybody(), now=clock.now(), community_id=community.id, rows=said
    )
    page = Client().get(address("member_board", board.id)).text
    assert "李**" in page
    assert "李雷" not in page
    assert "13800138000" not in page
    assert "&lt;b&gt;" in page
    browser = make_browser()
    assert "这个怎么用" in browser.get(f"{address('questions')}?state=groups").text
    assert "#防晒" in browser.get(address("hot_topics")).text


def test_pictures_are_taken_in_and_shown_with_their_post_only(home):
    from PIL import Image

    file = BytesIO()
    Image.new("RGB", (40, 30), "red").save(file, "PNG")
    board, member, browser = make_board(), make_member(), Client()
    sign_in(browser, member)

    def send(*contents: bytes):
        files = []
        for number, content in enumerate(contents):
            part = BytesIO(content)
            part.name = f"{number}.png"
            files.append(part)
        return browser.post(
            address("member_new_post", board.id), {"title": "Red", "text": "Look", "pictures": files}
        )

    assert send(b"no picture").status_code == 422
    assert send(*[file.getvalue()] * 5).status_code == 422
    assert send(file.getvalue(), file.getvalue()).status_code == 302
    post = Post.objects.get()
    picture = post.post_pictures.order_by("position")[0].picture
    path = address("member_post_picture", post.pk, picture.pk)
    assert path in browser.get(address("member_post", post.pk)).text
    assert Client().get(path)["Content-Type"] == "image/webp"
    Post.objects.update(state="hidden")
    assert Client().get(path).status_code == 404


def test_programs_and_the_command_line(home):
    program, member = make_program(), make_member()
    send = lambda path, body, method="post": getattr(program, method)(  # noqa: E731
        f"/api/v1/boards{path}", json.dumps(body), content_type="application/json"
    )
    board = send("", {"name": "Skin"}).json()["id"]
    made = send(
        f"/{board}/posts",
        {"member_id": str(member.id), "title": "Sun", "text": "Which?", "is_question": True},
    )
    assert made.status_code == 201
    thread = made.json()["thread_id"]
    reply = send(f"/posts/{thread}/replies", {"text": "This one"}).json()["post_id"]
    assert send(f"/posts/{reply}/like", {"member_id": str(member.id)}).json()["likes"] == 1
    assert send(f"/posts/{reply}/accept", {}).json() == {"changed": True}
    assert send(f"/posts/{thread}/pin", {"on": True}).json() == {"changed": True}
    assert send(f"/posts/{thread}/hide", {"reference": "case:1"}).status_code == 204
    assert send("/posts/restore", {"reference": "case:1"}).json() == {"post_ids": [thread]}
    assert program.get("/api/v1/boards/questions?state=answered").json()["items"][0]["id"] == thread
    assert program.get("/api/v1/boards/posts?search=which").json()["items"][0]["like_count"] == 0
    for path in (
        "",
        f"/{board}",
        "/topics",
        "/voices",
        "/group-questions",
        f"/posts/{thread}",
        f"/posts/{thread}/replies",
    ):
        assert program.get(f"/api/v1/boards{path}").status_code == 200, path
    assert send(f"/{board}/posts", {"title": "a\0", "text": "x"}).status_code in {400, 422}
    assert send(f"/{new_id()}/posts", {"title": "a", "text": "x"}).status_code == 404
    assert send(f"/posts/{new_id()}/like", {"member_id": str(member.id)}).status_code == 404
    assert send(f"/posts/{thread}/like", {"member_id": str(new_id())}).status_code == 404
    for words in (
        ["boards"],
        ["posts", "--search", "which"],
        ["questions"],
        ["group-questions"],
        ["hot-topics"],
        ["voices"],
    ):
        result = CliRunner().invoke(app, [*words, "--json"], catch_exceptions=False)
        assert result.exit_code == 0, words
        assert json.loads(result.output)
