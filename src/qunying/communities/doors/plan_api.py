"""The API's plans of a community: targets, recruitment drives, duties of roles."""

from uuid import UUID

from ninja import Router

from qunying.accounts.queries.get_brand import get_analysis_time, get_brand
from qunying.communities.actions.remove_drive import remove_drive
from qunying.communities.actions.save_drive import save_drive
from qunying.communities.actions.set_duties import set_duties
from qunying.communities.actions.set_target import set_target
from qunying.communities.doors.plan_shapes import DriveIdIn, DriveIn, DutiesIn, DutiesList, PlanOut, TargetIn
from qunying.communities.doors.shapes import IdOut
from qunying.communities.queries.get_community import get_community
from qunying.communities.queries.get_plan import list_drives, list_targets
from qunying.communities.queries.list_duties import list_duties
from qunying.kernel import clock
from qunying.kernel.clock import local_day
from qunying.kernel.web import ApiRequest, act_of
from qunying.stream.lake import open_analysis

router = Router()


@router.get("/communities/{community_id}/plan", response=PlanOut, operation_id="communities.get_plan")
def plan(request: ApiRequest, community_id: UUID) -> object:
    """Return targets and recruitment drives with what became of them."""
    request.actor.require("communities.view")
    get_community(community_id)
    zone = get_brand().zone
    today = local_day(get_analysis_time(clock.now()), zone)
    with open_analysis() as analysis:
        targets = list_targets(analysis, community_id, today=today, zone=zone)
    return {
        "targets": [
            {
                "measure": row.target.measure,
                "start": row.target.start,
                "end": row.target.end,
                "value": row.target.value,
                "actual": row.actual,
                "share": row.share,
            }
            for row in targets
        ],
        "drives": [
            {
                **{
                    name: getattr(row.drive, name)
                    for name in ("id", "source", "start", "end", "target", "cost_minor", "note")
                },
                "joined": row.joined,
                "stayed": row.stayed,
                "cost_each_minor": row.cost_each_minor,
            }
            for row in list_drives(community_id, zone=zone)
        ],
    }


@router.post(
    "/communities/{community_id}/targets", response={204: None}, operation_id="communities.set_target"
)
def target(request: ApiRequest, community_id: UUID, body: TargetIn) -> object:
    """Set a target, or take it away."""
    set_target(**act_of(request), community_id=community_id, **body.dict())
    return 204, None


@router.post(
    "/communities/{community_id}/drives", response={201: IdOut}, operation_id="communities.save_drive"
)
def drive(request: ApiRequest, community_id: UUID, body: DriveIn) -> object:
    """Plan a recruitment drive, or change one."""
    saved = save_drive(**act_of(request), community_id=community_id, **body.dict())
    return 201, {"id": saved.drive_id}


@router.post(
    "/communities/{community_id}/drives/remove",
    response={204: None},
    operation_id="communities.remove_drive",
)
def give_up(request: ApiRequest, community_id: UUID, body: DriveIdIn) -> object:
    """Give a recruitment drive up."""
    remove_drive(**act_of(request), community_id=community_id, drive_id=body.drive_id)
    return 204, None


@router.get("/communities/{community_id}/duties", response=DutiesList, operation_id="communities.list_duties")
def duties(request: ApiRequest, community_id: UUID) -> object:
    """Return what each role of a community does and may do."""
    request.actor.require("communities.view")
    get_community(community_id)
    return {
        "items": [
            {**row.__dict__, "permissions": sorted(row.permissions)} for row in list_duties(community_id)
        ]
    }


@router.post(
    "/communities/{community_id}/duties", response={204: None}, operation_id="communities.set_duties"
)
def change_duties(request: ApiRequest, community_id: UUID, body: DutiesIn) -> object:
    """Give a role its duties and permissions."""
    set_duties(**act_of(request), community_id=community_id, **body.dict())
    return 204, None
