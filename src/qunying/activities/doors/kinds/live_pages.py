"""Pages of live sessions: staff announce watchwords, set the replay, read what it brought; members go in and say what they hear."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from qunying.activities.actions.announce_word import announce_word
from qunying.activities.actions.cancel_booking import cancel_booking
from qunying.activities.actions.enter_room import RoomClosed, enter_room
from qunying.activities.actions.say_word import WordSaid, say_word
from qunying.activities.actions.set_replay import set_replay
from qunying.activities.checklist import local_text
from qunying.activities.doors.kinds.door import tell_held
from qunying.activities.doors.kinds.vote import HIDDEN
from qunying.activities.drafting import UnknownActivity
from qunying.activities.kinds.live import Live, LiveSettings, words_of
from qunying.activities.models import Activity, Award
from qunying.activities.queries.get_activity import get_activity
from qunying.activities.queries.get_live_session import find_replay, get_live_sales, get_live_session
from qunying.kernel import clock
from qunying.kernel.console import StaffRequest, page, show
from qunying.kernel.problems import Problem
from qunying.kernel.web import act_of
from qunying.members.member_web import MemberRequest, act_of_member, signed_in_member_page
from qunying.vetting.noting import note_marks


def _shown(activity_id: UUID) -> Activity:
    """Return a live session that members may know of. Raises: UnknownActivity."""
    found = get_activity(activity_id, kind=Live.slug)
    if found.state in HIDDEN:
        raise UnknownActivity
    return found


@require_GET
@signed_in_member_page
def room(request: MemberRequest, activity_id: UUID) -> HttpResponse:
    """Lead into the room, which is noted the first time; when it is over, to the replay. Only to addresses that staff have set."""
    found = _shown(activity_id)
    if "prefetch" in request.headers.get("Sec-Purpose", request.headers.get("Purpose", "")):
        return HttpResponse(status=204)  # a browser that fetches ahead has not come
    if clock.now() >= LiveSettings.model_validate(found.settings).ends():
        replay = find_replay(found)
        if not replay:
            raise RoomClosed(title=found.title)
        return HttpResponseRedirect(replay)
    note_marks(request, request.member.id)
    act = act_of_member(request, "activities.enter_room")
    entered = enter_room(**act, activity_id=activity_id, member_id=request.member.id)
    return HttpResponseRedirect(entered.address)


@require_POST
@signed_in_member_page
def say(request: MemberRequest, activity_id: UUID) -> HttpResponse:
    """Say a watchword; ten tries a minute for a member. An address is not counted: many listen behind one, all at the same moment."""
    _shown(activity_id)
    try:
        note_marks(request, request.member.id)
        said = say_word(
            **act_of_member(request, "activities.say_word"),
            activity_id=activity_id,
            member_id=request.member.id,
            word=request.POST.get("word", "")[:200],
        )
    except Problem as problem:
        messages.error(request, str(problem))
    else:
        (messages.success if said.prize else messages.warning)(request, _told(said))
    return redirect("activities.play", activity_id)


def _told(said: WordSaid) -> str:
    """Return the sentence that tells a member what came of a word."""
    if not said.is_right:
        return _("That is not the watchword. Listen again and type what the host says.")
    if said.prize is None:
        return _("That is right, but the prizes for this watchword are used up.")
    won = _("That is right! You won: {prize}").format(prize=said.prize.name)
    return f"{won} {tell_held()}" if said.prize.state == Award.State.HELD else won


@require_POST
@signed_in_member_page
def cancel(request: MemberRequest, activity_id: UUID) -> HttpResponse:
    """Cancel one's booking."""
    _shown(activity_id)
    act = act_of_member(request, "activities.cancel_booking")
    cancel_booking(**act, activity_id=activity_id, member_id=request.member.id)
    messages.success(request, _("Cancelled. You will not be reminded."))
    return redirect("activities.play", activity_id)


@require_POST
@page("activities.announce_word")
def announce(request: StaffRequest, activity_id: UUID) -> HttpResponse:
    """Let a watchword count from now on."""
    on_air = announce_word(**act_of(request), activity_id=activity_id, word=request.POST.get("word", "")[:20])
    word = words_of(get_activity(activity_id))[on_air.key]
    text = _("“{word}” counts until {until}. The host says it now.")
    messages.success(request, text.format(word=word, until=local_text(on_air.until)))
    return redirect("activities.activity", activity_id)


@require_POST
@page("activities.set_replay")
def replay(request: StaffRequest, activity_id: UUID) -> HttpResponse:
    """Say where it can be seen again."""
    address = set_replay(
        **act_of(request), activity_id=activity_id, address=request.POST.get("address", "")[:600]
    )
    told = _("Members are led to the replay now.") if address else _("Members are led to no replay any more.")
    messages.success(request, told)
    return redirect("activities.activity", activity_id)


@page("activities.view")
def figures(request: StaffRequest, activity_id: UUID) -> HttpResponse:
    """Show what those who came ordered afterwards."""
    activity = get_activity(activity_id, kind=Live.slug)
    context = {
        "activity": activity,
        "sales": get_live_sales(activity),
        "figures": get_live_session(activity),
    }
    return show(request, "activities/live_figures.html", activity.title, context)


_ONE = "activities/<uuid:activity_id>/"
member = [
    path(f"{_ONE}room/", room, name="activities.room"),
    path(f"{_ONE}word/", say, name="activities.say_word"),
    path(f"{_ONE}booking/cancel/", cancel, name="activities.cancel_booking"),
]
console = [
    path(f"{_ONE}announce/", announce, name="activities.announce_word"),
    path(f"{_ONE}replay/", replay, name="activities.set_replay"),
    path(f"{_ONE}brought/", figures, name="activities.live_figures"),
]
