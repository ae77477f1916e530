"""Reads a PDF back as a checker of PDF/UA-1 would, as far as that can be done by machine."""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pikepdf

SUBSET_NAME = re.compile(r"/[A-Z]{6}\+.+")
PDF_UA_PART = "{http://www.aiim.org/pdfua/ns/id/}part"


def problems_of(content: bytes, *, pages: int = 1) -> list[str]:
    """What keeps this file from being so many tagged pages with embedded, subset fonts; empty if nothing does."""
    with pikepdf.open(BytesIO(content)) as pdf:
        checks = {
            f"not {pages} page{'s' if pages > 1 else ''}": len(pdf.pages) == pages,
            "not marked as tagged": pdf.Root.get("/MarkInfo", {}).get("/Marked", False) == True,  # noqa: E712
            "no structure tree": "/StructTreeRoot" in pdf.Root,
            "no language": pdf.Root.get("/Lang") == "en-GB",
            "title not shown": pdf.Root.get("/ViewerPreferences", {}).get("/DisplayDocTitle", False) == True,  # noqa: E712
            "no title": bool(pdf.docinfo.get("/Title", "")),
            "not declared as PDF/UA-1": pdf.open_metadata().get(PDF_UA_PART) == "1",
            "tab order is not the structure's": all(page.get("/Tabs") == "/S" for page in pdf.pages),
            "text outside the structure": all(_content_is_tagged_or_artifact(page) for page in pdf.pages),
            "a table cell without its headers": all(_has_headers(cell) for cell in elements(pdf, "/TD")),
            "a picture without words": all("/Alt" in figure for figure in elements(pdf, "/Figure")),
            "a picture placed off the page": all(_is_on_page(pdf, figure) for figure in elements(pdf, "/Figure")),
            "no font": bool(fonts(pdf)),
            "a font that is not embedded": all(font.embedded for font in fonts(pdf)),
            "a font that is not subset": all(SUBSET_NAME.fullmatch(font.name) for font in fonts(pdf)),
            "a font without Unicode": all(font.readable for font in fonts(pdf)),
        }
        return [problem for problem, is_fine in checks.items() if not is_fine]


class FontInUse:
    """What the file says about one of its fonts."""

    def __init__(self, font: Any) -> None:
        descriptor = font.DescendantFonts[0].FontDescriptor if "/DescendantFonts" in font else font.FontDescriptor
        self.name = str(font.BaseFont)
        self.embedded = any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3"))
        self.readable = "/ToUnicode" in font


def fonts(pdf: pikepdf.Pdf) -> list[FontInUse]:
    """Every font of the file, once."""
    resources = [page.get("/Resources", pikepdf.Dictionary()) for page in pdf.pages]
    found = {font.objgen: font for each in resources for font in dict(each.get("/Font", {})).values()}
    return [FontInUse(font) for font in found.values()]


def elements(pdf: pikepdf.Pdf, kind: str = "") -> Iterator[Any]:
    """The elements of the structure tree, in reading order; only those of one kind if it is given."""

    def walk(node: Any) -> Iterator[Any]:
        if not isinstance(node, pikepdf.Dictionary) or "/S" not in node:
            return
        if kind in ("", str(node.S)):
            yield node
        children = node.get("/K", [])
        for child in children if isinstance(children, pikepdf.Array) else [children]:
            yield from walk(child)

    for top in pdf.Root.get("/StructTreeRoot", {}).get("/K", []):
        yield from walk(top)


def _has_headers(cell: Any) -> bool:
    return len(cell.get("/A", {}).get("/Headers", [])) > 0


def _content_is_tagged_or_artifact(page: pikepdf.Page) -> bool:
    """Every piece of text stands inside marked content."""
    depth = 0
    for instruction in pikepdf.parse_content_stream(page):
        match str(instruction.operator):
            case "BDC" | "BMC":
                depth += 1
            case "EMC":
                depth -= 1
            case "TJ" | "Tj" if depth == 0:
                return False
    return depth == 0


def _is_on_page(pdf: pikepdf.Pdf, figure: Any) -> bool:
    page_left, page_foot, page_right, page_top = (float(edge) for edge in pdf.pages[0].MediaBox)
    left, foot, right, top = (float(edge) for edge in figure.A.BBox)
    return page_left <= left < right <= page_right and page_foot <= foot < top <= page_top
