"""The icon of the member centre on a phone: the brand's initial on its colour, drawn when it is asked for."""

import functools
import io

from django.utils.html import format_html
from PIL import Image, ImageDraw, ImageFont

COLOUR = "#0b6b52"
PAPER = "#ffffff"
SOFT = "#cfe9df"
SIZES = (180, 192, 512)


def initial_of(name: str) -> str:
    """Return the sign that stands for a brand: the first letter of its name."""
    return next((sign for sign in name if sign.isalnum()), "Q").upper()


def draw_icon(name: str) -> str:
    """Return the icon as SVG; the browser's own fonts write the initial, in any script."""
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 512 512"><rect width="512" height="512" rx="96" fill="{}"/>'
        '<text x="256" y="256" fill="{}" font-family="system-ui,PingFang SC,Microsoft YaHei,Noto Sans CJK SC,sans-serif"'
        ' font-size="280" font-weight="700" text-anchor="middle" dominant-baseline="central">{}</text></svg>',
        COLOUR,
        PAPER,
        initial_of(name),
    )


@functools.lru_cache(maxsize=16)
def draw_icon_picture(name: str, size: int) -> bytes:
    """Return the icon as PNG, full to the edge: phones cut its corners themselves.

    The letter font that comes with Pillow has no Chinese signs; there the mark of people in a circle stands for the name.
    """
    picture = Image.new("RGB", (size, size), COLOUR)
    pen = ImageDraw.Draw(picture)
    initial = initial_of(name)
    if initial.isascii():
        font = ImageFont.load_default(size * 0.58)
        pen.text((size / 2, size / 2), initial, fill=PAPER, font=font, anchor="mm")
    else:
        for x, y, radius, colour in (
            (0.50, 0.32, 0.115, PAPER),
            (0.29, 0.63, 0.100, SOFT),
            (0.71, 0.63, 0.100, SOFT),
            (0.50, 0.63, 0.075, PAPER),
        ):
            box = [(x - radius) * size, (y - radius) * size, (x + radius) * size, (y + radius) * size]
            pen.ellipse(box, fill=colour)
    written = io.BytesIO()
    picture.save(written, "PNG", optimize=True)
    return written.getvalue()
