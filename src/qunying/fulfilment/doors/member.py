"""Member pages: what comes to me, where to, and how far it is. No scripts are needed."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qunying.accounts.queries.get_brand import get_brand
from qunying.fulfilment.actions.choose_address import choose_address
from qunying.fulfilment.actions.choose_pickup import choose_pickup
from qunying.fulfilment.actions.receive_fulfilment import receive_fulfilment
from qunying.fulfilment.addresses import Address, open_address
from qunying.fulfilment.finding import UnknownPlace
from qunying.fulfilment.pickup_codes import open_code
from qunying.fulfilment.queries.list_fulfilments import get_own, last_address, list_own, list_places
from qunying.kernel.problems import Kind, Problem
from qunying.members.member_web import MemberRequest, act_of_member, proved_member_page, signed_in_member_page


def consent_wording() -> str:
    """Return the sentence that a member agrees to, in their language."""
    text = _(
        "I agree that {brand} uses this name, phone number and address to send me this item, and passes them to the "
        "carrier. They are deleted 90 days after it has arrived."
    )
    return text.format(brand=get_brand().name)


@require_GET
@signed_in_member_page
def parcels(request: MemberRequest) -> HttpResponse:
    """Show what comes to the member, the latest first."""
    rows = list_own(request.member.id).order_by("-requested_at", "-id")[:200]
    return render(request, "fulfilment/parcels.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@proved_member_page
def parcel(request: MemberRequest, number: int) -> HttpResponse:
    """Show one thing; a POST says where to send it, or where it is picked up."""
    found = get_own(number, request.member.id)
    typed = {name: request.POST.get(name, "")[:400] for name in ("name", "phone", "address")}
    problem = ""
    if request.method == "POST":
        try:
            _choose(request, number, typed)
        except Problem as error:
            if error.kind != Kind.INVALID:
                raise
            problem = str(error)
        else:
            return redirect("fulfilment.parcel", number)
    own = open_address(found)
    known = own or last_address(request.member.id)
    context = {
        "one": found,
        "own": own,
        "code": open_code(found) if found.state == "to_send" else "",
        "places": list_places(only_open=True),
        "consent": consent_wording(),
        "typed": typed if problem else known,
        "problem": problem,
        "may_choose": found.state == "to_send",
    }
    return render(request, "fulfilment/parcel.html", context, status=422 if problem else 200)


def _choose(request: MemberRequest, number: int, typed: dict[str, str]) -> None:
    if request.POST.get("way") == "pickup":
        try:
            place_id = UUID(request.POST.get("place", ""))
        except ValueError as error:
            raise UnknownPlace from error
        act = act_of_member(request, "fulfilment.choose_pickup")
        choose_pickup(**act, number=number, member_id=request.member.id, place_id=place_id)
        messages.success(request, _("Saved. Show the code when you come."))
        return
    act = act_of_member(request, "fulfilment.choose_address")
    consent = consent_wording() if request.POST.get("consent") == "yes" else ""
    choose_address(
        **act, number=number, member_id=request.member.id, address=Address(**typed), consent=consent
    )
    messages.success(request, _("Saved. You see here when it is on its way."))


@require_POST
@signed_in_member_page
def received(request: MemberRequest, number: int) -> HttpResponse:
    """The member has it."""
    act = act_of_member(request, "fulfilment.receive_fulfilment")
    receive_fulfilment(**act, number=number, member_id=request.member.id)
    messages.success(request, _("Thank you. Enjoy it!"))
    return redirect("fulfilment.parcel", number)


urlpatterns = [
    path("parcels/", parcels, name="fulfilment.parcels"),
    path("parcels/<int:number>/", parcel, name="fulfilment.parcel"),
    path("parcels/<int:number>/received/", received, name="fulfilment.received"),
]
