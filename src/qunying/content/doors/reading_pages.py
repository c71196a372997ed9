"""Member pages: what the brand publishes. Everybody reads; who is signed in likes, comments and shares."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from qunying.accounts.queries.get_brand import get_brand
from qunying.content.actions.comment_on_item import comment_on_item
from qunying.content.actions.like_item import like_item
from qunying.content.actions.share_item import share_item
from qunying.content.actions.unlike_item import unlike_item
from qunying.content.boards.names import list_public_names
from qunying.content.doors.showing import ShownVariant, shown_variant
from qunying.content.doors.visits import PIXEL, count_visit
from qunying.content.drafting import ItemNotFound
from qunying.content.models import ContentItem, Picture, Share, Submission, Variant
from qunying.content.pictures import PictureGone, picture_response
from qunying.content.platforms import MEMBER_WEB
from qunying.content.publishing import LINK_PURPOSE
from qunying.content.queries.get_item import (
    count_likes,
    get_item,
    likes_item,
    list_comments,
    list_public_items,
)
from qunying.content.speaking import PUBLIC_STATES, get_public_item
from qunying.kernel import clock
from qunying.kernel.actors import Actor, member_actor
from qunying.kernel.clock import local_day
from qunying.kernel.paging import cut_page
from qunying.kernel.signed_links import BrokenLink, read_link
from qunying.kernel.web import command_id_of
from qunying.members.member_web import MemberRequest, member_page, signed_in_member_page
from qunying.members.queries.get_member import list_own_ids

PICTURES = "/m/pictures/{}/"


@require_GET
@member_page
def content_page(request: HttpRequest) -> HttpResponse:
    """List what is published, newest first."""
    category = request.GET.get("category", "")
    items = list_public_items(category if category in ContentItem.Category.values else "")
    page = cut_page(items, order_by="-published_at", cursor=request.GET.get("cursor"), size=20)
    context = {
        "items": [(item, _shown(item)) for item in page.rows],
        "next_cursor": page.next_cursor,
        "categories": ContentItem.Category.choices,
        "category": category,
    }
    return render(request, "content/member_list.html", context)


@require_GET
@member_page
def item_page(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Show one item."""
    return _show_item(request, get_public_item(item_id))


@require_GET
@member_page
def from_community(request: HttpRequest, token: str) -> HttpResponse:  # noqa: ARG001 - the frame gives it
    """Show what a post in a community led to; without a page of ours, lead on to where the item itself leads."""
    fields = read_link(token, LINK_PURPOSE, clock.now())
    try:
        item = get_item(UUID(str(fields["item"])))
    except (KeyError, ValueError) as error:
        raise BrokenLink from error
    if list_public_items().filter(pk=item.pk).exists():
        return redirect(f"{reverse('content.read_item', args=[item.pk])}?from={token}")
    if item.state not in (*PUBLIC_STATES, ContentItem.State.SCHEDULED):
        raise ItemNotFound
    return redirect(f"{reverse('content.follow_item', args=[item.pk])}?from={token}")


@require_GET
@member_page
def seen(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Count that an item was shown (see ``visits``)."""
    response = HttpResponse(PIXEL, content_type="image/gif")
    count_visit(request, response, get_public_item(item_id).pk)
    return response


@require_GET
@member_page
def follow_item(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Lead on to where an item leads, and count it."""
    item = get_item(item_id)
    link = next((variant.link for variant in _by_relevance(item) if variant.link), "")
    if item.state not in (*PUBLIC_STATES, ContentItem.State.SCHEDULED) or not link:
        raise ItemNotFound
    response = HttpResponse(status=302, headers={"Location": link})
    count_visit(request, response, item.pk, followed=True)
    return response


@require_POST
@signed_in_member_page
def like(request: MemberRequest, item_id: UUID) -> HttpResponse:
    """Like an item, or take the like back."""
    take_back = request.POST.get("answer") == "unlike"
    verb = unlike_item if take_back else like_item
    name = "content.unlike_item" if take_back else "content.like_item"
    verb(
        command_id=command_id_of(request),
        actor=_own(request, name),
        now=clock.now(),
        item_id=get_public_item(item_id).pk,
        member_id=request.member.id,
    )
    return _back(item_id, "answers")


@require_POST
@signed_in_member_page
def comment(request: MemberRequest, item_id: UUID) -> HttpResponse:
    """Say something below an item."""
    said = comment_on_item(
        command_id=command_id_of(request),
        actor=_own(request, "content.comment_on_item"),
        now=clock.now(),
        item_id=get_public_item(item_id).pk,
        member_id=request.member.id,
        text=request.POST.get("text", ""),
    )
    shown, waits = _("Thank you. Everybody can read it now."), _("Thank you. Somebody looks at it first.")
    messages.success(request, shown if said.is_shown else waits)
    return _back(item_id, "comments")


@require_POST
@signed_in_member_page
def share(request: MemberRequest, item_id: UUID) -> HttpResponse:
    """Get a link of one's own to an item."""
    share_item(
        command_id=command_id_of(request),
        actor=_own(request, "content.share_item"),
        now=clock.now(),
        item_id=get_public_item(item_id).pk,
        member_id=request.member.id,
    )
    return _back(item_id, "share")


@require_GET
@member_page
def picture(request: HttpRequest, picture_id: UUID) -> HttpResponse:
    """Show a picture of what is published, of the gallery, or of one's own submission."""
    today = local_day(clock.now(), get_brand().zone)
    in_content = Q(
        materials__places__variant__platform=MEMBER_WEB,
        materials__places__variant__item__in=list_public_items().values("pk"),
    ) & (Q(materials__rights_until=None) | Q(materials__rights_until__gte=today))
    visible = in_content | Q(submission_places__submission__state=Submission.State.ACCEPTED)
    member = request.member  # type: ignore[attr-defined]
    if member is not None:
        visible |= Q(submission_places__submission__member_id__in=list_own_ids(member.id))
    found = Picture.objects.filter(visible, pk=picture_id).first()
    if found is None:
        raise PictureGone
    return picture_response(found.sha256)


def _own(request: MemberRequest, name: str) -> Actor:
    return member_actor(request.member.id, name)


def _back(item_id: UUID, place: str) -> HttpResponse:
    return redirect(f"{reverse('content.read_item', args=[item_id])}#{place}")


def _by_relevance(item: ContentItem) -> list[Variant]:
    return sorted(item.variants.all(), key=lambda variant: variant.platform != MEMBER_WEB)


def _shown(item: ContentItem) -> ShownVariant:
    variant = next(variant for variant in item.variants.all() if variant.platform == MEMBER_WEB)
    return shown_variant(variant, get_brand().zone, address=PICTURES)


def _show_item(request: HttpRequest, item: ContentItem) -> HttpResponse:
    member = request.member  # type: ignore[attr-defined]
    own_ids = list_own_ids(member.id) if member else []
    own_share = Share.objects.filter(item=item, member__in=own_ids).first()
    address = f"{settings.PUBLIC_URL}{reverse('content.read_item', args=[item.pk])}"
    way = {name: request.GET[name] for name in ("s", "from") if request.GET.get(name)}
    comments = list_comments(item.pk)
    context = {
        "item": item,
        "shown": _shown(item),
        "likes": count_likes(item.pk),
        "likes_it": bool(member) and likes_item(item.pk, member.id),
        "comments": comments,
        "names": list_public_names({said.member_id for said in comments}),
        "share_link": f"{address}?s={own_share.token}" if own_share else "",
        "way": way,
        "own_ids": own_ids,
    }
    return render(request, "content/member_item.html", context)


urlpatterns = [
    path("content/", content_page, name="content.read"),
    path("content/from/<str:token>", from_community, name="content.from_community"),
    path("content/<uuid:item_id>/", item_page, name="content.read_item"),
    path("content/<uuid:item_id>/seen.gif", seen, name="content.seen"),
    path("content/<uuid:item_id>/go/", follow_item, name="content.follow_item"),
    path("content/<uuid:item_id>/like/", like, name="content.like"),
    path("content/<uuid:item_id>/comment/", comment, name="content.comment"),
    path("content/<uuid:item_id>/share/", share, name="content.share"),
    path("pictures/<uuid:picture_id>/", picture, name="content.member_picture"),
]
