"""The product game: what staff are asked, the member's cards, turning them, API."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from ninja import Router, Schema
from pydantic import Field

from qunying.activities.actions.turn_card import CardIsOpen, CardTurned, GameOver, turn_card
from qunying.activities.doors.kinds.door import KindDoor, tell_prizes
from qunying.activities.doors.kinds.turns_form import TURN_FIELDS, SellsTurnsForm, turns_initial
from qunying.activities.kinds.pairs import (
    FEWEST_PRODUCTS,
    MOST_MINUTES,
    MOST_MOVES,
    MOST_PRODUCTS,
    Pairs,
    PairsSettings,
)
from qunying.activities.models import Activity, PairsPlay
from qunying.activities.queries.get_activity import get_activity
from qunying.activities.queries.get_play import count_games, find_latest_game, get_game
from qunying.activities.took_part import TookPart
from qunying.kernel import clock
from qunying.kernel.actors import member_actor
from qunying.kernel.web import ApiRequest, act_of, command_id_of, number_in
from qunying.kernel.wire import Whole
from qunying.members.member_web import MemberRequest, signed_in_member_page


class PairsForm(SellsTurnsForm):
    """The products, how long a game is, and for how few moves there is which prize."""

    field_order = ("products", "moves", "minutes", "within", *TURN_FIELDS)
    products = forms.CharField(
        label=pgettext_lazy("game", "Products"),
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_(
            "3 to 10, one a line; two cards show each. After a bar (|) the address of its page, after another its number, such as: Oolong tea | https://shop.example/oolong | TEA-7"
        ),
    )
    moves = forms.IntegerField(
        label=_("Moves allowed"),
        min_value=FEWEST_PRODUCTS,
        max_value=MOST_MOVES,
        initial=20,
        help_text=_("A move turns two cards."),
    )
    minutes = forms.IntegerField(label=_("Minutes allowed"), min_value=1, max_value=MOST_MINUTES, initial=5)
    within = forms.CharField(
        label=_("Prizes for finishing in at most (moves)"),
        required=False,
        max_length=40,
        help_text=_(
            "One number for each prize below, in their order, such as 10, 14, 20. Empty with one prize: whoever finishes wins it."
        ),
    )

    def clean_products(self) -> list[dict[str, str]]:
        """Return the products that were typed."""
        found = []
        for line in self.cleaned_data["products"].replace("｜", "|").splitlines():
            parts = [part.strip() for part in line.split("|")]
            if parts[0] or len(parts) > 1:
                found.append(dict(zip(("name", "link", "code"), parts, strict=False)))
            if len(parts) > 3:
                raise forms.ValidationError(_("A line is a name, an address and a number."))
        if not FEWEST_PRODUCTS <= len(found) <= MOST_PRODUCTS:
            raise forms.ValidationError(_("A game has 3 to 10 products."))
        if any(one.get("link") and not one["link"].startswith("https://") for one in found):
            raise forms.ValidationError(_("Addresses begin with https://."))
        if any(not 0 < len(one["name"]) <= 24 for one in found):
            raise forms.ValidationError(_("Every product has a name of at most 24 characters."))
        return found

    def clean_within(self) -> list[int]:
        """Return the numbers that were typed."""
        parts = self.cleaned_data["within"].replace("，", ",").replace("、", ",").replace(" ", ",").split(",")
        try:
            return [int(part) for part in parts if part]
        except ValueError as error:
            raise forms.ValidationError(_("Whole numbers with commas between them.")) from error

    def settings(self, currency: str) -> dict[str, Any]:  # noqa: ARG002
        """Return the settings without the prizes."""
        own = {name: self.cleaned_data[name] for name in ("products", "moves", "minutes", "within")}
        return {**own, **self.turn_settings()}

    @staticmethod
    def initial_of(settings: dict[str, Any], currency: str) -> dict[str, Any]:  # noqa: ARG004
        """Return what the form shows of settings."""
        lines = [
            " | ".join([one["name"], one["link"], one["code"]]).rstrip(" |") for one in settings["products"]
        ]
        own = {"products": "\n".join(lines), "within": ", ".join(map(str, settings["within"]))}
        return {**own, **{name: settings[name] for name in ("moves", "minutes")}, **turns_initial(settings)}


def tell_begun(activity: Activity, took: TookPart) -> str:  # noqa: ARG001
    """Return the sentence with which a game begins."""
    return gettext("The cards are dealt. Turn two at a time and find all pairs.")


def shown(activity: Activity, member_id: UUID | None, now: datetime) -> Mapping[str, Any]:
    """Return the rules of the game, and the member's latest game."""
    rules = PairsSettings.model_validate(activity.settings)
    grades = list(zip(rules.within, rules.prizes, strict=True))
    told: dict[str, Any] = {"rules": rules, "grades": grades}
    game = find_latest_game(activity, member_id, now) if member_id else None
    if game is None:
        return told
    is_running = not game.is_over and activity.opens_at <= now < activity.closes_at
    told |= {"game": game, "is_running": is_running, "out_of_moves": not game.moves_left}
    if is_running:
        told["may_play"] = True
    return told


def panel(activity: Activity) -> Mapping[str, Any]:
    """Return how games went."""
    return {"counted": count_games(activity, clock.now())}


def tell_end(activity: Activity, turned: CardTurned) -> str:
    """Return the sentence for the card that ended a game."""
    if turned.state == PairsPlay.State.LOST:
        return gettext("No move is left, and not all pairs are found.")
    done = ngettext("All pairs found in {moves} move!", "All pairs found in {moves} moves!", turned.moves)
    said = done.format(moves=turned.moves)
    if turned.prizes:
        took = TookPart(turned.prizes[0].award_id, 0, None, "", turned.prizes)
        return f"{said} {tell_prizes(activity, took)}"
    if not PairsSettings.model_validate(activity.settings).won_in(turned.moves):
        return f"{said} " + gettext("That is too many moves for a prize.")
    return f"{said} " + gettext("The prizes are all gone, though.")


@require_POST
@signed_in_member_page
def turn(request: MemberRequest, activity_id: UUID, play_id: UUID) -> HttpResponse:
    """Turn a card. What was sent twice is one turn; two cards of one page are two."""
    card, back = (
        number_in(request.POST.get("card", ""), digits=3),
        reverse("activities.play", args=[activity_id]),
    )
    try:
        turned = turn_card(
            command_id=f"{command_id_of(request)[:190]}:{card}",
            actor=member_actor(request.member.id, "activities.turn_card"),
            now=clock.now(),
            activity_id=activity_id,
            play_id=play_id,
            member_id=request.member.id,
            card=card,
        )
    except (GameOver, CardIsOpen) as refused:  # the page was old: the new one shows why
        messages.warning(request, str(refused))
        return redirect(back)
    if turned.state == PairsPlay.State.PLAYING:
        return redirect(f"{back}#cards")
    won = turned.state == PairsPlay.State.FINISHED
    said = tell_end(get_activity(activity_id), turned)
    messages.add_message(request, messages.SUCCESS if won else messages.WARNING, said)
    return redirect(back)


router = Router()


class TurnIn(Schema, extra="forbid"):
    """Whose game, and which card, from 1."""

    member_id: UUID
    card: Annotated[Whole, Field(ge=1, le=2 * MOST_PRODUCTS)]


@router.post("/activities/{activity_id}/games/{play_id}/cards", operation_id="activities.turn_card")
def turn_by_program(request: ApiRequest, activity_id: UUID, play_id: UUID, body: TurnIn) -> dict[str, Any]:
    """Turn a card of a product game in the name of a member; ``play_id`` is the participation with which it began."""
    turned = turn_card(**act_of(request), activity_id=activity_id, play_id=play_id, **body.dict())
    return {**vars(turned), "prizes": [vars(prize) for prize in turned.prizes]}


@router.get("/activities/{activity_id}/games/{play_id}", operation_id="activities.get_game")
def game_by_program(request: ApiRequest, activity_id: UUID, play_id: UUID) -> dict[str, Any]:
    """Return a product game: of its cards only those that lie open say what they show."""
    request.actor.require("activities.view")
    found = get_game(get_activity(activity_id, kind=Pairs.slug), play_id, clock.now())
    return {**vars(found), "cards": [vars(card) for card in found.cards]}


DOOR = KindDoor(
    form=PairsForm,
    told=tell_begun,
    shown=shown,
    panel=panel,
    member=[path("activities/<uuid:activity_id>/games/<uuid:play_id>/", turn, name="activities.turn_card")],
    api=router,
)
