"""Whether draws gather in one place or in several: the peaks of their density over log N."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from safeconduct.count.history import Floats

LEAST_SHARE: Final = 0.025
"""A peak with less than this lies outside the 95 % interval anyway."""
_DEPTH: Final = 0.7
"""Two peaks are two if the density between them falls below this part of the lower one."""


@dataclass(frozen=True)
class Mode:
    """Where draws gather, in people, and which share of them does."""

    people: float
    share: float


def density(people: Floats, size: int = 512) -> tuple[Floats, Floats]:
    """A grid of numbers of people, evenly spaced in their logarithm, and the density of log N there."""
    logs = np.log(people.ravel())
    low, high = float(logs.min()), float(logs.max())
    spread = float(np.subtract(*np.quantile(logs, [0.75, 0.25]))) / 1.349
    width = max(0.9 * min(float(logs.std()), spread or float(logs.std())) * 2000**-0.2, 1e-4)
    grid = np.linspace(low - 3 * width, high + 3 * width, size)
    counts, edges = np.histogram(logs, bins=np.linspace(grid[0], grid[-1], size + 1))
    gap = float(edges[1] - edges[0])
    reach = int(np.ceil(4 * width / gap))
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) * gap / width) ** 2)
    smooth = np.convolve(np.pad(counts, reach), kernel / kernel.sum(), mode="valid") / (counts.sum() * gap)
    return np.exp((edges[:-1] + edges[1:]) / 2), smooth


def find_modes(people: Floats) -> tuple[Mode, ...]:
    """The peaks that hold a share of at least 2.5 %, the largest first."""
    if np.ptp(people) == 0:
        return (Mode(float(people.flat[0]), 1.0),)
    grid, height = density(people)
    valleys = _valleys(height)
    borders = [0.0, *(float(grid[v]) for v in valleys), np.inf]
    modes = []
    for left, right in pairwise(borders):
        share = float(((people >= left) & (people < right)).mean())
        inside = (grid >= left) & (grid < right)
        if share >= LEAST_SHARE:
            modes.append(Mode(float(grid[inside][np.argmax(height[inside])]), share))
    return tuple(sorted(modes, key=lambda mode: -mode.share))


def _valleys(height: Floats) -> list[int]:
    """The lowest places between peaks that stand apart; peaks that do not are joined, the shallowest first."""
    peaks = [i for i in range(1, len(height) - 1) if height[i - 1] < height[i] >= height[i + 1]]
    while len(peaks) > 1:
        lows = [a + int(np.argmin(height[a:b])) for a, b in pairwise(peaks)]
        depths = [height[low] / min(height[a], height[b]) for low, a, b in zip(lows, peaks, peaks[1:], strict=False)]
        worst = int(np.argmax(depths))
        if depths[worst] < _DEPTH:
            return lows
        a, b = peaks[worst], peaks[worst + 1]
        peaks.remove(b if height[a] >= height[b] else a)
    return []
