"""Console pages of in-community service: the calendar of notices, replies, welcomes, who is on duty."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from qunying.accounts.queries.get_brand import get_brand
from qunying.accounts.queries.list_staff import list_staff
from qunying.communities.actions.save_notice import NoticeText, save_notice
from qunying.communities.actions.save_reply_rule import save_reply_rule
from qunying.communities.actions.save_welcome import save_welcome
from qunying.communities.actions.set_duty import set_duty
from qunying.communities.models import Community, Notice, ReplyRule, Welcome
from qunying.communities.queries.get_on_duty import list_duties
from qunying.communities.queries.list_notices import list_notices, list_occurrences, list_postings
from qunying.kernel import clock
from qunying.kernel.clock import local_day
from qunying.kernel.console import StaffRequest, page, show
from qunying.kernel.inputs import DayInput, TimeOfDayInput
from qunying.kernel.lines import Lines
from qunying.kernel.problems import Problem
from qunying.kernel.web import act_of

CALENDAR_DAYS = 14
WEEKDAYS = [
    (0, gettext_lazy("Mon")), (1, gettext_lazy("Tue")), (2, gettext_lazy("Wed")), (3, gettext_lazy("Thu")),
    (4, gettext_lazy("Fri")), (5, gettext_lazy("Sat")), (6, gettext_lazy("Sun")),
]  # fmt: skip


def _where() -> forms.ModelChoiceField:  # type: ignore[type-arg]
    return forms.ModelChoiceField(
        label=gettext_lazy("Community"),
        queryset=Community.objects.order_by("name"),
        required=False,
        empty_label=gettext_lazy("all communities"),
    )


class NoticeForm(forms.Form):
    """A notice and its calendar."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Notice.Kind)
    title = forms.CharField(label=gettext_lazy("Title"), max_length=100)
    text = forms.CharField(
        label=gettext_lazy("Text"),
        max_length=2000,
        required=False,
        widget=Lines(attrs={"rows": 5}),
        help_text=gettext_lazy(
            "{{ community }}, {{ on_duty }} and {{ brand }} are filled in. Battle reports also know {{ period }}, {{ orders }},"
            " {{ units }}, {{ buyers }} and {{ lines }}; left empty they have a text of their own."
        ),
    )
    community = _where()
    rhythm = forms.ChoiceField(label=gettext_lazy("Rhythm"), choices=Notice.Rhythm)
    at = forms.TimeField(label=gettext_lazy("Time"), widget=TimeOfDayInput())
    until = forms.TimeField(
        label=gettext_lazy("Last time of the day (hourly)"), required=False, widget=TimeOfDayInput()
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Weekdays (weekly)"),
        choices=WEEKDAYS,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    first_day = forms.DateField(label=gettext_lazy("First day"), widget=DayInput())
    last_day = forms.DateField(label=gettext_lazy("Last day"), required=False, widget=DayInput())
    is_pinned = forms.BooleanField(
        label=gettext_lazy("Pinned"),
        required=False,
        help_text=gettext_lazy("Members see it on their page of the community; pin it in the group as well."),
    )
    is_active = forms.BooleanField(label=gettext_lazy("Active"), required=False, initial=True)

    def save(self, **by: Any) -> None:
        """Store what was typed."""
        values = dict(self.cleaned_data)
        community = values.pop("community")
        item_id = by.pop("item_id")
        notice = NoticeText(**values, community_id=community.pk if community else None)
        save_notice(notice=notice, notice_id=item_id, **by)


class ReplyForm(forms.Form):
    """A keyword reply."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    pattern = forms.CharField(
        label=gettext_lazy("Words"),
        max_length=200,
        help_text=gettext_lazy(
            "* stands for anything, ? for one character, | separates alternatives: 退货*怎么|运费"
        ),
    )
    answer = forms.CharField(
        label=gettext_lazy("Answer"),
        max_length=2000,
        widget=Lines(attrs={"rows": 4}),
        help_text=gettext_lazy("{{ name }}, {{ community }}, {{ on_duty }} and {{ brand }} are filled in."),
    )
    community = _where()
    priority = forms.IntegerField(label=gettext_lazy("Priority"), min_value=0, max_value=32_767, initial=100)
    cool_down_minutes = forms.IntegerField(label=gettext_lazy("Cool-down in minutes"), min_value=0, initial=5)
    is_active = forms.BooleanField(label=gettext_lazy("Active"), required=False, initial=True)

    def save(self, **by: Any) -> None:
        """Store what was typed."""
        values = dict(self.cleaned_data)
        community = values.pop("community")
        save_reply_rule(
            **values, community_id=community.pk if community else None, rule_id=by.pop("item_id"), **by
        )


class WelcomeForm(forms.Form):
    """A welcome."""

    text = forms.CharField(
        label=gettext_lazy("Text"),
        max_length=2000,
        widget=Lines(attrs={"rows": 4}),
        help_text=gettext_lazy("{{ name }}, {{ community }}, {{ on_duty }} and {{ brand }} are filled in."),
    )
    community = _where()
    source = forms.CharField(
        label=gettext_lazy("Source"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("Empty: whatever the source of the newcomer."),
    )
    gather_minutes = forms.IntegerField(
        label=gettext_lazy("Gather newcomers for minutes"),
        min_value=0,
        max_value=60,
        initial=5,
        help_text=gettext_lazy("0 greets each one by name."),
    )
    is_active = forms.BooleanField(label=gettext_lazy("Active"), required=False, initial=True)

    def save(self, **by: Any) -> None:
        """Store what was typed."""
        values = dict(self.cleaned_data)
        community = values.pop("community")
        save_welcome(
            **values, community_id=community.pk if community else None, welcome_id=by.pop("item_id"), **by
        )


class DutyForm(forms.Form):
    """Who is on duty."""

    community = _where()
    weekday = forms.TypedChoiceField(
        label=gettext_lazy("Weekday"),
        choices=[("", gettext_lazy("only on the day below")), *WEEKDAYS],
        coerce=int,
        empty_value=None,
        required=False,
    )
    day = forms.DateField(label=gettext_lazy("Day"), required=False, widget=DayInput())
    person = forms.ModelChoiceField(
        label=gettext_lazy("Person on duty"),
        queryset=list_staff(),
        required=False,
        empty_label=gettext_lazy("nobody (takes back what was said)"),
    )


@page("communities.view")
def service_page(request: StaffRequest) -> HttpResponse:
    """Show the calendar of two weeks, and everything that is said by itself."""
    zone, now = get_brand().zone, clock.now()
    today, notices = local_day(now, zone), list_notices()
    days: dict[Any, list[Any]] = {today + timedelta(days=number): [] for number in range(CALENDAR_DAYS)}
    for occurrence in list_occurrences(notices, today, CALENDAR_DAYS, zone):
        day = days[local_day(occurrence.at, zone)]
        # An hourly notice stands once in a day, with its first time.
        if all(other.notice.pk != occurrence.notice.pk for other in day):
            day.append(occurrence)
    context = {
        "tab": "service",
        "days": [(day, dict(WEEKDAYS)[day.weekday()], found) for day, found in days.items()],
        "notices": notices,
        "rules": ReplyRule.objects.select_related("community")
        .prefetch_related("uses")
        .order_by("-is_active", "priority", "name"),
        "welcomes": Welcome.objects.select_related("community").order_by(
            "-is_active", "community__name", "source"
        ),
        "duties": [
            (duty, "" if duty.weekday is None else dict(WEEKDAYS)[duty.weekday])
            for duty in list_duties(today)
        ],
        "duty_form": DutyForm(),
        "postings": list_postings(20),
    }
    return show(request, "communities/service.html", _("Community service"), context)


def _editor(permission: str, model: Any, form_class: Any, title: Any) -> Callable[..., HttpResponse]:
    """Return the page that writes a new item or changes one."""

    @page(permission)
    def edit(request: StaffRequest, item_id: UUID | None = None) -> HttpResponse:
        item = get_object_or_404(model, pk=item_id) if item_id else None
        start = (
            {name: getattr(item, name) for name in form_class.base_fields}
            if item
            else {"first_day": _today(), **_asked(request)}
        )
        form = form_class(request.POST or None, initial=start)
        if request.method == "POST" and form.is_valid():
            try:
                form.save(**act_of(request), item_id=item_id)
            except Problem as problem:
                if not problem.kind.is_refusal:
                    raise
                form.add_error(None, str(problem))
            else:
                messages.success(request, _("Saved."))
                return redirect("communities.service")
        return show(request, "communities/service_form.html", str(title), {"form": form, "item": item})

    return edit


def _asked(request: StaffRequest) -> dict[str, Any]:
    """Return what the page that led here proposes: a community, something to pin there."""
    proposed: dict[str, Any] = {"community": request.GET.get("community", "")}
    if "pinned" in request.GET:
        proposed |= {"kind": Notice.Kind.TOPIC, "is_pinned": True}
    return proposed


def _today() -> Any:
    return local_day(clock.now(), get_brand().zone)


@require_POST
@page("communities.set_duty")
def duty(request: StaffRequest) -> HttpResponse:
    """Say who is on duty."""
    form = DutyForm(request.POST)
    if form.is_valid():
        asked = form.cleaned_data
        set_duty(
            **act_of(request),
            person_id=asked["person"].pk if asked["person"] else None,
            community_id=asked["community"].pk if asked["community"] else None,
            weekday=asked["weekday"],
            day=asked["day"],
        )
        messages.success(request, _("Saved."))
    else:
        messages.error(request, _("Choose a person of the staff, and either a weekday or a day."))
    return redirect("communities.service")


notice_page = _editor("communities.save_notice", Notice, NoticeForm, gettext_lazy("Notice"))
reply_page = _editor("communities.save_reply_rule", ReplyRule, ReplyForm, gettext_lazy("Keyword reply"))
welcome_page = _editor("communities.save_welcome", Welcome, WelcomeForm, gettext_lazy("Welcome"))

urlpatterns = [
    path("communities/service/", service_page, name="communities.service"),
    path("communities/service/notices/new/", notice_page, name="communities.new_notice"),
    path("communities/service/notices/<uuid:item_id>/", notice_page, name="communities.notice"),
    path("communities/service/replies/new/", reply_page, name="communities.new_reply"),
    path("communities/service/replies/<uuid:item_id>/", reply_page, name="communities.reply"),
    path("communities/service/welcomes/new/", welcome_page, name="communities.new_welcome"),
    path("communities/service/welcomes/<uuid:item_id>/", welcome_page, name="communities.welcome"),
    path("communities/service/duty/", duty, name="communities.set_duty"),
]
