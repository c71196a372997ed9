"""What sharing rests on: finding offers and links, giving for a day, what becomes of a day that was held."""

from collections import Counter
from collections.abc import Collection
from datetime import date, timedelta
from uuid import UUID

from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qunying.kernel.acts import Act
from qunying.kernel.problems import Kind, Problem
from qunying.members.queries.get_member import resolve_member_id
from qunying.referrals.acting import by_the_rules
from qunying.referrals.models import ShareDay, ShareLink, ShareOffer
from qunying.rewards.actions.grant_points import grant_points
from qunying.vetting.hashing import NETWORK
from qunying.vetting.queries.list_shared import has_mark
from qunying.vetting.subjects import Subject, register_subject

SUBJECT = "share"
MANY_FROM_ONE = 8
MANY_AT_ONCE, MINUTES = 20, timedelta(minutes=5)
MOST_POINTS, MOST_A_DAY = 10_000, 1_000


class UnknownShare(Problem):
    """There is no such shared page or link."""

    code = "unknown_share"
    kind = Kind.NOT_FOUND
    message = gettext_lazy("There is no such shared page.")


class BadShare(Problem):
    """The page, the points or the limit do not fit."""

    code = "bad_share"
    kind = Kind.INVALID
    message = gettext_lazy(
        "A shared page is one of the member pages (/m/…); 1 to {points} points, 1 to {visitors} visitors a day."
    )


class ShareNotOpen(Problem):
    """The offer is not in the state that this needs."""

    code = "share_not_open"
    kind = Kind.CONFLICT
    message = gettext_lazy("This is not possible while “{name}” is “{state}”.")


def check_page(path: str) -> str:
    """Return the path of a member page.

    Raises:
        BadShare: when there is none.
    """
    plain = path.strip()
    is_plain = plain.startswith("/m/") and ".." not in plain and not set(plain) & set("?#\\\0")
    if not is_plain or not _exists(plain):
        raise BadShare(points=MOST_POINTS, visitors=MOST_A_DAY)
    return plain


def _exists(path: str) -> bool:
    try:
        resolve(path)
    except Resolver404:
        return False
    return True


def lock_offer(offer_id: UUID, *states: str) -> ShareOffer:
    """Return an offer in one of some states, its row held until the transaction ends.

    Raises:
        UnknownShare, ShareNotOpen.
    """
    found = ShareOffer.objects.select_for_update(no_key=True).filter(pk=offer_id).first()
    if found is None:
        raise UnknownShare
    if states and found.state not in states:
        raise ShareNotOpen(name=found.name, state=str(found.get_state_display()))
    return found


def signs_of(link: ShareLink, day: date) -> list[str]:
    """Return what speaks against a day's visitors being people whom the sharer reached; nothing for an honest one.

    Most came from one network block, or from one where the sharer is, and many did; or many within five minutes.
    """
    visits = link.visits.filter(day=day, is_counted=True)
    networks = Counter(visits.values_list("network", flat=True))
    sharer = resolve_member_id(link.member_id)
    own = sum(number for network, number in networks.items() if has_mark(sharer, NETWORK, network))
    most = max(networks.values(), default=0)
    signs = []
    if max(most, own) >= MANY_FROM_ONE and 2 * max(most, own) >= networks.total():
        signs.append("same_network")
    times = list(visits.order_by("at").values_list("at", flat=True))
    if any(last - first < MINUTES for first, last in zip(times, times[MANY_AT_ONCE - 1 :], strict=False)):
        signs.append("burst")
    return signs


def give(share_day: ShareDay, act: Act) -> None:
    """Give the points of a day and save it; what cannot be given is owed, with the reason."""
    offer = share_day.link.offer
    try:
        share_day.grant_id = grant_points(
            **by_the_rules(act),
            member_id=share_day.link.member_id,
            amount=share_day.points,
            reason=offer.name,
            campaign_id=offer.campaign_id,
        ).grant_id
    except Problem as problem:
        share_day.state, share_day.problem = ShareDay.State.OWED, problem.code
    else:
        share_day.state, share_day.problem = ShareDay.State.GIVEN, ""
    share_day.save()


def register() -> None:
    """Tell vetting about days of shares."""
    register_subject(
        SUBJECT, Subject(gettext_lazy("Reward for sharing"), _describe, release=_release, refuse=_refuse)
    )


def _describe(ids: Collection[UUID]) -> dict[UUID, str]:
    rows = ShareDay.objects.filter(pk__in=ids).select_related("link__offer")
    return {
        row.id: _("{name}: {visitors} visitors on {day}").format(
            name=row.link.offer.name, visitors=row.visitors, day=row.day
        )
        for row in rows
    }


def _locked(day_id: UUID) -> ShareDay:
    rows = ShareDay.objects.select_for_update(no_key=True, of=["self"]).select_related("link__offer")
    return rows.get(pk=day_id)


def _release(day_id: UUID, act: Act) -> None:
    share_day = _locked(day_id)
    if share_day.state in {ShareDay.State.REVIEW, ShareDay.State.REFUSED}:
        give(share_day, Act(**act))


def _refuse(day_id: UUID, act: Act) -> None:  # noqa: ARG001 - what every effect gets
    ShareDay.objects.filter(pk=day_id, state=ShareDay.State.REVIEW).update(state=ShareDay.State.REFUSED)
