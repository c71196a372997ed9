"""Requests about content."""

from datetime import timedelta

from qunying.communities.tests.make import make_community
from qunying.content.actions.accept_submission import accept_submission
from qunying.content.actions.comment_on_item import comment_on_item
from qunying.content.actions.submit_item import submit_item
from qunying.content.models import ContentItem, Placement
from qunying.content.tests.make import (
    by,
    make_item,
    make_material,
    make_published,
    make_scheduled,
    make_submission,
    picture_bytes,
    place,
    write,
)
from qunying.kernel import clock
from qunying.members.tests.make import make_member
from tests.api.examples import Example, example

ITEM = {"title": "Spring tea", "kind": "article", "goal": "engage", "category": "news"}
VARIANT = {"title": "Spring", "body": "**New** tea.", "link": "https://shop.example/tea"}
REVIEW = {"claims_true": True, "rights_clear": True, "title_fits": True}
LATER = "2090-05-01T10:00:00+08:00"


def draft() -> ContentItem:
    item = make_item()
    write(item)
    place(item, at=clock.now() + timedelta(days=1))
    return item


def in_review() -> dict[str, object]:
    item = draft()
    submit_item(**by(), item_id=item.pk)
    return {"item_id": item.pk}


@example("content.list_items")
def list_items() -> Example:
    make_item()
    return Example(query={"limit": 10, "state": "idea"})


@example("content.create_item")
def create_item() -> Example:
    return Example(body=ITEM, other={**ITEM, "title": "Summer tea"})


@example("content.get_item")
def get_item() -> Example:
    return Example({"item_id": draft().pk})


@example("content.change_item")
def change_item() -> Example:
    return Example({"item_id": make_item().pk}, body=ITEM, other={**ITEM, "title": "Summer tea"})


@example("content.write_variant")
def write_variant() -> Example:
    path = {"item_id": make_item().pk, "platform": "member_web"}
    return Example(path, body=VARIANT, other={**VARIANT, "title": "Summer"})


@example("content.plan_placement")
def plan_placement() -> Example:
    community = str(make_community().pk)
    body = {"planned_at": LATER, "community_id": community}
    return Example({"item_id": make_item().pk}, body=body, other={"planned_at": LATER, "platform": "weibo"})


@example("content.move_placement")
def move_placement() -> Example:
    path = {"placement_id": place(make_item()).pk}
    return Example(path, body={"planned_at": LATER}, other={"planned_at": "2090-05-02T10:00:00+08:00"})


@example("content.remove_placement")
def remove_placement() -> Example:
    return Example({"placement_id": place(make_item()).pk})


@example("content.confirm_placement")
def confirm_placement() -> Example:
    placement = make_scheduled()
    Placement.objects.filter(pk=placement.pk).update(state="by_hand")
    url = "https://weibo.example/1"
    return Example({"placement_id": placement.pk}, body={"url": url}, other={"url": f"{url}2"})


@example("content.submit_item")
def submit() -> Example:
    return Example({"item_id": draft().pk})


@example("content.approve_item")
def approve_item() -> Example:
    return Example(in_review(), body=REVIEW, other={**REVIEW, "remark": "Good."})


@example("content.return_item")
def return_item() -> Example:
    body = {**REVIEW, "rights_clear": False, "remark": "Whose picture?"}
    return Example(in_review(), body=body, other={**body, "remark": "Which picture?"})


@example("content.reopen_item")
def reopen_item() -> Example:
    return Example({"item_id": make_scheduled().item_id})


@example("content.withdraw_item")
def withdraw_item() -> Example:
    return Example({"item_id": make_item().pk}, body={"reason": "Too late."}, other={"reason": "Too early."})


@example("content.measure_item")
def measure_item() -> Example:
    path = {"item_id": make_published().pk}
    return Example(path, body={"lesson": "Short works."}, other={"lesson": "Long works."})


@example("content.get_effect")
def get_effect() -> Example:
    return Example({"item_id": make_published().pk}, query={"window_days": 14})


@example("content.get_calendar")
def get_calendar() -> Example:
    place(make_item(), community=make_community())
    return Example(query={"first": "2026-03-01", "days": 7})


@example("content.set_cadence")
def set_cadence() -> Example:
    body = {"community_id": str(make_community().pk), "most_per_day": 1}
    return Example(body=body, other={**body, "most_per_day": 3})


@example("content.list_materials")
def list_materials() -> Example:
    make_material()
    return Example(query={"limit": 10})


@example("content.add_material")
def add_material() -> Example:
    body = {
        "name": "Tea film",
        "kind": "video",
        "link": "https://video.example/1",
        "rights_until": "2030-01-01",
    }
    return Example(body=body, other={**body, "name": "Coffee film"})


@example("content.add_picture")
def add_picture() -> Example:
    body = {"name": "Tea garden", "rights": "licensed", "tags": ["spring"]}
    files = {"file": ("garden.png", picture_bytes())}
    return Example(body=body, other={**body, "name": "Tea field"}, files=files)


@example("content.change_material")
def change_material() -> Example:
    body = {"name": "Tea garden in May", "tags": ["spring"], "retired": True}
    return Example({"material_id": make_material().pk}, body=body, other={**body, "retired": False})


@example("content.list_submissions")
def list_submissions() -> Example:
    make_submission()
    return Example(query={"limit": 10, "state": "received"})


@example("content.accept_submission")
def accept() -> Example:
    return Example({"submission_id": make_submission().pk}, body={"points": 50}, other={"points": 60})


@example("content.reject_submission")
def reject() -> Example:
    path = {"submission_id": make_submission().pk}
    return Example(path, body={"reason": "Blurred."}, other={"reason": "Dark."})


def accepted() -> dict[str, object]:
    submission = make_submission()
    accept_submission(**by(), submission_id=submission.pk)
    return {"submission_id": submission.pk}


@example("content.hide_submission")
def hide_submission() -> Example:
    return Example(accepted(), body={"reference": "case:1"}, other={"reference": "case:2"})


@example("content.restore_submission")
def restore_submission() -> Example:
    return Example(accepted(), body={"reference": ""}, other={"reference": "case:2"})


def commented() -> dict[str, object]:
    member = make_member()
    said = comment_on_item(**by(), item_id=make_published().pk, member_id=member.id, text="Lovely.")
    return {"comment_id": said.comment_id}


@example("content.list_comments")
def list_comments() -> Example:
    commented()
    return Example(query={"limit": 10})


@example("content.hide_comment")
def hide_comment() -> Example:
    return Example(commented(), body={"reference": "case:1"}, other={"reference": "case:2"})


@example("content.restore_comment")
def restore_comment() -> Example:
    return Example(commented(), body={"reference": ""}, other={"reference": "case:2"})


@example("content.remove_variant")
def remove_variant() -> Example:
    item = make_item()
    write(item)
    return Example({"item_id": item.pk, "platform": "member_web"})


@example("content.list_cadence")
def list_cadence() -> Example:
    return Example()


@example("content.drop_cadence")
def drop_cadence() -> Example:
    return Example({"community_id": make_community().pk})


def by_readers() -> tuple[dict[str, object], dict[str, str], dict[str, str]]:
    first, second = ({"member_id": str(make_member().pk)} for _number in range(2))
    return {"item_id": make_published().pk}, first, second


@example("content.like_item")
def like_item() -> Example:
    path, first, second = by_readers()
    return Example(path, body=first, other=second)


@example("content.unlike_item")
def unlike_item() -> Example:
    path, first, second = by_readers()
    return Example(path, body=first, other=second)


@example("content.share_item")
def share_item() -> Example:
    path, first, second = by_readers()
    return Example(path, body=first, other=second)


@example("content.comment_on_item")
def comment() -> Example:
    path, first, second = by_readers()
    return Example(path, body={**first, "text": "Lovely"}, other={**second, "text": "Me too"})


@example("content.withdraw_submission")
def withdraw_submission() -> Example:
    work = make_submission()
    return Example(
        {"submission_id": work.pk},
        body={"member_id": str(work.member_id)},
        other={"member_id": str(make_member().pk)},
    )
