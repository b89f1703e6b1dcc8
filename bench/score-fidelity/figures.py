# SPDX-License-Identifier: Apache-2.0
"""How well a figure tells the slowdown: the statistics of the experiment. Pure functions."""
import math


def ranks(values: list[float]) -> list[float]:
    """1 for the smallest; equal values share the mean of their ranks."""
    order = sorted(range(len(values)), key=values.__getitem__)
    result = [0.0] * len(values)
    begin = 0
    while begin < len(order):
        end = begin
        while end < len(order) and values[order[end]] == values[order[begin]]:
            end += 1
        for index in order[begin:end]:
            result[index] = (begin + end + 1) / 2
        begin = end
    return result


def spearman(xs: list[float], ys: list[float]) -> float:
    """Spearman's rank correlation, -1..1; 0 where a figure never changes."""
    a, b = ranks(xs), ranks(ys)
    mean_a, mean_b = sum(a) / len(a), sum(b) / len(b)
    covariance = sum((x - mean_a) * (y - mean_b) for x, y in zip(a, b))
    spread = math.sqrt(sum((x - mean_a) ** 2 for x in a) * sum((y - mean_b) ** 2 for y in b))
    return covariance / spread if spread else 0.0


def auc(figures: list[float], truths: list[bool]) -> float:
    """Area under the ROC curve: the chance that a figure is higher where it is true than where it
    is not; 0.5 for a figure that says nothing, and where all truths are alike."""
    positive = [f for f, truth in zip(figures, truths) if truth]
    negative = [f for f, truth in zip(figures, truths) if not truth]
    if not positive or not negative:
        return 0.5
    won = sum((p > n) + (p == n) / 2 for p in positive for n in negative)
    return won / (len(positive) * len(negative))


def mean_absolute_error(xs: list[float], ys: list[float]) -> float:
    return sum(abs(x - y) for x, y in zip(xs, ys)) / len(xs)
