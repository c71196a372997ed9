"""Forms of the console's pages of communities."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from qunying.accounts.queries.list_staff import list_staff
from qunying.communities.actions.change_platform import PlatformProfile
from qunying.communities.models import (
    Community,
    CommunityTarget,
    GroupMember,
    Permission,
    Platform,
    PlatformChoice,
)
from qunying.communities.profile import MAX_CAPACITY, CommunityProfile
from qunying.kernel.inputs import DayInput
from qunying.kernel.lines import Lines
from qunying.messages.queries.list_channels import list_channels
from qunying.segments.queries.list_segments import list_segments


class CommunityForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a community says of itself."""

    tags = forms.CharField(
        label=_("Tags"), required=False, max_length=600, help_text=_("With commas between them.")
    )

    class Meta:
        model = Community
        fields = (
            "name",
            "kind",
            "platform",
            "state",
            "positioning",
            "value",
            "member_types",
            "activity_forms",
            "tags",
            "rules",
            "capacity",
            "planned_size",
            "platform_group_id",
            "join_address",
            "channel",
        )
        widgets = {
            "positioning": Lines(attrs={"rows": 2}),
            "value": Lines(attrs={"rows": 2}),
            "rules": Lines(attrs={"rows": 8}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["channel"].queryset = list_channels()  # type: ignore[attr-defined]
        platforms = Platform.objects.filter(is_offered=True).order_by("slug")
        if self.instance.platform_id:
            platforms = platforms | Platform.objects.filter(pk=self.instance.platform_id)
        self.fields["platform"].queryset = platforms  # type: ignore[attr-defined]
        self.initial["tags"] = ", ".join(self.instance.tags)

    def clean_tags(self) -> list[str]:
        """Split what was typed at commas of either width."""
        typed = self.cleaned_data["tags"].replace("，", ",").split(",")
        return [tag.strip() for tag in typed if tag.strip()]

    def profile(self) -> CommunityProfile:
        """Return what was typed."""
        values = dict(self.cleaned_data)
        channel, tags, platform = values.pop("channel"), values.pop("tags"), values.pop("platform")
        return CommunityProfile(
            **values, platform=platform.slug, tags=tuple(tags), channel_id=channel.pk if channel else None
        )


class RosterForm(forms.Form):
    """A roster to take over."""

    file = forms.FileField(
        label=_("Roster (CSV or XLSX)"),
        help_text=_(
            "Columns such as user_id, nickname, role, source, invited_by, joined_at, left_at, phone, e-mail, customer_id."
        ),
    )
    is_complete = forms.BooleanField(
        label=_("This file names everybody who is in; whoever is missing has left"), required=False
    )


class LinkForm(forms.Form):
    """A new join link."""

    source = forms.CharField(label=_("Source"), max_length=100)


class StateForm(forms.Form):
    """The next state of a community."""

    state = forms.ChoiceField(label=_("State"), choices=Community.State)
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)


class TargetForm(forms.Form):
    """A target in people's units: percent for rates, whole money for sales."""

    measure = forms.ChoiceField(label=_("Measure"), choices=CommunityTarget.Measure)
    start = forms.DateField(label=_("From"), widget=DayInput())
    end = forms.DateField(label=_("Until"), widget=DayInput())
    value = forms.DecimalField(
        label=_("Target"),
        min_value=0,
        max_digits=13,
        decimal_places=2,
        required=False,
        help_text=_("People; percent for rates; money for sales. Empty takes the target away."),
    )


class DriveForm(forms.Form):
    """A recruitment drive, its cost in whole money."""

    source = forms.CharField(
        label=_("Source"), max_length=100, help_text=_("Spelled as on the join link or live code.")
    )
    start = forms.DateField(label=_("From"), widget=DayInput())
    end = forms.DateField(label=_("Until"), widget=DayInput())
    target = forms.IntegerField(label=_("People to win"), min_value=1, max_value=MAX_CAPACITY)
    cost = forms.DecimalField(label=_("Cost"), min_value=0, max_digits=12, decimal_places=2, initial=0)
    note = forms.CharField(label=_("Note"), max_length=300, required=False)


class DutiesForm(forms.Form):
    """What a role does and may do."""

    role = forms.ChoiceField(label=_("Role"), choices=GroupMember.Role)
    duties = forms.CharField(
        label=_("Duties"), max_length=1000, required=False, widget=Lines(attrs={"rows": 3})
    )
    permissions = forms.MultipleChoiceField(
        label=_("May"), choices=Permission, required=False, widget=forms.CheckboxSelectMultiple
    )


class LiveCodeForm(forms.Form):
    """A live code and where it leads."""

    name = forms.CharField(label=_("Name"), max_length=100)
    source = forms.CharField(label=_("Source"), max_length=100)
    guide: "forms.ModelChoiceField[Any]" = forms.ModelChoiceField(
        label=_("Guide"), queryset=None, required=False
    )
    communities: "forms.ModelMultipleChoiceField[Any]" = forms.ModelMultipleChoiceField(
        label=_("Leads to"),
        queryset=None,
        help_text=_("The first one with room takes the next person; in the order of their names."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_open = Community.objects.exclude(state=Community.State.CLOSED).order_by("name")
        self.fields["communities"].queryset = is_open  # type: ignore[attr-defined]
        self.fields["guide"].queryset = list_staff()  # type: ignore[attr-defined]


class FeedForm(forms.Form):
    """A new roster feed."""

    name = forms.CharField(label=_("Program"), max_length=100)


class PlatformForm(forms.ModelForm):  # type: ignore[type-arg]
    """What the registry says of a platform."""

    purposes = forms.MultipleChoiceField(
        label=_("Good for"),
        choices=Platform.Purpose,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    abilities = forms.MultipleChoiceField(
        label=_("What can be automated"),
        choices=Platform.Ability,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    core_sexes = forms.CharField(
        label=_("Core audience: sexes"), required=False, help_text=_("With commas; empty is everybody.")
    )
    core_city_tiers = forms.CharField(
        label=_("Core audience: city tiers"), required=False, help_text=_("With commas; empty is everybody.")
    )

    class Meta:
        model = Platform
        fields = (
            "type",
            "name",
            "audience",
            "strengths",
            "quotas",
            "purposes",
            "abilities",
            "reach",
            "interaction",
            "cost",
            "age_from",
            "age_until",
            "core_sexes",
            "core_city_tiers",
            "group_capacity",
            "is_offered",
        )
        widgets = {name: Lines(attrs={"rows": 2}) for name in ("audience", "strengths", "quotas")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("name", "audience", "strengths", "quotas"):
            self.initial[name] = self.instance.worded(name) if self.instance.slug else ""
        for name in ("core_sexes", "core_city_tiers"):
            self.initial[name] = ", ".join(getattr(self.instance, name))

    def clean_core_sexes(self) -> list[str]:
        """Return the sexes that were typed."""
        return self._listed("core_sexes")

    def clean_core_city_tiers(self) -> list[str]:
        """Return the city tiers that were typed."""
        return self._listed("core_city_tiers")

    def _listed(self, name: str) -> list[str]:
        typed = self.cleaned_data[name].replace("，", ",").split(",")
        return [value.strip() for value in typed if value.strip()]

    def profile(self) -> PlatformProfile:
        """Return what was typed."""
        values = dict(self.cleaned_data)
        for name in ("core_sexes", "core_city_tiers", "purposes", "abilities"):
            values[name] = tuple(values[name])
        return PlatformProfile(**values)


class NewPlatformForm(PlatformForm):
    """A platform that nobody shipped."""

    slug = forms.SlugField(label=_("Short name"), max_length=20)
    field_order = ("slug",)


class ChoiceForm(forms.ModelForm):  # type: ignore[type-arg]
    """An entry of the layout."""

    class Meta:
        model = PlatformChoice
        fields = (
            "platform",
            "purpose",
            "segment",
            "target",
            "content_forms",
            "topics",
            "frequency",
            "owner",
            "reasons",
        )
        widgets = {"reasons": Lines(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["segment"].queryset = list_segments()  # type: ignore[attr-defined]
        self.fields["owner"].queryset = list_staff()  # type: ignore[attr-defined]

    def validate_unique(self) -> None:
        """Choosing again changes the entry."""
