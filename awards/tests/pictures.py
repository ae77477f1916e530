"""A certificate as it looks: what stands where on the page, and a coarse picture of it to keep and compare."""

from dataclasses import dataclass
from itertools import combinations

import pypdfium2
from PIL import Image
from pypdfium2.raw import FPDF_PAGEOBJ_FORM, FPDF_PAGEOBJ_PATH, FPDF_PAGEOBJ_TEXT

# The page in cells: coarse enough that another version of a drawing library makes no other cell, fine enough that
# nothing can be moved by a line or change its weight unseen. A cell is a hexadecimal digit: 0 is black, f is white.
CELLS = (48, 34)
CELL_MAY_DIFFER = 1
TOUCHING = 1.0  # points two boxes may share: lines of one name stand as close as their letters allow
HALF_A_PAGE = 297.0


@dataclass(frozen=True)
class Thing:
    """A line of text or a picture, with the box of its ink in points from the lower left corner of the page."""

    words: str
    left: float
    foot: float
    right: float
    top: float


def things_on(content: bytes) -> list[Thing]:
    """Every piece of text, and every picture apart from the frame or band that the page stands on."""
    found = []
    with pypdfium2.PdfDocument(content) as document:
        page = document[0]
        text_page = page.get_textpage()
        for item in page.get_objects(max_depth=1):
            left, foot, right, top = item.get_bounds()
            if item.type == FPDF_PAGEOBJ_TEXT:
                found.append(Thing(text_page.get_text_bounded(left, foot, right, top).strip(), left, foot, right, top))
            elif top - foot < HALF_A_PAGE and (item.type != FPDF_PAGEOBJ_PATH or _is_code(item)):
                kind = "medal" if item.type == FPDF_PAGEOBJ_FORM else "picture"
                found.append(Thing(kind, left, foot, right, top))
        text_page.close()
        page.close()
    return found


def _is_code(item: "pypdfium2.PdfObject") -> bool:
    """Whether a path is the QR code: other paths are lines that belong to the words above or below them."""
    left, foot, right, top = item.get_bounds()
    return bool(abs((right - left) - (top - foot)) < 5)


def collisions(things: list[Thing]) -> list[tuple[str, str]]:
    """The pairs that stand on each other; a picture may lie in a picture, as the code does on its white ground."""
    return [
        (one.words, other.words)
        for one, other in combinations(things, 2)
        if not {one.words, other.words} <= {"picture", "medal"} and _overlap(one, other)
    ]


def _overlap(one: Thing, other: Thing) -> bool:
    across = min(one.right, other.right) - max(one.left, other.left)
    down = min(one.top, other.top) - max(one.foot, other.foot)
    return across > TOUCHING and down > TOUCHING


def picture_of(content: bytes, *, scale: float = 1.0) -> Image.Image:
    """The page in colour, a pixel a point at scale 1."""
    with pypdfium2.PdfDocument(content) as document:
        page = document[0]
        bitmap = page.render(scale=scale)
        image: Image.Image = bitmap.to_pil().convert("RGB")
        bitmap.close()
        page.close()
    return image


def cells_of(content: bytes) -> list[str]:
    """The page in grey, a line of hexadecimal digits for each row of cells."""
    return cells_in(picture_of(content))


def cells_in(image: Image.Image) -> list[str]:
    """A picture of a page in the same way."""
    grey = image.convert("RGB").convert("L").resize(CELLS, Image.Resampling.BOX)
    width, height = CELLS
    return ["".join(f"{grey.getpixel((x, y)) // 16:x}" for x in range(width)) for y in range(height)]  # type: ignore[operator]


def differing_cells(one: list[str], other: list[str]) -> int:
    """How many cells differ by more than a drawing library's next version might."""
    pairs = zip("".join(one), "".join(other), strict=True)
    return sum(abs(int(a, 16) - int(b, 16)) > CELL_MAY_DIFFER for a, b in pairs)
