"""What members are counted by, for badges and for the contribution score: read off the stream, so that what was hidden, taken
back or merged counts as it stands today.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _


class Measure(models.TextChoices):
    """What can be counted of a member."""

    ORDERS = "orders", _("orders paid")
    POSTS = "posts", _("threads begun on boards")
    REPLIES = "replies", _("replies on boards")
    ANSWERS = "answers", _("accepted answers")
    PEOPLE = "people", _("different people who replied, by day")
    LIKES = "likes", _("likes received on boards")
    SUBMISSIONS = "submissions", _("buyer shows and stories taken")
    SPEAKING = "speaking", _("messages in groups")
    ACTIVITIES = "activities", _("activities taken part in")
    CHECK_INS = "check_ins", _("check-ins")
    INVITATIONS = "invitations", _("friends invited")


# Measures that are one event each, without a second look.
EVENTS: Mapping[Measure, str] = {
    Measure.ORDERS: "order_paid",
    Measure.SUBMISSIONS: "submission_accepted",
    Measure.SPEAKING: "message_posted",
    Measure.ACTIVITIES: "activity_joined",
    Measure.CHECK_INS: "check_in_made",
    Measure.INVITATIONS: "friend_invited",
}


@dataclass(frozen=True)
class Weight:
    """What one act is worth in the contribution score, and how many of a day count (0: all)."""

    points: int
    per_day: int


# Buying is not contributing, so orders have no weight; and who says much is not who helps much, so days are capped.
SHIPPED: Mapping[Measure, Weight] = {
    Measure.POSTS: Weight(5, 3),
    Measure.REPLIES: Weight(2, 10),
    Measure.ANSWERS: Weight(10, 0),
    Measure.PEOPLE: Weight(2, 20),
    Measure.LIKES: Weight(1, 20),
    Measure.SUBMISSIONS: Weight(8, 2),
    Measure.SPEAKING: Weight(1, 5),
    Measure.ACTIVITIES: Weight(3, 3),
    Measure.CHECK_INS: Weight(1, 1),
    Measure.INVITATIONS: Weight(10, 5),
}
