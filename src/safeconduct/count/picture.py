"""The five pictures of a count: estimates side by side, where the number lies, overlap, quarters, whether chains agree.

Numbers of people in a picture are as they may leave the desk, in its coordinates as in its letters: rounded to ten,
and none below ten, zero included.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from safeconduct.count.canvas import ACCENT, INK, MIDDLE, PALE, Format, draw, figure, look
from safeconduct.count.convergence import r_hat
from safeconduct.count.disclosure import about, outward, rounded
from safeconduct.count.estimate import BIMODAL, NOT_CONVERGED, Estimate
from safeconduct.count.history import Table, histories
from safeconduct.count.modes import density
from safeconduct.count.words import Words, words

_MOST_SETS: Final = 16
_SHAPES: Final = ("-", "--", "-.", ":")
_TICKS: Final = (10, 12, 15, 20, 25, 30, 40, 50, 60, 80)
_BEHIND: Final = {"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none"}


def picture_estimates(table: Table, estimates: Sequence[Estimate], language: str, form: Format) -> bytes:
    """Every method's point and 95 % interval; hollow where the method itself doubts. People on a log scale."""
    speak = words(language)
    shown = [e for e in estimates if e.told]
    with look():
        made, (ax,) = figure(0.9 + 0.42 * max(len(shown), 1))
        rows = []
        for place, found in enumerate(reversed(shown)):
            rows.append(_row(ax, place, found, speak))
        ax.axvline(rounded(table.n_observed) or 1, color=MIDDLE, linewidth=1, linestyle=":")
        ax.set_ylim(-0.6, len(shown) - 0.15)
        ax.set_yticks([])
        ax.spines["left"].set_visible(False)
        _people_axis(ax, speak, log=True)
        seen = speak.number(rounded(table.n_observed) or 0)
        title = speak.say("picture-estimates")
        ax.set_title(title)
        ax.set_xlabel(f"{speak.say('picture-people')}   ┊ {speak.say('picture-seen', seen=seen)}")
        return draw(made, form, title, speak.say("picture-estimates-text", rows="; ".join(reversed(rows))))


def _row(ax: Axes, place: int, found: Estimate, speak: Words) -> str:
    point = about(found.point or 0.0)
    low, high = outward(found.lower, found.upper) if found.lower and found.upper else (point, point)
    doubted = NOT_CONVERGED in found.warnings or BIMODAL in found.warnings
    latent = found.method == "latent_class"
    colour = ACCENT if latent else INK
    ax.plot([low, high], [place, place], color=colour, linewidth=3.2 if latent else 1.6, solid_capstyle="butt",
            linestyle=(0, (2, 1)) if doubted else "-")  # fmt: skip
    ax.plot([point], [place], "D" if latent else "o", markersize=7 if latent else 6, color=colour,
            markerfacecolor="white" if doubted else colour)  # fmt: skip
    name = speak.say(f"method-{found.method}")
    interval = f"{speak.number(low)}–{speak.number(high)}" if found.upper else speak.say("no-interval")
    numbers = f"{speak.number(point)} ({interval})"
    ax.annotate(name, (0, place), xycoords=("axes fraction", "data"), xytext=(0, 6), textcoords="offset points",
                fontsize=8, fontweight="bold" if latent else "normal", bbox=_BEHIND)  # fmt: skip
    ax.annotate(numbers, (1, place), xycoords=("axes fraction", "data"), xytext=(0, 6), textcoords="offset points",
                fontsize=8, ha="right", bbox=_BEHIND)  # fmt: skip
    return f"{name} {numbers}"


def picture_posterior(found: Estimate, language: str, form: Format) -> bytes:
    """The density of one method's draws, its peaks and its 95 % interval."""
    speak = words(language)
    draws = np.asarray(found.draws)
    with look():
        made, (ax,) = figure(2.3)
        grid, height = density(draws)
        # The grid itself would tell the least and the largest draw, and the least may be those on the lists.
        (left, right), (lower, upper) = (
            outward(*np.quantile(draws, ends)) for ends in ((0.002, 0.998), (0.025, 0.975))
        )
        shown, inside = np.geomspace(max(left, 1), right, 400), np.geomspace(max(lower, 1), upper, 400)
        ax.fill_between(inside, np.interp(inside, grid, height), color=PALE, linewidth=0)
        ax.plot(shown, np.interp(shown, grid, height), color=ACCENT, linewidth=1.6)
        for mode in found.modes:
            place, top = about(mode.people), float(np.interp(mode.people, grid, height))
            ax.plot([place] * 2, [0, top], color=INK, linewidth=0.9, linestyle=":")
            written = f"{speak.number(place)} · {round(100 * mode.share)}\N{NO-BREAK SPACE}%"
            ax.annotate(written, (place, top), xytext=(4, 2), textcoords="offset points", fontsize=8)
        ax.set_ylim(0, float(height.max()) * 1.18)
        ax.set_xlim(max(left, 1), right)
        ax.set_yticks([])
        ax.spines["left"].set_visible(False)
        _people_axis(ax, speak, log=True)
        title = f"{speak.say('picture-posterior')}: {speak.say('method-' + found.method).lower()}"
        ax.set_title(title)
        ax.set_xlabel(speak.say("picture-people"))
        places = speak.several([about(mode.people) for mode in found.modes])
        return draw(made, form, title, speak.say("picture-posterior-text", modes=len(found.modes), places=places))


def picture_overlap(table: Table, language: str, form: Format) -> bytes:
    """UpSet: the largest exact histories as bars over a grid of dots. Histories under ten are left out."""
    speak = words(language)
    # Rounded first: their order, too, would tell which of two that look alike is the larger.
    sizes = ((rounded(float(n)), h) for h, n in enumerate(table.counts))
    shown = sorted(((n, h) for n, h in sizes if n is not None), key=lambda p: (-p[0], p[1]))[:_MOST_SETS]
    bits = histories(len(table.lists))
    with look():
        made, (bars, dots) = figure(2.6 + 0.2 * len(table.lists), 2, [2.2, 0.35 * len(table.lists)])
        places = range(len(shown))
        heights = [n for n, _ in shown]
        bars.bar(places, heights, color=INK, width=0.62)
        for place, height in zip(places, heights, strict=True):
            bars.annotate(speak.number(height), (place, height), xytext=(0, 2), textcoords="offset points", ha="left",
                          rotation=60, fontsize=7.5)  # fmt: skip
        for row in range(len(table.lists)):
            dots.axhspan(row - 0.5, row + 0.5, color=PALE if row % 2 == 0 else "white", alpha=0.5, linewidth=0)
            column = len(table.lists) - 1 - row
            on = [place for place, (_, h) in zip(places, shown, strict=True) if bits[h, column]]
            dots.plot(
                list(places),
                [row] * len(shown),
                "o",
                color="white",
                markeredgecolor=MIDDLE,
                markersize=4,
                markeredgewidth=0.5,
            )
            dots.plot(on, [row] * len(on), "o", color=INK, markersize=5)
        dots.set_yticks(range(len(table.lists)), [_short(name) for name in reversed(table.lists)])
        for ax in (bars, dots):
            ax.set_xticks([])
            ax.set_xlim(-0.6, max(len(shown), 1) - 0.2)
            ax.spines["bottom"].set_visible(False)
        dots.spines["left"].set_visible(False)
        bars.yaxis.set_major_locator(MaxNLocator(4, integer=True))
        bars.yaxis.set_major_formatter(FuncFormatter(lambda x, _: speak.number(int(x))))
        bars.margins(y=0.22)
        title = speak.say("picture-overlap")
        bars.set_title(title)
        return draw(made, form, title, speak.say("picture-overlap-text"))


def _short(name: str) -> str:
    return name if len(name) <= 14 else name[:13] + "…"


def picture_series(people: dict[str, int], language: str, form: Format) -> bytes:
    """People on the lists by quarter, to the nearest ten; a quarter under ten is a dash on the ground."""
    speak = words(language)
    with look():
        made, (ax,) = figure(2.3)
        for place, number in enumerate(people.values()):
            height = rounded(number)
            if height is None:
                ax.annotate("–", (place, 0), xytext=(0, 2), textcoords="offset points", ha="center", color=MIDDLE)
                continue
            ax.bar(place, height, color=ACCENT, width=0.7)
            ax.annotate(
                speak.number(height),
                (place, height),
                xytext=(0, 2),
                textcoords="offset points",
                ha="center",
                fontsize=7.5,
            )
        ax.set_xticks(range(len(people)), [q.replace("-", "\n") for q in people], fontsize=7.5)
        ax.set_xlim(-0.6, len(people) - 0.4)
        ax.yaxis.set_major_locator(MaxNLocator(4, integer=True))
        ax.yaxis.set_major_formatter(FuncFormatter(lambda x, _: speak.number(int(x))))
        title = speak.say("picture-series")
        ax.set_title(title)
        return draw(made, form, title, speak.say("picture-series-text"))


def picture_trace(found: Estimate, language: str, form: Format) -> bytes:
    """Four chains draw by draw, and below them R-hat with ever more draws; the line at 1.01 is where belief begins."""
    speak = words(language)
    draws = np.asarray(found.draws)[:4]
    length = draws.shape[1]
    with look():
        made, (trace, fall) = figure(3.6, 2, [2, 1.2])
        at = np.linspace(0, length - 1, min(length, 400)).astype(int)
        for chain, shape in zip(draws, _SHAPES, strict=False):
            trace.plot(
                at,
                [about(people) for people in chain[at]],
                linewidth=0.5,
                linestyle=shape,
                color=INK if shape in "-:" else MIDDLE,
            )
        trace.set_yscale("log")
        trace.yaxis.set_major_locator(MaxNLocator(4))
        trace.yaxis.set_major_formatter(FuncFormatter(lambda x, _: speak.number(int(x))))
        trace.yaxis.set_minor_formatter(FuncFormatter(lambda _x, _: ""))
        ends = np.linspace(length // 10, length, 10).astype(int)
        values = [r_hat(np.asarray(found.draws)[:, :end]) for end in ends]
        fall.plot(ends, np.maximum(values, 1.0001), "o-", color=ACCENT, markersize=3.5, linewidth=1.2)
        fall.axhline(1.01, color=INK, linewidth=0.8, linestyle="--")
        fall.yaxis.set_major_formatter(FuncFormatter(lambda x, _: speak.decimal(x)))
        fall.set_ylim(1.0, max(1.03, min(max(values) * 1.02, 3.0)))
        fall.yaxis.set_major_locator(MaxNLocator(4))
        fall.set_ylabel("R-hat")
        fall.set_xlabel(speak.say("picture-draws"))
        title = speak.say("picture-trace")
        trace.set_title(title)
        return draw(made, form, title, speak.say("picture-trace-text"))


def _people_axis(ax: Axes, speak: Words, *, log: bool) -> None:
    if log:
        ax.set_xscale("log")
        low, high = ax.get_xlim()
        places = [p for e in range(10) for p in (m * 10**e // 10 for m in _TICKS) if max(low, 1) <= p <= high]
        places = places[:: -(-len(places) // 4)] if places else []
        ax.set_xticks(places or [low, high])
        ax.minorticks_off()
    ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: speak.number(int(x))))
