"""A member as staff name one in a form: not by an id."""

import re
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from qunying.kernel.actors import Actor
from qunying.members.queries.list_members import list_members

_ID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class MemberField(forms.CharField):
    """A member by phone, e-mail, customer number, name, id, or the address of the profile; gives the id.

    Who types must be known (``actor``): what they may not see they cannot search by.
    """

    default_error_messages = {
        "nobody": _("Nobody is found by this. Try the phone, the e-mail or the customer number."),
        "several": _(
            "Several members are found by this. Type more of it, or paste the address of the profile."
        ),
    }

    def __init__(self, *, actor: Actor | None = None, **kwargs: Any) -> None:
        """Take up to 300 signs: a whole address fits."""
        help_text = _("Phone, e-mail, customer number, name, or the address of the profile.")
        super().__init__(**{"max_length": 300, "help_text": help_text, **kwargs})
        self.actor = actor

    def clean(self, value: Any) -> UUID | None:
        """Return the id of the one member who is meant."""
        typed = super().clean(value)
        if not typed:
            return None
        if self.actor is None:
            raise LookupError("a member is looked for, and nobody knows by whom")
        by_id = _ID.search(typed)
        rows = list_members(actor=self.actor, search=by_id.group() if by_id else typed, size=2).rows
        if len(rows) != 1:
            raise forms.ValidationError(self.error_messages["several" if rows else "nobody"])
        return rows[0].id
