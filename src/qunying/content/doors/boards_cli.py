"""``qunying content boards`` and its neighbours: what is said on boards and in groups."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

import typer

from qunying.accounts.queries.get_brand import get_analysis_time
from qunying.content.models import Post
from qunying.content.queries.boards import BoardFigures, list_boards, summarise_boards
from qunying.content.queries.questions import QuestionState, list_group_questions, list_questions
from qunying.content.queries.threads import PostFilter, search_posts
from qunying.content.queries.topics import list_heat
from qunying.content.queries.voices import Voice, list_voices
from qunying.kernel import clock
from qunying.kernel.terminal import answer
from qunying.stream.lake import open_analysis

app = typer.Typer()
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Community = Annotated[UUID | None, typer.Option(help="Of one community only.")]
Days = Annotated[int, typer.Option(min=1, max=3650, help="How many days back.")]
Limit = Annotated[int, typer.Option(min=1, max=200, help="At most so many.")]


@app.command()
def boards(json: Json = False) -> None:
    """List boards with what happened on them in 30 days."""
    figures = summarise_boards(get_analysis_time(clock.now()) - timedelta(days=30))
    rows = [
        {
            "id": board.pk,
            "name": board.name,
            "state": board.state,
            "is_mirror": board.is_mirror,
            **figures.get(board.pk, BoardFigures()).__dict__,
        }
        for board in list_boards(with_closed=True)
    ]
    answer({"boards": rows}, json=json)


@app.command()
def posts(
    search: Annotated[str, typer.Option(help="Words that must all occur.")] = "",
    state: Annotated[str, typer.Option(help=f"One of {', '.join(Post.State.values)}.")] = "",
    limit: Limit = 50,
    json: Json = False,
) -> None:
    """List what was said on boards, newest first."""
    found = search_posts(PostFilter(words=search, state=state)).order_by("-posted_at", "-pk")[:limit]
    answer({"posts": [_post(post) for post in found]}, json=json)


@app.command()
def questions(
    state: Annotated[QuestionState, typer.Option(help="Which of them.")] = "unanswered",
    limit: Limit = 50,
    json: Json = False,
) -> None:
    """List questions of boards, the longest waiting first."""
    found = list_questions(state).order_by("posted_at", "pk")[:limit]
    answer({"questions": [_post(post) for post in found]}, json=json)


@app.command("group-questions")
def group_questions(
    community: Community = None, days: Days = 30, limit: Limit = 50, json: Json = False
) -> None:
    """List questions in platform groups to which nobody else has replied."""
    end = get_analysis_time(clock.now())
    with open_analysis(end) as analysis:
        found = list_group_questions(
            analysis, start=end - timedelta(days=days), end=end, community_id=community, limit=limit
        )
    answer({"questions": found}, json=json)


@app.command("hot-topics")
def hot_topics(community: Community = None, json: Json = False) -> None:
    """List the topics of the last 24 hours with their heat."""
    now = get_analysis_time(clock.now())
    with open_analysis(now) as analysis:
        found = list_heat(analysis, now, community_id=community)
    answer({"topics": [{**heat.__dict__, "is_hot": heat.is_hot} for heat in found]}, json=json)


@app.command()
def voices(
    voice: Annotated[Voice, typer.Option(help="Helpful members, or leaders.")] = "helper",
    community: Community = None,
    board: Annotated[UUID | None, typer.Option(help="Of one board only.")] = None,
    days: Days = 30,
    limit: Limit = 50,
    json: Json = False,
) -> None:
    """List who is listened to, the most recognised first."""
    end = get_analysis_time(clock.now())
    with open_analysis(end) as analysis:
        found = list_voices(
            analysis,
            voice,
            start=end - timedelta(days=days),
            end=end,
            community_id=community,
            board_id=board,
            now=clock.now(),
            limit=limit,
        )
    answer({"people": found}, json=json)


def _post(post: Post) -> dict[str, object]:
    return {
        "id": post.pk,
        "board": post.board.name,
        "title": post.title,
        "text": post.text,
        "state": post.state,
        "posted_at": post.posted_at,
        "replies": post.reply_count,
        "likes": post.like_count,
    }
