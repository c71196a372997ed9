"""Member pages of sharing: getting a link, and the page between a link and what it leads to."""

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods, require_POST

from qunying.kernel import clock
from qunying.kernel.actors import member_actor, system
from qunying.kernel.guessing import count_attempt
from qunying.kernel.ids import new_id
from qunying.kernel.web import address_of, command_id_of
from qunying.members.member_web import MemberRequest, member_page, signed_in_member_page
from qunying.referrals.actions.make_share_link import make_share_link
from qunying.referrals.actions.note_share_visit import note_share_visit
from qunying.referrals.masking import masked_name
from qunying.referrals.queries.list_shares import get_share_link
from qunying.vetting.actions.note_mark import note_mark
from qunying.vetting.devices import device_of, mark_device
from qunying.vetting.hashing import DEVICE, NETWORK

LOOKS_A_MINUTE = 60


def share_link_of(code: str) -> str:
    """Return the address that a member passes on."""
    return f"{settings.PUBLIC_URL}{reverse('referrals.shared', args=[code])}"


@require_POST
@signed_in_member_page
def make_link(request: MemberRequest, offer_id: UUID) -> HttpResponse:
    """Give the member a link of their own."""
    now, actor = (
        clock.now(),
        member_actor(request.member.id, "referrals.make_share_link", "vetting.note_mark"),
    )
    make_share_link(
        command_id=command_id_of(request),
        actor=actor,
        now=now,
        offer_id=offer_id,
        member_id=request.member.id,
    )
    # Where the sharer is: visits from there are not those of others.
    for kind, value in ((DEVICE, device_of(request)), (NETWORK, address_of(request))):
        if value:
            note_mark(
                command_id=str(new_id()),
                actor=actor,
                now=now,
                member_id=request.member.id,
                mark_kind=kind,
                value=value,
            )
    return redirect("referrals.invite")


@require_http_methods(["GET", "POST"])
@member_page
def shared(request: HttpRequest, code: str) -> HttpResponse:
    """Tell who shares what; a POST counts the visitor and leads on. Programs that only look ahead count for nothing."""
    now, address = clock.now(), address_of(request)
    count_attempt(f"shared:{address}", now=now, limit=LOOKS_A_MINUTE)
    link = get_share_link(code)
    member = request.member  # type: ignore[attr-defined]
    if request.method == "POST":
        note_share_visit(
            command_id=command_id_of(request),
            actor=system("share"),
            now=now,
            code=link.code,
            device=device_of(request),
            address=address,
            member_id=member.id if member else None,
        )
        return redirect(link.offer.path)
    context = {"offer": link.offer, "sharer": masked_name(link.member.name, link.member_id)}
    return mark_device(request, render(request, "referrals/shared.html", context))


urlpatterns = [
    path("shares/<uuid:offer_id>/link/", make_link, name="referrals.make_share_link"),
    path("s/<str:code>/", shared, name="referrals.shared"),
]
