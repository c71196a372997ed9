"""Writing a programme down: what may be typed, and when it may still be changed."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.accounts.queries.get_brand import get_brand
from qunying.kernel.problems import Kind, Problem
from qunying.kernel.wording import checked_text
from qunying.ledger.entries import check_reason
from qunying.referrals.models import Programme
from qunying.referrals.models.programme import Qualifies
from qunying.rewards.queries.get_template import get_template

MOST_POINTS = 1_000_000
MOST_MINOR = 10**12
LONGEST_DAYS = 365


class UnknownProgramme(Problem):
    """There is no such programme."""

    code = "unknown_programme"
    kind = Kind.NOT_FOUND
    message = _("There is no such invitation programme.")


class ProgrammeIsFixed(Problem):
    """Members have been promised this."""

    code = "programme_is_fixed"
    kind = Kind.CONFLICT
    message = _("“{name}” has been opened: members rely on it. Close it and write another one.")


class BadProgramme(Problem):
    """A figure of a programme is out of range, or nothing is promised."""

    code = "bad_programme"
    kind = Kind.INVALID
    message = _(
        "{field}: at most {largest}; a programme promises something, and limits how many friends count."
    )


@dataclass(frozen=True, kw_only=True)
class Promise:
    """What is typed for a programme; amounts in minor units, caps None for none (one of them is needed)."""

    name: str
    about: str = ""
    qualifies: str = Qualifies.FIRST_ORDER
    least_order_minor: int = 0
    within_days: int = 30
    new_within_days: int = 7
    hold_days: int = 7
    inviter_points: int = 0
    inviter_template_id: UUID | None = None
    invited_points: int = 0
    invited_template_id: UUID | None = None
    per_day: int | None = 5
    per_inviter: int | None = 50
    campaign_id: UUID | None = None


def fill(programme: Programme, promise: Promise) -> None:
    """Put what was typed into its row.

    Raises:
        BadProgramme, BadText, ReasonNotFit, UnknownTemplate.
    """
    _check(promise)
    programme.name = checked_text(promise.name, field=str(_("name")), max_length=60)
    check_reason(programme.name)  # it goes into the book with every reward
    programme.about = checked_text(
        promise.about, field=str(_("terms for members")), max_length=2_000, may_be_empty=True, lines=True
    )
    programme.currency = get_brand().currency
    for name in (
        "qualifies", "least_order_minor", "within_days", "new_within_days", "hold_days", "inviter_points",
        "inviter_template_id", "invited_points", "invited_template_id", "per_day", "per_inviter", "campaign_id",
    ):  # fmt: skip
        setattr(programme, name, getattr(promise, name))


def _check(promise: Promise) -> None:
    ranges = {
        "least_order_minor": (0, MOST_MINOR),
        "within_days": (1, LONGEST_DAYS),
        "new_within_days": (1, LONGEST_DAYS),
        "hold_days": (0, LONGEST_DAYS),
        "inviter_points": (0, MOST_POINTS),
        "invited_points": (0, MOST_POINTS),
    }
    for field, (least, largest) in ranges.items():
        if not least <= getattr(promise, field) <= largest:
            raise BadProgramme(field=field, largest=largest)
    for field in ("per_day", "per_inviter"):
        cap = getattr(promise, field)
        if cap is not None and not 1 <= cap <= MOST_POINTS:
            raise BadProgramme(field=field, largest=MOST_POINTS)
    templates = [promise.inviter_template_id, promise.invited_template_id]
    promised = promise.inviter_points or promise.invited_points or any(templates)
    if promise.qualifies not in Qualifies.values or not promised:
        raise BadProgramme(field="rewards", largest=MOST_POINTS)
    if promise.per_day is None and promise.per_inviter is None:
        raise BadProgramme(field="per_inviter", largest=MOST_POINTS)
    for template_id in filter(None, templates):
        get_template(template_id)


def lock_programme(programme_id: UUID) -> Programme:
    """Return a programme, its row held until the transaction ends.

    Raises:
        UnknownProgramme.
    """
    found = Programme.objects.select_for_update(no_key=True).filter(pk=programme_id).first()
    if found is None:
        raise UnknownProgramme
    return found
