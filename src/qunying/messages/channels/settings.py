"""What each kind of channel can be told: checked before it is stored. Secrets are apart from it, and
sealed."""

import base64
import binascii
from typing import Any, Literal
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings as installation
from django.core.exceptions import ValidationError as DjangoValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from qunying.kernel.outgoing import Target, parse_url
from qunying.kernel.plain_reasons import first_refusal
from qunying.kernel.problems import Kind, Problem
from qunying.members.queries.consent_wording import CHANNEL_TITLES
from qunying.messages.channels.robots import ROBOTS, credential_in, is_robot
from qunying.messages.channels.sms import fields_in
from qunying.messages.models import Channel

_SECRET_LENGTH = (24, 64)


class BadChannelSetting(Problem):
    """A setting is missing, unknown or not what it should be."""

    code = "bad_channel_setting"
    kind = Kind.INVALID
    message = _("The setting “{setting}” is not right: {why}")


class InsecureUrl(Problem):
    """Messages would cross the internet for all to read."""

    code = "insecure_url"
    kind = Kind.INVALID
    message = _("The address must begin with https://.")


class _Settings(BaseModel):
    model_config = ConfigDict(extra="forbid", str_max_length=500, str_strip_whitespace=True)
    consent: str = Field("", max_length=20)

    @field_validator("consent")
    @classmethod
    def _is_asked(cls, value: str) -> str:
        if value and value not in CHANNEL_TITLES:
            raise ValueError(value)
        return value


class MailboxSettings(_Settings):
    """The mailbox needs nothing, and neither does a person."""


class EmailSettings(_Settings):
    """A mail server. Without ``host`` the installation's own (``QUNYING_SMTP_URL``) is used."""

    host: str = Field("", max_length=253)
    port: Literal[25, 465, 587, 2525] | None = None
    security: Literal["starttls", "tls"] = "starttls"
    username: str = Field("", max_length=200)
    sender: str = Field("", max_length=254)
    sender_name: str = Field("", max_length=100)

    @field_validator("port", mode="before")
    @classmethod
    def _as_number(cls, value: Any) -> Any:
        return int(value) if isinstance(value, str) and value.isdecimal() and len(value) < 6 else value

    @field_validator("sender")
    @classmethod
    def _is_address(cls, value: str) -> str:
        if value:
            try:
                validate_email(value)
            except DjangoValidationError as error:
                raise ValueError(value) from error
        return value


class SmsSettings(_Settings):
    """A provider of text messages; see ``channels/sms.py`` for how its fields are written."""

    url: str
    format: Literal["json", "form"] = "json"
    fields: str
    authorization: str = ""
    accepted: str = Field("", pattern=r"^$|^[A-Za-z0-9_]{1,60}(\.[A-Za-z0-9_]{1,60}){0,4}=.{1,60}$")

    @field_validator("fields")
    @classmethod
    def _says_who_and_what(cls, value: str) -> str:
        patterns = " ".join(pattern for _name, pattern in fields_in(value))
        if "{phone}" not in patterns or "{text}" not in patterns:
            raise ValueError("{phone}, {text}")
        return value

    @field_validator("authorization")
    @classmethod
    def _is_a_header(cls, value: str) -> str:
        if not value.isascii() or not value.isprintable():
            raise ValueError(value)
        return value


class WebhookSettings(_Settings):
    """A program of the brand that delivers (by SMS, an app, a group …). ``identity`` is what it is told of
    the member."""

    url: str
    identity: Literal["phone", "email", "shop_customer", "wecom", "openid", "unionid", "platform_user"] = (
        "phone"
    )


class WecomSettings(_Settings):
    """A group robot. Its key is the secret."""

    url: str = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send"
    format: Literal["text", "markdown"] = "text"


class DingTalkSettings(_Settings):
    """A custom robot. Its access token is the secret, with the signing secret (``SEC…``) after a space when it signs."""

    url: str = "https://oapi.dingtalk.com/robot/send"
    format: Literal["text", "markdown"] = "text"


class FeishuSettings(_Settings):
    """A custom robot. The last part of its address is the secret, with the signing secret after a space when it signs."""

    url: str = "https://open.feishu.cn/open-apis/bot/v2/hook"


class TelegramSettings(_Settings):
    """A bot and the chat that it posts to. Its token is the secret."""

    url: str = "https://api.telegram.org"
    chat: str = Field(pattern=r"^(-?[0-9]{1,20}|@[A-Za-z][A-Za-z0-9_]{3,31})$")


_SCHEMAS: dict[str, type[_Settings]] = {
    Channel.Kind.MAILBOX: MailboxSettings,
    Channel.Kind.BY_HAND: MailboxSettings,
    Channel.Kind.EMAIL: EmailSettings,
    Channel.Kind.SMS: SmsSettings,
    Channel.Kind.WEBHOOK: WebhookSettings,
    Channel.Kind.WECOM_ROBOT: WecomSettings,
    Channel.Kind.DINGTALK_ROBOT: DingTalkSettings,
    Channel.Kind.FEISHU_ROBOT: FeishuSettings,
    Channel.Kind.TELEGRAM_BOT: TelegramSettings,
}


def checked_settings(kind: str, given: dict[str, Any]) -> dict[str, Any]:
    """Return settings as they are stored.

    Raises:
        BadChannelSetting, InsecureUrl, and the problems of :func:`qunying.kernel.outgoing.parse_url`.
    """
    schema = _SCHEMAS.get(kind)
    if schema is None:
        raise BadChannelSetting(setting="kind", why=kind[:20])
    try:
        settings = schema.model_validate(given)
    except ValidationError as error:
        place, why = first_refusal(error)
        raise BadChannelSetting(setting=place[:60], why=why) from error
    url = getattr(settings, "url", None)
    if url is not None:
        target = _checked_url(url)
        hosts = ROBOTS[kind].hosts if is_robot(kind) else ()
        if hosts and target.host not in hosts and not installation.ALLOW_PRIVATE_ADDRESSES:
            raise BadChannelSetting(setting="url", why=", ".join(hosts))
    if isinstance(settings, EmailSettings) and settings.host and not settings.sender:
        raise BadChannelSetting(setting="sender", why="")
    return settings.model_dump(exclude_defaults=True, mode="json")


def checked_secret(kind: str, secret: str) -> str:
    """Return a secret as it is sealed.

    Raises:
        BadChannelSetting: when it does not have the form that its kind needs.
    """
    secret = secret.strip()
    if kind == Channel.Kind.WEBHOOK and secret:
        signing_key(secret)
    if is_robot(kind):
        credential = credential_in(kind, secret)
        if credential is None:
            raise BadChannelSetting(setting="secret", why="")
        return credential
    if not secret.isprintable() or len(secret) > 500:
        raise BadChannelSetting(setting="secret", why="")
    return secret


def signing_key(secret: str) -> bytes:
    """Return the bytes of a webhook's secret, ``whsec_`` and 24 to 64 bytes in base64 (Standard Webhooks).

    Raises:
        BadChannelSetting: when it is anything else.
    """
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadChannelSetting(setting="secret", why="whsec_…") from error
    if not _SECRET_LENGTH[0] <= len(key) <= _SECRET_LENGTH[1]:
        raise BadChannelSetting(setting="secret", why="whsec_…")
    return key


class SmtpServer(BaseModel):
    """A mail server to talk to. ``is_ours`` says that whoever runs the installation named it, so that it may
    be a private address."""

    host: str
    port: int
    security: str
    username: str
    password: str = Field(repr=False)
    sender: str
    sender_name: str
    is_ours: bool


def smtp_server_of(channel: Channel, secret: str) -> SmtpServer | None:
    """Return the mail server of a channel; None when it relies on the installation's and there is none."""
    own = EmailSettings.model_validate(channel.settings)
    if own.host:
        port = own.port or {"tls": 465, "starttls": 587}[own.security]
        return SmtpServer(
            host=own.host, port=port, security=own.security, username=own.username, password=secret,
            sender=own.sender, sender_name=own.sender_name, is_ours=False,
        )  # fmt: skip
    if not installation.SMTP_URL:
        return None
    parts = urlsplit(installation.SMTP_URL)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    security = "tls" if parts.scheme == "smtps" else query.get("security", "none")
    return SmtpServer(
        host=parts.hostname or "localhost",
        port=parts.port or {"tls": 465, "starttls": 587}.get(security, 25),
        security=security,
        username=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        sender=own.sender or query.get("from", ""),
        sender_name=own.sender_name,
        is_ours=True,
    )


def _checked_url(url: str) -> Target:
    target = parse_url(url)
    if target.scheme != "https" and not installation.ALLOW_PRIVATE_ADDRESSES:
        raise InsecureUrl
    return target
