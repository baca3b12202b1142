"""What is kept of a photo is the picture: nothing that says where, when and with which phone it was made."""

import pytest

from gridward.field.photos import MOST_PHOTO, photo_cleaned
from gridward.kernel.outcomes import Refusal
from tests.field.filled import jpeg, png


def test_a_jpeg_keeps_its_picture_and_nothing_beside_it() -> None:
    cleaned = photo_cleaned(jpeg() + b"a second picture behind the first")

    assert isinstance(cleaned, bytes)
    assert b"GPS" not in cleaned and b"Exif" not in cleaned and b"behind" not in cleaned
    assert cleaned == jpeg(notes=b"")


def test_a_png_keeps_its_picture_and_nothing_beside_it() -> None:
    cleaned = photo_cleaned(png() + b"more")

    assert isinstance(cleaned, bytes)
    assert b"Location" not in cleaned and b"32.06" not in cleaned and not cleaned.endswith(b"more")
    assert b"IHDR" in cleaned and b"IDAT" in cleaned and cleaned.endswith(b"IEND\xaeB`\x82")


@pytest.mark.parametrize("content", [jpeg(notes=b""), photo_cleaned(png())])
def test_what_is_clean_stays_as_it_is(content: bytes) -> None:
    assert photo_cleaned(content) == content


def _thumbnail() -> bytes:
    small = b"JFIF\0\x01\x01\0\0\x01\0\x01\x02\x02" + bytes(12)
    return b"\xff\xd8\xff\xe0" + (2 + len(small)).to_bytes(2, "big") + small


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xd8",
        b"\xff\xd8\xff\xd9",
        b"GIF89a",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        jpeg()[:-2],
        jpeg()[:60],
        jpeg(notes=b"\xff\xe1\xff\xff"),
        jpeg(notes=b"\xff\xb0\x00\x04ab"),
        jpeg(notes=b"\xff\xe1\x00\x00"),
        png()[:-4],
        png()[:20],
        png().replace(b"IDAT", b"iDAT"),
        b"\x89PNG\r\n\x1a\n" + b"\xff" * 40,
    ],
)
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    refused = photo_cleaned(content)

    assert isinstance(refused, Refusal) and refused.code == "photo_wrong"


def test_the_small_picture_in_a_jpegs_head_goes() -> None:
    whole = _thumbnail() + jpeg(notes=b"")[20:]

    cleaned = photo_cleaned(whole)

    assert isinstance(cleaned, bytes) and b"JFIF" not in cleaned


def test_a_photo_that_is_too_large_is_refused() -> None:
    refused = photo_cleaned(jpeg(picture=bytes(MOST_PHOTO)))

    assert isinstance(refused, Refusal) and refused.status == 413
