"""Console pages of the rules: catalogue, publication, watched words, and the policy on penalties."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from qunying.accounts.queries.list_audit import name_actors
from qunying.kernel.console import StaffRequest, page, show
from qunying.kernel.lines import Lines
from qunying.kernel.paging import cut_page
from qunying.kernel.problems import Problem
from qunying.kernel.web import act_of, csv_response
from qunying.moderation.actions.change_violation import change_violation
from qunying.moderation.actions.import_words import import_words
from qunying.moderation.actions.publish_policy import publish_policy
from qunying.moderation.actions.publish_rules import publish_rules
from qunying.moderation.actions.remove_word import remove_word
from qunying.moderation.catalogue import ViolationClass, find_shipped
from qunying.moderation.doors.policy_form import PolicyForm
from qunying.moderation.models import PolicyVersion, RulesVersion, Violation, WatchedWord
from qunying.moderation.policy import get_policy
from qunying.moderation.queries.get_violation import get_violation, list_violations
from qunying.moderation.queries.list_words import list_words
from qunying.moderation.rules_text import chapters, frozen_clauses, get_rules_version
from qunying.moderation.words_file import COLUMNS, WordRow, read_words, written_rows

PAGE_SIZE = 100


class ViolationForm(forms.Form):
    """One kind of violation."""

    code = forms.SlugField(
        label=gettext_lazy("Code of the violation"),
        max_length=40,
        help_text=gettext_lazy("Small letters, digits and _; it never changes."),
    )
    violation_class = forms.ChoiceField(label=gettext_lazy("Class"), choices=ViolationClass.choices)
    severity = forms.TypedChoiceField(
        label=gettext_lazy("Severity, 5 is the gravest"), coerce=int, choices=[(n, n) for n in range(1, 6)]
    )
    title = forms.CharField(label=gettext_lazy("Name"), max_length=60, required=False)
    clause = forms.CharField(
        label=gettext_lazy("Clause of the rules"),
        max_length=300,
        required=False,
        widget=Lines(attrs={"rows": 3}),
    )
    is_active = forms.BooleanField(label=gettext_lazy("in use"), required=False, initial=True)


class PublishForm(forms.Form):
    """A new version of the rules."""

    introduction = forms.CharField(
        label=gettext_lazy("Introduction"),
        max_length=5000,
        required=False,
        widget=Lines(attrs={"rows": 5}),
    )
    change_note = forms.CharField(label=gettext_lazy("What has changed"), max_length=300)


class WordForm(forms.Form):
    """One watched word."""

    word = forms.CharField(label=gettext_lazy("Word"), max_length=100)
    action = forms.ChoiceField(
        label=gettext_lazy("What is done"), choices=WatchedWord.Action.choices, initial="review"
    )
    violation = forms.ChoiceField(label=gettext_lazy("Violation"))
    replacement = forms.CharField(label=gettext_lazy("Replacement"), max_length=100, required=False)
    tag = forms.CharField(label=gettext_lazy("Tag"), max_length=50, required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=WatchedWord.Language.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(row.code, row.title) for row in list_violations()]
        self.fields["violation"].choices = choices  # type: ignore[attr-defined]


class WordsFileForm(forms.Form):
    """A list of watched words."""

    file = forms.FileField(
        label=gettext_lazy("List (CSV)"),
        help_text=gettext_lazy(
            "Columns word, action, violation, replacement, tag, language, active; only the first is needed."
        ),
    )


@require_safe
@page("moderation.view")
def rules(request: StaffRequest) -> HttpResponse:
    """Show the catalogue by class, the version in force, and what has changed since."""
    latest = get_rules_version()
    classes: dict[str, list[Violation]] = {}
    for violation in list_violations(in_use=False):
        classes.setdefault(violation.get_violation_class_display(), []).append(violation)
    versions = list(RulesVersion.objects.order_by("-number")[:20])
    context = {
        "classes": classes.items(),
        "latest": latest,
        "has_changed": latest.clauses != frozen_clauses(),
        "versions": versions,
        "names": name_actors({version.published_by for version in versions}),
        "accepted": latest.acceptances.count(),
        "form": PublishForm(initial={"introduction": latest.introduction}),
        "may_publish": request.actor.may("moderation.publish_rules"),
        "may_change": request.actor.may("moderation.change_violation"),
    }
    return show(request, "moderation/rules.html", _("House rules"), context)


@require_safe
@page("moderation.view")
def rules_version(request: StaffRequest, number: int) -> HttpResponse:
    """Show one version of the rules."""
    version = get_rules_version(number)
    title = _("Rules, version {number}").format(number=version.number)
    return show(
        request, "moderation/rules_version.html", title, {"version": version, "chapters": chapters(version)}
    )


@require_POST
@page("moderation.publish_rules")
def publish(request: StaffRequest) -> HttpResponse:
    """Publish the catalogue as a new version of the rules."""
    form = PublishForm(request.POST)
    if form.is_valid():
        number = publish_rules(**form.cleaned_data, **act_of(request))
        messages.success(
            request, _("Version {number} is in force. Members are asked to accept it.").format(number=number)
        )
    else:
        messages.error(request, _("Say what changed."))
    return redirect("moderation.rules")


@page("moderation.change_violation")
def violation_page(request: StaffRequest, code: str = "") -> HttpResponse:
    """Write or change a kind of violation."""
    violation = get_violation(code, in_use=False) if code else None
    initial = (
        {
            "code": violation.code,
            "violation_class": violation.violation_class,
            "severity": violation.severity,
            "title": violation.own_title,
            "clause": violation.own_clause,
            "is_active": violation.is_active,
        }
        if violation
        else None
    )
    form = ViolationForm(request.POST or None, initial=initial)
    if violation is not None:
        form.fields["code"].disabled = True
        shipped = find_shipped(violation.code)
        if shipped:
            form.fields["violation_class"].disabled = True
            form.fields["title"].widget.attrs["placeholder"] = str(shipped.title)
            form.fields["clause"].widget.attrs["placeholder"] = str(shipped.clause)
    if request.method == "POST" and form.is_valid():
        try:
            change_violation(**form.cleaned_data, **act_of(request))
        except Problem as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("Saved. Members see it once the rules are published."))
            return redirect("moderation.rules")
    title = violation.title if violation else _("New violation")
    return show(request, "moderation/violation.html", title, {"form": form, "violation": violation})


@require_safe
@page("moderation.view")
def words(request: StaffRequest) -> HttpResponse:
    """List the watched words; as a file on request."""
    search, action = request.GET.get("search", "")[:100], request.GET.get("action", "")
    rows = list_words(search, action if action in WatchedWord.Action.values else "")
    if request.GET.get("format") == "csv":
        return csv_response("watched-words", COLUMNS, written_rows(list(rows.order_by("text"))))
    context = {
        "found": cut_page(rows, order_by="-changed_at", cursor=request.GET.get("cursor"), size=PAGE_SIZE),
        "search": search,
        "action": action,
        "actions": WatchedWord.Action.choices,
        "form": WordForm(),
        "file_form": WordsFileForm(),
        "may_change": request.actor.may("moderation.import_words"),
    }
    return show(request, "moderation/words.html", _("Watched words"), context)


@require_POST
@page("moderation.import_words")
def add_words(request: StaffRequest) -> HttpResponse:
    """Add one word, or take over a file."""
    if "file" in request.FILES:
        form: forms.Form = WordsFileForm(request.POST, request.FILES)
        rows = read_words(form.cleaned_data["file"].read()) if form.is_valid() else []
    else:
        form = WordForm(request.POST)
        rows = [WordRow(**form.cleaned_data)] if form.is_valid() else []
    if not rows:
        messages.error(request, _("There is no word in it."))
        return redirect("moderation.words")
    done = import_words(rows=rows, **act_of(request))
    text = _("{added} words added, {changed} changed, {unchanged} as they were.")
    messages.success(request, text.format(added=done.added, changed=done.changed, unchanged=done.unchanged))
    return redirect("moderation.words")


@require_POST
@page("moderation.remove_word")
def strike_off(request: StaffRequest, word_id: UUID) -> HttpResponse:
    """Strike a word off."""
    remove_word(word_id=word_id, **act_of(request))
    messages.success(request, _("Struck off."))
    return redirect("moderation.words")


@require_safe
@page("moderation.view")
def policy(request: StaffRequest) -> HttpResponse:
    """Show how violations are answered."""
    return _policy_page(request, PolicyForm.of(get_policy()[1]))


@require_POST
@page("moderation.publish_policy")
def change_policy(request: StaffRequest) -> HttpResponse:
    """Put a new policy in force."""
    form = PolicyForm(request.POST)
    if form.is_valid():
        try:
            number = publish_policy(
                policy=form.policy(), change_note=form.cleaned_data["change_note"], **act_of(request)
            )
        except Problem as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("Version {number} is in force from now on.").format(number=number))
            return redirect("moderation.policy")
    return _policy_page(request, form)


def _policy_page(request: StaffRequest, form: PolicyForm) -> HttpResponse:
    versions = list(PolicyVersion.objects.order_by("-number")[:20])
    context = {
        "form": form,
        "versions": versions,
        "names": name_actors({version.published_by for version in versions}),
        "may_publish": request.actor.may("moderation.publish_policy"),
    }
    return show(request, "moderation/policy.html", _("Penalty policy"), context)


urlpatterns = [
    path("moderation/rules/", rules, name="moderation.rules"),
    path("moderation/rules/publish/", publish, name="moderation.publish_rules"),
    path("moderation/rules/versions/<int:number>/", rules_version, name="moderation.rules_version"),
    path("moderation/rules/violations/new/", violation_page, name="moderation.new_violation"),
    path("moderation/rules/violations/<slug:code>/", violation_page, name="moderation.change_violation"),
    path("moderation/words/", words, name="moderation.words"),
    path("moderation/words/add/", add_words, name="moderation.import_words"),
    path("moderation/words/<uuid:word_id>/remove/", strike_off, name="moderation.remove_word"),
    path("moderation/policy/", policy, name="moderation.policy"),
    path("moderation/policy/publish/", change_policy, name="moderation.publish_policy"),
]
