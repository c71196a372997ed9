"""The API's segments, rules and scores."""

from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Query, Router, Status

from qunying.accounts.queries.get_brand import get_analysis_time
from qunying.kernel import clock
from qunying.kernel.paging import cut_page
from qunying.kernel.web import ApiRequest, act_of
from qunying.kernel.wire import PLAIN, Cursor, Limit
from qunying.segments.actions.archive_segment import archive_segment
from qunying.segments.actions.change_definitions import change_definitions
from qunying.segments.actions.change_segment import change_segment
from qunying.segments.actions.create_ready_made import create_ready_made
from qunying.segments.actions.create_segment import create_segment
from qunying.segments.actions.refresh_scores import refresh_scores
from qunying.segments.actions.refresh_segment import refresh_segment
from qunying.segments.actions.set_static_members import set_static_members
from qunying.segments.doors.shapes import (
    ArchiveIn,
    ChangePage,
    DefinitionsIn,
    DefinitionsOut,
    DefinitionsSaved,
    EntriesIn,
    EntriesOut,
    MemberPage,
    PreviewIn,
    PreviewOut,
    ReadyMadeIn,
    ReadyMadeOut,
    RefreshedOut,
    SavedOut,
    ScoresOut,
    ScoresRefreshedOut,
    SegmentIn,
    SegmentOut,
    SegmentPage,
    SegmentPatch,
    VersionList,
)
from qunying.segments.queries.check_rule import check_rule
from qunying.segments.queries.find_scores import find_scores
from qunying.segments.queries.get_definitions import get_definitions
from qunying.segments.queries.get_segment import get_segment
from qunying.segments.queries.list_segments import (
    list_segment_changes,
    list_segment_members,
    list_segment_versions,
    list_segments,
)
from qunying.segments.queries.preview_rule import preview_rule
from qunying.segments.rules.reading import rule_schema

router = Router()


def _allowed(request: ApiRequest, action: str) -> None:
    """Ask for the permission before a rule is looked at: what is wrong with it tells of other segments."""
    request.actor.require(action)


@router.get("/segments", response=SegmentPage, operation_id="segments.list_segments")
def list_all(
    request: ApiRequest,
    search: Annotated[str, Query(max_length=100, pattern=PLAIN)] = "",
    kind: Literal["", "rule", "static"] = "",
    archived: bool = False,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> object:
    """Return segments by name."""
    request.actor.require("segments.view")
    rows = list_segments(search=search, kind=kind, archived=archived)
    found = cut_page(rows, order_by="name", cursor=cursor, size=limit)
    return {"items": found.rows, "next_cursor": found.next_cursor}


@router.post("/segments", response={201: SavedOut}, operation_id="segments.create_segment")
def create(request: ApiRequest, body: SegmentIn) -> object:
    """Create a segment."""
    if body.rule is not None:
        _allowed(request, "segments.create_segment")
        check_rule(body.rule, slug=body.slug or "")
    fields = body.dict()
    fields["slug"] = fields["slug"] or ""
    return Status(201, create_segment(**act_of(request), **fields))


# Before the paths with an id, which would take these words for one.
@router.post("/segments/preview", response=PreviewOut, operation_id="segments.preview_rule")
def preview(request: ApiRequest, body: PreviewIn) -> object:
    """Count the members that fulfil a rule, with a few of them."""
    actor = request.actor
    actor.require("segments.view")
    check_rule(body.rule)
    return preview_rule(body.rule, body.as_of or get_analysis_time(clock.now()), actor=actor)


@router.get("/segments/schema", response=dict[str, Any], operation_id="segments.get_rule_schema")
def schema(request: ApiRequest) -> object:
    """Return the JSON Schema of rules."""
    request.actor.require("segments.view")
    return rule_schema()


@router.get("/segments/definitions", response=DefinitionsOut, operation_id="segments.get_definitions")
def definitions(request: ApiRequest) -> object:
    """Return what the lifecycle stages mean and how members are scored."""
    request.actor.require("segments.view")
    return get_definitions()


@router.put("/segments/definitions", response=DefinitionsSaved, operation_id="segments.change_definitions")
def put_definitions(request: ApiRequest, body: DefinitionsIn) -> object:
    """Replace the definitions from now on."""
    _allowed(request, "segments.change_definitions")
    stages = [row.dict(exclude_none=True) for row in body.stages]
    for row in stages:
        if "rule" in row:
            check_rule(row["rule"])
    return change_definitions(**act_of(request), stages=stages, window_days=body.window_days, bins=body.bins)


@router.post("/segments/ready-made", response={201: ReadyMadeOut}, operation_id="segments.create_ready_made")
def ready_made(request: ApiRequest, body: ReadyMadeIn) -> object:
    """Make the segments that most brands want."""
    return Status(201, create_ready_made(**act_of(request), slugs=body.slugs, countries=body.countries))


@router.post("/segments/scores/refresh", response=ScoresRefreshedOut, operation_id="segments.refresh_scores")
def refresh_everybody(request: ApiRequest) -> object:
    """Score everybody anew."""
    return refresh_scores(**act_of(request))


@router.get("/segments/scores/{member_id}", response=ScoresOut | None, operation_id="segments.find_scores")
def scores(request: ApiRequest, member_id: UUID) -> object:
    """Return a member's scores and stage, null before the first run."""
    request.actor.require("segments.view")
    return find_scores(member_id)


@router.get("/segments/{segment_id}", response=SegmentOut, operation_id="segments.get_segment")
def get_one(request: ApiRequest, segment_id: UUID) -> object:
    """Return a segment."""
    request.actor.require("segments.view")
    return get_segment(segment_id)


@router.patch("/segments/{segment_id}", response=SavedOut, operation_id="segments.change_segment")
def change(request: ApiRequest, segment_id: UUID, body: SegmentPatch) -> object:
    """Change what is given."""
    if body.rule is not None:
        _allowed(request, "segments.change_segment")
        check_rule(body.rule)
    return change_segment(**act_of(request), segment_id=segment_id, **body.dict())


@router.post("/segments/{segment_id}/archive", response=SavedOut, operation_id="segments.archive_segment")
def archive(request: ApiRequest, segment_id: UUID, body: ArchiveIn) -> object:
    """Put a segment away, or take it out again."""
    return archive_segment(**act_of(request), segment_id=segment_id, restore=body.restore)


@router.post("/segments/{segment_id}/refresh", response=RefreshedOut, operation_id="segments.refresh_segment")
def refresh(request: ApiRequest, segment_id: UUID) -> object:
    """Find the members anew."""
    return refresh_segment(**act_of(request), segment_id=segment_id)


@router.put(
    "/segments/{segment_id}/static-members", response=EntriesOut, operation_id="segments.set_static_members"
)
def set_members(request: ApiRequest, segment_id: UUID, body: EntriesIn) -> object:
    """Set, add or remove the members of a fixed list."""
    return set_static_members(**act_of(request), segment_id=segment_id, entries=body.entries, mode=body.mode)


@router.get(
    "/segments/{segment_id}/members", response=MemberPage, operation_id="segments.list_segment_members"
)
def members(request: ApiRequest, segment_id: UUID, cursor: Cursor = None, limit: Limit = 50) -> object:
    """Return who was in at the last refresh, the latest to enter first."""
    request.actor.require("segments.view")
    found = list_segment_members(get_segment(segment_id).id, cursor=cursor, size=limit)
    return {"items": found.rows, "next_cursor": found.next_cursor}


@router.get(
    "/segments/{segment_id}/changes", response=ChangePage, operation_id="segments.list_segment_changes"
)
def changes(request: ApiRequest, segment_id: UUID, cursor: Cursor = None, limit: Limit = 50) -> object:
    """Return who entered and left, the latest first."""
    request.actor.require("segments.view")
    found = list_segment_changes(get_segment(segment_id).id, cursor=cursor, size=limit)
    return {"items": found.rows, "next_cursor": found.next_cursor}


@router.get(
    "/segments/{segment_id}/versions", response=VersionList, operation_id="segments.list_segment_versions"
)
def versions(request: ApiRequest, segment_id: UUID) -> object:
    """Return the rules that the segment has had, the latest first."""
    request.actor.require("segments.view")
    return {"items": list_segment_versions(get_segment(segment_id).id)}
