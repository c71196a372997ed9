"""Member pages: one offer through a personal link, or through the open link of a community post."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods

from qunying.campaigns.actions.claim_offer import OfferEnded, OfferNotAvailable, claim_offer, may_claim
from qunying.campaigns.models import Campaign, State
from qunying.campaigns.queries.get_campaign import get_campaign
from qunying.campaigns.reaching import OFFER_PURPOSE, OPEN_OFFER_PURPOSE, campaign_end
from qunying.kernel import clock
from qunying.kernel.actors import member_actor
from qunying.kernel.signed_links import BrokenLink, ExpiredLink, read_link
from qunying.kernel.web import command_id_of
from qunying.members.member_web import member_page
from qunying.members.queries.get_member import get_member, is_erased
from qunying.rewards.claiming import ClaimLimitReached
from qunying.rewards.queries.get_template import get_template
from qunying.rewards.queries.list_coupons import list_coupons
from qunying.rewards.rounds import find_next_round, units_out


@require_http_methods(["GET", "POST"])
@member_page
def personal_offer(request: HttpRequest, token: str) -> HttpResponse:
    """Show the offer that a message led to; the link says who it is for, and only they can have it."""
    campaign, fields = _read(token, OFFER_PURPOSE)
    member_id = get_member(_uuid(fields.get("member"))).id
    if is_erased(member_id):
        raise ExpiredLink
    if not may_claim(campaign, member_id, by_post=False):
        raise OfferNotAvailable
    if request.method == "POST":
        _claim(request, campaign, member_id, by_post=False)
        return redirect("campaigns.offer", token)
    return _show(request, campaign, member_id)


@require_http_methods(["GET", "POST"])
@member_page
def open_offer(request: HttpRequest, token: str) -> HttpResponse:
    """Show the offer of a community post; the link names nobody, so whoever wants it signs in first."""
    campaign, _fields = _read(token, OPEN_OFFER_PURPOSE)
    member = request.member  # type: ignore[attr-defined]
    if campaign.post_template_id is None:
        raise OfferNotAvailable
    if request.method == "POST" and member is not None:
        _claim(request, campaign, member.id, by_post=True)
        return redirect("campaigns.open_offer", token)
    return _show(request, campaign, member.id if member else None)


def _read(token: str, purpose: str) -> tuple[Campaign, dict[str, str | int]]:
    """Return the campaign that a link names, while it can be had.

    Raises:
        BrokenLink, ExpiredLink: when the link is not ours, not whole, or over.
        OfferEnded: when the campaign does not run, or has nothing to claim.
    """
    now = clock.now()
    fields = read_link(token, purpose, now)
    campaign = get_campaign(_uuid(fields.get("campaign")))
    if campaign.state != State.RUNNING or campaign.offer_id is None or now >= campaign_end(campaign):
        raise OfferEnded
    return campaign, fields


def _uuid(text: object) -> UUID:
    try:
        return UUID(str(text))
    except ValueError as error:
        raise BrokenLink from error


def _claim(request: HttpRequest, campaign: Campaign, member_id: UUID, *, by_post: bool) -> None:
    """Claim; who has the coupon already just sees it again."""
    try:
        claim_offer(
            command_id=command_id_of(request),
            actor=member_actor(member_id, "campaigns.claim_offer"),
            now=clock.now(),
            campaign_id=campaign.id,
            member_id=member_id,
            by_post=by_post,
        )
    except ClaimLimitReached:
        return


def _show(request: HttpRequest, campaign: Campaign, member_id: UUID | None) -> HttpResponse:
    now = clock.now()
    offer = get_template(campaign.offer_id)  # type: ignore[arg-type]  # _read saw to it
    coupons = list_coupons(member_id, template_id=offer.id).order_by("claimed_at") if member_id else None
    mine = coupons.first() if coupons is not None else None
    context = {
        "campaign": campaign,
        "offer": offer,
        "coupon": mine,
        "may_claim": member_id is not None and mine is None,
        "next_round": find_next_round(offer, now),
        "is_begun": units_out(offer, now) > 0,
        "selling_points": [line for line in campaign.selling_points.splitlines() if line.strip()],
    }
    return render(request, "campaigns/offer.html", context)


urlpatterns = [
    path("offers/open/<str:token>", open_offer, name="campaigns.open_offer"),
    path("offers/<str:token>", personal_offer, name="campaigns.offer"),
]
