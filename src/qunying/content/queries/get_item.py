"""Items and what belongs to them."""

from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from qunying.content.drafting import ItemNotFound, State
from qunying.content.models import Comment, ContentItem, Like, Material, Placement, Submission
from qunying.content.platforms import MEMBER_WEB
from qunying.content.speaking import PUBLIC_STATES
from qunying.content.voices import SubmissionNotFound
from qunying.members.queries.get_member import list_own_ids


def get_item(item_id: UUID) -> ContentItem:
    """Return an item with its variants and places.

    Raises:
        ItemNotFound.
    """
    items = ContentItem.objects.select_related("segment").prefetch_related(
        "variants__places__material__picture", "placements__community"
    )
    item = items.filter(pk=item_id).first()
    if item is None:
        raise ItemNotFound
    return item


def list_items(*, state: str = "", kind: str = "", search: str = "") -> QuerySet[ContentItem]:
    """Return items that fit, without order; everything but what was withdrawn when no state is asked for."""
    items = (
        ContentItem.objects.filter(state=state)
        if state
        else ContentItem.objects.exclude(state=State.WITHDRAWN)
    )
    if kind:
        items = items.filter(kind=kind)
    if search:
        items = items.filter(Q(title__icontains=search) | Q(topic__icontains=search))
    return items


def count_items() -> dict[str, int]:
    """Return how many items are in each state, every state named."""
    found = dict(ContentItem.objects.order_by().values_list("state").annotate(count=Count("pk")))
    return {state: found.get(state, 0) for state in State.values}


def list_public_items(category: str = "") -> QuerySet[ContentItem]:
    """Return what has a page on the member web, newest first."""
    page = Placement.objects.filter(item=OuterRef("pk"), platform=MEMBER_WEB, state=Placement.State.PUBLISHED)
    items = ContentItem.objects.filter(Exists(page), state__in=PUBLIC_STATES, published_at__isnull=False)
    if category:
        items = items.filter(category=category)
    return items.prefetch_related("variants__places__material__picture")


def list_comments(item_id: UUID, *, size: int = 50) -> list[Comment]:
    """Return the comments that everybody sees, newest first."""
    shown = Comment.objects.filter(item_id=item_id, state=Comment.State.SHOWN).select_related("member")
    return list(shown.order_by("-created_at")[:size])


def count_likes(item_id: UUID) -> int:
    """Return how many members like an item."""
    return Like.objects.filter(item_id=item_id).count()


def likes_item(item_id: UUID, member_id: UUID) -> bool:
    """Tell whether a member likes an item."""
    return Like.objects.filter(item_id=item_id, member__in=list_own_ids(member_id)).exists()


def list_materials(*, search: str = "", tag: str = "", retired: bool = False) -> QuerySet[Material]:
    """Return materials of the library, without order."""
    found = Material.objects.filter(retired_at__isnull=not retired).select_related("picture")
    if search:
        found = found.filter(Q(name__icontains=search) | Q(rights_holder__icontains=search))
    return found.filter(tags__contains=[tag]) if tag else found


def get_submission(submission_id: UUID) -> Submission:
    """Return a submission with its pictures.

    Raises:
        SubmissionNotFound.
    """
    found = Submission.objects.select_related("member", "product").prefetch_related("places__picture")
    submission = found.filter(pk=submission_id).first()
    if submission is None:
        raise SubmissionNotFound
    return submission


def list_submissions(*, state: str = "", member_ids: list[UUID] | None = None) -> QuerySet[Submission]:
    """Return submissions that fit, with member, product and pictures, without order."""
    found = Submission.objects.select_related("member", "product").prefetch_related("places__picture")
    if state:
        found = found.filter(state=state)
    return found.filter(member_id__in=member_ids) if member_ids is not None else found


def list_gallery() -> QuerySet[Submission]:
    """Return what everybody may see, without order."""
    return list_submissions(state=Submission.State.ACCEPTED).filter(decided_at__isnull=False)
