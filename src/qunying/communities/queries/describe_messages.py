"""Messages as somebody may see them: names and contacts only for those who may see them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from qunying.communities.models import Message
from qunying.kernel.actors import Actor
from qunying.members.queries.describe_members import pseudonym
from qunying.members.queries.list_members import SEE_CONTACTS, SEE_NAMES
from qunying.members.queries.mask_contact import mask_contact

MAX_SHOWN = 5_000
_CONTACT = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+|(?<!\d)(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)",
    re.ASCII,
)


@dataclass(frozen=True)
class MessageView:
    """A message as far as it may be seen."""

    message: Message
    author: str
    text: str
    answered: str


def describe_messages(messages: Iterable[Message], actor: Actor) -> list[MessageView]:
    """Return what an actor may see of messages, in their order.

    Who may not see names sees a pseudonym that is the same for all messages of a person; contacts in texts are masked for whoever may not
    see contacts.
    """
    sees_names, sees_contacts = actor.may(SEE_NAMES), actor.may(SEE_CONTACTS)

    def text_of(message: Message) -> str:
        text = message.text[:MAX_SHOWN] + ("…" if len(message.text) > MAX_SHOWN else "")
        return text if sees_contacts else masked_text(text)

    return [
        MessageView(
            message=message,
            author=author_of(message, sees_names=sees_names),
            text=text_of(message),
            answered=text_of(message.reply_to)[:120] if message.reply_to else "",
        )
        for message in messages
    ]


def author_of(message: Message, *, sees_names: bool) -> str:
    """Return what stands for the author."""
    author = message.author
    if author is None:
        return _("The platform")
    if not sees_names:
        return pseudonym(author.member_id) if author.member_id else _("Person {code}").format(code=author.pk)
    return author.nickname or message.author_name or author.platform_user_id


def masked_text(text: str) -> str:
    """Return a text whose e-mail addresses and mobile numbers have their middle hidden."""
    return _CONTACT.sub(lambda found: mask_contact(found.group(0)), text)
