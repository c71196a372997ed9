"""Tables of content, one file per matter; all are imported here so that Django finds them."""

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
from qunying.content.models.submission import Submission, SubmissionPicture
from qunying.content.models.voice import Comment, Like, Share

__all__ = [
    "CadenceRule",
    "Comment",
    "ContentItem",
    "Like",
    "Material",
    "Measurement",
    "Picture",
    "Placement",
    "Review",
    "Share",
    "Submission",
    "SubmissionPicture",
    "Variant",
    "VariantPicture",
]
