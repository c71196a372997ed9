"""Content for tests, made through the actions that everybody uses."""

import io
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from qunying.accounts.roles import Role
from qunying.accounts.tests.make import make_staff
from qunying.communities.models import Community
from qunying.content.actions.add_material import MaterialFacts, add_material
from qunying.content.actions.approve_item import Checklist, approve_item
from qunying.content.actions.create_item import create_item
from qunying.content.actions.plan_placement import plan_placement
from qunying.content.actions.publish_placement import publish_placement
from qunying.content.actions.send_submission import Work, send_submission
from qunying.content.actions.submit_item import submit_item
from qunying.content.actions.write_variant import write_variant
from qunying.content.drafting import ItemPlan, VariantText
from qunying.content.models import ContentItem, Material, Placement, Submission
from qunying.content.pictures import KeptPicture, keep_picture
from qunying.content.platforms import MEMBER_WEB
from qunying.kernel.actors import Actor, system
from qunying.kernel.ids import new_id
from qunying.members.models import Member
from qunying.members.tests.make import NOW, make_member

AUTHOR, REVIEWER = system("author"), system("reviewer")
ALL_RIGHT = Checklist(claims_true=True, rights_clear=True, title_fits=True)


def by(actor: Actor = AUTHOR, now: datetime = NOW) -> dict[str, Any]:
    """Return who acts, when, under a new command."""
    return {"command_id": str(new_id()), "actor": actor, "now": now}


def make_item(title: str = "How to brew green tea", **plan: Any) -> ContentItem:
    """Return a new idea."""
    made = create_item(**by(), plan=ItemPlan(title=title, **plan))
    return ContentItem.objects.get(pk=made.item_id)


def write(item: ContentItem, platform: str = MEMBER_WEB, **text: Any) -> None:
    """Write an item for a platform."""
    words = {"title": "Green tea in three steps", "body": "**80 °C** is enough.", **text}
    write_variant(**by(), item_id=item.pk, platform=platform, text=VariantText(**words))


def place(
    item: ContentItem,
    *,
    community: Community | None = None,
    platform: str = MEMBER_WEB,
    at: datetime = NOW + timedelta(hours=1),
) -> Placement:
    """Plan an item for our own pages, or for a community."""
    where = {"community_id": community.pk} if community else {"platform": platform}
    made = plan_placement(**by(), item_id=item.pk, planned_at=at, **where)
    return Placement.objects.get(pk=made.placement_id)


def make_scheduled(item: ContentItem | None = None, **where: Any) -> Placement:
    """Return the place of an item that was approved and waits for its time."""
    item = item or make_item()
    if not item.variants.exists():
        write(item)
    placement = place(item, **where)
    submit_item(**by(), item_id=item.pk)
    approve_item(**by(REVIEWER), item_id=item.pk, checklist=ALL_RIGHT)
    return placement


def make_published(item: ContentItem | None = None, *, now: datetime = NOW) -> ContentItem:
    """Return an item that everybody can read on our own pages."""
    placement = make_scheduled(item)
    publish_placement(**by(now=now), placement_id=placement.pk)
    return ContentItem.objects.get(pk=placement.item_id)


def picture_bytes(kind: str = "PNG", size: tuple[int, int] = (60, 40), **options: Any) -> bytes:
    """Return a small picture as a file."""
    from PIL import Image

    file = io.BytesIO()
    Image.new("RGB", size, "teal").save(file, kind, **options)
    return file.getvalue()


def kept_picture(size: tuple[int, int] = (60, 40)) -> KeptPicture:
    """Return a picture that was kept in the home of the test."""
    return keep_picture(io.BytesIO(picture_bytes(size=size)))


def make_material(name: str = "Tea garden", **facts: Any) -> Material:
    """Return a picture of the library."""
    made = add_material(**by(), facts=MaterialFacts(name=name, **facts), picture=kept_picture())
    return Material.objects.get(pk=made.material_id)


def make_submission(member: Member | None = None, *, now: datetime = NOW, **work: Any) -> Submission:
    """Return a member's work that waits for review."""
    words = {"kind": "buyer_show", "title": "My tea corner", "text": "Lovely.", "consent": "Show it.", **work}
    words.setdefault("pictures", [kept_picture()])
    member = member or make_member()
    sent = send_submission(**by(now=now), member_id=member.id, work=Work(**words))
    return Submission.objects.get(pk=sent.submission_id)


def make_editor() -> Any:
    """Return somebody of the staff who writes."""
    return make_staff(Role.OPERATOR)


def reload(item: ContentItem | UUID) -> ContentItem:
    """Return an item as it is now."""
    return ContentItem.objects.get(pk=item if isinstance(item, UUID) else item.pk)
