"""Console pages: the library of materials, and pictures for staff."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _

from qunying.accounts.queries.get_brand import get_brand
from qunying.content.actions.add_material import add_material
from qunying.content.actions.change_material import MaterialNotFound, change_material
from qunying.content.doors.forms import MaterialForm
from qunying.content.models import Material, Picture
from qunying.content.pictures import PictureGone, keep_picture, picture_response
from qunying.content.queries.get_item import list_materials
from qunying.kernel import clock
from qunying.kernel.clock import local_day
from qunying.kernel.console import StaffRequest, page, show
from qunying.kernel.paging import cut_page
from qunying.kernel.refusals import told_in
from qunying.kernel.web import act_of

SOON = timedelta(days=30)


@page("content.view")
def materials_page(request: StaffRequest) -> HttpResponse:
    """List what there is to make content of, with its rights."""
    search, tag = request.GET.get("search", "")[:100], request.GET.get("tag", "")[:40]
    retired = request.GET.get("retired") == "1"
    materials = list_materials(search=search, tag=tag, retired=retired)
    today = local_day(clock.now(), get_brand().zone)
    ending = list_materials().filter(rights_until__lt=today + SOON).order_by("rights_until")
    context = {
        "page": cut_page(materials, order_by="-created_at", cursor=request.GET.get("cursor"), size=48),
        "search": search,
        "tag": tag,
        "retired": retired,
        "today": today,
        "ending": list(ending[:20]),
    }
    return show(request, "content/materials.html", _("Materials"), context)


@page("content.add_material")
def new_material(request: StaffRequest) -> HttpResponse:
    """Put something into the library."""
    form = MaterialForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        with told_in(form):
            file = form.cleaned_data["file"]
            picture = keep_picture(file) if file else None
            add_material(**act_of(request), facts=form.facts(), picture=picture)
            messages.success(request, _("In the library."))
            return redirect("content.materials")
    return show(request, "content/material_form.html", _("New material"), {"form": form})


@page("content.change_material")
def edit_material(request: StaffRequest, material_id: UUID) -> HttpResponse:
    """Change what is known of a material, or retire it."""
    material = Material.objects.select_related("picture").filter(pk=material_id).first()
    if material is None:
        raise MaterialNotFound
    form = MaterialForm(request.POST or None, instance=material, initial={"tags": ", ".join(material.tags)})
    del form.fields["file"]
    if request.method == "POST" and form.is_valid():
        with told_in(form):
            facts, retired = form.facts(), request.POST.get("retired") == "on"
            change_material(**act_of(request), material_id=material_id, facts=facts, retired=retired)
            messages.success(request, _("Saved."))
            return redirect("content.materials")
    context = {"form": form, "material": material}
    return show(request, "content/material_form.html", material.name, context)


@page("content.view")
def picture(request: StaffRequest, picture_id: UUID) -> HttpResponse:  # noqa: ARG001 - every page has its request
    """Show a picture to the staff."""
    found = Picture.objects.filter(pk=picture_id).first()
    if found is None:
        raise PictureGone
    return picture_response(found.sha256)


urlpatterns = [
    path("content/materials/", materials_page, name="content.materials"),
    path("content/materials/new/", new_material, name="content.add_material"),
    path("content/materials/<uuid:material_id>/", edit_material, name="content.material"),
    path("content/pictures/<uuid:picture_id>/", picture, name="content.picture"),
]
