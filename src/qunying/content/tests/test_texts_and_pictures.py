"""Bad input: texts and pictures that want to be something else."""

import io
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from qunying.content.markdown import html_of, numbered_pictures, plain_of
from qunying.content.pictures import (
    LONGEST_SIDE,
    BadPicture,
    PictureTooLarge,
    keep_picture,
    picture_path,
    reencoded,
)
from qunying.content.tests.make import picture_bytes
from qunying.content.typed_text import typed, visible_text
from qunying.kernel.wording import BadText


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](data:text/html,<script>)",
        "[x](vbscript:x)",
        '[x](https://a.example/"onmouseover="alert(1))',
        '![a"onerror="alert(1)](1)',
        "![x](javascript:alert(1))",
        "![x](https://tracker.example/1.gif)",
        "<a href='javascript:x'>y</a>",
        "```html\n<script>\n```",
    ],
)
def test_markdown_brings_no_script_and_no_foreign_picture(text):
    html = html_of(text, ["/m/pictures/1/"])
    tags = [tag.split(">")[0] for tag in html.split("<")[1:]]
    assert not [tag for tag in tags if "script" in tag.casefold().split(" ")[0]]
    assert not [tag for tag in tags if " on" in tag.replace('alt="a&quot;onerror', "")]
    assert "tracker" not in html
    assert 'href="javascript' not in html.casefold()
    assert 'href="data' not in html.casefold()


def test_markdown_as_page_and_as_chat():
    text = "# Tea\n\n**Hot** water, [shop](https://shop.example/)\n\n- one\n- two\n\n![cup](2)"
    assert "<h2>Tea</h2>" in html_of(text)
    assert '<img src="/b" alt="cup"' in html_of(text, ["/a", "/b"])
    assert "<img" not in html_of(text, ["/a"])
    assert plain_of(text) == "Tea\n\nHot water, shop https://shop.example/\n\n• one\n• two"
    assert numbered_pictures(text) == {2}
    assert plain_of("3. warm\n\n   slowly\n4. pour") == "3. warm\nslowly\n4. pour"


@pytest.mark.parametrize("part", ["*a **b ", "[", "![a](", "`", "> ", "- ", "<", "[a](", "_*", "&#x1f600;"])
def test_texts_that_want_to_take_forever_do_not(part):
    text = (part * 20_000)[:20_000]
    began = time.process_time()
    html_of(text)
    plain_of(text)
    numbered_pictures(text)
    assert time.process_time() - began < 10


@given(st.text(max_size=200))
def test_only_known_elements_ever_come_out(text):
    html = html_of(text)
    assert "<script" not in html
    assert "javascript:" not in "".join(tag.split(">")[0] for tag in html.split("<")[1:])


@given(st.text(max_size=120))
def test_visible_text_is_stable(text):
    once = visible_text(text)
    assert visible_text(once) == once
    assert not set(once) & set("\u200b\u200e\u202e\u2066\ufeff\u00ad\r")


def test_what_is_kept_of_a_text():
    assert visible_text("a\u200bb\u202ec\ufeff") == "abc"
    family = "👨\u200d👩\u200d👧"
    assert visible_text(family) == family
    assert visible_text("x\u200dy") == "xy"
    assert visible_text("q" + "\u0301" * 50) == "q" + "\u0301" * 3
    assert typed("  two\r\nlines ", field="text", max_length=20, lines=True) == "two\nlines"


@pytest.mark.parametrize(
    "text", ["", "x" * 21, "x" * 100_000, "\u200b\u200b", "a\x00b", "\ud800", "one\ntwo"]
)
def test_what_is_no_text(text):
    with pytest.raises(BadText):
        typed(text, field="text", max_length=20)


def test_a_picture_leaves_its_metadata_behind():
    picture = Image.new("RGB", (300, 200), "red")
    exif = picture.getexif()
    exif[0x010F], exif[0x0112] = "SecretCam", 6
    exif.get_ifd(0x8825)[2] = (31.0, 13.0, 0.0)
    file = io.BytesIO()
    picture.save(file, "JPEG", exif=exif, comment=b"secret")
    encoded, width, height = reencoded(file.getvalue())
    assert (width, height) == (200, 300), "upright as the camera meant it"
    assert b"Secret" not in encoded
    with Image.open(io.BytesIO(encoded)) as kept:
        assert kept.format == "WEBP"
        assert not kept.getexif()
        assert not {"exif", "xmp", "icc_profile", "comment"} & set(kept.info)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_kinds_that_are_taken(kind):
    assert reencoded(picture_bytes(kind))[1:] == (60, 40)


@pytest.mark.parametrize("kind", ["BMP", "TIFF", "ICO", "PPM"])
def test_kinds_that_are_not(kind):
    with pytest.raises(BadPicture):
        reencoded(picture_bytes(kind))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0" * 5000,
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<?xml version='1.0'?><!DOCTYPE svg [<!ENTITY a 'b'>]><svg/>",
        b"%PDF-1.7",
        b"GIF89a\x01\x00\x01\x00;<script>alert(1)</script>",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 40,
        b"RIFF\x10\x00\x00\x00WEBPVP8 ",
    ],
)
def test_files_that_are_no_pictures(content):
    with pytest.raises(BadPicture):
        reencoded(content)


def noisy_picture() -> bytes:
    picture = Image.effect_noise((200, 200), 80)
    ImageDraw.Draw(picture).line((0, 0, 200, 200))
    file = io.BytesIO()
    picture.save(file, "JPEG")
    return file.getvalue()


@given(st.data())
def test_a_broken_picture_is_refused_or_repaired_and_never_a_crash(data):
    whole = picture_bytes(data.draw(st.sampled_from(["JPEG", "PNG", "GIF", "WEBP"])))
    broken = bytearray(whole)
    for _hit in range(data.draw(st.integers(1, 4))):
        broken[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    with suppress(BadPicture, PictureTooLarge):
        reencoded(bytes(broken[: data.draw(st.integers(1, len(whole)))]))


def test_half_a_picture_is_refused():
    whole = noisy_picture()
    with pytest.raises(BadPicture):
        reencoded(whole[: len(whole) // 2])


def test_a_bomb_is_refused_before_it_is_unfolded():
    file = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(file, "PNG")
    assert len(file.getvalue()) < 100_000
    began = time.process_time()
    with pytest.raises(PictureTooLarge):
        reencoded(file.getvalue())
    assert time.process_time() - began < 2
    with pytest.raises(PictureTooLarge):
        keep_picture(io.BytesIO(b"\0" * 10_000_001))


def test_large_ones_are_made_smaller():
    _encoded, width, height = reencoded(picture_bytes("JPEG", (4000, 1000)))
    assert (width, height) == (LONGEST_SIDE, LONGEST_SIDE // 4)


def test_the_same_picture_is_kept_once(home):
    first, second = (keep_picture(io.BytesIO(picture_bytes())) for _ in range(2))
    assert first == second
    files = [path for path in Path(home).rglob("*") if path.is_file() and "pictures" in path.parts]
    assert files == [picture_path(first.sha256)]
