"""Console pages of communities."""

from typing import Any
from urllib.parse import quote
from uuid import UUID

import segno
from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from qunying.accounts.queries.get_brand import get_analysis_time, get_brand
from qunying.communities.actions.change_community import change_community
from qunying.communities.actions.change_role import change_role
from qunying.communities.actions.close_join_link import close_join_link
from qunying.communities.actions.create_community import create_community
from qunying.communities.actions.create_join_link import create_join_link
from qunying.communities.actions.import_roster import import_roster
from qunying.communities.doors import message_pages, service_pages, source_pages
from qunying.communities.models import Community, GroupMember
from qunying.communities.profile import CommunityProfile
from qunying.communities.queries.get_community import get_community, list_communities
from qunying.communities.queries.summarise_community import summarise_community
from qunying.communities.roster_file import read_roster
from qunying.kernel import clock
from qunying.kernel.clock import local_day
from qunying.kernel.console import StaffRequest, page, show
from qunying.kernel.paging import cut_page
from qunying.kernel.web import command_id_of, csv_response
from qunying.messages.queries.list_channels import list_channels
from qunying.stream.lake import open_analysis

PERIOD_DAYS = 30


class CommunityForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a community says of itself."""

    class Meta:
        model = Community
        fields = (
            "name",
            "kind",
            "platform",
            "state",
            "positioning",
            "value",
            "member_types",
            "activity_forms",
            "tags",
            "rules",
            "capacity",
            "planned_size",
            "platform_group_id",
            "join_address",
            "channel",
        )
        widgets = {
            "positioning": forms.Textarea(attrs={"rows": 2}),
            "value": forms.Textarea(attrs={"rows": 2}),
            "rules": forms.Textarea(attrs={"rows": 8}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["channel"].queryset = list_channels()  # type: ignore[attr-defined]

    def profile(self) -> CommunityProfile:
        """Return what was typed."""
        values = dict(self.cleaned_data)
        channel, tags = values.pop("channel"), values.pop("tags")
        values["platform"] = values["platform"].slug
        return CommunityProfile(**values, tags=tuple(tags), channel_id=channel.pk if channel else None)


class RosterForm(forms.Form):
    """A roster to take over."""

    file = forms.FileField(
        label=gettext_lazy("Roster (CSV)"),
        help_text=gettext_lazy(
            "Columns such as user_id, nickname, role, source, joined_at, phone, e-mail, customer_id."
        ),
    )
    is_complete = forms.BooleanField(
        label=gettext_lazy("This file names everybody who is in; whoever is missing has left"), required=False
    )


class LinkForm(forms.Form):
    """A new join link."""

    source = forms.CharField(label=gettext_lazy("Source"), max_length=100)


@page("communities.view")
def communities_page(request: StaffRequest) -> HttpResponse:
    """List all communities."""
    return show(request, "communities/list.html", _("Communities"), {"communities": list_communities()})


@page("communities.create_community")
def new_page(request: StaffRequest) -> HttpResponse:
    """Set up a community."""
    form = CommunityForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        created = create_community(
            command_id=command_id_of(request), actor=request.actor, now=clock.now(), profile=form.profile()
        )
        messages.success(request, _("The community is set up. Take over its roster or make a join link."))
        return redirect("communities.community", created.community_id)
    return show(request, "communities/form.html", _("New community"), {"form": form})


@page("communities.change_community")
def edit_page(request: StaffRequest, community_id: UUID) -> HttpResponse:
    """Change a community."""
    community = get_community(community_id)
    form = CommunityForm(request.POST or None, instance=community)
    if request.method == "POST" and form.is_valid():
        change_community(
            command_id=command_id_of(request),
            actor=request.actor,
            now=clock.now(),
            community_id=community_id,
            profile=form.profile(),
        )
        messages.success(request, _("Saved."))
        return redirect("communities.community", community_id)
    context = {"form": form, "community": get_community(community_id)}
    return show(request, "communities/form.html", community.name, context)


@page("communities.view")
def community_page(request: StaffRequest, community_id: UUID) -> HttpResponse:
    """Show a community: figures, people, links, roster."""
    community, brand = get_community(community_id), get_brand()
    end = local_day(get_analysis_time(clock.now()), brand.zone)
    start = end.fromordinal(end.toordinal() - PERIOD_DAYS + 1)
    people = GroupMember.objects.filter(community=community, left_at=None).select_related("member")
    if request.GET.get("format") == "csv":
        header = [_("Id on the platform"), _("Nickname"), _("Role"), _("Source"), _("Joined at"), _("Member")]
        rows = people.order_by("joined_at", "pk").values_list(
            "platform_user_id", "nickname", "role", "source", "joined_at", "member_id"
        )
        return csv_response(f"roster-{quote(community.name)}", header, rows)
    with open_analysis() as analysis:
        summary = summarise_community(analysis, community_id, start=start, end=end, zone=brand.zone)
    context = {
        "community": community,
        "summary": summary,
        "start": start,
        "end": end,
        "people": cut_page(people, order_by="-joined_at", cursor=request.GET.get("cursor"), size=50),
        "roles": GroupMember.Role.choices,
        "links": [_link(link) for link in community.join_links.filter(closed_at=None).order_by("source")],
        "link_form": LinkForm(),
        "roster_form": RosterForm(),
    }
    return show(request, "communities/community.html", community.name, context)


def _link(link: Any) -> dict[str, Any]:
    address = f"{settings.PUBLIC_URL}{reverse('communities.join', args=[link.token])}"
    return {
        "link": link,
        "address": address,
        "qr": segno.make(address, error="m").svg_data_uri(scale=4, border=2),
    }


@require_POST
@page("communities.create_join_link")
def new_link(request: StaffRequest, community_id: UUID) -> HttpResponse:
    """Make a join link for a source."""
    create_join_link(
        command_id=command_id_of(request),
        actor=request.actor,
        now=clock.now(),
        community_id=community_id,
        source=request.POST.get("source", ""),
    )
    messages.success(request, _("The join link is ready."))
    return redirect("communities.community", community_id)


@require_POST
@page("communities.close_join_link")
def close_link(request: StaffRequest, community_id: UUID, link_id: UUID) -> HttpResponse:
    """Close a join link."""
    close_join_link(command_id=command_id_of(request), actor=request.actor, now=clock.now(), link_id=link_id)
    messages.success(request, _("Nobody gets in through this link any more."))
    return redirect("communities.community", community_id)


@require_POST
@page("communities.import_roster")
def roster(request: StaffRequest, community_id: UUID) -> HttpResponse:
    """Take over a roster file."""
    form = RosterForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, _("Choose a CSV file."))
        return redirect("communities.community", community_id)
    taken = import_roster(
        command_id=command_id_of(request),
        actor=request.actor,
        now=clock.now(),
        community_id=community_id,
        rows=read_roster(form.cleaned_data["file"].read(), get_brand().zone),
        is_complete=form.cleaned_data["is_complete"],
    )
    text = _(
        "{rows} rows: {joined} joined, {left} left, {already_in} were in already; {known_members} are known members."
    )
    messages.success(
        request,
        text.format(
            rows=taken.rows,
            joined=taken.joined,
            left=taken.left,
            already_in=taken.already_in,
            known_members=taken.known_members,
        ),
    )
    return redirect("communities.community", community_id)


@require_POST
@page("communities.change_role")
def role(request: StaffRequest, community_id: UUID, group_member_id: int) -> HttpResponse:
    """Give somebody another role."""
    change_role(
        command_id=command_id_of(request),
        actor=request.actor,
        now=clock.now(),
        group_member_id=group_member_id,
        role=request.POST.get("role", ""),
    )
    messages.success(request, _("Saved."))
    return redirect("communities.community", community_id)


@page("communities.view")
def member_communities(request: StaffRequest, member_id: UUID) -> HttpResponse:
    """Show the communities of one member, as a panel of their profile."""
    stays = GroupMember.objects.filter(member_id=member_id).select_related("community").order_by("-joined_at")
    return render(request, "communities/member_communities.html", {"stays": stays})


urlpatterns = [
    *message_pages.urlpatterns,
    *service_pages.urlpatterns,
    *source_pages.urlpatterns,
    path("communities/", communities_page, name="communities.list"),
    path("communities/new/", new_page, name="communities.new"),
    path("communities/<uuid:community_id>/", community_page, name="communities.community"),
    path("communities/<uuid:community_id>/edit/", edit_page, name="communities.edit"),
    path("communities/<uuid:community_id>/links/", new_link, name="communities.new_link"),
    path(
        "communities/<uuid:community_id>/links/<uuid:link_id>/close/",
        close_link,
        name="communities.close_link",
    ),
    path("communities/<uuid:community_id>/roster/", roster, name="communities.import_roster"),
    path(
        "communities/<uuid:community_id>/people/<int:group_member_id>/role/",
        role,
        name="communities.change_role",
    ),
    path("communities/of/<uuid:member_id>/", member_communities, name="communities.member_communities"),
]
