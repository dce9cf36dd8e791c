"""Whether chains have become one: split, rank-normalised R-hat and effective size, for draws of shape (chain, draw).

Vehtari, Gelman, Simpson, Carpenter, Bürkner (2021), Bayesian Analysis 16:667; the shape is ArviZ's.
"""

import numpy as np
from scipy.special import ndtri
from scipy.stats import rankdata

from safeconduct.count.history import Floats


def r_hat(draws: Floats) -> float:
    """The larger of the bulk's and the tails' R-hat; infinite if chains stand still in different places."""
    centred = np.abs(draws - np.median(draws))
    return max(_plain_r_hat(_split(_normal_scores(draws))), _plain_r_hat(_split(_normal_scores(centred))))


def effective_size(draws: Floats) -> float:
    """How many independent draws the bulk is worth."""
    return _effective(_split(_normal_scores(draws)))


def tail_effective_size(draws: Floats) -> float:
    """The smaller of the effective sizes behind the 2.5 % and the 97.5 % quantile."""
    sizes = [_effective(_split((draws <= np.quantile(draws, level)).astype(float))) for level in (0.025, 0.975)]
    return min(sizes)


def _split(draws: Floats) -> Floats:
    half = draws.shape[1] // 2
    return np.concatenate([draws[:, :half], draws[:, draws.shape[1] - half :]])


def _normal_scores(draws: Floats) -> Floats:
    ranks = rankdata(draws, axis=None).reshape(draws.shape)
    scores: Floats = ndtri((ranks - 0.375) / (draws.size + 0.25))
    return scores


def _plain_r_hat(chains: Floats) -> float:
    length = chains.shape[1]
    within = float(chains.var(axis=1, ddof=1).mean())
    between = float(length * chains.mean(axis=1).var(ddof=1))
    if within == 0:
        return 1.0 if between == 0 else float("inf")
    return float(np.sqrt((length - 1) / length + between / length / within))


def _effective(chains: Floats) -> float:
    """Geyer's initial monotone sequence over the chains' joint autocorrelation."""
    number, length = chains.shape
    within = float(chains.var(axis=1, ddof=1).mean())
    if within == 0:
        return float(number * length) if float(chains.mean(axis=1).var()) == 0 else 1.0
    total = within * (length - 1) / length + float(chains.mean(axis=1).var(ddof=1))
    covariance = np.mean([_autocovariance(chain) for chain in chains], axis=0)
    rho = 1 - (within - covariance * length / (length - 1)) / total
    rho[0] = 1.0
    pairs = rho[: length // 2 * 2].reshape(-1, 2).sum(axis=1)
    end = int(np.argmax(pairs <= 0)) if (pairs <= 0).any() else len(pairs)
    monotone = np.minimum.accumulate(pairs[:end])
    time = max(2 * float(monotone.sum()) - 1, 1 / np.log10(number * length))
    return float(number * length / time)


def _autocovariance(chain: Floats) -> Floats:
    centred = chain - chain.mean()
    size = 2 ** int(np.ceil(np.log2(2 * len(centred))))
    spectrum = np.fft.rfft(centred, size)
    result: Floats = np.fft.irfft(spectrum * np.conj(spectrum), size)[: len(centred)] / len(centred)
    return result
