"""Control charts: limits, signs of change, and how often chance alone shows one."""

import numpy as np
import pandas as pd
from scipy import stats

from cases import case, said_by

# Of Montgomery, Introduction to Statistical Quality Control; the last are ours.
VISCOSITY = [33.75, 33.05, 34.00, 33.81, 33.46, 34.02, 33.68, 33.27]
VISCOSITY += [33.49, 33.20, 33.62, 33.00, 33.54, 33.12, 33.84]
ORANGE = [12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9]
ORANGE += [12, 7, 13, 9, 6]
SHIFT = [9.45, 7.99, 9.29, 11.66, 12.16, 10.18, 8.04, 11.46, 9.20, 10.34, 9.03, 11.47, 10.51, 9.40]
SHIFT += [10.08, 9.37, 10.62, 10.31, 8.52, 10.84, 10.90, 9.33, 12.29, 11.50, 10.60, 11.08, 10.38]
SHIFT += [11.62, 11.31, 10.52]
FAILURES = [286, 948, 536, 124, 816, 729, 4, 143, 431, 8, 2837, 596, 81, 227, 603, 492, 1199, 1214]
FAILURES += [2831, 96]


def singles():
    source = "Montgomery, viscosity of 15 batches, as printed by R's qcc, with 3/1.12838 for 2.66"
    figures = {"centre": 33.52333, "upper": 34.80183, "lower": 32.24484}
    yield case("xmr", source, {"x": VISCOSITY}, figures, 1e-5)
    ranges = pd.Series(VISCOSITY).diff().abs()
    source = said_by("pandas", "Series.diff().abs().mean(); 2.66 and 3.267 of Wheeler and Chambers (1992)")
    figures = {
        "centre": np.mean(VISCOSITY),
        "upper": np.mean(VISCOSITY) + 2.66 * ranges.mean(),
        "lower": np.mean(VISCOSITY) - 2.66 * ranges.mean(),
        "mr_upper": 3.267 * ranges.mean(),
    }
    yield case("xmr", source, {"x": VISCOSITY}, figures)
    y = pd.Series(FAILURES).astype(float) ** (1 / 3.6)
    half = 2.66 * y.diff().abs().mean()
    source = said_by("pandas", "Series.diff() of t^(1/3.6), twenty times between failures")
    figures = {
        "centre": y.mean() ** 3.6,
        "upper": (y.mean() + half) ** 3.6,
        "lower": max(0.0, y.mean() - half) ** 3.6,
    }
    yield case("t_chart", source, {"gaps": FAILURES}, figures)
    gaps = [4, 11, 0, 7, 23, 2, 9, 15, 1, 6, 12, 3, 8]
    # Days without between two days with are a geometric count; its own mean and spread.
    mean = np.mean(gaps)
    law = stats.geom(1 / (1 + mean), loc=-1)
    source = said_by("scipy", "geom(1 / (1 + mean), loc=-1): mean and three times std")
    figures = {"centre": law.mean(), "upper": law.mean() + 3 * law.std(), "lower": 0.0}
    yield case("g_chart", source, {"gaps": gaps}, figures)


def shares_and_rates():
    source = "Montgomery, orange juice cans, as printed by R's qcc"
    figures = {"centre": 0.2313333, "lower": [0.05242755] * 30, "upper": [0.4102391] * 30}
    yield case("p_chart", source, {"n": ORANGE, "exposure": [50.0] * 30, "laney": "never"}, figures, 1e-7)
    draw = np.random.default_rng(10)
    exposure = draw.integers(60, 140, 26).astype(float)
    x = draw.binomial(exposure.astype(int), draw.beta(8, 32, 26)).astype(float)
    yield laney("p_chart", x, exposure, lambda p: p * (1 - p))
    n = draw.poisson(exposure * draw.gamma(9, 0.2 / 9, 26)).astype(float)
    yield laney("u_chart", n, exposure, lambda u: u)


def laney(name, n, exposure, law):
    centre = np.average(n / exposure, weights=exposure)
    spread = np.sqrt(law(centre) / exposure)
    z = pd.Series((n / exposure - centre) / spread)
    sigma = z.diff().abs().mean() / 1.128
    source = said_by("pandas", "Series.diff() of z-values, Laney (2002) Quality Engineering 14:531")
    figures = {
        "centre": centre,
        "sigma_z": sigma,
        "lower": np.maximum(0, centre - 3 * sigma * spread),
        "upper": centre + 3 * sigma * spread,
        "z": (z / sigma).values,
    }
    given = {"n": n, "exposure": exposure, "laney": "always"}
    return case(name, source, given, figures)


def funnels():
    expected = [0.3, 3.7, 14.2, 66.6, 350.0, 2_500.0]
    for level in [0.95, 0.998, 0.9]:
        half = (1 - level) / 2
        source = said_by("scipy", "poisson.ppf(level, expected)")
        figures = {"lower": stats.poisson.ppf(half, expected), "upper": stats.poisson.ppf(1 - half, expected)}
        yield case("funnel", source, {"expected": expected, "level": level}, figures)


def sums():
    source = "Montgomery, tabular CUSUM of 30 values"
    figures = {"upper_29": 5.28, "first": 29}
    given = {"x": SHIFT, "target": 10.0, "k": 0.5, "h": 5.0}
    yield case("cusum", source, given, figures, 1e-9)
    x = np.array(SHIFT) - 10
    # Page's other form: how far the walk stands above the lowest place it has been at.
    walk = lambda step: (w := np.concatenate([[0], np.cumsum(step)])) - np.minimum.accumulate(w)
    source = said_by("numpy", "cumsum less its running minimum, Page (1954)")
    figures = {"upper": walk(x - 0.5)[1:], "lower": walk(-x - 0.5)[1:]}
    yield case("cusum", source, given, figures)
    source = "Montgomery, EWMA of the same, lambda 0.1 and L 2.7"
    figures = {"value_1": 9.945, "value_2": 9.7495, "value_30": 10.6341, "upper_1": 10.27, "upper_30": 10.62}
    given = {"x": SHIFT, "target": 10.0, "sd": 1.0, "lambda": 0.1, "l": 2.7}
    yield case("ewma", source, given, figures, 5e-4)
    found = pd.Series([10.0, *SHIFT]).ewm(alpha=0.1, adjust=False).mean()[1:]
    # The variance as the sum of the squares of its weights.
    spread = [np.sqrt(((0.1 * 0.9 ** np.arange(i)) ** 2).sum()) for i in range(1, 31)]
    half = 2.7 * np.array(spread)
    source = said_by("pandas", "Series.ewm(alpha=0.1, adjust=False).mean(); limits from the weights")
    figures = {
        "value": found.values,
        "upper": 10 + half,
        "lower": 10 - half,
        "signal_at": np.flatnonzero(np.abs(found.values - 10) > half) + 1,
    }
    yield case("ewma", source, given, figures)


def signs(z):
    """The last points of each pattern, from 1, by the words of Nelson (1984)."""
    z = np.asarray(z)
    same = lambda w: (w > 0).all() or (w < 0).all()
    near = lambda w, k, need: any(s * w[-1] > k and (s * w > k).sum() >= need for s in (1, -1))
    rules = {
        "beyond_limits": (1, lambda w: abs(w[0]) > 3),
        "eight_one_side": (8, same),
        "nine_one_side": (9, same),
        "six_trend": (6, lambda w: same(np.diff(w))),
        "fourteen_alternate": (14, lambda w: (np.diff(np.sign(np.diff(w))) != 0).all() and (np.diff(w) != 0).all()),
        "two_of_three": (3, lambda w: near(w, 2, 2)),
        "four_of_five": (5, lambda w: near(w, 1, 4)),
        "fifteen_within": (15, lambda w: (np.abs(w) < 1).all()),
        "eight_beyond": (8, lambda w: (np.abs(w) > 1).all()),
    }
    found = {}
    for name, (size, holds) in rules.items():
        found[name] = [end for end in range(size, z.size + 1) if holds(z[end - size : end])]
    return found


def runs(z):
    """The longest run and the crossings of points off the centre, with Anhøj's limits."""
    side = np.sign(z)[np.sign(z) != 0]
    breaks = np.flatnonzero(np.diff(side)) + 1
    longest = max(len(part) for part in np.split(side, breaks))
    limits = round(np.log2(side.size) + 3), int(stats.binom.ppf(0.05, side.size - 1, 0.5))
    return longest, breaks.size, *limits


def rules():
    draw = np.random.default_rng(16)
    for name, z in [
        ("a slow wave", np.round(draw.normal(0, 1, 120) + 1.6 * np.sin(np.arange(120) / 9), 2)),
        ("wild and calm", np.round(draw.normal(0, 1, 90) * np.repeat([0.4, 1.9, 1.0], 30), 1)),
        ("up and down", np.round(draw.normal(0, 0.3, 40) + np.tile([1.5, -1.4], 20), 2)),
    ]:
        longest, crossings, most, fewest = runs(z)
        figures = signs(z) | {
            "longest_run": longest,
            "crossings": crossings,
            "longest_run_limit": most,
            "crossings_limit": fewest,
        }
        source = said_by("numpy", f"windows by the words of Nelson (1984), {name}; binom.ppf of scipy")
        yield case("run_rules", source, {"z": z}, figures)


def alarms(values, spread, least):
    """How many of three rules each chart meets, centre and spread estimated from it."""
    weight = spread**-2.0
    centre = (values * weight).sum(1, keepdims=True) / weight.sum()
    z = (values - centre) / spread
    sigma = np.abs(np.diff(z, axis=1)).mean(1, keepdims=True) / 1.128
    met = []
    for chart in z / np.maximum(sigma, least):
        longest, crossings, most, fewest = runs(chart)
        found = signs(chart)
        unusual = longest > most or crossings < fewest
        met.append(bool(found["beyond_limits"]) + bool(found["eight_one_side"]) + unusual)
    met = np.array(met)
    return {"one": (met == 1).mean(), "more": (met >= 2).mean()}


def false_alarms():
    draw = np.random.default_rng(99)
    for points in [24, 60]:
        found = alarms(draw.normal(size=(4_000, points)), np.ones(points), 0.0)
        source = said_by("numpy", "4,000 charts of normal values, rules as in run_rules here")
        # 500 charts on our side: within three of their standard errors.
        yield case("false_alarms", source, {"points": points}, found, 0.05)
    exposure = np.tile([1.0, 5.0, 5.0], 13)
    n = exposure * np.tile([28.0, 44.0], 20)[:39]
    centre = n.sum() / exposure.sum()
    spread = np.sqrt(centre / exposure)
    z = (n / exposure - centre) / spread
    sigma = np.abs(np.diff(z)).mean() / 1.128
    shared = (sigma**2 - 1) * 39 / (spread**-2.0).sum()
    values = draw.normal(size=(4_000, 39)) * np.sqrt(spread**2 + shared)
    source = said_by("numpy", "4,000 charts of weeks that differ by as much whether short or long")
    given = {"n": n, "exposure": exposure}
    yield case("false_alarms_of", source, given, alarms(values, spread, 1.0), 0.07)


def cases():
    parts = [singles, shares_and_rates, funnels, sums, rules, false_alarms]
    return [one for part in parts for one in part()]
