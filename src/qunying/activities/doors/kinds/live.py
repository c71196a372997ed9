"""A live session: what staff are asked, what members and staff see of it."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from qunying.accounts.instants import LocalTimeField
from qunying.activities.doors.kinds import live_api, live_pages
from qunying.activities.doors.kinds.door import KindDoor
from qunying.activities.doors.kinds.gathering import read_wish
from qunying.activities.kinds.live import LONGEST_WORD, MOST_WORDS, LiveSettings, find_booking, words_of
from qunying.activities.models import Activity, LiveAnswer, LiveWord, State
from qunying.activities.queries.get_live_session import find_replay, get_live_session
from qunying.activities.rules import MOST_PRIZES, instant_text
from qunying.activities.took_part import TookPart
from qunying.kernel import clock
from qunying.members.queries.get_member import list_own_ids

NAMES = ("title", "word", "minutes", "prize")
BESIDES = (
    "starts_at", "ends_at", "platform", "room", "host", "guests", "remind_minutes", "room_minutes",
)  # fmt: skip


class LiveForm(forms.Form):
    """A live session: when, where, who is on air, and up to ten watchwords, which can be typed but not read."""

    besides_first = True
    left_out = _("Rows without a name are left out. The number of a prize is that of its row below.")
    starts_at = LocalTimeField(label=_("The session begins"))
    ends_at = LocalTimeField(
        label=_("The session ends"), help_text=_("The activity above closes at this time or later.")
    )
    platform = forms.CharField(
        label=_("Platform"), max_length=60, help_text=_("As members know it, such as Douyin or Taobao Live.")
    )
    room = forms.URLField(
        label=_("Address of the room"),
        max_length=500,
        assume_scheme="https",
        help_text=_("https://… Members are led there from their page, and only there."),
    )
    host = forms.CharField(label=_("Host"), max_length=60)
    guests = forms.CharField(label=_("Guests"), max_length=200, required=False)
    remind_minutes = forms.IntegerField(
        label=_("Reminder before the start (minutes)"), min_value=1, max_value=1_440, initial=30
    )
    room_minutes = forms.IntegerField(
        label=_("The way in opens before the start (minutes)"), min_value=0, max_value=1_440, initial=15
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Ask for title, word, minutes and prize of each watchword."""
        super().__init__(*args, **kwargs)
        for number in range(1, MOST_WORDS + 1):
            is_kept = bool(self.initial.get(f"kept_{number}"))
            self.fields[f"title_{number}"] = forms.CharField(
                label=gettext("Watchword {number}, as staff call it").format(number=number),
                max_length=60,
                required=False,
            )
            self.fields[f"word_{number}"] = forms.CharField(
                label=gettext("Watchword {number}").format(number=number),
                max_length=LONGEST_WORD,
                required=False,
                help_text=gettext("Sealed; a new one replaces it.") if is_kept else "",
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
            )
            self.fields[f"minutes_{number}"] = forms.IntegerField(
                label=gettext("Minutes in which it counts"),
                min_value=1,
                max_value=120,
                initial=10,
                required=False,
            )
            self.fields[f"prize_{number}"] = forms.IntegerField(
                label=gettext("No. of its prize"),
                min_value=1,
                max_value=MOST_PRIZES,
                initial=1,
                required=False,
            )

    def heads(self) -> list[str]:
        """Return what stands above the fields of the watchwords."""
        return [
            gettext("What staff call it"),
            gettext("Watchword (nobody can read it before it is announced)"),
            gettext("Minutes in which it counts"),
            gettext("No. of its prize"),
        ]

    def lines(self) -> list[list[forms.BoundField]]:
        """Return the fields of each watchword."""
        return [[self[f"{name}_{number}"] for name in NAMES] for number in range(1, MOST_WORDS + 1)]

    def besides(self) -> list[forms.BoundField]:
        """Return the fields that are not of a watchword."""
        return [self[name] for name in BESIDES]

    def clean(self) -> dict[str, Any]:
        """See that a watchword has a name for staff, and a name its watchword."""
        typed: dict[str, Any] = self.cleaned_data
        for number in range(1, MOST_WORDS + 1):
            title, word = typed.get(f"title_{number}"), typed.get(f"word_{number}")
            if word and not title and not self.has_error(f"title_{number}"):
                self.add_error(f"title_{number}", _("Give the watchword a name for staff, or empty its row."))
            elif (
                title
                and not word
                and not self.initial.get(f"kept_{number}")
                and not self.has_error(f"word_{number}")
            ):
                self.add_error(f"word_{number}", _("Type the watchword."))
        return typed

    def settings(self, currency: str) -> dict[str, Any]:  # noqa: ARG002
        """Return the settings without the prizes; words that were not typed anew stay sealed as they are."""
        typed, rows = self.cleaned_data, range(1, MOST_WORDS + 1)
        kept = {number: self.initial.get(f"kept_{number}", "") for number in rows}
        free = (key for key in (f"w{n}" for n in range(1, 3 * MOST_WORDS)) if key not in kept.values())
        words = [
            {
                "key": kept[number] or next(free),
                "title": typed[f"title_{number}"],
                "minutes": typed.get(f"minutes_{number}") or 10,
                "prize": f"p{typed.get(f'prize_{number}') or 1}",
                "word": typed.get(f"word_{number}") or "",
            }
            for number in rows
            if typed.get(f"title_{number}")
        ]
        plain = {name: typed[name] for name in BESIDES}
        instants = {name: instant_text(typed[name]) for name in ("starts_at", "ends_at")}
        return {**plain, **instants, "words": words, "sealed": self.initial.get("sealed", "")}

    @staticmethod
    def initial_of(settings: dict[str, Any], currency: str) -> dict[str, Any]:  # noqa: ARG004
        """Return what the form shows of settings: never a watchword."""
        rules = LiveSettings.model_validate(settings)
        places = {prize.key: place for place, prize in enumerate(rules.prizes, 1)}
        names = {prize.key: prize.name for prize in rules.prizes}
        found: dict[str, Any] = {name: settings[name] for name in (*BESIDES, "sealed")}
        found |= {"starts_at": rules.starts(), "ends_at": rules.ends()}
        for number, word in enumerate(rules.words, 1):
            found |= {
                f"kept_{number}": word.key,
                f"title_{number}": word.title,
                f"minutes_{number}": word.minutes,
                f"prize_{number}": places[word.prize],
                f"told_{number}": names[word.prize],
            }
        return found

    def told(self) -> Iterator[tuple[str, str]]:
        """Return what whoever approves reads of each watchword: not the word."""
        for number in range(1, MOST_WORDS + 1):
            if title := self.initial.get(f"title_{number}"):
                minutes = self.initial[f"minutes_{number}"]
                during = ngettext("{count} minute", "{count} minutes", minutes).format(count=minutes)
                label = gettext("Watchword {number}").format(number=number)
                yield label, f"{title} · {during} · {self.initial[f'told_{number}']}"


def tell_booking(activity: Activity, took: TookPart) -> str:  # noqa: ARG001
    """Return the sentence after booking."""
    return gettext("Booked. Come back here when it begins: this page leads you into the room.")


def shown(activity: Activity, member_id: UUID | None, now: datetime) -> Mapping[str, Any]:
    """Return when and where it is, how far it is, and the member's booking."""
    rules = LiveSettings.model_validate(activity.settings)
    is_open = activity.state == State.OPEN
    told: dict[str, Any] = {
        "rules": rules,
        "starts": rules.starts(),
        "ends": rules.ends(),
        "room_opens": rules.room_opens(),
        "is_over": now >= rules.ends(),
        "is_on_air": is_open and rules.is_on_air(now),
        "room_is_open": is_open and rules.room_opens() <= now < rules.ends(),
        "replay": find_replay(activity),
        "published_words": list(words_of(activity).values()) if activity.state == State.SETTLED else [],
    }
    if member_id is None:
        return told
    mine = find_booking(activity, member_id)
    said = LiveAnswer.objects.filter(
        word__activity=activity, member_id__in=list_own_ids(member_id), is_right=True
    )
    told |= {
        "mine": mine,
        "left": None,
        "may_play": True,
        "may_cancel": mine is not None and mine.came_at is None and now < rules.starts(),
        "said_right": said.values("word").distinct().count(),
        "word_until": LiveWord.objects.filter(activity=activity, announced_at__lte=now, until__gt=now)
        .order_by("-until")
        .values_list("until", flat=True)
        .first(),
    }
    return told


def panel(activity: Activity) -> Mapping[str, Any]:
    """Return who booked and came, and the watchwords."""
    rules, figures, now = (
        LiveSettings.model_validate(activity.settings),
        get_live_session(activity),
        clock.now(),
    )
    return {
        "rules": rules,
        "starts": rules.starts(),
        "ends": rules.ends(),
        "figures": figures,
        "now": now,
        "is_on_air": activity.state == State.OPEN and rules.is_on_air(now),
        "is_over": now >= rules.ends(),
        "state": pgettext("live session", "on air")
        if rules.is_on_air(now)
        else (
            pgettext("live session", "over") if now >= rules.ends() else pgettext("live session", "to come")
        ),
        "counts": [
            (pgettext_lazy("live session", "Booked"), figures.booked),
            (_("Reminded"), figures.reminded),
            (_("Came into the room"), figures.came),
            (_("of these booked beforehand"), figures.came_booked),
        ],
    }


DOOR = KindDoor(
    form=LiveForm,
    told=tell_booking,
    read=read_wish,
    shown=shown,
    panel=panel,
    panel_acts=("announce_word", "set_replay"),
    member=live_pages.member,
    console=live_pages.console,
    api=live_api.router,
)
