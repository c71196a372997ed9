"""Requests about segments."""

from uuid import UUID

from qunying.kernel.ids import new_id
from qunying.members.tests.make import NOW, anybody, make_member
from qunying.segments.actions.create_segment import create_segment
from qunying.segments.actions.refresh_scores import refresh_scores
from qunying.segments.actions.refresh_segment import refresh_segment
from qunying.segments.rules.policy import DEFAULT_STAGES
from tests.api.examples import Example, example

RULE = {"tag": "vip"}
OTHER_RULE = {"event": "order_paid", "count": {"at_least": 2}, "within": {"days": 90}}


def make_segment(*, is_list: bool = False) -> UUID:
    made = create_segment(
        command_id=str(new_id()),
        actor=anybody(),
        now=NOW,
        name="Best friends",
        rule=None if is_list else RULE,
    )
    return made.segment_id


def filled_segment() -> UUID:
    make_member(tags=["vip"])
    segment_id = make_segment()
    refresh_segment(command_id=str(new_id()), actor=anybody(), now=NOW, segment_id=segment_id)
    return segment_id


@example("segments.list_segments")
def list_segments() -> Example:
    make_segment()
    return Example(query={"search": "best", "limit": 10})


@example("segments.create_segment")
def create() -> Example:
    body = {"name": "Regulars", "slug": "regulars", "rule": OTHER_RULE, "aim": "Larger baskets"}
    return Example(body=body, other={**body, "rule": RULE})


@example("segments.preview_rule")
def preview_rule() -> Example:
    make_member(tags=["vip"])
    return Example(body={"rule": RULE, "as_of": "2026-03-02T00:00:00+08:00"})


@example("segments.get_rule_schema")
def get_rule_schema() -> Example:
    return Example()


@example("segments.get_definitions")
def get_definitions() -> Example:
    return Example()


@example("segments.change_definitions")
def change_definitions() -> Example:
    body = {"stages": DEFAULT_STAGES, "window_days": 180, "bins": 4}
    return Example(body=body, other={**body, "bins": 5})


@example("segments.create_ready_made")
def create_ready_made() -> Example:
    return Example(body={"slugs": ["new-customers"], "countries": ["Germany"]}, other={"slugs": []})


@example("segments.refresh_scores")
def refresh_everybody() -> Example:
    make_member()
    return Example()


@example("segments.find_scores")
def find_scores() -> Example:
    member = make_member()
    refresh_scores(command_id=str(new_id()), actor=anybody(), now=NOW)
    return Example({"member_id": member.id})


@example("segments.get_segment")
def get_segment() -> Example:
    return Example({"segment_id": make_segment()})


@example("segments.change_segment")
def change_segment() -> Example:
    body = {"name": "Dear friends", "rule": OTHER_RULE, "seen_version": 1}
    return Example({"segment_id": make_segment()}, body=body, other={"name": "Friends"})


@example("segments.archive_segment")
def archive_segment() -> Example:
    return Example({"segment_id": make_segment()}, body={"restore": False}, other={"restore": True})


@example("segments.refresh_segment")
def refresh() -> Example:
    make_member(tags=["vip"])
    return Example({"segment_id": make_segment()})


@example("segments.set_static_members")
def set_static_members() -> Example:
    member = make_member()
    body = {"entries": [str(member.id), "nobody"], "mode": "add"}
    return Example({"segment_id": make_segment(is_list=True)}, body=body, other={**body, "mode": "remove"})


@example("segments.list_segment_members")
def list_segment_members() -> Example:
    return Example({"segment_id": filled_segment()}, query={"limit": 10})


@example("segments.list_segment_changes")
def list_segment_changes() -> Example:
    return Example({"segment_id": filled_segment()}, query={"limit": 10})


@example("segments.list_segment_versions")
def list_segment_versions() -> Example:
    return Example({"segment_id": make_segment()})
