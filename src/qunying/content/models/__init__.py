"""Tables of content, one file per matter; all are imported here so that Django finds them."""

from qunying.content.models.board import Board, BoardModerator, Following, PublicName, Topic
from qunying.content.models.item import (
    CadenceRule,
    ContentItem,
    Measurement,
    Placement,
    Review,
    Variant,
    VariantPicture,
)
from qunying.content.models.picture import Material, Picture
from qunying.content.models.post import (
    Post,
    PostHiding,
    PostLike,
    PostPicture,
    PostShare,
    PostTopic,
    PostVersion,
)
from qunying.content.models.submission import Submission, SubmissionPicture
from qunying.content.models.voice import Comment, Like, Share, VoiceHiding

__all__ = [
    "Board",
    "BoardModerator",
    "CadenceRule",
    "Comment",
    "ContentItem",
    "Following",
    "Like",
    "Material",
    "Measurement",
    "Picture",
    "Placement",
    "Post",
    "PostHiding",
    "PostLike",
    "PostPicture",
    "PostShare",
    "PostTopic",
    "PostVersion",
    "PublicName",
    "Review",
    "Share",
    "Submission",
    "SubmissionPicture",
    "Topic",
    "Variant",
    "VariantPicture",
    "VoiceHiding",
]
