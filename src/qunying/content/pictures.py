"""Pictures from outside: opened with care, and kept only as our own re-encoding.

What comes in is never stored or handed out: not its metadata (places, cameras, names), not its name, not what hides behind its
pixels. The file lies under the home, named by what it holds, so the same picture is there once.
"""

import hashlib
import io
import os
import secrets
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from qunying.kernel.problems import Kind, Problem

MAX_BYTES = 10_000_000
MAX_PIXELS = 40_000_000
LONGEST_SIDE = 2048
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
QUALITY = 82


class BadPicture(Problem):
    """The file is no picture that can be taken."""

    code = "bad_picture"
    kind = Kind.INVALID
    message = _("This file is no picture that can be used. Send a whole JPEG, PNG, WebP or GIF.")


class PictureTooLarge(Problem):
    """The file has too many bytes, or would unfold into too many pixels."""

    code = "picture_too_large"
    kind = Kind.INVALID
    message = _("A picture may have at most {megabytes} MB and {megapixels} million pixels.")


class PictureGone(Problem):
    """There is no such picture, or it is not to be seen any more."""

    code = "picture_not_found"
    kind = Kind.NOT_FOUND
    message = _("There is no such picture.")


@dataclass(frozen=True)
class KeptPicture:
    """A picture as it was kept: what it is named by, its size in pixels and bytes."""

    sha256: str
    width: int
    height: int
    size: int


def keep_picture(file: IO[bytes]) -> KeptPicture:
    """Re-encode a picture and keep it.

    Raises:
        BadPicture: when it is broken, of another kind (SVG, say), or no picture at all.
        PictureTooLarge: when it is too large, in bytes or once unfolded.
    """
    original = file.read(MAX_BYTES + 1)
    if len(original) > MAX_BYTES:
        raise too_large()
    encoded, width, height = reencoded(original)
    digest = hashlib.sha256(encoded).hexdigest()
    path = picture_path(digest)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
        with part.open("wb") as kept:
            kept.write(encoded)
            kept.flush()
            os.fsync(kept.fileno())
        part.rename(path)
    return KeptPicture(digest, width, height, len(encoded))


def reencoded(original: bytes) -> tuple[bytes, int, int]:
    """Return a picture as WebP without metadata, upright and at most ``LONGEST_SIDE`` wide or high, with its size.

    Raises:
        BadPicture, PictureTooLarge: as ``keep_picture``.
    """
    from PIL import Image, ImageOps

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(original), formats=FORMATS) as picture:
                # The size stands in the header: nothing was unfolded yet.
                if picture.width * picture.height > MAX_PIXELS:
                    raise too_large()
                picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
                picture.load()
                upright = ImageOps.exif_transpose(picture)
            upright = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            # Pixels only: whatever else the picture carried stays behind.
            bare = Image.new(upright.mode, upright.size)
            bare.paste(upright)
            target = io.BytesIO()
            bare.save(target, "WEBP", quality=QUALITY, method=4)
    except Image.DecompressionBombError as error:
        raise too_large() from error
    except (
        OSError,
        ValueError,
        SyntaxError,
        EOFError,
        IndexError,
        TypeError,
        ArithmeticError,
        Warning,
    ) as error:
        # What a decoder says of a broken file depends on where it is broken.
        raise BadPicture from error
    return target.getvalue(), bare.width, bare.height


def too_large() -> PictureTooLarge:
    """Return the refusal that names the limits."""
    return PictureTooLarge(megabytes=MAX_BYTES // 1_000_000, megapixels=MAX_PIXELS // 1_000_000)


def picture_path(sha256: str) -> Path:
    """Return where a picture is kept."""
    return Path(settings.FILES_ROOT) / "pictures" / sha256[:2] / f"{sha256}.webp"


def picture_response(sha256: str) -> HttpResponse:
    """Return a picture as a browser may have it: shown as a picture and as nothing else.

    Raises:
        PictureGone: when its file is missing.
    """
    try:
        content = picture_path(sha256).read_bytes()
    except FileNotFoundError as error:
        raise PictureGone from error
    response = HttpResponse(content, content_type="image/webp")
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Disposition"] = f'inline; filename="{sha256[:12]}.webp"'
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    # Short: a picture that is taken back should be gone soon.
    response["Cache-Control"] = "private, max-age=300"
    return response
