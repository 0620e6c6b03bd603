"""Rates, shares and means compared."""

import itertools

import numpy as np
import statsmodels.api as sm
from scipy import integrate, optimize, stats
from scipy.stats.contingency import relative_risk
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep

from cases import case, said_by


def rate_ratios():
    for method, part in [("exact", 1.0), ("mid_p", 0.5)]:
        for (x, e1), (y, e0), level in [((12, 30.5), (31, 41), 0.95), ((0, 9), (7, 10), 0.9)]:
            n = x + y
            p_of = lambda ratio: ratio * e1 / (ratio * e1 + e0)
            upper = lambda r: stats.binom.sf(x, n, p_of(r)) + part * stats.binom.pmf(x, n, p_of(r))
            lower = lambda r: stats.binom.cdf(x - 1, n, p_of(r)) + part * stats.binom.pmf(x, n, p_of(r))
            half = (1 - level) / 2
            solve = lambda f: np.exp(optimize.brentq(lambda a: f(np.exp(a)) - half, -30, 30, xtol=1e-13))
            ends = [solve(upper) if x > 0 else 0.0, solve(lower)]
            source = said_by("scipy", f"brentq of binom tails given the total, {method}")
            given = {"one": [x, e1], "other": [y, e0], "method": method, "level": level}
            expected = {
                "value": (x / e1) / (y / e0),
                "lower": ends[0],
                "upper": ends[1],
                "p": min(1, 2 * min(upper(1), lower(1))),
            }
            yield case("rate_ratio", source, given, expected)
    ends = stats.binomtest(12, 43).proportion_ci(0.95, method="exact")
    ratio = lambda p: p / (1 - p) * 41 / 30.5
    source = said_by("scipy", "binomtest(12, 43).proportion_ci(method='exact') as odds")
    given = {"one": [12, 30.5], "other": [31, 41], "method": "exact", "level": 0.95}
    yield case("rate_ratio", source, given, {"lower": ratio(ends.low), "upper": ratio(ends.high)}, 1e-8)


def risk_ratios():
    for (a, n1), (b, n0), level in [((24, 60), (40, 210), 0.95), ((3, 18), (9, 44), 0.9)]:
        given = {"a": [a, n1], "b": [b, n0], "level": level}
        found = relative_risk(a, n1, b, n0)
        ends = found.confidence_interval(level)
        source = said_by("scipy", "contingency.relative_risk(a, n1, b, n0).confidence_interval()")
        expected = {
            "value": found.relative_risk,
            "lower": ends.low,
            "upper": ends.high,
            "difference": a / n1 - b / n0,
        }
        yield case("risk_ratio", source, given | {"method": "katz"}, expected)
        ends = confint_proportions_2indep(
            a, n1, b, n0, compare="ratio", method="score", correction=False, alpha=1 - level
        )
        source = said_by(
            "statsmodels",
            "confint_proportions_2indep(compare='ratio', method='score', correction=False)",
        )
        expected = {"value": found.relative_risk, "lower": ends[0], "upper": ends[1]}
        yield case("risk_ratio", source, given | {"method": "koopman"}, expected, 1e-6)


def clustered_risk_ratio():
    """The score interval of as many trials as would say as much if they were independent."""
    draw = np.random.default_rng(5)
    given, sides = {"level": 0.95}, []
    for name, pupils, share in [("one", 23, 0.4), ("other", 60, 0.2)]:
        pupil = np.repeat(np.arange(pupils), 3)
        n = draw.uniform(0.4, 1.0, pupil.size)
        likely = draw.beta(share * 3, (1 - share) * 3, pupils)[pupil]
        x = n * draw.binomial(1, likely)
        fit = sm.WLS(x / n, np.ones((n.size, 1)), weights=n)
        fit = fit.fit(cov_type="cluster", cov_kwds={"groups": pupil, "use_correction": False})
        p = fit.params[0]
        narrow = (stats.norm.ppf(0.975) / stats.t.ppf(0.975, pupils - 1)) ** 2
        variance = fit.bse[0] ** 2 * pupils / (pupils - 1)
        sides.append((p, min(p * (1 - p) / variance * narrow, n.sum())))
        given |= {f"{name}_x": x, f"{name}_n": n, f"{name}_cluster": pupil}
    (p, alone), (q, others) = sides
    ends = confint_proportions_2indep(
        p * alone, alone, q * others, others, compare="ratio", method="score", correction=False
    )
    source = said_by(
        "statsmodels",
        "WLS(x/n, 1, n).fit(cov_type='cluster') and confint_proportions_2indep of so many",
    )
    expected = {"value": p / q, "lower": ends[0], "upper": ends[1], "difference": p - q}
    yield case("clustered_risk_ratio", source, given, expected, 1e-6)


def pairs():
    draw = np.random.default_rng(1)
    before = np.round(draw.normal(20, 6, 23), 1)
    after = np.round(before - 1.5 + draw.normal(0, 4, 23), 1)
    found = stats.ttest_rel(after, before)
    ends = found.confidence_interval(0.9)
    source = said_by("scipy", "ttest_rel(after, before).confidence_interval(0.9)")
    expected = {
        "value": (after - before).mean(),
        "lower": ends.low,
        "upper": ends.high,
        "p": found.pvalue,
    }
    yield case("paired_difference", source, {"before": before, "after": after, "level": 0.9}, expected)


def group(draw, pupils, factor):
    """Pupils who differ, before and after, with exposures that differ too."""
    level = draw.gamma(0.9, 1.4, pupils)
    e0 = draw.integers(20, 40, pupils).astype(float)
    e1 = draw.integers(15, 38, pupils).astype(float)
    return {
        "n0": draw.poisson(level * e0 / 10),
        "e0": e0,
        "n1": draw.poisson(factor * level * e1 / 10),
        "e1": e1,
    }


def sandwich(parts, x):
    """A Poisson model of all windows with errors over pupils, without a factor for few."""
    n = np.concatenate([one[name] for one in parts for name in ("n0", "n1")])
    e = np.concatenate([one[name] for one in parts for name in ("e0", "e1")])
    codes, first = [], 0
    for one in parts:
        own = first + np.arange(one["n0"].size)
        codes += [own, own]
        first += own.size
    glm = sm.GLM(n, x, sm.families.Poisson(), offset=np.log(e))
    kwds = {"groups": np.concatenate(codes), "use_correction": False}
    return glm.fit(tol=1e-13, cov_type="cluster", cov_kwds=kwds)


def before_after():
    draw = np.random.default_rng(33)
    one = group(draw, 24, 0.7)
    m = 24
    x = np.column_stack([np.ones(2 * m), np.repeat([0.0, 1.0], m)])
    fit = sandwich([one], x)
    slope, error = fit.params[1], fit.bse[1] * np.sqrt(m / (m - 1))
    half = stats.t.ppf(0.975, m - 1) * error
    source = said_by("statsmodels", "GLM(Poisson, offset).fit(cov_type='cluster'), times m/(m-1), t")
    expected = {
        "value": np.exp(slope),
        "lower": np.exp(slope - half),
        "upper": np.exp(slope + half),
        "p": 2 * stats.t.sf(abs(slope / error), m - 1),
        "log_std_error": error,
    }
    yield case("clustered_rate_ratio", source, one | {"level": 0.95}, expected, 1e-8)
    yield from drawn_again(draw)
    other = group(draw, 19, 1.1)
    yield from compared(one, other)


def drawn_again(draw):
    """All ways to draw six pupils again, one by one."""
    six = group(draw, 6, 0.6)
    found = []
    for picks in itertools.product(range(6), repeat=6):
        sums = [six[name][list(picks)].sum() for name in ("n1", "e1", "n0", "e0")]
        found.append((sums[0] / sums[1]) / (sums[2] / sums[3]))
    found = np.sort(found)
    share = np.arange(1, found.size + 1) / found.size
    ends = [found[np.argmax(share >= p - 1e-12)] for p in (0.025, 0.975)]
    source = said_by("numpy", "percentiles over all 6^6 draws with replacement, to two places")
    expected = {"resampled": [round(end, 2) for end in ends]}
    yield case("clustered_rate_ratio", source, six | {"level": 0.95}, expected, 1e-9)


def compared(one, other):
    m1, m0 = one["n0"].size, other["n0"].size
    treated = np.repeat([1.0, 0.0], [2 * m1, 2 * m0])
    after = np.concatenate([np.repeat([0.0, 1.0], m1), np.repeat([0.0, 1.0], m0)])
    x = np.column_stack([np.ones(after.size), treated, after, treated * after])
    fit = sandwich([one, other], x)
    slope, error = fit.params[3], fit.bse[3]
    half = stats.norm.ppf(0.975) * error
    source = said_by("statsmodels", "GLM(Poisson, treated * after).fit(cov_type='cluster')")
    given = {"treated": one, "control": other, "level": 0.95}
    expected = {
        "value": np.exp(slope),
        "lower": np.exp(slope - half),
        "upper": np.exp(slope + half),
        "p": 2 * stats.norm.sf(abs(slope / error)),
        "log_std_error": error,
    }
    yield case("did_rate_ratio", source, given | {"interval": "normal"}, expected, 1e-8)
    # Satterthwaite: each pupil adds a square to the variance, a term with one degree of freedom.
    squares = []
    for part in (one, other):
        share = lambda name: part[name] / part[name].sum()
        u = share("n1") - share("e1") - share("n0") + share("e0")
        squares.append(u**2 * u.size / (u.size - 1))
    squares = np.concatenate(squares)
    error, df = np.sqrt(squares.sum()), squares.sum() ** 2 / (squares**2).sum()
    half = stats.t.ppf(0.975, df) * error
    source = said_by("numpy", "Satterthwaite (1946) over the squares of the pupils' influences; t of scipy")
    expected = {
        "value": np.exp(slope),
        "lower": np.exp(slope - half),
        "upper": np.exp(slope + half),
        "p": 2 * stats.t.sf(abs(slope / error), df),
        "log_std_error": error,
    }
    yield case("did_rate_ratio", source, given | {"interval": "t"}, expected, 1e-8)


def two_way():
    # Snee (1974) The American Statistician 28:9, hair and eye colour of 592 students.
    rows = np.array([[68, 119, 26, 7], [20, 84, 17, 94], [15, 54, 14, 10], [5, 29, 14, 16]])
    chi, p, df, expected = stats.chi2_contingency(rows, correction=False)
    adjusted = sm.stats.Table(rows).standardized_resids
    source = (
        said_by("scipy", "chi2_contingency of Snee (1974), hair and eye colour")
        + "; "
        + said_by("statsmodels", "Table.standardized_resids")
    )
    figures = {
        "chi_squared": chi,
        "df": df,
        "p": p,
        "expected": expected.ravel(),
        "adjusted_residuals": adjusted.ravel(),
        "few": int((expected < 5).sum()),
    }
    yield case("expected_table", source, {"rows": rows}, figures)
    blocks = np.array([0, 0, 1, 1])
    parts = [rows[:, blocks == one] for one in (0, 1)]
    laws = [stats.chi2_contingency(part, correction=False)[3] for part in parts]
    expected = np.hstack(laws)
    residual = np.hstack([sm.stats.Table(part).standardized_resids for part in parts])
    tested = expected >= 5
    p = 2 * stats.norm.sf(np.abs(residual[tested]))
    q = np.full(rows.shape, -1.0)
    q[tested] = multipletests(p, method="fdr_bh")[1]
    # Marshall (1991) with the expected counts as exposure.
    n, e = rows.ravel().astype(float), expected.ravel()
    mean, between = marshall(n, e)
    shape = mean**2 / between
    source = (
        said_by("statsmodels", "Table.standardized_resids and multipletests of two blocks")
        + "; Marshall (1991) over all cells"
    )
    figures = {
        "expected": e,
        "residual": residual.ravel(),
        "p_adjusted": q.ravel(),
        "ratio": (n + shape) / (e + shape),
        "marked": [int(abs(r) > 3 and 0 <= one < 0.1) for r, one in zip(residual.ravel(), q.ravel())],
    }
    yield case("surprise", source, {"rows": rows, "blocks": blocks}, figures)


def marshall(n, e):
    """The mean of the true rates and their variance by moments, Marshall (1991)."""
    mean = n.sum() / e.sum()
    spread = np.average((n / e - mean) ** 2, weights=e)
    return mean, spread - mean / e.mean()


def shrunk():
    draw = np.random.default_rng(22)
    e = draw.integers(10, 90, 25).astype(float)
    n = draw.poisson(e * draw.gamma(2, 0.2, 25)).astype(float)
    quantiles = lambda mean, shape: stats.gamma.ppf(
        np.array([[0.025], [0.975]]), shape + n, scale=1 / (shape / mean + e)
    )
    mean, between = marshall(n, e)
    shape = mean**2 / between
    lower, upper = quantiles(mean, shape)
    source = said_by("scipy", "gamma.ppf about the moments of Marshall (1991), weights between the means")
    # As a weighted mean, which is how Marshall writes it.
    weight = between / (between + mean / e)
    figures = {
        "mean": mean,
        "shape": shape,
        "shrunk": weight * n / e + (1 - weight) * mean,
        "lower": lower,
        "upper": upper,
        "weight": weight,
    }
    given = {"n": n, "exposure": e, "level": 0.95}
    yield case("empirical_bayes", source, given | {"prior": "marshall"}, figures, 1e-8)
    fit = sm.NegativeBinomial(n, np.ones((25, 1)), exposure=e).fit(method="newton", disp=0, maxiter=500)
    mean, shape = np.exp(fit.params[0]), 1 / fit.params[1]
    lower, upper = quantiles(mean, shape)
    source = said_by("statsmodels", "NegativeBinomial(n, 1, exposure=e).fit(); gamma.ppf of scipy")
    figures = {
        "mean": mean,
        "shape": shape,
        "shrunk": (shape + n) / (shape / mean + e),
        "lower": lower,
        "upper": upper,
    }
    yield case("empirical_bayes", source, given | {"prior": "negative_binomial"}, figures, 1e-5)
    mean, shape = 0.4, 3.5
    lower, upper = quantiles(mean, shape)
    source = said_by("scipy", "gamma(shape + n, scale=1/(shape/mean + e)): mean and ppf")
    figures = {
        "shrunk": stats.gamma.mean(shape + n, scale=1 / (shape / mean + e)),
        "lower": lower,
        "upper": upper,
    }
    yield case("shrunk_by", source, given | {"mean": mean, "shape": shape}, figures)


def expected_falls():
    """The mean of the lasting factor by adaptive integration, and the variances by products."""
    draw = np.random.default_rng(32)
    pupils, periods = 40, 4
    lasting = draw.gamma(1.2, 1 / 1.2, pupils)
    e = draw.integers(25, 36, (pupils, periods)).astype(float)
    passing = draw.gamma(2.5, 1 / 2.5, (pupils, periods))
    n = draw.poisson(0.08 * e * lasting[:, None] * passing).astype(float)
    due = e * n.sum(0) / e.sum(0)
    d = n - due
    off = ~np.eye(periods, dtype=bool)
    products = lambda z: np.einsum("ij,ik->ijk", z, z)[:, off].sum()
    between = products(d) / products(due)
    all_of_it = (d**2 - n).sum() / (due**2).sum()
    within = (all_of_it - between) / (1 + between)
    chosen = np.flatnonzero(n[:, 3] >= 4)
    law = stats.gamma(1 / between, scale=between)

    def factor(i):
        size = 1 / within
        likely = lambda a: np.prod(stats.nbinom.pmf(n[i], size, size / (size + a * due[i])))
        most = max(likely(a) for a in np.geomspace(1e-3, 60, 400))
        # Over the logarithm, where the law has no pole.
        part = lambda z, power: np.exp((1 + power) * z) * law.pdf(np.exp(z)) * likely(np.exp(z)) / most
        area = lambda power: integrate.quad(part, -40, 5, (power,), epsabs=0, epsrel=1e-10, limit=900)[0]
        return area(1) / area(0)

    rate = n.sum() / e.sum()
    e1 = draw.integers(20, 36, chosen.size).astype(float)
    events = np.array([factor(i) for i in chosen]) * rate * e1
    n1 = draw.poisson(events * 0.8).astype(float)
    n0, e0 = n[chosen, 3], e[chosen, 3]
    before = n0.sum() / e0.sum()
    source = said_by("scipy", "integrate.quad over gamma.pdf and nbinom.pmf; moments by products of numpy")
    given = {
        "pupil": np.repeat(np.arange(pupils), periods),
        "period": np.tile(np.arange(periods), pupils),
        "n": n.ravel(),
        "e": e.ravel(),
        "group": chosen,
        "n0": n0,
        "e0": e0,
        "n1": n1,
        "e1": e1,
        "level": 0.95,
    }
    figures = {
        "between": between,
        "within": within,
        "events": events,
        "expected": (events.sum() / e1.sum()) / before,
        "adjusted": n1.sum() / events.sum(),
        "observed_ratio": (n1.sum() / e1.sum()) / before,
    }
    for name, u in [
        ("expected", events / events.sum() - e1 / e1.sum() - n0 / n0.sum() + e0 / e0.sum()),
        ("adjusted", n1 / n1.sum() - events / events.sum()),
    ]:
        squares = u**2 * u.size / (u.size - 1)
        error, df = np.sqrt(squares.sum()), squares.sum() ** 2 / (squares**2).sum()
        half = stats.t.ppf(0.975, df) * error
        figures |= {
            f"{name}_lower": figures[name] * np.exp(-half),
            f"{name}_upper": figures[name] * np.exp(half),
        }
    # Ours is a sum of 600 steps.
    yield case("regression_to_mean", source, given, figures, 1e-5)


def cases():
    parts = [rate_ratios, risk_ratios, clustered_risk_ratio, pairs, before_after, two_way]
    parts += [shrunk, expected_falls]
    return [one for part in parts for one in part()]
