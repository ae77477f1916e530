"""What the hub says of itself: its profile, its logo and the signature on certificates."""

import zlib
from datetime import UTC, datetime
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from PIL import Image, ImageFile
from PIL.PngImagePlugin import PngInfo

from hubportal.accounts.models import Role
from schools.models import HubPicture, HubPictureKind, HubProfile
from schools.queries import hub_profile
from schools.services import change_hub_profile, keep_hub_picture, remove_hub_picture
from schools.services.hub import LARGEST_FILE, NOT_A_PICTURE, TOO_LARGE_A_FILE, TOO_MANY_PIXELS
from schools.tests.factories import UserFactory, make_hub_picture
from schools.tests.visitors import said

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
LOGO, SIGNATURE = HubPictureKind.LOGO, HubPictureKind.SIGNATURE
PROFILE = reverse("hub_profile")
FACTS = {
    "name": "Soar Valley Music Hub",
    "award_name": "Quality Award",
    "contact_email": "music@soar.example.org",
    "contact_phone": "0116 496 0000",
    "website": "https://soar.example.org",
    "accent_colour": "#224466",
    "certificate_design": "modern",
    "signatory_name": "Alex Whitcombe",
    "signatory_role": "Head of the hub",
    "needs_second_reader": True,
    "recognition_name": "Music Mark",
    "recognition_text": "We recommend you.",
}


def picture(size: tuple[int, int] = (300, 100), mode: str = "RGB", kind: str = "PNG", **details: object) -> bytes:
    content = BytesIO()
    Image.new(mode, size, 128 if mode == "L" else None).save(content, kind, **details)
    return content.getvalue()


def noise(kind: str) -> bytes:
    """A picture that does not pack well."""
    content = BytesIO()
    Image.effect_noise((300, 100), 60).save(content, kind)
    return content.getvalue()


def keep(upload: bytes, kind: HubPictureKind = LOGO) -> HubPicture:
    return keep_hub_picture(kind=kind, upload=upload, by=UserFactory(), now=NOW)


def opened(kept: HubPicture) -> Image.Image:
    return Image.open(BytesIO(kept.content))


def upload_to(client: Client, kind: str, content: bytes, name: str = "logo.png"):
    return client.post(reverse("hub_picture", args=[kind]), {"file": SimpleUploadedFile(name, content)})


@pytest.mark.parametrize(
    ("mode", "kind", "kept_mode"),
    [
        ("RGB", "PNG", "RGB"),
        ("RGBA", "PNG", "RGBA"),
        ("P", "PNG", "RGB"),
        ("L", "JPEG", "RGB"),
        ("CMYK", "JPEG", "RGB"),
    ],
)
def test_keep_hub_picture_of_png_or_jpeg_is_kept_as_png(mode, kind, kept_mode):
    by = UserFactory()

    kept = keep_hub_picture(kind=SIGNATURE, upload=picture(mode=mode, kind=kind), by=by, now=NOW)

    image = opened(HubPicture.objects.get())
    assert (image.format, image.mode, image.size) == ("PNG", kept_mode, (300, 100))
    assert (kept.kind, kept.width, kept.height, kept.uploaded_by, kept.uploaded_at) == (SIGNATURE, 300, 100, by, NOW)


def test_keep_hub_picture_strips_what_the_file_says_beside_the_pixels():
    exif, words = Image.Exif(), PngInfo()
    exif[0x010E] = "At home, 1 Acacia Avenue"
    words.add_text("Author", "Somebody")
    uploads = (
        picture(kind="JPEG", exif=exif, comment=b"Acacia"),
        picture(pnginfo=words, exif=exif) + b"<script>alert(1)</script> Acacia",
    )
    assert [b"Acacia" in upload for upload in uploads] == [True, True]

    for upload in uploads:
        kept = keep(upload)
        image = opened(kept)
        image.load()
        assert (image.info, dict(image.getexif())) == ({}, {})
        assert (b"Acacia" in kept.content, b"script" in kept.content, b"Somebody" in kept.content) == (False,) * 3


def test_keep_hub_picture_turns_a_photo_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held on its side

    kept = keep(picture(kind="JPEG", exif=exif))

    assert (kept.width, kept.height) == (100, 300)


def test_keep_hub_picture_larger_than_is_printed_is_made_smaller():
    kept = keep(picture(size=(4000, 1000), mode="L"))

    assert (kept.width, kept.height, opened(kept).size) == (1200, 300, (1200, 300))


def test_keep_hub_picture_a_second_one_takes_the_place_of_the_first():
    keep(picture())
    keep(picture(size=(200, 80)))

    assert list(HubPicture.objects.values_list("kind", "width")) == [("logo", 200)]


def huge() -> bytes:
    """Few bytes that promise a picture of 400 million pixels."""
    small = bytearray(picture(mode="L"))
    small[16:24] = (20_000).to_bytes(4, "big") * 2
    small[29:33] = zlib.crc32(bytes(small[12:29])).to_bytes(4, "big")
    return bytes(small)


@pytest.mark.parametrize(
    ("upload", "sentence"),
    [
        (b"\0" * (LARGEST_FILE + 1), TOO_LARGE_A_FILE),
        (b"not a picture", NOT_A_PICTURE),
        (b"", NOT_A_PICTURE),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', NOT_A_PICTURE),
        (picture(kind="GIF", mode="P"), NOT_A_PICTURE),
        (picture(kind="TIFF"), NOT_A_PICTURE),
        (noise("PNG")[:5000], NOT_A_PICTURE),
        (noise("JPEG")[:5000], NOT_A_PICTURE),
        (huge(), TOO_MANY_PIXELS),
        (picture(size=(5001, 5000), mode="1"), TOO_MANY_PIXELS),
        (picture(size=(600, 59)), "This picture is only 600 by 59 pixels, and would print blurred."),
    ],
    ids=[
        "large file",
        "text",
        "empty",
        "svg",
        "gif",
        "tiff",
        "png cut off",
        "jpeg cut off",
        "bomb",
        "too many pixels",
        "too small",
    ],
)
def test_keep_hub_picture_of_what_is_no_good_is_refused_with_what_to_do(upload, sentence, monkeypatch):
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)  # as WeasyPrint does for the whole process

    with pytest.raises(ValidationError) as refusal:
        keep(upload)

    assert refusal.value.messages[0].startswith(sentence)
    assert HubPicture.objects.count() == 0


def test_remove_hub_picture_twice_says_whether_there_was_one():
    keep(picture())
    by = UserFactory()

    assert [remove_hub_picture(kind=LOGO, by=by) for _ in range(2)] == [True, False]


@pytest.mark.parametrize("wrong", [{"kind": "stamp"}, {"width": 0}, {"sha256": "0" * 64}], ids=["kind", "size", "sum"])
def test_hub_picture_that_cannot_be_is_refused_by_the_database(wrong):
    kept = make_hub_picture("logo", picture())

    with pytest.raises(IntegrityError), transaction.atomic():
        HubPicture.objects.filter(pk=kept.pk).update(**wrong)


def test_hub_picture_a_second_of_its_kind_is_refused_by_the_database():
    make_hub_picture("logo", picture())

    with pytest.raises(IntegrityError), transaction.atomic():
        make_hub_picture("logo", picture())


def test_change_hub_profile_of_a_hub_without_one_makes_it():
    change_hub_profile(facts=FACTS, by=UserFactory())

    assert HubProfile.objects.values(*FACTS).get() == FACTS


def test_change_hub_profile_to_a_colour_that_is_none_is_refused_by_its_field():
    with pytest.raises(ValidationError) as refusal:
        change_hub_profile(facts=FACTS | {"accent_colour": "purple"}, by=UserFactory())

    assert list(refusal.value.message_dict) == ["accent_colour"]
    assert hub_profile().name == "Music Hub"


@pytest.mark.parametrize("role", [None, Role.VIEWER, Role.OFFICER])
def test_hub_pages_of_anybody_but_an_administrator_stay_shut(as_role, role):
    make_hub_picture("signature", picture())
    client, expected = as_role(role), 403 if role else 302
    addresses = [PROFILE, *(reverse(name, args=["signature"]) for name in ("hub_picture", "hub_picture_file"))]

    answers = [client.get(address).status_code for address in addresses]
    posts = [client.post(reverse(name, args=["signature"])) for name in ("hub_picture", "hub_picture_remove")]

    assert answers + [post.status_code for post in [*posts, client.post(PROFILE, FACTS)]] == [expected] * 6
    assert (HubPicture.objects.count(), hub_profile().name) == (1, "Music Hub")


def test_hub_pages_of_a_kind_of_picture_there_is_not_are_404(as_role):
    client = as_role(Role.ADMINISTRATOR)

    assert client.get(reverse("hub_picture", args=["stamp"])).status_code == 404
    assert client.get(reverse("hub_picture_file", args=["logo"])).status_code == 404


def test_hub_profile_page_saves_every_fact(as_role):
    client = as_role(Role.ADMINISTRATOR)

    response = client.post(PROFILE, FACTS)

    assert response.status_code == 302
    assert said(response) == ["The hub’s profile is saved."]
    assert HubProfile.objects.values(*FACTS).get() == FACTS


def test_hub_profile_page_takes_names_as_one_line(as_role):
    names = ("name", "award_name", "signatory_name", "signatory_role", "recognition_name")

    as_role(Role.ADMINISTRATOR).post(PROFILE, FACTS | dict.fromkeys(names, "Soar\r\nBcc: all@soar.example.org"))

    assert HubProfile.objects.values_list(*names).get() == ("Soar Bcc: all@soar.example.org",) * len(names)


def test_hub_profile_page_with_a_wrong_colour_says_so_and_keeps_what_was_typed(as_role):
    response = as_role(Role.ADMINISTRATOR).post(PROFILE, FACTS | {"accent_colour": "purple"})

    assert response.context["form"].errors == {
        "accent_colour": ["Give the colour as # and six digits, for example #6b2d5c."]
    }
    assert 'value="Soar Valley Music Hub"' in response.content.decode()
    assert HubProfile.objects.count() == 0


def test_hub_profile_page_shows_each_design_with_a_sample(as_role):
    page = as_role(Role.ADMINISTRATOR).get(PROFILE).content.decode()

    assert [reverse("certificate_sample", args=[design]) in page for design in ("classic", "modern", "plain")] == [
        True
    ] * 3


def test_hub_picture_page_takes_a_logo_in_and_gives_it_back_for_good(as_role):
    client = as_role(Role.ADMINISTRATOR)

    response = upload_to(client, "logo", picture())
    page = client.get(PROFILE).content.decode()
    removed = client.post(reverse("hub_picture_remove", args=["logo"]))

    assert said(response) == ["The hub's logo is saved."]
    assert 'class="brand-logo"' in page
    assert said(removed)[-1] == "The hub's logo is removed."
    assert HubPicture.objects.count() == 0


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"GIF89a", NOT_A_PICTURE),
        (b"\0" * (LARGEST_FILE + 2), TOO_LARGE_A_FILE),
        (b"", "This file is empty. Choose the picture again."),
    ],
    ids=["gif", "large", "empty"],
)
def test_hub_picture_page_with_a_file_that_is_no_good_says_so_by_the_field(as_role, content, sentence):
    response = upload_to(as_role(Role.ADMINISTRATOR), "logo", content)

    assert response.context["form"].errors == {"file": [sentence]}


def test_hub_picture_file_shows_the_signature_to_an_administrator(as_role):
    kept = make_hub_picture("signature", picture())

    response = as_role(Role.ADMINISTRATOR).get(reverse("hub_picture_file", args=["signature"]))

    assert (response.content, response["Content-Type"]) == (kept.content, "image/png")
    assert response["Cache-Control"] == "private, no-store"


def test_hub_logo_is_for_everybody_to_keep_and_the_signature_is_not(client):
    logo, signature = make_hub_picture("logo", picture()), make_hub_picture("signature", picture(size=(90, 90)))

    shown = client.get(reverse("hub_logo", args=[logo.sha256[:16]]))
    hidden = client.get(reverse("hub_logo", args=[signature.sha256[:16]]))

    assert (shown.content, shown["Content-Type"], hidden.status_code) == (logo.content, "image/png", 404)
    assert shown["Cache-Control"] == "max-age=31536000, public, immutable"


def test_brand_of_a_hub_with_a_wide_logo_is_named_by_it(client):
    HubProfile.objects.create(pk=1, name="Soar Valley Music Hub")
    logo = make_hub_picture("logo", picture(), width=300, height=100)

    page = client.get(reverse("home")).content.decode()

    brand = page[page.index('class="brand"') :].partition("</a>")[0]
    assert reverse("hub_logo", args=[logo.sha256[:16]]) in brand
    assert 'alt="Soar Valley Music Hub"' in brand
    assert "<span>" not in brand


def test_brand_of_a_hub_with_a_square_logo_says_its_name_beside_it(client):
    HubProfile.objects.create(pk=1, name="Soar Valley Music Hub")
    make_hub_picture("logo", picture(), width=100, height=100)

    page = client.get(reverse("home")).content.decode()

    brand = page[page.index('class="brand"') :].partition("</a>")[0]
    assert 'alt=""' in brand
    assert "<span>Soar Valley Music Hub</span>" in brand


@pytest.mark.parametrize("has_logo", [False, True])
def test_brand_with_and_without_a_logo_asks_the_database_as_often(client, django_assert_num_queries, has_logo):
    if has_logo:
        make_hub_picture("logo", picture())
    client.get(reverse("accessibility"))

    with django_assert_num_queries(1):
        client.get(reverse("accessibility"))
