"""Figures that stand on a phone, on paper and under a strict content policy: one look, three formats.

SVG carries its letters as outlines and its colours as attributes: no style element, no style attribute, no script,
no link, so that a page that allows none of these may show it. Greys and shapes say everything; nothing is told by
colour alone.
"""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, Literal
from xml.sax.saxutils import escape, quoteattr

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

Format = Literal["svg", "png", "pdf"]

INK: Final = "#1d1d1b"
MIDDLE: Final = "#6b6b68"
PALE: Final = "#d9d8d3"
ACCENT: Final = "#0b5563"
"""Darker than MIDDLE in grey, so that what it marks stands out on any printer."""
_WIDTH: Final = 3.75
"""Inches; 360 CSS pixels at 96 to the inch, and every letter is at least 8 points there."""

_LOOK: Final[dict[Any, Any]] = {
    "font.family": "DejaVu Sans",
    "font.size": 8.5,
    "axes.edgecolor": MIDDLE,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.6,
    "axes.titlesize": 9.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.0,
    "svg.fonttype": "path",
    "svg.hashsalt": "safeconduct",
    "pdf.fonttype": 42,
    "path.simplify": True,
}


@contextmanager
def look() -> Iterator[None]:
    """Our fonts, lines and greys, whatever the machine's own settings are."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_LOOK)
        yield


def figure(height: float, rows: int = 1, ratios: list[float] | None = None) -> tuple[Figure, list[Axes]]:
    """A figure as wide as a phone, `height` in inches, with axes below one another."""
    made = Figure(figsize=(_WIDTH, height), layout="constrained")
    axes = made.subplots(rows, 1, squeeze=False, gridspec_kw={"height_ratios": ratios} if ratios else None)
    return made, [ax for row in axes for ax in row]


def draw(made: Figure, form: Format, title: str, description: str) -> bytes:
    """The figure's bytes, the same for the same figure. An SVG carries title and description for readers aloud."""
    buffer = io.BytesIO()
    match form:
        case "svg":
            made.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
            return _strict(buffer.getvalue().decode(), title, description).encode()
        case "png":
            made.savefig(buffer, format="png", dpi=288, metadata={"Software": None, "Title": title})
        case "pdf":
            made.savefig(
                buffer, format="pdf", metadata={"CreationDate": None, "Producer": None, "Creator": None, "Title": title}
            )
    return buffer.getvalue()


def _strict(svg: str, title: str, description: str) -> str:
    """Styles become attributes; what no page needs goes."""
    svg = re.sub(
        r"<\?xml.*?\?>|<!DOCTYPE.*?>|<!--.*?-->|<metadata>.*?</metadata>|<style.*?</style>", "", svg, flags=re.DOTALL
    )
    svg = re.sub(r'style="([^"]*)"', _as_attributes, svg)
    head, _, rest = svg.partition(">")
    role = f' role="img" aria-label={quoteattr(title)} stroke-linejoin="round" stroke-linecap="butt">'
    return f"{head.strip()}{role}\n <title>{escape(title)}</title>\n <desc>{escape(description)}</desc>{rest}"


def _as_attributes(style: re.Match[str]) -> str:
    pairs = [item.split(":", 1) for item in style[1].split(";") if ":" in item]
    return " ".join(f"{name.strip()}={quoteattr(value.strip())}" for name, value in pairs)
