"""Requests about communities: what they are, where they live, how they do, what is planned."""

from qunying.communities.actions.choose_platform import choose_platform
from qunying.communities.actions.save_drive import save_drive
from qunying.communities.tests.make import make_community
from qunying.kernel.ids import new_id
from qunying.members.tests.make import NOW, anybody
from tests.api.examples import Example, example

PROFILE = {"name": "Tea friends", "kind": "customer", "platform": "wecom", "state": "active", "capacity": 200}


@example("communities.list_communities")
def list_communities() -> Example:
    make_community()
    return Example()


@example("communities.create_community")
def create_community() -> Example:
    return Example(body=PROFILE, other={**PROFILE, "name": "Coffee friends"})


@example("communities.get_community")
def get_community() -> Example:
    return Example(path={"community_id": make_community().id})


@example("communities.change_community")
def change_community() -> Example:
    path = {"community_id": make_community().id}
    return Example(path, body=PROFILE, other={**PROFILE, "capacity": 300})


@example("communities.summarise_community")
def summarise() -> Example:
    return Example({"community_id": make_community().id}, query={"start": "2026-01-01", "end": "2026-01-31"})


PERIOD = {"start": "2026-01-01", "end": "2026-01-31"}


@example("communities.change_state")
def change_state() -> Example:
    return Example(
        {"community_id": make_community().id},
        body={"state": "quiet", "reason": "summer"},
        other={"state": "closed"},
    )


@example("communities.list_rules_versions")
def rules() -> Example:
    return Example({"community_id": make_community(rules="Be kind").id})


@example("communities.list_health")
def list_health() -> Example:
    make_community()
    return Example(query=PERIOD)


@example("communities.measure_health")
def measure_health() -> Example:
    return Example({"community_id": make_community().id}, query=PERIOD)


@example("communities.list_overlaps")
def overlaps() -> Example:
    return Example(query={"too_many": 3})


@example("communities.list_platforms")
def platforms() -> Example:
    return Example()


@example("communities.change_platform")
def change_platform() -> Example:
    body = {"type": "forum", "name": "Discord", "purposes": ["gather"], "reach": 2}
    return Example({"slug": "discord"}, body=body, other={**body, "reach": 3})


@example("communities.compare_platforms")
def compare_platforms() -> Example:
    return Example(query={"audience": 0, "cost": 5})


@example("communities.choose_platform")
def choose() -> Example:
    body = {"platform": "wecom", "purpose": "gather", "topics": "tea"}
    return Example(body=body, other={**body, "purpose": "sell"})


@example("communities.drop_platform")
def drop() -> Example:
    made = choose_platform(
        command_id=str(new_id()), actor=anybody(), now=NOW, platform="qq", purpose="gather"
    )
    return Example({"choice_id": made.choice_id})


@example("communities.get_plan")
def get_plan() -> Example:
    return Example({"community_id": make_community().id})


@example("communities.set_target")
def set_target() -> Example:
    body = {"measure": "people", "value": 100, **PERIOD}
    return Example({"community_id": make_community().id}, body=body, other={**body, "value": 200})


@example("communities.save_drive")
def drive() -> Example:
    body = {"source": "poster", "target": 10, **PERIOD}
    return Example({"community_id": make_community().id}, body=body, other={**body, "target": 20})


@example("communities.remove_drive")
def remove_drive() -> Example:
    community = make_community()
    saved = save_drive(
        command_id=str(new_id()),
        actor=anybody(),
        now=NOW,
        community_id=community.id,
        source="poster",
        start=NOW.date(),
        end=NOW.date(),
        target=3,
    )
    return Example(
        {"community_id": community.id},
        body={"drive_id": str(saved.drive_id)},
        other={"drive_id": str(new_id())},
    )


@example("communities.list_duties")
def list_duties() -> Example:
    return Example({"community_id": make_community().id})


@example("communities.set_duties")
def set_duties() -> Example:
    body = {"role": "admin", "duties": "Answers", "permissions": ["speak"]}
    return Example({"community_id": make_community().id}, body=body, other={**body, "duties": "Greets"})


@example("communities.list_pinned")
def list_pinned() -> Example:
    return Example({"community_id": make_community().id})
