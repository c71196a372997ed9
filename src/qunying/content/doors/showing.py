"""Variants as they will look: for previews, and for our own pages."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from django.utils.safestring import SafeString

from qunying.content.markdown import html_of, numbered_pictures, plain_of
from qunying.content.models import Picture, Variant
from qunying.content.platforms import Platform, platform_of
from qunying.kernel import clock
from qunying.kernel.clock import local_day


@dataclass(frozen=True)
class ShownPicture:
    """A picture with what it shows."""

    picture: Picture
    name: str
    url: str


@dataclass(frozen=True)
class ShownVariant:
    """A variant made ready for a page; ``pictures`` are those that the text does not show itself, ``cover`` the first of all."""

    variant: Variant
    platform: Platform
    html: SafeString
    plain: str
    pictures: list[ShownPicture]
    link_host: str
    cover: ShownPicture | None = None

    @property
    def title_length(self) -> int:
        """Characters of the title."""
        return len(self.variant.title)

    @property
    def body_length(self) -> int:
        """Characters of the text."""
        return len(self.variant.body)

    @property
    def is_title_long(self) -> bool:
        """Whether the platform takes no title so long."""
        return bool(self.platform.title_limit) and self.title_length > self.platform.title_limit

    @property
    def is_body_long(self) -> bool:
        """Whether the platform takes no text so long."""
        return self.body_length > self.platform.body_limit


def shown_variant(
    variant: Variant, zone: str, *, address: str = "/console/content/pictures/{}/"
) -> ShownVariant:
    """Return a variant with its text rendered. Pictures whose rights have ended are left out.

    Args:
        address: where pictures are had, with a place for the id.
    """
    today: date = local_day(clock.now(), zone)
    pictures = []
    for place in variant.places.select_related("material__picture"):
        material = place.material
        if material.picture is None or (material.rights_until and material.rights_until < today):
            continue
        url = address.format(material.picture_id)
        pictures.append((place.position, ShownPicture(material.picture, material.name, url)))
    urls = {position: shown.url for position, shown in pictures}
    last = max(urls, default=0)
    in_text = numbered_pictures(variant.body)
    return ShownVariant(
        variant=variant,
        platform=platform_of(variant.platform),
        html=html_of(variant.body, [urls.get(number, "") for number in range(1, last + 1)]),
        plain=plain_of(variant.body),
        pictures=[shown for position, shown in pictures if position not in in_text],
        link_host=urlsplit(variant.link).hostname or "",
        cover=pictures[0][1] if pictures else None,
    )
