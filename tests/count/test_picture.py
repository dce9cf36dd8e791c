"""Pictures: one for each question, in three formats, under a strict content policy, with nobody's ten in them."""

import re
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text
from playwright.sync_api import Browser

from count.tables import table
from safeconduct.count import canvas, picture
from safeconduct.count.canvas import Format
from safeconduct.count.estimate import Estimate
from safeconduct.count.history import tabulate
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


def drawn_alike(found: Estimate, more: int) -> Estimate:
    assert found.draws is not None
    return replace(found, draws=found.draws + more)


def test_what_rounds_alike_is_drawn_alike() -> None:
    """Nothing finer than what is said is in any coordinate: else it could be read back from there."""
    tables = [
        tabulate("ABC", dict(zip((1, 2, 3, 4, 7), n, strict=True))) for n in ((38, 41, 22, 36, 3), (42, 38, 18, 39, 4))
    ]
    estimates = [[Estimate("chao", 201.0, 181.0, 239.0)], [Estimate("chao", 204.0, 189.0, 233.0)]]
    tens = replace(LATENT, draws=np.round(np.random.default_rng(3).normal(40, 5, (4, 600))) * 10)
    for alike in (
        [picture.picture_estimates(*each, "en", "svg") for each in zip(tables, estimates, strict=True)],
        [picture.picture_overlap(each, "en", "svg") for each in tables],
        [picture.picture_series(people, "en", "svg") for people in ({"a": 38, "b": 7}, {"a": 42, "b": 0})],
        [picture.picture_trace(found, "en", "svg") for found in (tens, drawn_alike(tens, 3))],
    ):
        assert alike[0] == alike[1]


def people_at(svg: str, ticks: list[float]) -> list[list[float]]:
    """Numbers of people, read back from where each line and mark on the logarithmic axis stands."""
    axis = [float(x) for x in re.findall(r'id="xtick_\d+">.*?<use [^>]*? x="([\d.]+)"', svg, re.DOTALL)]
    scale = (np.log(ticks[-1]) - np.log(ticks[0])) / (axis[-1] - axis[0])
    lines = re.findall(r'<path d="([^"]*)" clip-path', svg)
    lines += re.findall(r"(?:<g clip-path|FillBetween).*?</(?:g|defs)>", svg, re.DOTALL)
    return [
        [float(np.exp(np.log(ticks[0]) + scale * (float(x) - axis[0]))) for x in found]
        for line in lines
        if (found := re.findall(r'(?:[ML] | x=")([\d.]+)', line.replace('x="0"', "")))
    ]


def test_numbers_read_back_from_the_coordinates_are_those_that_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks: list[list[float]] = []
    kept = canvas.draw

    def draw(made: Figure, *rest: object) -> bytes:
        ticks.append(list(made.axes[0].get_xticks()))
        return kept(made, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(picture, "draw", draw)
    few = tabulate("ABC", {1: 38, 2: 41, 3: 22, 4: 36, 7: 3})
    chao = Estimate("chao", 201.0, 181.0, 239.0)
    without = Estimate("loglinear_bic", 304.0, warnings=("resamples_lost",))
    hidden = Estimate("chapman", 47.0, 31.0, 90.0, warnings=("stands_on_few",))
    svg = picture.picture_estimates(few, [hidden, chao, without], "en", "svg").decode()
    told = [people for line in people_at(svg, ticks[0]) for people in line]
    assert sorted({round(people, 2) for people in told}) == [140, 180, 200, 240, 300]
    assert "300 (no interval)" in svg
    draws = np.random.default_rng(1).normal(203, 30, (4, 900)).round()
    svg = picture.picture_posterior(replace(LATENT, draws=draws, modes=find_modes(draws)), "en", "svg").decode()
    ends = {round(people, 2) for line in people_at(svg, ticks[1]) for people in (min(line), max(line))}
    assert all(abs(people - round(people, -1)) < 0.02 for people in ends), ends


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
