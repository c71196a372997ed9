"""Console pages of channels: the ways out, their settings and secrets."""

import json
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qunying.kernel.console import StaffRequest, page, show
from qunying.kernel.refusals import told_in
from qunying.kernel.web import act_of
from qunying.messages.actions.change_channel import change_channel
from qunying.messages.actions.create_channel import create_channel
from qunying.messages.channels.needs import is_personal
from qunying.messages.channels.robots import ROBOTS
from qunying.messages.models import Channel
from qunying.messages.queries.get_channel import get_channel
from qunying.messages.queries.list_channels import list_channels
from qunying.messages.sending.mailbox import WITHOUT_PROVIDER

# What each kind of channel asks for: setting → (label, help).
SETTINGS: dict[str, dict[str, tuple[Any, Any]]] = {
    Channel.Kind.EMAIL: {
        "host": (gettext_lazy("Mail server"), gettext_lazy("Empty: the installation's own.")),
        "port": (gettext_lazy("Port"), ""),
        "security": (gettext_lazy("Encryption"), ""),
        "username": (gettext_lazy("User name"), ""),
        "sender": (gettext_lazy("Sender's address"), ""),
        "sender_name": (gettext_lazy("Sender's name"), ""),
    },
    Channel.Kind.SMS: {
        "url": (gettext_lazy("Address"), gettext_lazy("Where your SMS provider takes messages.")),
        "format": (gettext_lazy("Format"), ""),
        "fields": (
            gettext_lazy("Fields"),
            gettext_lazy("As your provider names them: mobile={phone}&content={text}&apikey={secret}"),
        ),
        "authorization": (
            gettext_lazy("Authorization header"),
            gettext_lazy("If your provider wants one: Bearer {secret}"),
        ),
        "accepted": (
            gettext_lazy("What its answer says when it took the message"),
            gettext_lazy("For example code=0 or result.status=OK. Empty: HTTP 200 is enough."),
        ),
    },
    Channel.Kind.WEBHOOK: {
        "url": (
            gettext_lazy("Address"),
            gettext_lazy("Your program that delivers; it gets signed requests."),
        ),
        "identity": (
            gettext_lazy("What it is told of the member"),
            "",
        ),
    },
    Channel.Kind.WECOM_ROBOT: {
        "format": (gettext_lazy("Format"), ""),
    },
    Channel.Kind.DINGTALK_ROBOT: {
        "format": (gettext_lazy("Format"), ""),
    },
    Channel.Kind.FEISHU_ROBOT: {},
    Channel.Kind.TELEGRAM_BOT: {
        "chat": (
            gettext_lazy("Chat"),
            gettext_lazy("The number of the group, as in -1001234567890, or @name of a channel."),
        ),
    },
    Channel.Kind.MAILBOX: {},
    Channel.Kind.BY_HAND: {},
}
# What there is to choose from, where that is little.
CHOICES = {
    "port": ("465", "587", "25", "2525"),
    "security": ("starttls", "tls"),
    "identity": ("phone", "email", "shop_customer", "wecom", "openid", "unionid", "platform_user"),
    "format": ("text", "markdown"),
}
SMS_FORMATS = ("json", "form")
SECRETS = {
    Channel.Kind.EMAIL: gettext_lazy("Password"),
    Channel.Kind.SMS: gettext_lazy("Key of the provider"),
    Channel.Kind.WEBHOOK: gettext_lazy("Signing secret"),
    Channel.Kind.WECOM_ROBOT: gettext_lazy("Key of the robot"),
    Channel.Kind.DINGTALK_ROBOT: gettext_lazy("Access token or whole address of the robot"),
    Channel.Kind.FEISHU_ROBOT: gettext_lazy("Address of the robot"),
    Channel.Kind.TELEGRAM_BOT: gettext_lazy("Token of the bot"),
}
SIGNS = {kind for kind, robot in ROBOTS.items() if robot.signs}


class ChannelForm(forms.Form):
    """Settings of a channel of one kind."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)

    def __init__(self, kind: str, channel: Channel | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        stored = channel.settings if channel else {}
        for setting, (label, text) in SETTINGS[kind].items():
            value = stored.get(setting, "")
            initial = value if isinstance(value, str) else json.dumps(value)
            field: forms.Field = forms.CharField(label=label, help_text=text, required=False, max_length=500)
            if setting in CHOICES:
                offered = SMS_FORMATS if (kind, setting) == (Channel.Kind.SMS, "format") else CHOICES[setting]
                known = [*offered, *([initial] if initial and initial not in offered else [])]
                choices = [("", _("the usual one")), *((one, one) for one in known)]
                field = forms.ChoiceField(label=label, required=False, choices=choices)
            field.initial = initial
            self.fields[setting] = field
        if kind in SECRETS:
            text = gettext_lazy("Kept encrypted and never shown. Leave it empty to keep the present one.")
            self.fields["secret"] = forms.CharField(
                label=SECRETS[kind],  # type: ignore[index]
                help_text=text,
                required=False,
                max_length=500,
                widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
            )
        if kind in SIGNS:
            self.fields["signing_secret"] = forms.CharField(
                label=gettext_lazy("Signing secret"),
                help_text=gettext_lazy(
                    "Only where the robot is set to check signatures. Enter it together with the address."
                ),
                required=False,
                max_length=200,
                widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
            )
        self.fields["per_minute"] = forms.IntegerField(
            label=gettext_lazy("At most per minute"),
            required=False,
            min_value=0,
            initial=channel and channel.per_minute,
        )
        if is_personal(channel or Channel(kind=kind)):
            self.fields["is_default"] = forms.BooleanField(
                label=gettext_lazy("Use it when no other is chosen"),
                required=False,
                initial=bool(channel and channel.is_default),
            )
        if channel is not None:
            self.fields["is_active"] = forms.BooleanField(
                label=gettext_lazy("Active"), required=False, initial=channel.is_active
            )
            self.fields["name"].initial = channel.name

    def clean(self) -> dict[str, Any]:
        """A signing secret alone would lose its robot."""
        values = super().clean() or {}
        if values.get("signing_secret") and not values.get("secret"):
            self.add_error("secret", _("Enter it again together with the signing secret."))
        return values

    def secret(self) -> str:
        """Return the secret that was typed, with the signing secret after a space; empty for none."""
        parts = (self.cleaned_data.get(name, "").strip() for name in ("secret", "signing_secret"))
        return " ".join(filter(None, parts))

    def settings(self) -> dict[str, Any]:
        """Return the settings that were typed; empty ones take their defaults."""
        return {name: value for name in SETTINGS[self.kind] if (value := self.cleaned_data[name].strip())}


@page("messages.view")
def channels_page(request: StaffRequest) -> HttpResponse:
    """List the channels."""
    kinds = [(kind.value, kind.label) for kind in Channel.Kind if kind not in WITHOUT_PROVIDER]
    context = {"tab": "channels", "channels": list_channels(), "kinds": kinds}
    return show(request, "messages/channels.html", _("Channels"), context)


@page("messages.create_channel")
def new_channel_page(request: StaffRequest, kind: str) -> HttpResponse:
    """Set up a channel."""
    if kind not in SETTINGS or kind in WITHOUT_PROVIDER:
        return redirect("messages.channels")
    form = ChannelForm(kind, None, request.POST or None)
    if request.method == "POST" and form.is_valid():
        with told_in(form):
            values = form.cleaned_data
            create_channel(
                **act_of(request),
                kind=kind,
                name=values["name"],
                settings=form.settings(),
                secret=form.secret(),
                per_minute=values["per_minute"],
                is_default=values.get("is_default", False),
            )
            messages.success(request, _("Saved."))
            return redirect("messages.channels")
    return show(request, "messages/channel.html", str(Channel.Kind(kind).label), {"form": form})


@page("messages.change_channel")
def channel_page(request: StaffRequest, channel_id: UUID) -> HttpResponse:
    """Change a channel."""
    channel = get_channel(channel_id)
    form = ChannelForm(channel.kind, channel, request.POST or None)
    if request.method == "POST" and form.is_valid():
        with told_in(form):
            values = form.cleaned_data
            change_channel(
                **act_of(request),
                channel_id=channel_id,
                name=values["name"],
                settings=form.settings(),
                secret=form.secret() or None,
                per_minute=values["per_minute"],
                is_active=values["is_active"],
                is_default=values.get("is_default", False),
            )
            messages.success(request, _("Saved."))
            return redirect("messages.channels")
    return show(request, "messages/channel.html", channel.name, {"form": form, "channel": channel})


urlpatterns = [
    path("messages/channels/", channels_page, name="messages.channels"),
    path("messages/channels/new/<slug:kind>/", new_channel_page, name="messages.new_channel"),
    path("messages/channels/<uuid:channel_id>/", channel_page, name="messages.channel"),
]
