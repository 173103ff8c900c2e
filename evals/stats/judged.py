"""Rates that a judge measured, corrected for the judge's own mistakes."""

import math
from dataclasses import dataclass

from .rates import Counted, Interval
from .student import z_quantile

LEAST_TRUST = 0.9
"""The share of both good and bad answers that a judge must recognise before it may gate."""


@dataclass(frozen=True)
class Calibration:
    """How a judge did on answers that people labelled: of the good ones, how many it passed; of the bad ones, how many it failed."""

    good: Counted
    bad: Counted

    @property
    def may_gate(self) -> bool:
        """Whether it recognises both kinds well enough, on labels that are there."""
        return min(self.good.rate or 0.0, self.bad.rate or 0.0) >= LEAST_TRUST

    @property
    def skill(self) -> float:
        """q0 + q1 - 1: 1 is perfect, 0 is a coin."""
        return (self.good.rate or 0.0) + (self.bad.rate or 0.0) - 1


def kappa(calibration: Calibration) -> float | None:
    """Cohen's kappa of a judge and the people: the agreement beyond what their habits alone would bring, (p_o - p_e) / (1 - p_e).

    ``None`` where it is not defined: nothing labelled, or both always say the same one thing.
    Source: J. Cohen, A coefficient of agreement for nominal scales, Educational and Psychological Measurement 20 (1960).
    """
    good, bad = calibration.good, calibration.bad
    total = good.of + bad.of
    if not total:
        return None
    passed = good.count + bad.of - bad.count
    by_chance = (good.of * passed + bad.of * (total - passed)) / total**2
    return ((good.count + bad.count) / total - by_chance) / (1 - by_chance) if by_chance < 1 else None


@dataclass(frozen=True)
class Corrected:
    """The rate after correction, with its interval."""

    rate: float
    interval: Interval


def corrected(judged: Counted, calibration: Calibration, *, confidence: float = 0.95) -> Corrected | None:
    """The true rate behind a judged one: θ = (p + q0 - 1) / (q0 + q1 - 1), held to [0, 1].

    q1 is the share of good answers the judge passes, q0 that of bad ones it fails. The interval takes in the noise of the trials and of
    both calibration samples (delta method; a success and a failure are added to each, so that 50 of 50 is not taken for certainty).
    ``None`` when nothing was judged, or the judge is no better than a coin.
    Source: Lee et al., arXiv 2511.21140; the point estimate: Rogan and Gladen, Am. J. Epidemiology 107 (1978).
    """
    share, good, bad = judged.rate, calibration.good.rate, calibration.bad.rate
    if share is None or good is None or bad is None or calibration.skill <= 0:
        return None
    rate = min(1.0, max(0.0, (share + bad - 1) / calibration.skill))
    noise = _noise(judged) + (1 - rate) ** 2 * _noise(calibration.bad) + rate**2 * _noise(calibration.good)
    half = z_quantile((1 + confidence) / 2) * math.sqrt(noise) / calibration.skill
    return Corrected(rate, Interval(max(0.0, rate - half), min(1.0, rate + half)))


def _noise(counted: Counted) -> float:
    share = (counted.count + 1) / (counted.of + 2)
    return share * (1 - share) / (counted.of + 2)
