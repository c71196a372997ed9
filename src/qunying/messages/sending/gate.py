"""The gate: the one transaction in which a send enters ``calling``, and in which every rule is asked again.

What is decided here: stale, template withdrawn, holdout, staff account, suppression, consent, contact, quiet
hours, the channel's pace, the daily limit. What passes has its number for the provider stored before anything
leaves the house. The mailbox takes its messages in the same transaction, and so does whoever posts by hand.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import CharField, F
from django.db.models.functions import Cast

from qunying.kernel.failpoints import disabled_guard, failpoint
from qunying.members.queries.get_member import get_member
from qunying.members.queries.resolve_members import resolve_members
from qunying.messages.models import Channel, Purpose, Send, SendPlan
from qunying.messages.reasons import Reason, State
from qunying.messages.rendering import Rendered
from qunying.messages.sending.compose import compose
from qunying.messages.sending.daily_limit import take_daily_limit
from qunying.messages.sending.house_rules import HouseRules, rules_at
from qunying.messages.sending.lease import LEASE_LASTS, Lease
from qunying.messages.sending.mailbox import WITHOUT_PROVIDER, deliver
from qunying.messages.sending.outcomes import Call
from qunying.messages.sending.pace import room_of, take_room
from qunying.messages.sending.patience import patient
from qunying.messages.sending.standing import Refusal, Standing, load_standings, refusal_of
from qunying.messages.sending.tell import tell_outcomes

PAUSED_WAITS = timedelta(minutes=5)


@dataclass
class Verdicts:
    """What becomes of each send at the gate: dropped by a rule, waiting until an instant, or on its way to an
    address.
    """

    dropped: dict[Refusal, list[UUID]] = field(default_factory=lambda: defaultdict(list))
    waiting: dict[tuple[Reason, datetime], list[UUID]] = field(default_factory=lambda: defaultdict(list))
    passing: dict[UUID, str] = field(default_factory=dict)


@patient
def pass_gate(lease: Lease, send_ids: Sequence[UUID], now: datetime) -> list[Call]:
    """Ask every rule for leased sends and return the calls to make. Sends of the mailbox are delivered
    already.

    Texts are written before the locks that workers share (pace, daily limits) are taken.
    """
    with transaction.atomic(durable=True):
        sends = _locked(lease, send_ids)
        channel = Channel.objects.get(pk=lease.channel.pk)
        rules = rules_at(now)
        verdicts, going = _judge(sends, channel, rules, now)
        texts = compose([send for send, _address in going], now)
        _admit(going, channel, rules, now, verdicts)
        failpoint("messages.gate.judged")
        _write(verdicts, rules, now)
        passing = [send for send in sends if send.pk in verdicts.passing]
        if channel.kind in WITHOUT_PROVIDER:
            deliver(passing, texts, now, by_hand=channel.kind == Channel.Kind.BY_HAND)
            return []
        calls = [_call(send, verdicts.passing[send.pk], texts[send.pk]) for send in passing]
    failpoint("messages.gate.passed")
    return calls


def _locked(lease: Lease, send_ids: Sequence[UUID]) -> list[Send]:
    """Lock those of the sends that this worker still holds; each goes to whoever its member is by now."""
    rows = Send.objects.filter(pk__in=send_ids)
    if not disabled_guard("messages.lease"):
        rows = rows.filter(state=State.LEASED, lease=lease.id).select_for_update(of=("self",))
    sends = list(rows.select_related("plan__template_version__template", "channel", "member").order_by("pk"))
    merged = resolve_members({send.member_id for send in sends if send.member_id is not None})
    for send in sends:
        if send.member_id in merged:
            send.member = get_member(send.member_id)
    return sends


def _judge(
    sends: Sequence[Send], channel: Channel, rules: HouseRules, now: datetime
) -> tuple[Verdicts, list[tuple[Send, str]]]:
    """Ask the rules that look at one send alone; who is left may go as far as pace and daily limits have
    room.
    """
    verdicts = Verdicts()
    members = sorted({send.member_id for send in sends if send.member_id is not None})
    standings = load_standings(members, channel, {send.campaign_id for send in sends}, now) if members else {}
    going: list[tuple[Send, str]] = []
    for send in sends:
        standing = _standing(send, standings)
        refusal = _lapse_of(send, now) or refusal_of(standing, send.purpose, send.campaign_id)
        if refusal is not None:
            verdicts.dropped[refusal].append(send.pk)
        elif not channel.is_active:
            verdicts.waiting[Reason.CHANNEL_PAUSED, now + PAUSED_WAITS].append(send.pk)
        elif (quiet := _quiet_for(send, rules)) is not None:
            verdicts.waiting[Reason.QUIET_HOURS, quiet].append(send.pk)
        else:
            going.append((send, standing.contact or ""))
    return verdicts, going


def _quiet_for(send: Send, rules: HouseRules) -> datetime | None:
    """Return until when a send waits for quiet hours: promotions and notices for the brand's and the member's own,
    service messages for the member's own, unless somebody waits for them.
    """
    own = send.member.quiet_hours if send.member else None
    if send.purpose == Purpose.PROMOTION or send.plan.audience == SendPlan.Audience.NOTICE:
        return rules.quiet_with(own)
    return None if send.plan.is_urgent else rules.own_quiet(own)


def _standing(send: Send, standings: dict[UUID, Standing]) -> Standing:
    """Return the standing of a send's receiver.

    Communities and test addresses are nobody's contact; a given address is the contact.
    """
    if send.member_id is None:
        return Standing(contact=send.address, consented=True, is_staff=False)
    known = standings[send.member_id]
    return replace(known, contact=send.address) if send.address else known


def _lapse_of(send: Send, now: datetime) -> Refusal | None:
    """Return why a send has lost its point since it was planned, if it has."""
    if send.not_after is not None and now >= send.not_after:
        return Refusal(Reason.STALE, send.reason)
    if send.plan.template_version.template.withdrawn_at is not None:
        return Refusal(Reason.TEMPLATE_WITHDRAWN)
    return None


def _admit(
    going: list[tuple[Send, str]], channel: Channel, rules: HouseRules, now: datetime, verdicts: Verdicts
) -> None:
    """Let through what the channel's pace and the members' daily limits have room for; service messages
    first.
    """
    if not going:
        return
    going.sort(key=lambda pair: (pair[0].purpose == Purpose.PROMOTION, pair[0].due_at, pair[0].pk))
    room = room_of(channel, now, len(going), lock=True)
    for send, _address in going[room.free :]:
        verdicts.waiting[Reason.WAITING_TURN, room.next_at].append(send.pk)
    going = going[: room.free]
    counted = [member_id for send, _address in going if (member_id := _capped_member(send)) is not None]
    granted = take_daily_limit(counted, rules.today, rules.per_day)
    for send, address in going:
        member_id = _capped_member(send)
        if member_id is not None and granted[member_id] == 0:
            verdicts.dropped[Refusal(Reason.CAPPED)].append(send.pk)
            continue
        if member_id is not None:
            granted[member_id] -= 1
        verdicts.passing[send.pk] = address
    take_room(channel, now, len(verdicts.passing))


def _capped_member(send: Send) -> UUID | None:
    """Return the member against whose daily limit a send counts; service messages and posts count against
    none.
    """
    return send.member_id if send.purpose == Purpose.PROMOTION else None


def _write(verdicts: Verdicts, rules: HouseRules, now: datetime) -> None:
    for refusal, ids in verdicts.dropped.items():
        Send.objects.filter(pk__in=ids).update(
            state=State.DROPPED,
            reason=refusal.reason,
            detail=refusal.detail,
            settled_at=now,
            lease=None,
            leased_until=None,
            sealed_variables="",
        )
        tell_outcomes(ids, now)
    for (reason, until), ids in verdicts.waiting.items():
        Send.objects.filter(pk__in=ids).update(
            state=State.PLANNED, reason=reason, due_at=until, lease=None, leased_until=None
        )
    passing = Send.objects.filter(pk__in=list(verdicts.passing))
    passing.update(
        state=State.CALLING,
        reason="",
        detail="",
        called_at=now,
        leased_until=now + LEASE_LASTS,
        attempts=F("attempts") + 1,
        dedupe_key=Cast("id", CharField()),
        resolved_by="",
    )
    passing.filter(purpose=Purpose.PROMOTION, member__isnull=False).update(cap_day=rules.today)


def _call(send: Send, address: str, text: Rendered) -> Call:
    return Call(
        send_id=send.pk,
        attempt=send.attempts + 1,
        dedupe_key=str(send.pk),
        audience=send.plan.audience,
        purpose=send.purpose,
        address=address,
        member_id=send.member_id,
        community_id=send.community_id,
        campaign_id=send.campaign_id,
        step=send.step,
        subject=text.subject,
        body=text.body,
        unsubscribe_url=text.unsubscribe_url,
    )
