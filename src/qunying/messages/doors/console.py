"""Console pages of messages: what went out and why not, texts, channels, the mailbox, unknown outcomes."""

from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from qunying.kernel.console import StaffRequest, page, show
from qunying.kernel.lines import Lines
from qunying.kernel.paging import cut_page
from qunying.kernel.problems import Problem
from qunying.kernel.refusals import told_in
from qunying.kernel.web import act_of
from qunying.members.queries.describe_members import name_members
from qunying.messages.actions.change_template import change_template
from qunying.messages.actions.create_template import create_template
from qunying.messages.actions.resolve_unknown import resolve_unknown
from qunying.messages.actions.send_test import send_test
from qunying.messages.actions.withdraw_template import withdraw_template
from qunying.messages.doors import by_hand_pages, channel_pages, notice_pages
from qunying.messages.models import Channel, MailboxItem, Purpose, Template
from qunying.messages.queries.get_channel import ChannelNotFound, get_channel
from qunying.messages.queries.get_template import get_template
from qunying.messages.queries.list_channels import list_channels
from qunying.messages.queries.list_decisions import decision_of, list_decisions
from qunying.messages.queries.list_sends import count_states, count_unknown, list_sends
from qunying.messages.queries.list_templates import list_templates
from qunying.messages.queries.render_template import render_text
from qunying.messages.reasons import Reason, State
from qunying.messages.rendering import OWN_VARIABLES, Rendered
from qunying.messages.template_text import TemplateText

SINCE_ALWAYS = datetime(2000, 1, 1, tzinfo=UTC)


class FilterForm(forms.Form):
    """Which sends to list."""

    state = forms.ChoiceField(
        label=gettext_lazy("State"), choices=[("", gettext_lazy("all")), *State.choices], required=False
    )
    reason = forms.ChoiceField(
        label=gettext_lazy("Reason"), choices=[("", gettext_lazy("all")), *Reason.choices], required=False
    )
    campaign_id = forms.UUIDField(widget=forms.HiddenInput, required=False)


class TemplateForm(forms.Form):
    """A text with variables."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    purpose = forms.ChoiceField(
        label=gettext_lazy("Purpose"),
        choices=Purpose.choices,
        help_text=gettext_lazy(
            "Promotions ask for consent, keep quiet hours and count against the daily limit."
        ),
    )
    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=200, required=False)
    body = forms.CharField(label=gettext_lazy("Text"), widget=Lines(attrs={"rows": 10}), max_length=10_000)
    variables = forms.CharField(
        label=gettext_lazy("Variables of its own"),
        required=False,
        widget=Lines(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "One a line, with what stands in when a member has no value: country = your country"
        ),
    )

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        for code, _name in settings.LANGUAGES:
            language = get_language_info(code)["name_local"]
            self.fields[f"subject:{code}"] = forms.CharField(
                label=_("Subject in {language}").format(language=language), max_length=200, required=False
            )
            self.fields[f"body:{code}"] = forms.CharField(
                label=_("Text in {language}").format(language=language),
                widget=Lines(attrs={"rows": 4}),
                max_length=10_000,
                required=False,
                help_text=_("For members who have chosen this language. Empty: they get the text above."),
            )

    def text(self) -> TemplateText:
        """Return what was typed."""
        lines = (line.partition("=") for line in self.cleaned_data["variables"].splitlines() if line.strip())
        variables = {name.strip(): fallback.strip() for name, _sign, fallback in lines}
        texts = {
            code: {"subject": self.cleaned_data[f"subject:{code}"], "body": body}
            for code, _name in settings.LANGUAGES
            if (body := self.cleaned_data[f"body:{code}"])
        }
        return TemplateText(self.cleaned_data["subject"], self.cleaned_data["body"], variables, texts)


@page("messages.view")
def sends_page(request: StaffRequest) -> HttpResponse:
    """List sends by state and reason, with the rule that decided each."""
    form = FilterForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    sends = list_sends(**{name: value for name, value in wanted.items() if value})
    found = cut_page(sends, order_by="-planned_at", cursor=request.GET.get("cursor"), size=50)
    names = name_members({send.member_id for send in found.rows if send.member_id}, request.actor)
    counts = count_states(SINCE_ALWAYS, campaign_id=wanted.get("campaign_id"))
    query = request.GET.copy()
    query.pop("cursor", None)
    context = {
        "tab": "sends",
        "form": form,
        "counts": [(State(state).label, state, count) for state, count in counts.items()],
        "sends": [
            (send.member_id, names.get(send.member_id, "") if send.member_id else "", decision_of(send))
            for send in found.rows
        ],
        "next_cursor": found.next_cursor,
        "query": query.urlencode(),
        "unknown": count_unknown(),
    }
    return show(request, "messages/sends.html", _("Messages"), context)


@page("messages.view")
def mailbox_page(request: StaffRequest) -> HttpResponse:
    """Show messages as they would have gone out."""
    items = MailboxItem.objects.filter(channel__kind=Channel.Kind.MAILBOX).select_related("send__member")
    found = cut_page(items, order_by="-delivered_at", cursor=request.GET.get("cursor"), size=20)
    context = {"tab": "mailbox", "items": found.rows, "next_cursor": found.next_cursor}
    return show(request, "messages/mailbox.html", _("Mailbox"), context)


@page("messages.view")
def templates_page(request: StaffRequest) -> HttpResponse:
    """List the texts."""
    context = {"tab": "templates", "templates": list_templates()}
    return show(request, "messages/templates.html", _("Message texts"), context)


@page("messages.create_template")
def new_template_page(request: StaffRequest) -> HttpResponse:
    """Write a text."""
    form = TemplateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with told_in(form):
            create_template(
                **act_of(request),
                name=form.cleaned_data["name"],
                purpose=form.cleaned_data["purpose"],
                **form.text().__dict__,
            )
            messages.success(request, _("Saved."))
            return redirect("messages.templates")
    return show(request, "messages/template.html", _("New text"), _editor(form, None))


@page("messages.view")
def template_page(request: StaffRequest, template_id: UUID) -> HttpResponse:
    """Change a text; what was planned with an earlier version goes out as it was planned."""
    template = get_template(template_id)
    variables = "\n".join(f"{name} = {fallback}" for name, fallback in template.variables.items())
    initial = {
        "name": template.name,
        "purpose": template.purpose,
        "subject": template.subject,
        "body": template.body,
        "variables": variables,
        **{f"{part}:{code}": words for code, text in template.texts.items() for part, words in text.items()},
    }
    form = TemplateForm(request.POST or None, initial=initial)
    form.fields["purpose"].disabled = True  # consent hangs on it
    if request.method == "POST" and form.is_valid():
        with told_in(form):
            change_template(
                **act_of(request),
                template_id=template_id,
                name=form.cleaned_data["name"],
                **form.text().__dict__,
            )
            messages.success(request, _("Saved as a new version."))
            return redirect("messages.template", template_id)
    return show(request, "messages/template.html", template.name, _editor(form, template))


def _editor(form: TemplateForm, template: Template | None) -> dict[str, Any]:
    rendered = _rendered(form, template.purpose if template else "") if not form.is_bound else None
    channels = list_channels().filter(is_active=True)
    return {
        "form": form,
        "template": template,
        "own": OWN_VARIABLES,
        "preview": rendered,
        "channels": channels,
    }


def _rendered(form: TemplateForm, purpose: str) -> Rendered | None:
    initial = cast("dict[str, str]", form.initial)
    if not initial.get("body"):
        return None
    lines = (line.partition("=") for line in initial["variables"].splitlines())
    text = TemplateText(initial["subject"], initial["body"], {n.strip(): f.strip() for n, _sign, f in lines})
    return render_text(text, purpose, None)


@require_POST
@page("messages.view")
def preview(request: StaffRequest) -> HttpResponse:
    """Show a text as its receiver would see it, while it is being written."""
    form = TemplateForm({"name": "-", "purpose": Purpose.PROMOTION, **request.POST.dict()})
    context: dict[str, Any] = {}
    if form.is_valid():
        try:
            context["preview"] = render_text(form.text(), form.cleaned_data["purpose"], None)
        except Problem as problem:
            context["problem"] = str(problem)
    return render(request, "messages/preview.html", context)


@require_POST
@page("messages.withdraw_template")
def withdraw(request: StaffRequest, template_id: UUID) -> HttpResponse:
    """Take a text out of use."""
    withdraw_template(**act_of(request), template_id=template_id)
    messages.success(request, _("The text is out of use; what was planned with it is not sent."))
    return redirect("messages.templates")


@require_POST
@page("messages.send_test")
def trial(request: StaffRequest, template_id: UUID) -> HttpResponse:
    """Send a text to oneself."""
    channel_id = _id(request.POST.get("channel_id", ""))
    if channel_id is None:
        raise ChannelNotFound
    is_mail = get_channel(channel_id).kind == Channel.Kind.EMAIL
    send_test(
        **act_of(request),
        channel_id=channel_id,
        template_id=template_id,
        # A mail goes to the person's own address, so that nobody can write to strangers by testing.
        address=request.user.email if is_mail else request.POST.get("address", "")[:200],  # type: ignore[union-attr]
    )
    messages.success(request, _("The test is on its way."))
    return redirect("messages.template", template_id)


def _id(text: str) -> UUID | None:
    """Return the id that a form sent, or None for nonsense."""
    try:
        return UUID(text)
    except ValueError:
        return None


@page("messages.view")
def unknown_page(request: StaffRequest) -> HttpResponse:
    """List sends whose outcome nobody knows, to be settled by a person."""
    found = cut_page(
        list_sends(state=State.UNKNOWN), order_by="-planned_at", cursor=request.GET.get("cursor")
    )
    context = {
        "tab": "unknown",
        "sends": [(send.pk, decision_of(send)) for send in found.rows],
        "next_cursor": found.next_cursor,
    }
    return show(request, "messages/unknown.html", _("Unknown outcomes"), context)


@require_POST
@page("messages.resolve_unknown")
def resolve(request: StaffRequest) -> HttpResponse:
    """Settle sends whose outcome was unknown."""
    outcome = request.POST.get("outcome", "")
    chosen = [send_id for value in request.POST.getlist("send") if (send_id := _id(value)) is not None]
    if chosen and outcome in {"sent", "not_sent", "again"}:
        resolve_unknown(
            **act_of(request),
            send_ids=chosen,
            outcome=outcome,  # type: ignore[arg-type]
        )
        messages.success(request, _("Settled."))
    else:
        messages.error(request, _("Choose messages and what became of them."))
    return redirect("messages.unknown")


@page("messages.view")
def member_contacts(request: StaffRequest, member_id: UUID) -> HttpResponse:
    """Show every contact with one member and why it was or was not sent, as a panel of their profile."""
    return render(
        request, "messages/member_contacts.html", {"decisions": list_decisions(member_id, limit=50)}
    )


urlpatterns = [
    *channel_pages.urlpatterns,
    *by_hand_pages.urlpatterns,
    *notice_pages.urlpatterns,
    path("messages/", sends_page, name="messages.list"),
    path("messages/mailbox/", mailbox_page, name="messages.mailbox"),
    path("messages/unknown/", unknown_page, name="messages.unknown"),
    path("messages/unknown/settle/", resolve, name="messages.resolve_unknown"),
    path("messages/texts/", templates_page, name="messages.templates"),
    path("messages/texts/new/", new_template_page, name="messages.new_template"),
    path("messages/texts/preview/", preview, name="messages.preview"),
    path("messages/texts/<uuid:template_id>/", template_page, name="messages.template"),
    path("messages/texts/<uuid:template_id>/withdraw/", withdraw, name="messages.withdraw_template"),
    path("messages/texts/<uuid:template_id>/test/", trial, name="messages.send_test"),
    path("messages/of/<uuid:member_id>/", member_contacts, name="messages.member_contacts"),
]
