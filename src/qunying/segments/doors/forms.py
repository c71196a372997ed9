"""Forms of the console's segment pages."""

import csv
import io
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qunying.accounts.queries.list_staff import list_staff
from qunying.kernel.actors import Actor
from qunying.members.queries.list_members import list_attribute_values
from qunying.segments.actions.create_ready_made import MOST_COUNTRIES
from qunying.segments.actions.set_static_members import MOST_ENTRIES
from qunying.segments.models import Segment
from qunying.segments.queries.find_listed import find_listed
from qunying.segments.ready_made import READY_MADE
from qunying.segments.rules.reading import MOST_CHARACTERS

LARGEST_FILE = 20_000_000
MOST_SHOWN, LONGEST_SHOWN = 20, 60
ENCODINGS = ("utf-8-sig", "gb18030")


class SegmentForm(forms.Form):
    """Names and rule of a segment."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    slug = forms.RegexField(
        r"^[a-z0-9][a-z0-9-]{0,79}$",
        label=gettext_lazy("Short name"),
        required=False,
        help_text=gettext_lazy(
            "Small letters, digits and hyphens; other rules refer to it. Made from the name when empty."
        ),
    )
    description = forms.CharField(
        label=gettext_lazy("What it is for"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    rule = forms.CharField(max_length=MOST_CHARACTERS, widget=forms.HiddenInput)
    seen_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, segment: Segment | None = None) -> None:
        initial = None
        if segment is not None:
            initial = {
                "name": segment.name,
                "slug": segment.slug,
                "description": segment.description,
                "seen_version": segment.rule_version,
            }
        super().__init__(data, initial=initial)
        if segment is not None:
            self.fields["slug"].disabled = True


class EntriesForm(forms.Form):
    """Members as they are pasted or uploaded."""

    pasted = forms.CharField(
        label=gettext_lazy("Members"),
        required=False,
        max_length=5_000_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy(
            "Member ids, customer numbers, e-mail addresses or phones, one a line or separated by commas."
        ),
    )
    file = forms.FileField(
        label=gettext_lazy("Or a file"),
        required=False,
        help_text=gettext_lazy("Text or CSV; the first column counts."),
    )

    def clean(self) -> dict[str, Any]:
        """Collect the entries of both."""
        fields: dict[str, Any] = super().clean() or {}
        text = fields.get("pasted", "").replace("，", ",").replace(",", "\n")
        entries = [line.strip() for line in text.splitlines() if line.strip()]
        if fields.get("file") is not None:
            entries += self._first_column(fields["file"])
        if not entries and "file" not in self.errors:
            self.add_error("pasted", _("Paste members or choose a file."))
        if len(entries) > MOST_ENTRIES:
            raise forms.ValidationError(_("At most {limit} entries at once.").format(limit=MOST_ENTRIES))
        fields["entries"] = entries
        return fields

    def _first_column(self, file: Any) -> list[str]:
        if file.size > LARGEST_FILE:
            raise forms.ValidationError(_("The file is larger than 20 MB."))
        content = file.read()
        for encoding in ENCODINGS:
            try:
                text = content.decode(encoding)
                rows = csv.reader(io.StringIO(text.replace("\0", "")))
                return [row[0].strip() for row in rows if row and row[0].strip()]
            except (UnicodeDecodeError, csv.Error):
                continue
        raise forms.ValidationError(_("The file is neither text nor CSV."))


class ListForm(EntriesForm):
    """A new fixed list. Entries that fit nobody are told before it is made; it is made without them when they are left out."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    slug = SegmentForm.base_fields["slug"]
    description = SegmentForm.base_fields["description"]
    leave_out = forms.BooleanField(
        label=gettext_lazy("Make the list without them"), required=False, widget=forms.HiddenInput
    )
    field_order = ("name", "slug", "description", "pasted", "leave_out", "file")

    def __init__(self, *args: Any, actor: Actor, **words: Any) -> None:
        super().__init__(*args, **words)
        self.actor = actor

    def clean(self) -> dict[str, Any]:
        """Look the members up."""
        fields = super().clean()
        listed = find_listed(fields["entries"], self.actor)
        if not fields["entries"]:
            return fields
        if not listed.member_ids:
            self.add_error("pasted", _("None of these is a member."))
        elif listed.unmatched and not fields.get("leave_out"):
            shown = ", ".join(entry[:LONGEST_SHOWN] for entry in listed.unmatched[:MOST_SHOWN])
            said = _("Members found: {found}. Entries that fit nobody: {count} ({entries}).").format(
                found=len(listed.member_ids), count=len(listed.unmatched), entries=shown
            )
            self.add_error("pasted", said)
            self.fields["leave_out"].widget = forms.CheckboxInput()
        if self.errors and fields.get("file") is not None:  # a browser does not send a file again by itself
            self.data = {**self.data.dict(), "pasted": "\n".join(fields["entries"])}  # type: ignore[attr-defined]
        return fields


class MembersForm(EntriesForm):
    """What to do with a fixed list."""

    mode = forms.ChoiceField(
        label=gettext_lazy("What to do"),
        choices=[
            ("add", gettext_lazy("Add to the list")),
            ("remove", gettext_lazy("Take off the list")),
            ("replace", gettext_lazy("Replace the whole list")),
        ],
    )
    field_order = ("mode", "pasted", "file")


class CardForm(forms.Form):
    """The strategy card: what the brand wants of these members, and who sees to it."""

    aim = forms.CharField(
        label=gettext_lazy("Aim"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    offers = forms.CharField(
        label=gettext_lazy("Price band, offers, kinds of activity"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    owner: "forms.ModelChoiceField[Any]" = forms.ModelChoiceField(
        label=gettext_lazy("Owner"), required=False, queryset=None
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = list_staff()  # type: ignore[attr-defined]


class ReadyMadeForm(forms.Form):
    """Which ready-made segments to make."""

    slugs = forms.MultipleChoiceField(
        label=gettext_lazy("Ready-made segments"), required=False, widget=forms.CheckboxSelectMultiple
    )
    countries = forms.MultipleChoiceField(
        label=gettext_lazy("One for each country"),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 6}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        there = set(Segment.objects.values_list("slug", flat=True))
        choices = [(ready.slug, ready.name) for ready in READY_MADE if ready.slug not in there]
        self.fields["slugs"].choices = choices  # type: ignore[attr-defined]
        countries = list_attribute_values("country", limit=MOST_COUNTRIES)
        self.fields["countries"].choices = [(country, country) for country in countries]  # type: ignore[attr-defined]
