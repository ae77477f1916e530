"""What the hub says of itself, and the pictures on its pages and certificates."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from io import BytesIO

from django.core.exceptions import ValidationError
from django.db import transaction
from PIL import Image, ImageOps

from hubportal.accounts.models import User
from schools.models import HubPicture, HubPictureKind, HubProfile

LARGEST_FILE = 4 * 1024 * 1024  # bytes
LARGEST_PICTURE = 25_000_000  # pixels; a telephone's photo has 12 million
SMALLEST_SIDE = 60  # pixels: less is a smudge even at the height of a line
# Certificates show them at most 90 mm wide: this is 340 dots an inch.
KEPT_WITHIN = (1200, 600)

TOO_LARGE_A_FILE = "This file is larger than 4 MB. Save the picture smaller, then choose it again."
NOT_A_PICTURE = (
    "This file is not a PNG or JPEG picture that we can read. Open it in a picture program, save it as PNG, then "
    "choose the new file."
)
TOO_MANY_PIXELS = (
    "This picture has more than 25 million pixels. Save it at most 5,000 pixels wide, then choose it again."
)
TOO_FEW_PIXELS = (
    "This picture is only {width} by {height} pixels, and would print blurred. Choose one at least 60 pixels wide and "
    "60 pixels high; 600 pixels wide is better."
)


@transaction.atomic
def change_hub_profile(*, facts: Mapping[str, object], by: User) -> HubProfile:
    """Change what the hub says of itself. Certificates and mails that have gone stay as they were.

    Raises:
        ValidationError: a fact is not as it must be; by the name of its field.
    """
    HubProfile.objects.get_or_create(pk=1)
    hub = HubProfile.objects.select_for_update().get(pk=1)
    for name, value in facts.items():
        setattr(hub, name, value)
    hub.full_clean()
    hub.save(update_fields=list(facts))
    return hub


@transaction.atomic
def keep_hub_picture(*, kind: HubPictureKind, upload: bytes, by: User, now: datetime) -> HubPicture:
    """Keep a logo or signature, in place of the one before. What is kept is drawn anew from the pixels: no camera's
    data about people and places, and nothing else that was hidden in the file, gets on to a public page.

    Raises:
        ValidationError: not a PNG or JPEG picture of a sensible size; says what to do about it.
    """
    picture = _drawn_anew(upload)
    # Pages read the logo with the profile: there is one from the first picture on.
    HubProfile.objects.get_or_create(pk=1)
    content = BytesIO()
    picture.save(content, "PNG", optimize=True)
    kept, _ = HubPicture.objects.update_or_create(
        kind=kind,
        defaults={
            "content": content.getvalue(),
            "sha256": hashlib.sha256(content.getvalue()).hexdigest(),
            "width": picture.width,
            "height": picture.height,
            "uploaded_at": now,
            "uploaded_by": by,
        },
    )
    return kept


@transaction.atomic
def remove_hub_picture(*, kind: HubPictureKind, by: User) -> bool:
    """Show no logo, or print no signature, from now on. False when there was none. Certificates stay as issued."""
    deleted, _ = HubPicture.objects.filter(kind=kind).delete()
    return bool(deleted)


def _drawn_anew(upload: bytes) -> Image.Image:
    """The pixels alone, upright, in red, green and blue and with what is transparent left so."""
    if len(upload) > LARGEST_FILE:
        raise ValidationError(TOO_LARGE_A_FILE)
    try:
        with Image.open(BytesIO(upload), formats=("PNG", "JPEG")) as image:
            # The header tells the size: nothing has been unpacked yet, however little the file and large the picture.
            _check_size(image.width, image.height)
            if not _is_whole(upload, image.format):
                raise ValidationError(NOT_A_PICTURE)
            image.load()
            upright = ImageOps.exif_transpose(image)
            drawn = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ValidationError(TOO_MANY_PIXELS) from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise ValidationError(NOT_A_PICTURE) from error
    drawn.thumbnail(KEPT_WITHIN, Image.Resampling.LANCZOS)
    bare = Image.new(drawn.mode, drawn.size)
    bare.paste(drawn)
    return bare


def _is_whole(upload: bytes, kind: str | None) -> bool:
    """Whether the file reaches its own end. Pillow alone does not say so once WeasyPrint is there, which tells it to
    fill up what is missing with grey."""
    if kind == "PNG":
        return b"IEND" in upload
    # The last stretch of pixels (marker DA) is followed by the end of the picture (D9); neither occurs among pixels.
    return upload.rfind(b"\xff\xd9") > upload.rfind(b"\xff\xda")


def _check_size(width: int, height: int) -> None:
    if width * height > LARGEST_PICTURE:
        raise ValidationError(TOO_MANY_PIXELS)
    if min(width, height) < SMALLEST_SIDE:
        raise ValidationError(TOO_FEW_PIXELS.format(width=width, height=height))
