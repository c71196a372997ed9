"""The poster that a member sends round: drawn by ourselves as SVG, with a QR code of their link."""

import io
import unicodedata

import segno
from django.utils.html import escape
from django.utils.translation import gettext as _

WIDTH, HEIGHT = 600, 900
QR_SIDE = 300
_LINE = 30  # widths of a Latin letter; a Chinese character is two


def qr_of(address: str, scale: int = 8) -> bytes:
    """Return the QR code of an address as a PNG picture."""
    packed = io.BytesIO()
    segno.make(address, error="m").save(packed, kind="png", scale=scale, border=3)
    return packed.getvalue()


def draw_poster(*, brand: str, inviter: str, promise: str, address: str, code: str) -> str:
    """Return the poster as SVG text.

    Args:
        brand: the brand's name. inviter: the member's masked name. promise: what the friend gets.
        address: of the invitation. code: to be typed where nothing can be scanned.
    """
    quiet = 4
    matrix = [list(row) for row in segno.make(address, error="m").matrix_iter(border=quiet)]
    side = len(matrix)
    dark = "".join(
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(matrix) for x, module in enumerate(row) if module
    )
    scale = QR_SIDE / side
    lines = [*_broken(promise, 2), ""]
    texts = [
        _text(brand, 120, 46, weight="bold", fill="#fff"),
        _text(_("{name} invites you").format(name=inviter), 190, 30, fill="#fff"),
        _text(lines[0], 300, 30, weight="bold"),
        _text(lines[1], 342, 30, weight="bold"),
        _text(_("Scan and join"), 760, 26, fill="#555"),
        _text(_("Invitation code: {code}").format(code=code), 806, 26),
    ]
    left = (WIDTH - QR_SIDE) / 2
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
        f' role="img" aria-label="{escape(_("Invitation from {name}").format(name=inviter))}">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/><rect width="{WIDTH}" height="235" fill="#0f766e"/>'
        f'<g transform="translate({left} 410) scale({scale})"><path d="{dark}" fill="#111"/></g>'
        f"{''.join(texts)}</svg>"
    )


def _text(text: str, y: int, size: int, *, weight: str = "normal", fill: str = "#111") -> str:
    shrunk = min(size, int(WIDTH * 1.75 / max(_width(text), 1)))
    return (
        f'<text x="{WIDTH // 2}" y="{y}" text-anchor="middle" font-size="{shrunk}" font-weight="{weight}" fill="{fill}"'
        f' font-family="system-ui, PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif">{escape(text)}</text>'
    )


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _broken(text: str, most: int) -> list[str]:
    """Return a text in at most so many lines, broken at spaces or between Chinese characters."""
    lines = [""]
    for word in _words(text):
        if _width(lines[-1] + word) > _LINE and lines[-1] and len(lines) < most:
            lines.append("")
        lines[-1] += word
    return [line.strip() for line in lines] + [""] * (most - len(lines))


def _words(text: str) -> list[str]:
    words = [""]
    for sign in text:
        words[-1] += sign
        if sign == " " or unicodedata.east_asian_width(sign) in "WF":
            words.append("")
    return words
