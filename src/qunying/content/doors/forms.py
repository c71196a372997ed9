"""Forms of the console's content pages, and what their fields become."""

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from qunying.content.actions.add_material import MaterialFacts
from qunying.content.drafting import ItemPlan, VariantText
from qunying.content.models import ContentItem, Material
from qunying.content.platforms import PLATFORMS, Platform
from qunying.content.queries.get_item import list_materials
from qunying.engines.cadence import Rule
from qunying.kernel.inputs import DayInput, LocalTimeInput
from qunying.kernel.lines import Lines
from qunying.segments.queries.list_segments import list_segments


class ItemForm(forms.ModelForm):  # type: ignore[type-arg]
    """What an item is to be."""

    class Meta:
        model = ContentItem
        fields = ("title", "brief", "kind", "goal", "topic_kind", "topic", "category", "horizon", "segment")
        widgets = {"brief": Lines(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["segment"].queryset = list_segments()  # type: ignore[attr-defined]
        self.fields["segment"].empty_label = _("everybody")  # type: ignore[attr-defined]

    def plan(self) -> ItemPlan:
        """Return what was typed."""
        values = dict(self.cleaned_data)
        segment = values.pop("segment")
        return ItemPlan(**values, segment_id=segment.pk if segment else None)


class PicturesField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Pictures of the library, to tick."""

    def label_from_instance(self, obj: Any) -> str:
        """Show a material by its name."""
        return str(obj.name)


class VariantForm(forms.Form):
    """The form of an item on one platform."""

    title = forms.CharField(label=_("Title"), max_length=200, required=False)
    body = forms.CharField(
        label=_("Text"),
        required=False,
        widget=Lines(attrs={"rows": 14}),
        help_text=_(
            "Markdown: **bold**, # heading, - list, [link](https://…), ![what it shows](1) for the first picture."
        ),
    )
    link = forms.CharField(
        label=_("Where it leads"),
        required=False,
        help_text=_("The product or page, https://… or /m/…; clicks are counted."),
    )
    media_link = forms.CharField(label=_("Video, live room or H5 page"), required=False)
    pictures = PicturesField(
        label=_("Pictures"),
        queryset=Material.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, platform: Platform, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        usable = list_materials().filter(picture__isnull=False).order_by("-created_at", "pk")
        self.fields["pictures"].queryset = usable  # type: ignore[attr-defined]
        if not platform.title_limit:
            del self.fields["title"]

    def text(self) -> VariantText:
        """Return what was typed; pictures in the order in which they were ticked, as far as the browser says it."""
        values = dict(self.cleaned_data)
        chosen = {material.pk for material in values.pop("pictures")}
        order = [UUID(key) for key in dict(self.data.lists())["pictures"]] if chosen else []  # type: ignore[attr-defined]
        return VariantText(**values, material_ids=tuple(key for key in order if key in chosen))


class PlaceForm(forms.Form):
    """Where and when."""

    where = forms.ChoiceField(label=_("Where"))
    at = forms.DateTimeField(label=_("When"), widget=LocalTimeInput())

    def __init__(self, *args: Any, communities: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pages = [(code, p.title) for code, p in PLATFORMS.items() if p.shape != "chat"]
        groups = [(f"community:{community.pk}", community.name) for community in communities]
        self.fields["where"].choices = [(_("Communities"), groups), (_("Pages and accounts"), pages)]  # type: ignore[attr-defined]


class MaterialForm(forms.ModelForm):  # type: ignore[type-arg]
    """A material of the library."""

    file = forms.FileField(label=_("Picture (JPEG, PNG, WebP, GIF; at most 10 MB)"), required=False)
    tags = forms.CharField(label=_("Tags, with commas between"), required=False)

    class Meta:
        model = Material
        fields = ("name", "kind", "file", "link", "rights", "rights_holder", "rights_until", "tags")
        widgets = {"rights_until": DayInput()}

    def clean_tags(self) -> list[str]:
        """Return the words between the commas, Chinese ones too."""
        words = str(self.cleaned_data["tags"]).replace("，", ",").split(",")
        return [word.strip()[:40] for word in words if word.strip()]

    def facts(self) -> MaterialFacts:
        """Return what was typed."""
        values = dict(self.cleaned_data)
        values.pop("file", None)
        return MaterialFacts(**values)


class CadenceForm(forms.Form):
    """The rule of a community."""

    most_per_day = forms.IntegerField(label=_("At most a day"), min_value=0, max_value=50)
    most_per_week = forms.IntegerField(label=_("At most a week"), min_value=0, max_value=200)
    least_per_week = forms.IntegerField(label=_("At least a week"), min_value=0, max_value=50)
    hours_between = forms.IntegerField(label=_("Hours between two"), min_value=0, max_value=168)
    duplicate_days = forms.IntegerField(label=_("Days before a text comes again"), min_value=0, max_value=365)

    def rule(self) -> Rule:
        """Return what was typed."""
        return Rule(**self.cleaned_data)


def local_instant(value: datetime, zone: str) -> datetime:
    """Return the instant of a wall-clock time that was typed into a form."""
    return value.replace(tzinfo=ZoneInfo(zone))
