"""What every installation has from the start: the mailbox channel and the text of the sign-in code."""

from datetime import datetime
from uuid import UUID

from qunying.kernel import clock
from qunying.kernel.ids import derived_id
from qunying.messages.models import Channel, Purpose, Template, TemplateVersion
from qunying.messages.notices import put_texts_in_place

BY_HAND_ID = derived_id("messages.channel", "by hand")
MAILBOX_ID = derived_id("messages.channel", "mailbox")
POST_TEMPLATE_ID = derived_id("messages.template", "community post")
SIGN_IN_MAIL_ID = derived_id("messages.template", "sign-in mail")
SIGN_IN_TEMPLATE_ID = derived_id("messages.template", "sign-in code")

_SIGN_IN_SUBJECT = "登录验证码 Sign-in code: {{ code }}"
_SIGN_IN_BODY = (
    "您的登录验证码是 {{ code }}，{{ minutes }} 分钟内有效。请勿告诉他人。\n\n"
    "Your sign-in code is {{ code }}. It is valid for {{ minutes }} minutes. Do not share it."
)
_SIGN_IN_MAIL = (
    "您的登录验证码是 {{ code }}，{{ minutes }} 分钟内有效。也可以点开下面的链接直接登录（只能用一次）。"
    "请勿告诉或转发给他人。\n\n"
    "Your sign-in code is {{ code }}. It is valid for {{ minutes }} minutes. You can also open this link to sign in, "
    "once. Do not share or forward it.\n\n{{ link_address }}"
)


def put_in_place() -> None:
    """Create the built-in channels and templates where they are missing; what staff changed stays as it is."""
    now = clock.now()
    _put_channel(MAILBOX_ID, Channel.Kind.MAILBOX, "内置信箱 Mailbox", now)
    _put_channel(BY_HAND_ID, Channel.Kind.BY_HAND, "人工发送 By hand", now)
    variables = {"code": "", "minutes": "10"}
    put_template_in_place(
        SIGN_IN_TEMPLATE_ID, "登录验证码 Sign-in code", _SIGN_IN_SUBJECT, _SIGN_IN_BODY, variables, now
    )
    put_template_in_place(
        SIGN_IN_MAIL_ID,
        "登录邮件 Sign-in mail",
        _SIGN_IN_SUBJECT,
        _SIGN_IN_MAIL,
        {**variables, "link_address": ""},
        now,
    )
    put_texts_in_place(now)
    put_template_in_place(POST_TEMPLATE_ID, "社群服务 Community service", "", "{{ text }}", {"text": ""}, now)


def _put_channel(channel_id: UUID, kind: str, name: str, now: datetime) -> None:
    defaults = {"kind": kind, "name": name, "pace_key": f"channel:{channel_id}", "created_at": now}
    Channel.objects.get_or_create(pk=channel_id, defaults=defaults)


def put_template_in_place(
    template_id: UUID,
    name: str,
    subject: str,
    body: str,
    variables: dict[str, str],
    now: datetime,
    *,
    purpose: str = Purpose.SERVICE,
    texts: dict[str, dict[str, str]] | None = None,
) -> None:
    """Create a template where it is missing, for service messages unless told otherwise; other nouns bring theirs
    as well.

    Args:
        template_id: a derived id, by which the noun finds its template again.
        name: what staff call it.
        subject, body, variables, texts: as in :class:`~qunying.messages.template_text.TemplateText`.
        now: the present instant.
        purpose: of the template.
    """
    text = {"subject": subject, "body": body, "variables": variables, "texts": texts or {}}
    template, is_new = Template.objects.get_or_create(
        pk=template_id,
        defaults={"name": name, "purpose": purpose, "created_at": now, "changed_at": now, **text},
    )
    if is_new:
        TemplateVersion.objects.create(template=template, version=1, created_at=now, **text)
