"""Two phases of one pupil, several pupils together, and scores before and after."""

import itertools

import numpy as np
from scipy import optimize, stats

from cases import case, said_by

PHASES = [
    ([3, 5, 4, 6, 5, 2], [7, 5, 8, 6, 9, 7, 4]),
    ([9, 11, 14, 12], [10, 13, 15, 16, 11, 17]),
]


def overlap():
    for a, b in PHASES:
        a, b = np.array(a, float), np.array(b, float)
        m, n = a.size, b.size
        given = {"a": a, "b": b}
        nap = stats.mannwhitneyu(b, a).statistic / (m * n)
        z, h = stats.norm.ppf(0.975), (m + n) / 2 - 1

        # Newcombe (2006) Statistics in Medicine 25:559, method 5, as its variance.
        def beyond(theta):
            spread = theta * (1 - theta) / (m * n)
            spread *= 1 + h * (1 - theta) / (2 - theta) + h * theta / (1 + theta)
            return (nap - theta) ** 2 - z**2 * spread

        ends = [optimize.brentq(beyond, 1e-9, nap), optimize.brentq(beyond, nap, 1 - 1e-9)]
        source = (
            said_by("scipy", "mannwhitneyu(b, a).statistic / mn")
            + "; brentq of the variance of Newcombe (2006) Statistics in Medicine 25:559, method 5"
        )
        # Ours stops where R's does, at 1.2e-4.
        expected = {"value": nap, "lower": ends[0], "upper": ends[1]}
        yield case("nap", source, given, expected, 1.3e-4)
        yield case("nap", said_by("scipy", "mannwhitneyu(b, a).statistic / mn"), given, {"value": nap})
        score = lambda x, y: np.sign(y - x).sum()
        trend = sum(score(one, two) for one, two in itertools.combinations(a, 2))
        tau = stats.somersd(np.repeat([0, 1], [m, n]), np.concatenate([a, b])).statistic
        source = said_by("scipy", "somersd(phase, value) less the sum over pairs of the first phase / mn")
        yield case("tau_u", source, given, {"value": tau - trend / (m * n)})
        yield case("pnd", said_by("numpy", "mean(b > max(a))"), given, {"value": (b > a.max()).mean()})
        middle = np.median(a)
        pem = ((b > middle) + (b == middle) / 2).mean()
        yield case("pem", said_by("numpy", "mean(b > median(a)), ties half"), given, {"value": pem})
        least = fewest_to_take(a, b)
        source = "the fewest points whose taking away leaves no overlap, by trying every choice"
        yield case("pand", source, given, {"value": 1 - least / (m + n)})
        source = "Parker, Vannest and Brown (2009): what overlaps, half of it in each phase, by trying every choice"
        yield case("ird", source, given, {"value": (1 - least / 2 / n) - least / 2 / m})


def fewest_to_take(a, b):
    points = [(x, 0) for x in a] + [(x, 1) for x in b]
    for few in range(len(points) + 1):
        for gone in itertools.combinations(range(len(points)), few):
            left = [one for at, one in enumerate(points) if at not in gone]
            early = [x for x, phase in left if phase == 0]
            late = [x for x, phase in left if phase == 1]
            if not early or not late or max(early) < min(late):
                return few
    return len(points)


def together():
    """Hedges, Pustejovsky and Shadish (2012) with whole design matrices."""
    draw = np.random.default_rng(26)
    rows = []
    for case_of in range(5):
        level, time, last = draw.normal(10, 3), 0, 0.0
        for pair, treated in [(0, 0), (0, 1), (1, 0), (1, 1)]:
            for _ in range(draw.integers(4, 8)):
                last = 0.4 * last + draw.normal(0, 1.5)
                time += 1 + (draw.random() < 0.1)
                rows.append((case_of, pair, treated, time, round(level - 3 * treated + last, 1)))
    rows = np.array(rows)
    code, pair, treated, time, y = rows.T
    found = by_matrices(code, pair, treated, time, y)
    source = said_by("numpy", "the formulas with whole design and correlation matrices")
    given = {
        "case": code.astype(int),
        "pair": pair.astype(int),
        "treated": treated.astype(bool),
        "time": time,
        "y": y,
    }
    yield case("bc_smd", source, given, found)


def by_matrices(code, pair, treated, time, y):
    keys = list(zip(code, pair, treated))
    cells = sorted(set(keys))
    x = np.array([[float(key == cell) for cell in cells] for key in keys])
    place = np.array([keys[:i].count(key) for i, key in enumerate(keys)], float)
    m = len(set(code))
    occasion = list(zip(pair, treated, place))
    shared = np.array([occasion.count(one) == m for one in occasion])
    beta = np.linalg.pinv(x)
    hat = x @ beta
    rest = y - hat @ y
    both = [(c, p) for c, p, t in cells if t == 1 and (c, p, 0) in cells]
    weight = sum(beta[cells.index((c, p, 1))] - beta[cells.index((c, p, 0))] for c, p in both)
    weight = weight / len(both)
    kinds = sorted({one for one, kept in zip(occasion, shared) if kept})
    z = np.array([[float(one == kind) for kind in kinds] for one, kept in zip(occasion, shared) if kept])
    centre = np.eye(z.shape[0]) - z @ np.linalg.pinv(z)
    free = len(kinds) * (m - 1)
    between = y[shared] @ centre @ y[shared] / free
    own = [np.array([key == cell for key in keys]) for cell in cells]
    products = sum((rest[one][1:] * rest[one][:-1]).sum() for one in own)
    lost = sum(1 - 1 / one.sum() for one in own) / sum(one.sum() - 1 for one in own)
    phi = products / (rest @ rest) + lost
    same = code[:, None] == code[None, :]
    law = lambda at, rho: same * (rho + (1 - rho) * phi ** np.abs(at[:, None] - at[None, :]))
    within = rest @ rest / (y.size - np.trace(hat @ law(place, 0)))
    rho = max(0.0, 1 - within / between)
    whole = law(time, rho)
    product = centre @ whole[np.ix_(shared, shared)]
    df = free**2 / np.trace(product @ product)
    few = 1 - 3 / (4 * df - 1)
    unadjusted = weight @ y / np.sqrt(between)
    g, long = few * unadjusted, df / (df - 2)
    theta = weight @ whole @ weight
    variance = few**2 * theta * long + g**2 * (few**2 * long - 1)
    half = stats.t.ppf(0.975, df) * np.sqrt(variance)
    return {
        "g": g,
        "lower": g - half,
        "upper": g + half,
        "unadjusted": unadjusted,
        "variance": variance,
        "phi": phi,
        "rho": rho,
        "df": df,
    }


def scores():
    sd, reliability, pre, post = 5.8, 0.62, [21.0, 18.0, 25.0, 9.0], [9.0, 15.0, 14.0, 20.0]
    sem = sd * np.sqrt(1 - reliability)
    s_diff = np.sqrt(2 * sem**2)
    given = {"pre": pre, "post": post, "sd": sd, "reliability": reliability, "better": "decrease"}
    source = "Jacobson and Truax (1991) with the constants of the SDQ (Goodman 2001), step by step"
    expected = {
        "rc": (np.array(post) - np.array(pre)) / s_diff,
        "sem": sem,
        "s_diff": s_diff,
        "threshold": 1.96 * s_diff,
        "counts": [1, 1, 1, 1],
    }
    yield case("reliable_change", source, given | {"cutoff": 13.0}, expected)
    # Where two normal curves of equal height cross, in standard deviations from each mean: a point
    # as many of its own standard deviations from one mean as from the other.
    (m1, s1), (m0, s0) = (21.5, 5.2), (9.1, 5.9)
    cross = optimize.brentq(lambda c: (m1 - c) / s1 - (c - m0) / s0, m0, m1)
    source = said_by("scipy", "brentq of equal distances in standard deviations, Jacobson and Truax (1991)")
    expected = {"cutoffs": [m1 - 2 * s1, m0 + 2 * s0, cross]}
    yield case("clinical_cutoffs", source, {"clinical": [m1, s1], "healthy": [m0, s0]}, expected)


def cases():
    return [one for part in [overlap, together, scores] for one in part()]
