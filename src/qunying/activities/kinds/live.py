"""The live session (直播): members book it, go into the room on its platform, and win by watchwords that the host says.

The words are sealed when they are typed, promised by a hash at the opening, and published when it is settled.
"""

import hmac
import json
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, ClassVar
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from qunying.activities.kinds.gathering import REMIND
from qunying.activities.kinds.kind import Kind, Taken, Turn
from qunying.activities.models import Activity, LiveAnswer, LiveBooking
from qunying.activities.promises import name_of, secret_of
from qunying.activities.rules import INSTANT, MOST_PRIZES, Line, Prize, Settings, rules_document
from qunying.content.drafting import BadContentLink, checked_link
from qunying.engines.fair_bundles import words_bundle
from qunying.engines.sealed_deck import commit_deck
from qunying.kernel.acts import Act
from qunying.kernel.problems import Kind as ProblemKind
from qunying.kernel.problems import Problem
from qunying.kernel.sealing import SealBroken, seal, unseal
from qunying.members.queries.get_member import list_own_ids

MOST_WORDS = 10
LONGEST_WORD = 40


class AlreadyBooked(Problem):
    """The member has booked it."""

    code = "already_booked"
    kind = ProblemKind.CONFLICT
    message = gettext_lazy("You have booked “{title}”.")


class SessionOver(Problem):
    """The live session has ended."""

    code = "live_session_over"
    kind = ProblemKind.CONFLICT
    message = gettext_lazy("“{title}” is over.")


class NotOnAir(Problem):
    """The live session has not begun, or is over."""

    code = "not_on_air"
    kind = ProblemKind.CONFLICT
    message = gettext_lazy("“{title}” is not on air now.")


class Word(BaseModel):
    """A watchword. title: what staff call it. minutes: how long saying it counts, from the announcement. prize: the key of what it
    wins. word: the word itself, as it is typed; it is sealed at once and kept nowhere else.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,11}$")]
    title: Line
    minutes: int = Field(ge=1, le=120)
    prize: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,19}$")]
    word: Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST_WORD)] = ""


class LiveSettings(Settings):
    """When, where, who is on air, and the watchwords.

    starts_at, ends_at: instants in UTC. platform: as members know it. room: its https address. remind_minutes: how long before the
    start who asked for it is reminded. room_minutes: how long before the start the way into the room opens. sealed: the words, sealed
    with the installation's key; a word that is typed replaces its own.
    """

    starts_at: str = Field(pattern=INSTANT)
    ends_at: str = Field(pattern=INSTANT)
    platform: Line
    room: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
    host: Line
    guests: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
    remind_minutes: int = Field(default=30, ge=1, le=1_440)
    room_minutes: int = Field(default=15, ge=0, le=1_440)
    words: list[Word] = Field(default_factory=list, max_length=MOST_WORDS)
    sealed: Annotated[str, StringConstraints(max_length=4_000)] = ""
    prizes: list[Prize] = Field(default_factory=list, max_length=MOST_PRIZES)

    def starts(self) -> datetime:
        """Return when it begins."""
        return datetime.fromisoformat(self.starts_at).astimezone(UTC)

    def ends(self) -> datetime:
        """Return when it is over."""
        return datetime.fromisoformat(self.ends_at).astimezone(UTC)

    def room_opens(self) -> datetime:
        """Return from when members are led into the room."""
        return self.starts() - timedelta(minutes=self.room_minutes)

    def reminds(self) -> datetime:
        """Return from when who asked for it is reminded."""
        return self.starts() - timedelta(minutes=self.remind_minutes)

    def is_on_air(self, now: datetime) -> bool:
        """Tell whether it is running."""
        return self.starts() <= now < self.ends()


class Live(Kind):
    """A session on a platform, with words that win."""

    slug = "live"
    title = gettext_lazy("Live session")
    summary = gettext_lazy(
        "Members book a live session, are reminded, go into its room, and win by watchwords that the host says."
    )
    settings: ClassVar[type[Settings]] = LiveSettings
    own_limits = (5, None)  # who cancelled may book again
    progress_template = "activities/progress_live.html"
    panel_template = "activities/panel_live.html"

    def checked(self, settings: Settings) -> Settings:
        """Seal the words; refuse times that are none, a room that nobody should be led to, words that cannot be told apart."""
        rules = LiveSettings.model_validate(settings.model_dump())
        try:
            in_order = rules.starts() < rules.ends()
        except ValueError as error:
            raise ValueError(_("the times of the live session are none")) from error
        if not in_order:
            raise ValueError(_("it ends after it has begun"))
        _check_room(rules.room)
        known = _opened(rules.sealed)
        words = {word.key: word.word or known.get(word.key, "") for word in rules.words}
        _check_words(rules, words)
        if not any(word.word for word in rules.words) and words == known:
            return rules
        bare = [word.model_copy(update={"word": ""}) for word in rules.words]
        sealed = seal(json.dumps(words, ensure_ascii=False)) if words else ""
        return rules.model_copy(update={"words": bare, "sealed": sealed})

    def promise(self, activity: Activity, secret: bytes) -> str:
        """Return the promise of the words."""
        words = words_of(activity)
        return commit_deck(list(words.values()), activity.rules_hash, secret) if words else ""

    def take(self, turn: Turn) -> Taken:
        """Book: there are as many places as anybody wants."""
        activity = turn.activity
        if turn.act["now"] >= LiveSettings.model_validate(activity.settings).ends():
            raise SessionOver(title=activity.title)
        if find_booking(activity, turn.member_id) is not None:
            raise AlreadyBooked(title=activity.title)
        part = turn.note(landed="booked")
        LiveBooking.objects.create(
            activity=activity,
            member_id=turn.member_id,
            participation=part,
            remind=turn.choice == REMIND,
            booked_at=turn.act["now"],
        )
        return Taken(part)

    def settle(self, activity: Activity, act: Act) -> dict[str, Any] | None:  # noqa: ARG002
        """Publish the words, and who said them under names that tell nobody who they are."""
        words = words_of(activity)
        if not words:
            return None
        rows = LiveAnswer.objects.filter(word__activity=activity, is_right=True)
        said = [
            {"by": name_of(activity, member), "word": key, "given": prize or ""}
            for member, key, prize in rows.values_list("member_id", "word__key", "award__prize")
        ]
        return words_bundle(
            rules=rules_document(activity), words=list(words.values()), salt=secret_of(activity), said=said
        )


def words_of(activity: Activity) -> dict[str, str]:
    """Return the words by their keys, in the order of the rules. For announcing, comparing and after the close only."""
    rules = LiveSettings.model_validate(activity.settings)
    known = _opened(rules.sealed)
    return {word.key: known.get(word.key, "") for word in rules.words}


def is_said(word: str, said: str) -> bool:
    """Tell whether what was typed is the word: width, case and spaces do not matter. It takes as long whether or not it is."""
    return hmac.compare_digest(spelled(word).encode(), spelled(said).encode())


def spelled(text: str) -> str:
    """Return a word in the spelling in which words are compared."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def find_booking(activity: Activity, member_id: UUID) -> LiveBooking | None:
    """Return the booking that a member holds, under any of their ids; the one with which they came first, if any."""
    held = LiveBooking.objects.filter(
        activity=activity, member_id__in=list_own_ids(member_id), cancelled_at=None
    )
    return held.order_by("came_at", "booked_at", "id").first()


def _check_room(room: str) -> None:
    try:
        is_web = checked_link(room).startswith("https://")
    except BadContentLink:
        is_web = False
    if not is_web:
        raise ValueError(_("the room is a whole https:// address"))


def _check_words(rules: LiveSettings, words: Mapping[str, str]) -> None:
    if len(words) != len(rules.words):
        raise ValueError(_("two watchwords have the same key"))
    if not all(spelled(word) for word in words.values()):
        raise ValueError(_("a watchword is missing: every row with a title needs one"))
    if len({spelled(word) for word in words.values()}) != len(words):
        raise ValueError(_("two watchwords are the same"))
    prizes = {prize.key for prize in rules.prizes}
    if any(word.prize not in prizes for word in rules.words):
        raise ValueError(_("every watchword wins one of the prizes"))
    if any(prize.kind == "chances" for prize in rules.prizes):
        raise ValueError(_("a live session has no chances to give"))


def _opened(sealed: str) -> dict[str, str]:
    try:
        found = json.loads(unseal(sealed) or "{}")
    except (SealBroken, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
