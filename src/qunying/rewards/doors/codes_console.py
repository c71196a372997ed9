"""Console pages of batches of codes."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_POST

from qunying.kernel.console import StaffRequest, page, show
from qunying.kernel.paging import cut_page
from qunying.kernel.refusals import told_in
from qunying.kernel.web import act_of, csv_response
from qunying.rewards.actions.create_code_batch import create_code_batch
from qunying.rewards.actions.export_code_batch import export_code_batch
from qunying.rewards.pricing.batches import MOST_CODES
from qunying.rewards.queries.get_template import get_template
from qunying.rewards.queries.list_code_batches import list_code_batches, list_codes


class BatchForm(forms.Form):
    """What the batch is called, and how many codes it has."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    count = forms.IntegerField(label=gettext_lazy("How many"), min_value=1, max_value=MOST_CODES)


@page("rewards.view")
def batches_page(request: StaffRequest, template_id: UUID) -> HttpResponse:
    """Show the batches of codes of a coupon, and make one."""
    template = get_template(template_id)
    form = BatchForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        request.actor.require("rewards.create_code_batch")
        with told_in(form, places={"too_many_codes": "count"}):
            create_code_batch(**act_of(request), template_id=template_id, **form.cleaned_data)
            messages.success(
                request, _("The codes are made. Take the file out when you are ready: that is done once.")
            )
            return redirect("rewards.code_batches", template_id)
    found = cut_page(list_code_batches(template_id), order_by="-created_at", cursor=request.GET.get("cursor"))
    context = {"template": template, "form": form, "batches": found.rows, "next_cursor": found.next_cursor}
    return show(request, "rewards/batches.html", _("Codes of “{name}”").format(name=template.name), context)


@require_POST
@page("rewards.export_code_batch")
def export(request: StaffRequest, batch_id: UUID) -> HttpResponse:
    """Give the codes out as a file, once."""
    export_code_batch(**act_of(request), batch_id=batch_id)
    response = csv_response("codes", [_("Number"), pgettext("coupon", "Code")], list_codes(batch_id))
    response["Cache-Control"] = "no-store"
    return response


urlpatterns = [
    path("coupons/<uuid:template_id>/codes/", batches_page, name="rewards.code_batches"),
    path("coupons/codes/<uuid:batch_id>/export/", export, name="rewards.export_code_batch"),
]
