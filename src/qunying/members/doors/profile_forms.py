"""The forms of a member's profile: each is the door of one action."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from qunying.kernel.actors import Actor
from qunying.members.actions.add_identity import add_identity
from qunying.members.actions.change_attribute import change_attribute
from qunying.members.actions.change_consent import change_consent
from qunying.members.actions.mark_staff_account import mark_staff_account
from qunying.members.actions.merge_members import merge_members
from qunying.members.actions.tag_member import tag_member
from qunying.members.actions.undo_merge import undo_merge
from qunying.members.actions.untag_member import untag_member
from qunying.members.member_field import MemberField
from qunying.members.models import Identity, Member
from qunying.members.queries.consent_wording import CHANNEL_TITLES


class ProfileForm(forms.Form):
    """A form whose fields are the arguments of an action on one member."""

    verb: ClassVar[Any]
    title: ClassVar[Any]
    button: ClassVar[Any]
    done: ClassVar[Any] = _("Saved.")
    is_shown: ClassVar[bool] = True

    def act(self, command_id: str, actor: Actor, now: datetime, member: Member) -> None:
        """Do what the form asks for."""
        type(self).verb(command_id=command_id, actor=actor, now=now, **self.arguments(member))

    def arguments(self, member: Member) -> Mapping[str, Any]:
        """Return the action's arguments."""
        return {"member_id": member.id, **self.cleaned_data}

    def start_with(self, member: Member) -> None:
        """Fill in what is known already."""

    def sent_by(self, actor: Actor) -> None:
        """Let members be found by what this person of the staff may see."""
        for field in self.fields.values():
            if isinstance(field, MemberField):
                field.actor = actor


class TagForm(ProfileForm):
    """Put a tag on."""

    verb, title, button = staticmethod(tag_member), _("Add a tag"), _("Add")
    tag = forms.CharField(label=_("Tag"), max_length=50)


class UntagForm(ProfileForm):
    """Take a tag off; shown beside each tag."""

    verb, title, button, is_shown = staticmethod(untag_member), _("Remove the tag"), _("Remove"), False
    tag = forms.CharField(max_length=200)


class AttributeForm(ProfileForm):
    """Note an attribute."""

    verb, title, button = staticmethod(change_attribute), _("Note an attribute"), _("Save")
    attribute = forms.RegexField(
        r"^[a-z][a-z0-9_]{0,63}$",
        label=_("Attribute"),
        help_text=_("A plain word such as country, city or birth_year."),
    )
    value = forms.CharField(
        label=_("Value"), max_length=500, required=False, help_text=_("Empty takes the attribute away.")
    )


class ConsentForm(ProfileForm):
    """Enter what the member said about being contacted."""

    verb, title, button = staticmethod(change_consent), _("Enter a consent"), _("Save")
    channel = forms.ChoiceField(label=_("Channel"), choices=list(CHANNEL_TITLES.items()))
    granted = forms.TypedChoiceField(
        label=_("Answer"),
        choices=[("yes", _("agrees")), ("no", _("withdraws"))],
        coerce=lambda word: word == "yes",
    )
    text = forms.CharField(
        label=_("Wording that was agreed to"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Kept as proof, with the time and your name."),
    )


class IdentityForm(ProfileForm):
    """Make the member known in one more way."""

    verb, title, button = staticmethod(add_identity), _("Add an identity"), _("Add")
    type = forms.ChoiceField(label=_("Kind"), choices=Identity.Type.choices)
    value = forms.CharField(label=_("Value"), max_length=200)


class StaffAccountForm(ProfileForm):
    """Mark one of us."""

    verb, title, button = staticmethod(mark_staff_account), _("Staff or test account"), _("Save")
    is_staff = forms.TypedChoiceField(
        label=_("Counted in results"),
        choices=[("no", _("yes, a customer")), ("yes", _("no, one of us"))],
        coerce=lambda word: word == "yes",
    )

    def start_with(self, member: Member) -> None:
        self.initial["is_staff"] = "yes" if member.is_staff else "no"


class MergeForm(ProfileForm):
    """Make another member this one."""

    verb, title, button = staticmethod(merge_members), _("Merge with another member"), _("Merge")
    done = _("Merged. It can be undone below.")
    other = MemberField(
        label=_("The other member"),
        help_text=_(
            "Phone, e-mail, customer number, name, or the address of the profile. Their identities come here; all history is"
            " kept. This member remains."
        ),
    )
    confirm = forms.BooleanField(label=_("These two are one person"))

    def arguments(self, member: Member) -> Mapping[str, Any]:
        other: UUID = self.cleaned_data["other"]
        return {"kept_id": member.id, "merged_id": other}


class UndoMergeForm(ProfileForm):
    """Take a merge back; shown beside each merge."""

    verb, title, button, is_shown = staticmethod(undo_merge), _("Undo the merge"), _("Undo"), False
    done = _("The merge is undone.")
    merge_id = forms.UUIDField()

    def arguments(self, member: Member) -> Mapping[str, Any]:  # noqa: ARG002 - the merge names its members
        return {"merge_id": self.cleaned_data["merge_id"]}


FORMS: dict[str, type[ProfileForm]] = {
    "tag_member": TagForm,
    "untag_member": UntagForm,
    "change_attribute": AttributeForm,
    "change_consent": ConsentForm,
    "add_identity": IdentityForm,
    "mark_staff_account": StaffAccountForm,
    "merge_members": MergeForm,
    "undo_merge": UndoMergeForm,
}


def profile_forms(member: Member, actor: Actor) -> list[tuple[str, ProfileForm]]:
    """Return the forms that an actor may use on a member, each with the address that it is sent to."""
    shown = []
    for verb, kind in FORMS.items():
        if kind.is_shown and actor.may(f"members.{verb}"):
            form = kind(prefix=None, auto_id=f"{verb}_%s")
            form.start_with(member)
            shown.append((reverse(f"members.{verb}", args=[member.id]), form))
    return shown
