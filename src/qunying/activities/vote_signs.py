"""Which votes for a work look as if one person cast them, and what becomes of them: registered with vetting.

A device counts once for a work, and never for its owner's. A day on which many votes for a work, and most, came from one
network is looked at by a person. Until somebody has decided, the contest is not settled.
"""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy, ngettext

from qunying.activities.models import Activity, ContestVote, ContestWork
from qunying.kernel.acts import Act
from qunying.members.queries.get_member import resolve_member_id
from qunying.members.queries.resolve_members import present_ids
from qunying.vetting.actions.file_case import file_case
from qunying.vetting.hashing import DEVICE, NETWORK, digest_of
from qunying.vetting.queries.list_cases import list_waiting
from qunying.vetting.queries.list_shared import has_mark
from qunying.vetting.subjects import Subject, register_subject

SUBJECT = "contest_votes"
MANY_FROM_ONE = 8


def marks_of(device: str, address: str) -> dict[str, str]:
    """Return what is kept of a device and a network address: keyed hashes, empty for nothing."""
    return {
        "device": digest_of(DEVICE, device) if device else "",
        "network": digest_of(NETWORK, address) if address else "",
    }


def counts(work: ContestWork, device: str) -> bool:
    """Tell whether a vote from a device, by its hash, counts: it is the first for the work, and not its owner's device.

    The work's row is held, so that votes for it follow each other.
    """
    if not device:
        return True
    ContestWork.objects.select_for_update(no_key=True).get(pk=work.pk)
    is_known = ContestVote.objects.filter(work=work, device=device).exists()
    return not is_known and not has_mark(resolve_member_id(work.member_id), DEVICE, device)


def file_signs(vote: ContestVote, act: Act) -> None:
    """Hold the votes for a work for a person when one of them shows a sign."""
    reasons = [] if vote.is_counted else ["same_device"]
    if vote.network and vote.network in _crowded(vote.work_id, vote.day):
        reasons.append("same_network")
    if reasons:
        owner = resolve_member_id(vote.work.member_id)
        file_case(**act, subject_kind=SUBJECT, subject_id=vote.work_id, member_id=owner, reasons=reasons)


def is_held(activity: Activity) -> bool:
    """Tell whether votes for a work of a contest wait for a person."""
    works = ContestWork.objects.filter(activity=activity, removed_at=None).values_list("id", flat=True)
    return bool(list_waiting(SUBJECT, list(works)))


def leave_out_doubles(activity: Activity, votes_a_day: int) -> None:
    """Leave out what one person has cast beyond the rules, for their own work too: two members turned out to be one since."""
    rows = ContestVote.objects.filter(activity=activity, is_counted=True).order_by("at", "id")
    votes = list(rows.values_list("id", "work_id", "work__member_id", "member_id", "day"))
    ids = {member for _id, _work, owner, voter, _day in votes for member in (owner, voter)}
    people = present_ids(ids)
    cast: dict[tuple[UUID, date], set[UUID]] = {}
    doubles = []
    for vote, work, owner, voter, day in votes:
        works = cast.setdefault((people[voter], day), set())
        if people[owner] == people[voter] or work in works or len(works) == votes_a_day:
            doubles.append(vote)
        else:
            works.add(work)
    ContestVote.objects.filter(pk__in=doubles).update(is_counted=False)


def _crowded(work_id: UUID, day: date) -> list[str]:
    """Return the networks from which many votes of a day came, and at least half of them."""
    votes = ContestVote.objects.filter(work_id=work_id, day=day, is_counted=True)
    total = votes.count()
    rows = votes.exclude(network="").values_list("network").annotate(number=Count("id"))
    return [network for network, number in rows if number >= MANY_FROM_ONE and 2 * number >= total]


def register() -> None:
    """Tell vetting about votes."""
    title = gettext_lazy("Votes in a contest")
    register_subject(SUBJECT, Subject(title, _describe, release=_release, refuse=_refuse))


def _describe(work_ids: Collection[UUID]) -> dict[UUID, str]:
    works = ContestWork.objects.filter(pk__in=work_ids).select_related("activity")
    aside = dict(
        ContestVote.objects.filter(work_id__in=work_ids, is_counted=False)
        .values_list("work_id")
        .annotate(number=Count("id"))
    )
    return {
        work.id: ngettext(
            "{title}: {number} vote for a work set aside",
            "{title}: {number} votes for a work set aside",
            aside.get(work.id, 0),
        ).format(title=work.activity.title, number=aside.get(work.id, 0))
        for work in works
    }


def _votes(work_id: UUID) -> QuerySet[ContestVote]:
    return ContestVote.objects.filter(work_id=work_id)


def _release(work_id: UUID, act: Act) -> None:  # noqa: ARG001 - what every effect gets
    _votes(work_id).update(is_counted=True)


def _refuse(work_id: UUID, act: Act) -> None:  # noqa: ARG001 - what every effect gets
    """Leave out what was set aside, and what came from a crowded network. After an appeal everything is judged anew."""
    for day in set(_votes(work_id).values_list("day", flat=True)):
        _votes(work_id).filter(day=day, network__in=_crowded(work_id, day)).update(is_counted=False)
