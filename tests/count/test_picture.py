"""Pictures: one for each question, in three formats, under a strict content policy, with nobody's ten in them."""

import re
from collections.abc import Callable

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text
from playwright.sync_api import Browser

from count.tables import table
from safeconduct.count import canvas, picture
from safeconduct.count.canvas import Format
from safeconduct.count.estimate import Estimate
from safeconduct.count.modes import find_modes

RANDOM = np.random.default_rng(1)
DRAWS = np.exp(np.concatenate([RANDOM.normal(9.2, 0.1, (4, 900)), RANDOM.normal(10.2, 0.1, (4, 300))], axis=1))
LATENT = Estimate(
    "latent_class", 10430.0, 9010.0, 13840.0, 1.002, 900.0, ("bimodal",), modes=find_modes(DRAWS), draws=DRAWS
)
ESTIMATES = [Estimate("chao", 8600.0, 8200.0, 9000.0), Estimate("decomposable"), LATENT]
QUARTERS = {"2023-4": 118, "2024-1": 7, "2024-2": 0, "2024-3": 233}
DRAWN: dict[str, Callable[[str, Format], bytes]] = {
    "estimates": lambda language, form: picture.picture_estimates(table("kosovo"), ESTIMATES, language, form),
    "posterior": lambda language, form: picture.picture_posterior(LATENT, language, form),
    "overlap": lambda language, form: picture.picture_overlap(table("kosovo"), language, form),
    "series": lambda language, form: picture.picture_series(QUARTERS, language, form),
    "trace": lambda language, form: picture.picture_trace(LATENT, language, form),
}


@pytest.mark.parametrize("name", DRAWN)
def test_every_picture_is_drawn_in_every_format(name: str) -> None:
    draw = DRAWN[name]
    assert draw("ru", "png").startswith(b"\x89PNG")
    assert draw("ru", "pdf").startswith(b"%PDF")
    svg = draw("ru", "svg")
    assert svg == draw("ru", "svg")
    assert svg != draw("en", "svg")
    text = svg.decode()
    assert re.search(r"<title>[А-Я]", text)
    assert not re.search(r"style|<script|http(?!://www\.w3\.org)|<image|@import|on\w+=", text)
    width = float(re.search(r'width="([\d.]+)pt"', text)[1])  # type: ignore[index]
    assert width * 96 / 72 == pytest.approx(360)


def test_no_text_is_too_small_to_read_on_a_phone(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[float] = []
    kept = canvas.draw

    def draw(made: Figure, *rest: object) -> bytes:
        sizes.extend(float(text.get_fontsize()) for text in made.findobj(Text) if text.get_text())
        return kept(made, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(picture, "draw", draw)
    for draw_it in DRAWN.values():
        draw_it("ru", "svg")
    assert min(sizes) >= 7.5


def test_nobody_s_ten_are_in_a_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    kept = canvas.draw

    def draw(made: Figure, *rest: object) -> bytes:
        made.draw_without_rendering()
        said.extend(text.get_text() for text in made.findobj(Text))
        return kept(made, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(picture, "draw", draw)
    picture.picture_series(QUARTERS, "en", "svg")
    picture.picture_overlap(table("uk5"), "en", "svg")
    numbers = [int(text.replace(",", "")) for text in said if re.fullmatch(r"[\d,]+", text)]
    assert {120, 230} <= set(numbers)
    assert [n for n in numbers if n % 10] == []


def test_a_page_that_allows_nothing_shows_them_all(browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 640})
    broken: list[str] = []
    page.on("console", lambda message: broken.append(message.text))
    policy = "default-src 'none'; style-src 'none'; script-src 'none'; img-src 'none'"
    drawn = "".join(draw("ru", "svg").decode() for draw in DRAWN.values())
    page.set_content(f'<!doctype html><meta http-equiv="Content-Security-Policy" content="{policy}"><body>{drawn}')
    measure = "s => [s.getBoundingClientRect().width, s.querySelectorAll('path').length]"
    boxes = page.evaluate(f"[...document.querySelectorAll('svg')].map({measure})")
    page.close()
    assert broken == []
    assert len(boxes) == len(DRAWN)
    assert all(round(width) == 360 and paths > 10 for width, paths in boxes)
