"""A quiz: what staff are asked, what members read and send."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from qunying.activities.doors.kinds.door import KindDoor, tell_prizes
from qunying.activities.kinds.quiz import LETTERS, MOST_QUESTIONS, QuizSettings, right_answers
from qunying.activities.models import Activity, State
from qunying.activities.queries.count_answers import count_answers
from qunying.activities.queries.get_activity import list_parts
from qunying.activities.took_part import TookPart
from qunying.kernel.sealing import unseal
from qunying.members.queries.get_member import list_own_ids

PUBLISHED = {State.CLOSED, State.SETTLED}


class QuizForm(forms.Form):
    """A quiz: its questions as text, and what passes."""

    questions = forms.CharField(
        label=pgettext_lazy("quiz", "Questions"),
        max_length=8_000,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_(
            "One line for the question, then a line for each answer; a star (*) before those that are right. An empty line between questions."
            " The right answers are sealed: before the close nobody reads them on members' pages, in the published rules or by the API."
        ),
    )
    pass_mark = forms.IntegerField(
        label=_("Right answers needed to pass"), min_value=1, max_value=MOST_QUESTIONS, initial=3
    )

    def clean_questions(self) -> list[dict[str, Any]]:
        """Return the questions that were typed."""
        blocks = self.cleaned_data["questions"].replace("\r", "").split("\n\n")
        found = []
        for block in blocks:
            lines = [line.strip() for line in block.split("\n") if line.strip()]
            if lines:
                options = [line.lstrip("*＊").strip() for line in lines[1:]]
                right = [place for place, line in enumerate(lines[1:]) if line[0] in "*＊"]
                found.append({"text": lines[0], "options": options, "right": right})
        if any(len(one["options"]) < 2 or not one["right"] for one in found) or not found:
            raise forms.ValidationError(
                _("Every question has at least two answers, and a star before a right one.")
            )
        return found

    def settings(self, currency: str) -> dict[str, Any]:  # noqa: ARG002
        """Return the settings without the prizes."""
        return {"questions": self.cleaned_data["questions"], "pass_mark": self.cleaned_data["pass_mark"]}

    @staticmethod
    def initial_of(settings: dict[str, Any], currency: str) -> dict[str, Any]:  # noqa: ARG004
        """Return what the form shows of settings: whoever may change a draft sees its right answers."""
        answers = json.loads(unseal(settings["key"]))
        blocks = []
        for question, right in zip(settings["questions"], answers, strict=True):
            lines = [
                f"* {option}" if LETTERS[place] in right else option
                for place, option in enumerate(question["options"])
            ]
            blocks.append("\n".join([question["text"], *lines]))
        return {"questions": "\n\n".join(blocks), "pass_mark": settings["pass_mark"]}


def read_answers(typed: QueryDict) -> str:
    """Return the chosen answers with bars between the questions."""
    asked = str(typed.get("asked", ""))[:3]
    count = min(int(asked), MOST_QUESTIONS) if asked.isdecimal() else 0
    return "|".join("".join(typed.getlist(f"q{number}"))[:10] for number in range(count))[:200]


def tell_score(activity: Activity, took: TookPart) -> str:
    """Return the sentence that tells the score, and what it brought."""
    score, asked = (int(part) for part in took.landed.split("/"))
    said = ngettext("{score} of {asked} right.", "{score} of {asked} right.", score)
    told = said.format(score=score, asked=asked)
    if score < QuizSettings.model_validate(activity.settings).pass_mark:
        return f"{told} " + gettext("Not passed this time.")
    if not took.prizes:
        return f"{told} " + gettext("Passed! The prizes are all gone, though.")
    return f"{told} {tell_prizes(activity, took)}"


def shown(activity: Activity, member_id: UUID | None, now: datetime) -> Mapping[str, Any]:  # noqa: ARG001
    """Return the questions; what the member said; after the close the right answers."""
    quiz = QuizSettings.model_validate(activity.settings)
    over = activity.state in PUBLISHED
    answers = right_answers(activity) if over else [""] * len(quiz.questions)
    part = list_parts(activity.id, list_own_ids(member_id)).order_by("at").first() if member_id else None
    said = part.choice.split("|") if part else [""] * len(quiz.questions)
    asked = [
        (
            question,
            [
                (LETTERS[place], option, LETTERS[place] in mine, LETTERS[place] in right)
                for place, option in enumerate(question.options)
            ],
        )
        for question, mine, right in zip(quiz.questions, said, answers, strict=True)
    ]
    return {"asked": asked, "quiz": quiz, "part": part, "answers_shown": over, "left": None}


def panel(activity: Activity) -> Mapping[str, Any]:
    """Return the scores."""
    return {"rows": count_answers(activity)}


DOOR = KindDoor(form=QuizForm, told=tell_score, read=read_answers, shown=shown, panel=panel)
