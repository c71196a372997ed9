"""Member pages of referrals: my invitation with its poster, and the page that a friend lands on."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from qunying.accounts.queries.get_brand import get_brand
from qunying.kernel import clock
from qunying.kernel.actors import member_actor
from qunying.kernel.guessing import TooManyAttempts, count_attempt
from qunying.kernel.ids import new_id
from qunying.kernel.jobs import run_soon
from qunying.kernel.web import address_of, command_id_of
from qunying.members.actions.issue_one_time_code import issue_one_time_code
from qunying.members.member_web import MemberRequest, member_page, signed_in_member_page
from qunying.members.queries.list_names import list_names
from qunying.members.queries.normalise_identity import BadIdentity
from qunying.referrals.actions.accept_invitation import accept_invitation
from qunying.referrals.actions.make_code import make_code
from qunying.referrals.doors import shares_member
from qunying.referrals.doors.shares_member import share_link_of
from qunying.referrals.masking import masked_name
from qunying.referrals.models import InviteCode
from qunying.referrals.poster import draw_poster, qr_of
from qunying.referrals.queries.find_programme import UnknownCode, find_open_programme, get_code
from qunying.referrals.queries.list_invitations import (
    find_own_bond,
    list_own_invitations,
    list_own_rewards,
)
from qunying.referrals.queries.list_shares import list_own_shares
from qunying.referrals.telling import condition_of, invited_gets, inviter_gets
from qunying.vetting.actions.note_mark import note_mark
from qunying.vetting.devices import device_of, mark_device
from qunying.vetting.hashing import DEVICE

LOOKS_A_MINUTE = 60


def link_of(code: str) -> str:
    """Return the address that a member sends round."""
    return f"{settings.PUBLIC_URL}{reverse('referrals.landing', args=[code])}"


@require_http_methods(["GET", "POST"])
@signed_in_member_page
def invite(request: MemberRequest) -> HttpResponse:
    """Show the member's invitation and whom they have brought; a POST makes their code."""
    if request.method == "POST":
        words: dict[str, Any] = {"command_id": command_id_of(request), "now": clock.now()}
        actor = member_actor(request.member.id, "referrals.make_code", "vetting.note_mark")
        make_code(**words, actor=actor, member_id=request.member.id)
        if device := device_of(request):
            marked = {**words, "command_id": str(new_id())}
            note_mark(**marked, actor=actor, member_id=request.member.id, mark_kind=DEVICE, value=device)
        return redirect("referrals.invite")
    programme = find_open_programme()
    code = InviteCode.objects.filter(member=request.member).first()
    bonds = list_own_invitations(request.member.id)
    names = list_names({bond.invited_id for bond in bonds})
    context = {
        "programme": programme,
        "code": code.code if code else "",
        "link": link_of(code.code) if code else "",
        "friends": [(bond, masked_name(names.get(bond.invited_id, ""), bond.invited_id)) for bond in bonds],
        "rewards": list_own_rewards(request.member.id),
        "shares": [
            (share, share_link_of(share.code) if share.code else "")
            for share in list_own_shares(request.member.id)
        ],
        **(_promise(programme) if programme else {}),
    }
    return mark_device(request, render(request, "referrals/invite.html", context))


def _promise(programme: Any) -> dict[str, str]:
    return {
        "inviter_gets": inviter_gets(programme),
        "invited_gets": invited_gets(programme),
        "condition": condition_of(programme),
    }


def _own_code(request: MemberRequest) -> str:
    """Return the member's code.

    Raises:
        UnknownCode: when they have none yet.
    """
    found = InviteCode.objects.filter(member=request.member).first()
    if found is None:
        raise UnknownCode
    return found.code


@require_GET
@signed_in_member_page
def poster(request: MemberRequest) -> HttpResponse:
    """Draw the poster of the member's invitation."""
    code, programme = _own_code(request), find_open_programme()
    gets = invited_gets(programme) if programme else ""
    drawn = draw_poster(
        brand=get_brand().name,
        inviter=masked_name(request.member.name, request.member.id),
        promise=_("New members get {reward}").format(reward=gets) if gets else _("Join us"),
        address=link_of(code),
        code=code,
    )
    return HttpResponse(drawn, content_type="image/svg+xml; charset=utf-8")


@require_GET
@signed_in_member_page
def qr(request: MemberRequest) -> HttpResponse:
    """Draw the QR code of the member's link as a picture to be kept and sent."""
    response = HttpResponse(qr_of(link_of(_own_code(request))), content_type="image/png")
    response["Content-Disposition"] = 'inline; filename="invitation.png"'
    return response


@require_http_methods(["GET", "POST"])
@member_page
def landing(request: HttpRequest, code: str) -> HttpResponse:
    """Show who invites and what there is to get; a POST joins, or accepts for who has signed in."""
    now = clock.now()
    count_attempt(f"invitation:{address_of(request)}", now=now, limit=LOOKS_A_MINUTE)
    found, programme = get_code(code), find_open_programme()
    member = request.member  # type: ignore[attr-defined]
    context: dict[str, Any] = {
        "code": found.code,
        "inviter": masked_name(found.member.name, found.member_id),
        "programme": programme,
        "is_own": member is not None and member.id == found.member_id,
        "bound": find_own_bond(member.id) if member else None,
        **(_promise(programme) if programme else {}),
    }
    if request.method == "POST" and programme is not None:
        if member is not None:
            return _accept(request, found.code)
        return _join(request, found.code, context)
    return mark_device(request, render(request, "referrals/landing.html", context))


def _accept(request: HttpRequest, code: str) -> HttpResponse:
    member = request.member  # type: ignore[attr-defined]
    accept_invitation(
        command_id=command_id_of(request),
        actor=member_actor(member.id, "referrals.accept_invitation"),
        now=clock.now(),
        member_id=member.id,
        code=code,
        device=device_of(request),
        address=address_of(request),
    )
    messages.success(request, _("Welcome! Your friend's invitation is accepted."))
    return redirect("referrals.landing", code)


def _join(request: HttpRequest, code: str, context: dict[str, Any]) -> HttpResponse:
    """Send a code to whoever wants to join; the right one makes them a member and leads back here."""
    contact = request.POST.get("contact", "").strip()
    try:
        issued = issue_one_time_code(
            command_id=command_id_of(request),
            actor=request.actor,  # type: ignore[attr-defined]
            now=clock.now(),
            contact_type="email" if "@" in contact else "phone",
            contact=contact,
            address=address_of(request),
            joins=True,
        )
    except (BadIdentity, TooManyAttempts) as problem:
        told = {**context, "contact": contact, "problem": problem}
        return render(request, "referrals/landing.html", told, status=problem.kind.http_status)
    here = reverse("referrals.landing", args=[code])
    run_soon("messages.deliver_code", code_id=str(issued.code_id), after=here)
    back = {"id": str(issued.code_id), "next": here}
    return redirect(f"{reverse('messages.enter_code')}?{urlencode(back)}")


urlpatterns = [
    *shares_member.urlpatterns,
    path("invite/", invite, name="referrals.invite"),
    path("invite/poster.svg", poster, name="referrals.poster"),
    path("invite/qr.png", qr, name="referrals.qr"),
    path("i/<str:code>/", landing, name="referrals.landing"),
]
