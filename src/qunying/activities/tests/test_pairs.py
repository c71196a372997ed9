"""The product game: cards that nobody reads before they are turned, moves that are never too many, prizes by moves."""

import subprocess
import sys
import zipfile
from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client

from qunying.accounts.tests.make import make_browser
from qunying.activities.actions.close_activity import close_activity
from qunying.activities.actions.settle_activity import settle_activity
from qunying.activities.actions.turn_card import CardIsOpen, GameOver, NoSuchCard, turn_card
from qunying.activities.eligibility import ActivityNotOpen
from qunying.activities.kinds.pairs import GameRunning, deck_of
from qunying.activities.models import Activity, Award, PairsPlay
from qunying.activities.queries.get_play import UnknownPlay, count_games, get_game
from qunying.activities.queries.get_proof import proof_archive
from qunying.activities.rules import BadSettings
from qunying.activities.tests.make import CLOSE, DAY, make_activity, play, prize
from qunying.kernel import clock
from qunying.kernel.actors import member_actor
from qunying.kernel.tests.racing import race, switch_off
from qunying.ledger.queries.audit import audit
from qunying.ledger.tests.make import NOW, run
from qunying.members.tests.make import make_member, sign_in

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def _begun(activity, member=None, now=NOW):
    member = member or make_member(now=now - DAY).id
    return PairsPlay.objects.get(pk=play(activity, member, now=now).participation_id)


def _turn(game, card, *, now=NOW, **rest):
    return run(
        turn_card,
        now=now,
        activity_id=game.activity_id,
        play_id=game.pk,
        member_id=game.member_id,
        card=card,
        **rest,
    )


def _pairs(game):
    """The cards of a game, pair by pair."""
    deck = deck_of(game.activity, game.participation)
    return sorted(range(1, len(deck) + 1), key=lambda card: deck[card - 1])


def _miss(game):
    """Two cards that are no pair."""
    ordered = _pairs(game)
    return ordered[0], ordered[2]


def _win(game, misses=0):
    for card in [*_miss(game) * misses, *_pairs(game)]:
        last = _turn(game, card)
    return last


def test_prizes_by_moves_and_a_result_that_anybody_checks(tmp_path):
    activity = make_activity("pairs", per_member=3)
    best, second, third, slow, lost = (_begun(activity) for _ in range(5))
    won = _win(best)
    assert (won.state, won.moves, [one.name for one in won.prizes]) == ("finished", 3, ["Gold"])
    assert [one.name for one in _win(second, misses=1).prizes] == ["Cup"]  # the gold is gone
    assert [one.name for one in _win(slow, misses=3).prizes] == ["Cup"]
    nothing = _win(third, misses=2)
    assert (nothing.state, nothing.prizes) == ("finished", [])  # everything is gone
    for card in _miss(lost) * 6:
        over = _turn(lost, card)
    assert over.state == "lost"
    with pytest.raises(GameOver):
        _turn(lost, 1)
    left_over = _begun(activity)
    counted = count_games(activity, NOW)
    assert (counted.begun, counted.playing, counted.finished, counted.won) == (6, 1, 4, 3)
    assert counted.average_moves == pytest.approx((3 + 4 + 6 + 5) / 4)
    run(close_activity, now=CLOSE, activity_id=activity.id)
    run(settle_activity, now=CLOSE, activity_id=activity.id)
    left_over.refresh_from_db()
    assert (left_over.state, left_over.ended_at) == ("lost", left_over.until)
    assert audit() == []
    activity.refresh_from_db()
    with zipfile.ZipFile(BytesIO(proof_archive(activity))) as archive:
        archive.extractall(tmp_path)
    noted = ["--commitment", activity.commitment, "--rules", activity.rules_hash]
    words = [sys.executable, "-I", "verify_draw.py", "bundle.json", *noted]
    checked = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (checked.returncode, "6 games, 4 won" in checked.stdout) == (0, True), checked.stderr


def test_what_is_refused_turns_nothing():
    activity, member = make_activity("pairs", per_member=2), make_member(now=NOW - DAY).id
    game = _begun(activity, member)
    with pytest.raises(GameRunning):
        play(activity, member)
    first, same, other = _pairs(game)[:3]
    assert _turn(game, first).is_pair is None
    with pytest.raises(CardIsOpen):
        _turn(game, first)
    assert _turn(game, same, command_id="once").is_pair is True
    assert _turn(game, same, command_id="once").moves == 1  # told again, not done again
    for opened in (first, same):
        with pytest.raises(CardIsOpen):
            _turn(game, opened)
    for card in (0, 7):
        with pytest.raises(NoSuchCard):
            _turn(game, card)
    seen = get_game(activity, game.pk, NOW)
    assert {card.card for card in seen.cards if card.product} == {first, same}
    somebody = make_member(now=NOW - DAY).id
    with pytest.raises(UnknownPlay):
        run(
            turn_card,
            actor=member_actor(somebody, "activities.turn_card"),
            activity_id=activity.id,
            play_id=game.pk,
            member_id=somebody,
            card=other,
        )
    with pytest.raises(GameOver):
        _turn(game, other, now=NOW + 5 * MINUTE)
    with pytest.raises(ActivityNotOpen):
        _turn(game, other, now=CLOSE)
    assert len(PairsPlay.objects.get().turned) == 2
    _begun(activity, member, now=NOW + 5 * MINUTE)  # the first is over, the second is another turn
    assert PairsPlay.objects.filter(state="lost").get().pk == game.pk
    assert audit() == []


@pytest.mark.django_db(transaction=True)
def test_at_once_no_more_cards_are_turned_than_allowed(monkeypatch):
    activity = make_activity("pairs", settings={"moves": 3, "within": [3], "prizes": [prize("cup")]})
    game = _begun(activity)
    cards = [*_miss(game) * 8]  # never a pair: at most six can be turned
    found = race(lambda n: _turn(game, cards[n]), 16, processes=4)
    game.refresh_from_db()
    assert len(game.turned) == found["done"] <= 6
    assert audit() == []
    twin = _begun(activity, make_member(now=NOW - DAY).id)
    switch_off(monkeypatch, "activities.pairs_guard", "activities.pairs_checked", together=4)
    lost = race(lambda n: _turn(twin, n + 1), 4, processes=4)
    twin.refresh_from_db()
    assert lost["done"] > len(twin.turned)  # without the lock turned cards get lost


@pytest.mark.parametrize(
    "settings",
    [
        {"products": [{"name": "Oolong"}, {"name": "Oolong"}, {"name": "Keemun"}]},
        {"products": [{"name": "Oolong"}, {"name": "Keemun"}]},
        {"products": [{"name": "A", "link": "http://a.example"}, {"name": "B"}, {"name": "C"}]},
        {"moves": 2},
        {"within": []},
        {"within": [6, 4]},
        {"within": [2, 6]},
        {"within": [4, 7]},
    ],
)
def test_what_is_no_game(settings):
    with pytest.raises(BadSettings):
        make_activity("pairs", opened=False, settings=settings)


def test_from_the_form_to_the_last_pair():
    now, browser, phone = clock.now(), make_browser(), Client(headers={"accept-language": "en"})
    form = "%Y-%m-%dT%H:%M:%S"
    typed = {
        "title": "Find the teas", "about": "Come.", "organiser": "Us", "min_account_days": "0",
        "opens_at": (now - DAY).strftime(form), "closes_at": (now + DAY).strftime(form), "per_member": "1",
        "products": "Oolong | https://tea.example/oolong | T-1\nKeemun\n\nLongjing||T-3", "moves": "9",
        "minutes": "5", "within": "", "prize-TOTAL_FORMS": "1", "prize-INITIAL_FORMS": "0",
        "prize-0-name": "Cup", "prize-0-kind": "points", "prize-0-amount": "5", "prize-0-count": "1",
    }  # fmt: skip
    wrong = browser.post("/console/activities/new/pairs/", {**typed, "products": "Oolong\nKeemun"})
    assert "A game has 3 to 10 products." in wrong.content.decode()
    browser.post("/console/activities/new/pairs/", typed)
    activity = Activity.objects.get()
    assert activity.settings["within"] == [9]
    here, page = f"/console/activities/{activity.id}/", f"/m/activities/{activity.id}/"
    assert "Longjing |  | T-3" in browser.get(f"{here}edit/").content.decode()
    for verb in ("approve", "open"):
        browser.post(f"{here}{verb}/")
    sign_in(phone, make_member(now=now - 2 * DAY))
    phone.post(page)
    game = PairsPlay.objects.get()
    dealt = phone.get(page).content.decode()
    assert dealt.count("face down") == 6
    assert not any(f": {name}" in dealt for name in ("Oolong", "Keemun", "Longjing"))
    for number, card in enumerate(_pairs(game), 1):
        answered = phone.post(f"{page}games/{game.pk}/", {"card": card, "command_id": f"c{number}"})
        assert answered.status_code == 302
    done = phone.get(page, {}).content.decode()
    assert "All pairs found in 3 moves" in done
    assert Award.objects.get().state == "given"
    late = phone.post(f"{page}games/{game.pk}/", {"card": "1"}, follow=True)
    assert "This game is over." in late.content.decode()
    assert "Moves on average" in browser.get(here).content.decode()
