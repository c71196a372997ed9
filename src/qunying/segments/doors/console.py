"""Console pages: segments, the rule builder, lifecycle definitions."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from qunying.accounts.queries.get_brand import get_analysis_time, get_brand
from qunying.accounts.queries.list_audit import name_actors
from qunying.kernel import clock
from qunying.kernel.console import StaffRequest, page, show
from qunying.kernel.problems import Problem
from qunying.kernel.refusals import told_in
from qunying.kernel.web import act_of, command_id_of
from qunying.members.queries.stage_titles import STAGE_TITLES
from qunying.segments.actions.archive_segment import archive_segment
from qunying.segments.actions.change_segment import change_segment
from qunying.segments.actions.create_ready_made import create_ready_made
from qunying.segments.actions.create_segment import create_segment
from qunying.segments.actions.refresh_scores import refresh_scores
from qunying.segments.actions.refresh_segment import refresh_segment
from qunying.segments.actions.set_static_members import set_static_members
from qunying.segments.doors.forms import CardForm, ListForm, MembersForm, ReadyMadeForm, SegmentForm
from qunying.segments.doors.labels import builder_labels
from qunying.segments.doors.lifecycle import definitions_page, preview_stages
from qunying.segments.models import Segment
from qunying.segments.queries.check_rule import list_mistakes
from qunying.segments.queries.evaluate_rule import evaluate_segment
from qunying.segments.queries.find_scores import count_stages, find_last_run, find_scores
from qunying.segments.queries.get_segment import get_segment
from qunying.segments.queries.get_vocabulary import get_vocabulary
from qunying.segments.queries.list_segments import (
    list_segment_changes,
    list_segment_members,
    list_segment_versions,
    list_segments,
    list_segments_of,
)
from qunying.segments.queries.preview_rule import preview_rule, sample_members
from qunying.segments.rules.policy import STAGES
from qunying.segments.rules.reading import RuleInvalid, read_rule_text
from qunying.segments.rules.windows import instant_of
from qunying.segments.rules.words import describe_rule

NEW_RULE = {"all": [{"event": "order_paid", "count": {"at_least": 1}, "within": {"days": 90}}]}


def _names() -> dict[str, str]:
    """Short name → name of every segment, for rules in words."""
    return dict(Segment.objects.values_list("slug", "name"))


def _sentence(rule: dict[str, Any] | None) -> str:
    return describe_rule(rule, _names(), currency=get_brand().currency) if rule else ""


def _as_of(text: str) -> datetime:
    if not text:
        return get_analysis_time(clock.now())
    try:
        return instant_of(text, get_brand().zone)
    except (ValueError, OverflowError):
        return get_analysis_time(clock.now())


@page("segments.view")
def list_page(request: StaffRequest) -> HttpResponse:
    """List the segments, with the stages above them."""
    search, kind = request.GET.get("search", "")[:100].replace("\0", ""), request.GET.get("kind", "")
    archived, without_card = request.GET.get("archived") == "yes", request.GET.get("card") == "none"
    names = _names()
    segments = list_segments(
        search=search, kind=kind if kind in Segment.Kind.values else "", archived=archived
    )
    if without_card:
        segments = segments.filter(aim="", offers="")
    currency = get_brand().currency
    rows = [
        (segment, describe_rule(segment.rule, names, currency=currency) if segment.rule else "")
        for segment in segments
    ]
    counts = count_stages()
    context = {
        "rows": rows,
        "search": search,
        "kind": kind,
        "archived": archived,
        "without_card": without_card,
        "kinds": Segment.Kind.choices,
        "stages": [(STAGE_TITLES[stage], counts.get(stage, 0)) for stage in STAGES],
        "run": find_last_run(),
        "ready_made": ReadyMadeForm(),
    }
    return show(request, "segments/list.html", _("Segments"), context)


@page("segments.view")
def builder_page(request: StaffRequest, segment_id: UUID | None = None) -> HttpResponse:
    """Write a rule: rows or JSON, with the members that it finds beside it."""
    segment = get_segment(segment_id) if segment_id else None
    form = SegmentForm(request.POST or None, segment=segment)
    if request.method == "POST" and form.is_valid():
        saved = _save(request, form.cleaned_data, segment)
        if saved is not None:
            messages.success(request, _("Saved."))
            return redirect("segments.segment", saved)
    rule = segment.rule if segment and segment.rule else NEW_RULE
    words = {
        **asdict(get_vocabulary(without_segment=segment.slug if segment else "")),
        "labels": builder_labels(),
    }
    context = {
        "form": form,
        "segment": segment,
        "rule_text": request.POST.get("rule") or json.dumps(rule, ensure_ascii=False, indent=2),
        "words": words,
    }
    title = _("Edit “{name}”").format(name=segment.name) if segment else _("New segment")
    return show(request, "segments/builder.html", title, context)


def _save(request: StaffRequest, fields: dict[str, Any], segment: Segment | None) -> UUID | None:
    """Create or change the segment; a problem stands at the top of the page, with everything that was typed kept."""
    try:
        rule = read_rule_text(fields["rule"])
        if segment is None:
            made = create_segment(
                **act_of(request),
                name=fields["name"],
                slug=fields["slug"],
                description=fields["description"],
                rule=_object(rule),
            )
            refresh_segment(
                command_id=f"{command_id_of(request)}/refresh",
                actor=request.actor,
                now=clock.now(),
                segment_id=made.segment_id,
            )
            return made.segment_id
        change_segment(
            **act_of(request),
            segment_id=segment.id,
            name=fields["name"],
            description=fields["description"],
            rule=_object(rule),
            seen_version=fields["seen_version"],
        )
        refresh_segment(
            command_id=f"{command_id_of(request)}/refresh",
            actor=request.actor,
            now=clock.now(),
            segment_id=segment.id,
        )
    except Problem as problem:
        if not problem.kind.is_refusal:
            raise
        messages.error(request, str(problem))
        return None
    return segment.id


def _object(rule: Any) -> dict[str, Any]:
    mistakes = list_mistakes(rule)
    if mistakes:
        raise RuleInvalid.of(mistakes)
    checked: dict[str, Any] = rule
    return checked


@require_POST
@page("segments.view")
def preview(request: StaffRequest) -> HttpResponse:
    """Show what a rule finds, or what is wrong with it, as a fragment."""
    context: dict[str, Any] = {}
    try:
        rule = read_rule_text(request.POST.get("rule", ""))
        context["mistakes"] = list_mistakes(rule, slug=request.POST.get("slug", "")[:80])
        if not context["mistakes"]:
            as_of = _as_of(request.POST.get("as_of", ""))
            context["found"] = preview_rule(rule, as_of, actor=request.actor)
            context["sentence"] = _sentence(rule)
    except RuleInvalid as problem:
        context["problem"] = problem
    return render(request, "segments/preview.html", context)


@page("segments.view")
def list_form_page(request: StaffRequest) -> HttpResponse:
    """Make a fixed list from what is pasted or uploaded."""
    form = ListForm(request.POST or None, request.FILES or None, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        fields = form.cleaned_data
        with told_in(form, places={"segment_slug_taken": "slug"}):
            words = {key: fields[key] for key in ("name", "slug", "description")}
            made = create_segment(**act_of(request), **words)
            _set_members(request, made.segment_id, fields["entries"], "replace")
            return redirect("segments.segment", made.segment_id)
    return show(request, "segments/list_form.html", _("New list"), {"form": form})


def _set_members(request: StaffRequest, segment_id: UUID, entries: list[str], mode: Any) -> None:
    done = set_static_members(
        command_id=f"{command_id_of(request)}/members",
        actor=request.actor,
        now=clock.now(),
        segment_id=segment_id,
        entries=entries,
        mode=mode,
    )
    messages.success(
        request,
        ngettext(
            "{count} member on the list; {entered} came, {left} went.",
            "{count} members on the list; {entered} came, {left} went.",
            done.count,
        ).format(count=done.count, entered=done.entered, left=done.left),
    )
    if done.unmatched_count:
        shown = ", ".join(done.unmatched[:20])
        messages.warning(
            request,
            _("{count} entries fit nobody: {entries}").format(count=done.unmatched_count, entries=shown),
        )


@page("segments.view")
def segment_page(request: StaffRequest, segment_id: UUID) -> HttpResponse:
    """Show one segment: members, comings and goings, versions, strategy card."""
    segment = get_segment(segment_id)
    tab = request.GET.get("tab", "members")
    cursor = request.GET.get("cursor")
    context: dict[str, Any] = {
        "segment": segment,
        "tab": tab,
        "sentence": _sentence(segment.rule),
        "rule_text": json.dumps(segment.rule, ensure_ascii=False, indent=2) if segment.rule else "",
        "card": CardForm(initial={"aim": segment.aim, "offers": segment.offers, "owner": segment.owner_id}),
        "members_form": MembersForm(),
    }
    if tab == "changes":
        found = list_segment_changes(segment_id, cursor=cursor)
        names = _member_names(request, [row.member_id for row in found.rows])
        context |= {
            "rows": [(row, names[row.member_id]) for row in found.rows],
            "next_cursor": found.next_cursor,
        }
    elif tab == "versions":
        versions = list_segment_versions(segment_id)
        people = name_actors({version.changed_by for version in versions})
        context["rows"] = [
            (one, _sentence(one.rule), people.get(one.changed_by, one.changed_by)) for one in versions
        ]
    else:
        inside = list_segment_members(segment_id, cursor=cursor)
        names = _member_names(request, [row.member_id for row in inside.rows])
        context |= {
            "rows": [(row, names[row.member_id]) for row in inside.rows],
            "next_cursor": inside.next_cursor,
        }
    return show(request, "segments/segment.html", segment.name, context)


def _member_names(request: StaffRequest, member_ids: list[UUID]) -> dict[UUID, str]:
    return {one.member_id: one.name for one in sample_members(member_ids, request.actor)}


@page("segments.view")
def count_as_of(request: StaffRequest, segment_id: UUID) -> HttpResponse:
    """Count the members of a segment at the end of a past day, as a fragment."""
    as_of = _as_of(request.GET.get("as_of", ""))
    count = len(evaluate_segment(segment_id, as_of))
    return render(request, "segments/as_of.html", {"count": count, "as_of": as_of, "zone": get_brand().zone})


@require_POST
@page("segments.refresh_segment")
def refresh(request: StaffRequest, segment_id: UUID) -> HttpResponse:
    """Find the members anew."""
    done = refresh_segment(**act_of(request), segment_id=segment_id)
    text = _("Refreshed. Members: {count}; came: {entered}; went: {left}.")
    messages.success(request, text.format(count=done.count, entered=done.entered, left=done.left))
    return redirect("segments.segment", segment_id)


@require_POST
@page("segments.change_segment")
def change_card(request: StaffRequest, segment_id: UUID) -> HttpResponse:
    """Write the strategy card."""
    form = CardForm(request.POST)
    if form.is_valid():
        owner = form.cleaned_data["owner"]
        change_segment(
            **act_of(request),
            segment_id=segment_id,
            aim=form.cleaned_data["aim"],
            offers=form.cleaned_data["offers"],
            owner_id=owner.pk if owner else None,
            no_owner=owner is None,
        )
        messages.success(request, _("Saved."))
    return redirect("segments.segment", segment_id)


@require_POST
@page("segments.set_static_members")
def change_members(request: StaffRequest, segment_id: UUID) -> HttpResponse:
    """Set, add or remove members of a fixed list."""
    form = MembersForm(request.POST, request.FILES)
    if form.is_valid():
        _set_members(request, segment_id, form.cleaned_data["entries"], form.cleaned_data["mode"])
    else:
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    return redirect("segments.segment", segment_id)


@require_POST
@page("segments.archive_segment")
def archive(request: StaffRequest, segment_id: UUID) -> HttpResponse:
    """Put a segment away, or take it out again."""
    restore = request.POST.get("restore") == "yes"
    archive_segment(**act_of(request), segment_id=segment_id, restore=restore)
    messages.success(request, _("The segment is in use again.") if restore else _("Archived."))
    return redirect("segments.list")


@require_POST
@page("segments.create_ready_made")
def ready_made(request: StaffRequest) -> HttpResponse:
    """Make ready-made segments and fill them."""
    form = ReadyMadeForm(request.POST)
    if form.is_valid():
        made = create_ready_made(
            **act_of(request), slugs=form.cleaned_data["slugs"], countries=form.cleaned_data["countries"]
        )
        for segment in list_segments().filter(slug__in=made.slugs):
            refresh_segment(
                command_id=f"{command_id_of(request)}/{segment.slug}",
                actor=request.actor,
                now=clock.now(),
                segment_id=segment.id,
            )
        messages.success(request, _("{count} segments made.").format(count=len(made.slugs)))
    return redirect("segments.list")


@require_POST
@page("segments.refresh_scores")
def refresh_everybody(request: StaffRequest) -> HttpResponse:
    """Score everybody anew."""
    done = refresh_scores(**act_of(request))
    text = _("Scored. Members: {members}; with another stage: {changes}.")
    messages.success(request, text.format(members=done.members, changes=done.stage_changes))
    return redirect("segments.list")


@page("segments.view")
def member_scores(request: StaffRequest, member_id: UUID) -> HttpResponse:
    """Show scores, stage and segments of a member, as a panel of the profile."""
    scores = find_scores(member_id)
    context = {
        "scores": scores,
        "stage": STAGE_TITLES.get(scores.stage, scores.stage) if scores else "",
        "segments": list_segments_of(member_id),
        "currency": get_brand().currency,
        "zone": get_brand().zone,
    }
    return render(request, "segments/member_scores.html", context)


urlpatterns = [
    path("segments/", list_page, name="segments.list"),
    path("segments/new/", builder_page, name="segments.builder"),
    path("segments/new-list/", list_form_page, name="segments.new_list"),
    path("segments/preview/", preview, name="segments.preview"),
    path("segments/ready-made/", ready_made, name="segments.ready_made"),
    path("segments/lifecycle/", definitions_page, name="segments.definitions"),
    path("segments/lifecycle/preview/", preview_stages, name="segments.preview_stages"),
    path("segments/scores/refresh/", refresh_everybody, name="segments.refresh_scores"),
    path("segments/members/<uuid:member_id>/scores/", member_scores, name="segments.member_scores"),
    path("segments/<uuid:segment_id>/", segment_page, name="segments.segment"),
    path("segments/<uuid:segment_id>/edit/", builder_page, name="segments.edit"),
    path("segments/<uuid:segment_id>/as-of/", count_as_of, name="segments.count_as_of"),
    path("segments/<uuid:segment_id>/refresh/", refresh, name="segments.refresh_segment"),
    path("segments/<uuid:segment_id>/card/", change_card, name="segments.change_card"),
    path("segments/<uuid:segment_id>/members/", change_members, name="segments.set_static_members"),
    path("segments/<uuid:segment_id>/archive/", archive, name="segments.archive_segment"),
]
