"""The quiz: questions with right answers that nobody can read before the close, and a prize for passing."""

import json
from typing import Annotated, Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from qunying.activities.kinds.kind import Kind, Taken, Turn
from qunying.activities.models import Activity, Participation
from qunying.activities.prizes import award_prize
from qunying.activities.promises import name_of, secret_of
from qunying.activities.rules import MOST_PRIZES, Line, Prize, Settings, rules_document
from qunying.activities.stock import take_unit
from qunying.engines.fair_bundles import quiz_bundle, score_of
from qunying.engines.sealed_deck import commit_deck
from qunying.kernel.acts import Act
from qunying.kernel.problems import Kind as ProblemKind
from qunying.kernel.problems import Problem
from qunying.kernel.sealing import SealBroken, seal, unseal

LETTERS = "ABCDEF"
MOST_QUESTIONS = 20


class AnswersIncomplete(Problem):
    """Not every question has an answer that it offers."""

    code = "answers_incomplete"
    kind = ProblemKind.INVALID
    message = gettext_lazy("Answer every question, each with what it offers.")


class Question(BaseModel):
    """A question. right: the places of the right answers (from 0), as they are typed; they are sealed at once and kept nowhere
    else. many: more than one answer is right.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    options: list[Line] = Field(min_length=2, max_length=len(LETTERS))
    right: list[Annotated[int, Field(ge=0, lt=len(LETTERS))]] = Field(
        default_factory=list, max_length=len(LETTERS)
    )
    many: bool = False


class QuizSettings(Settings):
    """Questions, how many right answers pass, and prizes for passing: the first of which there is one left.

    key: the right answers, sealed with the installation's key. Typing any of them makes a new one.
    """

    questions: list[Question] = Field(min_length=1, max_length=MOST_QUESTIONS)
    key: Annotated[str, StringConstraints(max_length=2_000)] = ""
    pass_mark: int = Field(ge=1, le=MOST_QUESTIONS)
    prizes: list[Prize] = Field(default_factory=list, max_length=MOST_PRIZES)


class Quiz(Kind):
    """Questions and a prize for who knows."""

    slug = "quiz"
    title = gettext_lazy("Quiz")
    summary = gettext_lazy("Members answer questions once; who passes gets a prize while there are some.")
    settings: ClassVar[type[Settings]] = QuizSettings
    once = True
    progress_template = "activities/progress_quiz.html"
    panel_template = "activities/panel_answers.html"

    def checked(self, settings: Settings) -> Settings:
        """Seal the right answers; refuse questions without one, and a mark that nobody can reach."""
        quiz = QuizSettings.model_validate(settings.model_dump())
        if quiz.pass_mark > len(quiz.questions):
            raise ValueError(_("there are fewer questions than right answers needed to pass"))
        if not any(question.right for question in quiz.questions):
            if len(_opened(quiz.key)) != len(quiz.questions):
                raise ValueError(_("the right answers are missing"))
            return quiz
        answers, questions = [], []
        for question in quiz.questions:
            places = sorted(set(question.right))
            if not places or places[-1] >= len(question.options):
                raise ValueError(_("every question has a right answer among those that it offers"))
            answers.append("".join(LETTERS[place] for place in places))
            questions.append(question.model_copy(update={"right": [], "many": len(places) > 1}))
        return quiz.model_copy(update={"key": seal(json.dumps(answers)), "questions": questions})

    def promise(self, activity: Activity, secret: bytes) -> str:
        """Return the promise of the right answers."""
        return commit_deck(right_answers(activity), activity.rules_hash, secret)

    def take(self, turn: Turn) -> Taken:
        """Count the right answers; who passes gets the first prize that is left."""
        quiz: QuizSettings = self.read(turn.activity)
        said = _checked(quiz, turn.choice)
        score = score_of(right_answers(turn.activity), said)
        landed = f"{score}/{len(quiz.questions)}"
        for prize in quiz.prizes if score >= quiz.pass_mark else []:
            serial = take_unit(turn.activity, prize.key, turn.act)
            if serial is not None:
                part = turn.note(choice=said, landed=landed, given=prize.key)
                award = award_prize(
                    turn.activity, turn.member_id, prize, turn.act, participation=part, serial=serial
                )
                return Taken(part, [award])
        return Taken(turn.note(choice=said, landed=landed))

    def settle(self, activity: Activity, act: Act) -> dict[str, Any]:  # noqa: ARG002
        """Publish the right answers, and what everybody said under a name that tells nobody who they are."""
        rows = Participation.objects.filter(activity=activity).values_list("member_id", "choice", "landed")
        said = [
            {"by": name_of(activity, member), "said": choice, "score": int(landed.split("/")[0])}
            for member, choice, landed in rows
        ]
        return quiz_bundle(
            rules=rules_document(activity),
            answers=right_answers(activity),
            salt=secret_of(activity),
            said=said,
        )


def right_answers(activity: Activity) -> list[str]:
    """Return the right answers, such as ``["A", "BD"]``. For the count and for after the close only."""
    return _opened(QuizSettings.model_validate(activity.settings).key)


def _opened(key: str) -> list[str]:
    try:
        found = json.loads(unseal(key) or "[]")
    except (SealBroken, ValueError):
        return []
    return found if isinstance(found, list) else []


def _checked(quiz: QuizSettings, choice: str) -> str:
    """Return what was said, in one spelling."""
    parts = choice.upper().split("|")
    if len(parts) != len(quiz.questions):
        raise AnswersIncomplete
    for part, question in zip(parts, quiz.questions, strict=True):
        offered = LETTERS[: len(question.options)]
        if not part or any(sign not in offered for sign in part) or (len(part) > 1 and not question.many):
            raise AnswersIncomplete
    return "|".join("".join(sorted(set(part))) for part in parts)
