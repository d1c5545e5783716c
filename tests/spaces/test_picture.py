"""Pictures: whatever is uploaded is drawn anew, or refused."""

from io import BytesIO

import pytest
from PIL import Image

from booking.documents.models import Document
from booking.spaces import pictures as picture_room
from booking.spaces.pictures import (
    LONGEST_SIDE,
    MOST_BYTES,
    MOST_PIXELS_AT_ONCE,
    MOST_SCANS,
    SCAN,
    NotAPicture,
    PictureTooLarge,
    redrawn,
    set_picture,
    set_plan,
)


def picture(size=(40, 20), form="JPEG", mode="RGB", **options):
    out = BytesIO()
    Image.new(mode, size, options.pop("color", "red")).save(out, form, **options)
    return out.getvalue()


def opened(content):
    return Image.open(BytesIO(content))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF", "BMP"])
def test_every_usual_picture_becomes_webp(form):
    assert opened(redrawn(picture(form=form))).format == "WEBP"


def test_what_hides_in_a_picture_is_gone_and_it_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # taken with the camera turned
    exif[0x010F] = "CameraOfSomebody"
    content = picture(exif=exif) + b"<script>appended</script>"
    drawn = redrawn(content)
    assert opened(drawn).size == (20, 40)
    assert not opened(drawn).getexif()
    assert b"CameraOfSomebody" not in drawn
    assert b"appended" not in drawn


def test_a_large_picture_is_made_smaller_and_keeps_its_shape():
    assert opened(redrawn(picture((4000, 1000)))).size == (LONGEST_SIDE, LONGEST_SIDE // 4)


def test_a_plan_with_see_through_paper_is_drawn_on_white():
    assert opened(redrawn(picture(form="PNG", mode="RGBA", color=(0, 0, 0, 0)))).getpixel((5, 5)) == (
        255,
        255,
        255,
    )


@pytest.mark.parametrize(
    "content", [b"", b"not a picture", b"<svg xmlns='http://www.w3.org/2000/svg'/>", picture()[:100]]
)
def test_what_is_no_whole_picture_is_refused(content):
    with pytest.raises(NotAPicture):
        redrawn(content)


def test_a_bomb_is_refused_before_it_is_unpacked():
    bomb = picture((20_000, 20_000), "PNG", "1", color=0)
    assert len(bomb) < 100_000
    with pytest.raises(PictureTooLarge):
        redrawn(bomb)
    with pytest.raises(PictureTooLarge):
        redrawn(b"x" * (MOST_BYTES + 1))


@pytest.mark.parametrize("form", ["PNG", "WEBP", "GIF", "BMP"])
def test_what_must_be_decoded_whole_may_be_less_large(form):
    size = (MOST_PIXELS_AT_ONCE // 5000 + 10, 5000)
    content = picture(size, form, "P" if form == "GIF" else "RGB", color=0)
    if len(content) <= MOST_BYTES:
        with pytest.raises(PictureTooLarge) as refused:
            redrawn(content)
        assert refused.value.megapixels == 20


def test_nothing_is_done_to_a_picture_before_it_is_small(monkeypatch):
    seen = []
    upright = picture_room.ImageOps.exif_transpose
    monkeypatch.setattr(
        picture_room.ImageOps, "exif_transpose", lambda drawn: seen.append(drawn.size) or upright(drawn)
    )
    redrawn(picture((4000, 3000), "PNG"))
    assert seen == [(LONGEST_SIDE, LONGEST_SIDE * 3 // 4)]


def test_a_photo_of_thousands_of_passes_is_refused():
    content = picture(progressive=True)
    last = content.rindex(SCAN)
    scan = content[last:-2]
    assert opened(redrawn(content)).size == (40, 20)
    with pytest.raises(NotAPicture):
        redrawn(content[:last] + scan * (MOST_SCANS + 1) + content[-2:])


def test_a_picture_is_kept_for_ever_and_can_be_taken_down(session, world, area, acting):
    space = world.space(area)
    set_picture(session, space, redrawn(picture()), **acting)
    kept = session.get(Document, space.picture_id)
    assert (kept.media_type, kept.park_id) == ("image/webp", area.park_id)
    set_picture(session, space, None, **acting)
    assert space.picture_id is None
    set_plan(session, area, redrawn(picture()), **acting)
    assert session.get(Document, area.plan_id) is not None
