"""The console's page of rewarded sharing."""

from urllib.parse import urlsplit
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from qunying.kernel.console import StaffRequest, page, show
from qunying.kernel.paging import cut_page
from qunying.kernel.refusals import told_in
from qunying.kernel.web import act_of
from qunying.referrals.actions.close_share_offer import close_share_offer
from qunying.referrals.actions.open_share_offer import open_share_offer
from qunying.referrals.actions.write_share_offer import write_share_offer
from qunying.referrals.queries.list_shares import list_share_offers
from qunying.referrals.sharing import MOST_A_DAY, MOST_POINTS


class ShareForm(forms.Form):
    """A page, and what a visitor is worth."""

    name = forms.CharField(label=_("Name"), max_length=60)
    path = forms.CharField(
        label=_("Page"),
        max_length=200,
        help_text=_("Open the page as members see it and paste its address here."),
    )
    points = forms.IntegerField(label=_("Points for a visitor"), min_value=1, max_value=MOST_POINTS)
    per_day = forms.IntegerField(
        label=_("Visitors a day at most"), min_value=1, max_value=MOST_A_DAY, initial=10
    )

    def clean_path(self) -> str:
        """Return the path, also of a whole address."""
        typed: str = self.cleaned_data["path"]
        return urlsplit(typed.strip()).path


@page("referrals.view")
def shares(request: StaffRequest) -> HttpResponse:
    """List shared pages, and write one."""
    form = ShareForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        request.actor.require("referrals.write_share_offer")
        with told_in(form, places={"bad_share": "path"}):
            write_share_offer(**act_of(request), **form.cleaned_data)
            messages.success(request, gettext("Saved as a draft."))
            return redirect("referrals.shares")
    found = cut_page(list_share_offers(), order_by="-created_at", cursor=request.GET.get("cursor"))
    context = {"rows": found.rows, "next_cursor": found.next_cursor, "form": form}
    return show(request, "referrals/shares.html", gettext("Rewarded sharing"), context)


@require_POST
@page("referrals.open_share_offer")
def open_it(request: StaffRequest, offer_id: UUID) -> HttpResponse:
    """Open a shared page for members."""
    open_share_offer(**act_of(request), offer_id=offer_id)
    messages.success(request, gettext("Open: members find it under “Invite friends”."))
    return redirect("referrals.shares")


@require_POST
@page("referrals.close_share_offer")
def close(request: StaffRequest, offer_id: UUID) -> HttpResponse:
    """Let nobody earn by it any more."""
    close_share_offer(**act_of(request), offer_id=offer_id)
    messages.success(request, gettext("Closed. Visitors until now are still rewarded."))
    return redirect("referrals.shares")


urlpatterns = [
    path("referrals/shares/", shares, name="referrals.shares"),
    path("referrals/shares/<uuid:offer_id>/open/", open_it, name="referrals.open_share_offer"),
    path("referrals/shares/<uuid:offer_id>/close/", close, name="referrals.close_share_offer"),
]
