"""What is known of a member at the moment when a message to them is decided upon, and what it means."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from qunying.members.queries.get_member import list_ids_of
from qunying.members.queries.list_contacts import list_consents, list_contacts, list_staff_accounts
from qunying.members.queries.resolve_members import present_ids
from qunying.messages.channels.needs import consent_of, identity_of
from qunying.messages.models import Channel, Purpose, Suppression
from qunying.messages.reasons import Cause, Reason, Scope, campaign_scope


@dataclass(frozen=True)
class Standing:
    """A member's reachability on one channel.

    ``contact`` is None where the channel needs one and there is none.
    """

    contact: str | None
    consented: bool
    is_staff: bool
    suppressions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Refusal:
    """The rule that keeps a message back, and a word on it (the cause of a suppression)."""

    reason: Reason
    detail: str = ""


def load_standings(
    member_ids: Sequence[UUID], channel: Channel, campaign_ids: Iterable[UUID | None], now: datetime
) -> dict[UUID, Standing]:
    """Return the standing of each member on a channel, for promotions and for the given campaigns.

    Somebody merged since the ids were written down is answered for as who they are now.
    """
    present = present_ids(member_ids)
    identity = identity_of(channel)
    contacts = list_contacts(member_ids, identity) if identity else dict.fromkeys(member_ids, "")
    consents = list_consents(member_ids, consent_of(channel))
    staff = list_staff_accounts(present.values())
    suppressed = _suppressions(set(present.values()), campaign_ids, now)
    return {
        member_id: Standing(
            contact=contacts.get(member_id),
            consented=consents.get(member_id, False),
            is_staff=person in staff,
            suppressions=tuple(suppressed.get(person, ())),
        )
        for member_id, person in present.items()
    }


def refusal_of(standing: Standing, purpose: str, campaign_id: UUID | None) -> Refusal | None:
    """Return the first rule that keeps a message back, or None.

    The holdout goes first, so that a result never depends on who of it could have been reached. Staff
    accounts, promotion stops and missing consent keep back promotions only; a stop of every message and a
    campaign's holdout keep back service messages too.
    """
    promotion = purpose == Purpose.PROMOTION
    scopes = {Scope.EVERYTHING.value, campaign_scope(campaign_id)}
    if promotion:
        scopes.add(Scope.PROMOTION.value)
    causes = [cause for scope, cause in standing.suppressions if scope in scopes]
    if Cause.HOLDOUT in causes:
        return Refusal(Reason.HELD_OUT)
    if promotion and standing.is_staff:
        return Refusal(Reason.STAFF_ACCOUNT)
    if causes:
        return Refusal(Reason.SUPPRESSED, causes[0])
    if promotion and not standing.consented:
        return Refusal(Reason.NO_CONSENT)
    if standing.contact is None:
        return Refusal(Reason.NO_CONTACT)
    return None


def _suppressions(
    member_ids: Collection[UUID], campaign_ids: Iterable[UUID | None], now: datetime
) -> dict[UUID, list[tuple[str, str]]]:
    """Return scope and cause of what holds for each member, under whichever of their ids it was written."""
    people = list_ids_of(member_ids)
    scopes = [*Scope.values, *{campaign_scope(campaign_id) for campaign_id in campaign_ids}]
    rows = (
        Suppression.objects.filter(member_id__in=people, scope__in=scopes, lifted_at=None)
        .filter(Q(until=None) | Q(until__gt=now))
        .order_by("id")
        .values_list("member_id", "scope", "cause")
    )
    found = defaultdict[UUID, list[tuple[str, str]]](list)
    for member_id, scope, cause in rows:
        found[people[member_id]].append((scope, cause))
    return found
