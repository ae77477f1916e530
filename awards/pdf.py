"""proto"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

import segno
from django.conf import settings
from django.template.loader import get_template
from django.utils.safestring import mark_safe
from fontTools.ttLib import TTFont
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration


@dataclass(frozen=True, kw_only=True)
class CertificateText:
    hub_name: str
    school_name: str
    level: str
    level_label: str
    awarded_on: date
    expires_on: date
    number: str
    framework_title: str
    framework_version: str
    signatory_name: str
    signatory_role: str
    verify_url: str
    scheme_name: str = "Developing Quality Award"


FONTS = (
    (
        "Certificate Serif",
        400,
        "normal",
        "font_source_serif_pro",
        "SourceSerifPro-Regular.ttf",
    ),
    (
        "Certificate Serif",
        600,
        "normal",
        "font_source_serif_pro",
        "SourceSerifPro-Semibold.ttf",
    ),
    (
        "Certificate Serif",
        400,
        "italic",
        "font_source_serif_pro",
        "SourceSerifPro-It.ttf",
    ),
    (
        "Certificate Sans",
        400,
        "normal",
        "font_source_sans_pro",
        "SourceSansPro-Regular.ttf",
    ),
)


def font_path(p, f):
    return Path(str(files(p) / "files" / f))


@lru_cache
def press():
    fc = FontConfiguration()
    faces = "".join(
        f'@font-face {{font-family:"{a}";font-weight:{w};font-style:{s};src:url("{font_path(p, f).as_uri()}")}}'
        for a, w, s, p, f in FONTS
    )
    c1 = CSS(string=faces, font_config=fc)
    c2 = CSS(filename=settings.BASE_DIR / "static/css/certificate.css", font_config=fc)
    return fc, [c1, c2], {}


@lru_cache
def widths():
    t = TTFont(
        font_path("font_source_serif_pro", "SourceSerifPro-Semibold.ttf"), lazy=True
    )
    h = t["hmtx"]
    u = t["head"].unitsPerEm
    return {c: h[n][0] / u for c, n in t.getBestCmap().items()}


def width(s):
    w = widths()
    return sum(w.get(ord(c), 0.6) for c in s)


def fit(name, limit_mm):
    pts = limit_mm / 25.4 * 72 / 1.02
    words = name.split()

    def lines(n):
        if n == 1:
            return [" ".join(words)]
        return min(
            ([" ".join(words[:i]), " ".join(words[i:])] for i in range(1, len(words))),
            key=lambda x: max(map(width, x)),
            default=[" ".join(words)],
        )

    for n, sizes in ((1, (38, 34, 30)), (2, (34, 30, 27, 24, 21, 18)), (2, (15,))):
        l = lines(n)
        for s in sizes:
            if max(map(width, l)) * s <= pts:
                return {"size": s, "lines": l}
    return {"size": 15, "lines": l}


def long_date(d):
    return f"{d.day} {d:%B %Y}"


def qr(url):
    return mark_safe(
        segno.make(url, error="m", micro=False).svg_inline(
            title=f"QR code that opens {url}", omitsize=True, border=2
        )
    )


def context(t):
    return {
        "text": t,
        "title": f"{t.level_label} certificate",
        "hub_name": {"lines": [t.hub_name]},
        "school_name": fit(t.school_name, 245),
        "awarded_on": long_date(t.awarded_on),
        "expires_on": long_date(t.expires_on),
        "qr": qr(t.verify_url),
    }


def render_certificate(t):
    fc, css, cache = press()
    html = get_template("awards/pdf/certificate.html").render(
        {"certificate": context(t)}
    )
    return HTML(
        string=html, base_url=str(settings.BASE_DIR / "static") + "/"
    ).write_pdf(font_config=fc, stylesheets=css, pdf_variant="pdf/ua-1", cache=cache)
