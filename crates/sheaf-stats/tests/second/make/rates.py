"""Rates and shares of one group, families of p-values, and how events are shared out."""

import numpy as np
from scipy import stats
import statsmodels.api as sm
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.rates import confint_poisson

from cases import case, said_by


def families():
    draw = np.random.default_rng(19)
    p = np.round(draw.beta(0.4, 1.5, 24), 3)
    p[[4, 9, 17]] = p[2]
    for method, theirs in [("bh", "fdr_bh"), ("holm", "holm")]:
        source = said_by("statsmodels", f"multipletests(p, method='{theirs}'), three p tied")
        found = multipletests(p, method=theirs)[1]
        yield case("adjust", source, {"p": p, "method": method}, {"p_adjusted": found})


def one_rate():
    for n, exposure, level in [(3, 41.5, 0.95), (250, 1200, 0.9), (0, 17, 0.99), (400_000, 9.5, 0.95)]:
        source = said_by("statsmodels", "confint_poisson(n, exposure, method='exact-c')")
        ends = confint_poisson(n, exposure, method="exact-c", alpha=1 - level)
        given = {"n": n, "exposure": exposure, "level": level}
        yield case("rate", source, given, {"value": n / exposure, "lower": ends[0], "upper": ends[1]})


def clustered_rate():
    draw = np.random.default_rng(7)
    pupil = np.repeat(np.arange(14), 3)
    level = draw.gamma(0.8, 1.2, 14)[pupil]
    exposure = draw.integers(8, 30, pupil.size).astype(float)
    n = draw.poisson(level * exposure / 10)
    glm = sm.GLM(n, np.ones((n.size, 1)), sm.families.Poisson(), offset=np.log(exposure))
    fit = glm.fit(tol=1e-13, cov_type="cluster", cov_kwds={"groups": pupil, "use_correction": False})
    m = 14
    half = stats.t.ppf(0.975, m - 1) * fit.bse[0] * np.sqrt(m / (m - 1))
    source = said_by("statsmodels", "GLM(Poisson, offset).fit(cov_type='cluster'), times m/(m-1), t")
    given = {"n": n, "exposure": exposure, "cluster": pupil, "level": 0.95}
    ends = np.exp(fit.params[0] + np.array([-half, half]))
    expected = {"value": np.exp(fit.params[0]), "lower": ends[0], "upper": ends[1]}
    yield case("clustered_rate", source, given, expected)


def shares():
    # Newcombe (1998), Table I, method 3, to the four places that it prints.
    for x, n, ends in [(15, 148, (0.0624, 0.1605)), (1, 29, (0.0061, 0.1718))]:
        source = "Newcombe (1998) Statistics in Medicine 17:857, Table I, method 3"
        expected = {"value": x / n, "lower": ends[0], "upper": ends[1]}
        yield case("wilson", source, {"x": x, "n": n, "level": 0.95}, expected, 5e-5)
    for x, n, level in [(7, 12, 0.9), (0, 9, 0.99), (9, 9, 0.99), (5_000, 80_000, 0.95)]:
        source = said_by("statsmodels", "proportion_confint(x, n, method='wilson')")
        ends = proportion_confint(x, n, alpha=1 - level, method="wilson")
        given = {"x": x, "n": n, "level": level}
        yield case("wilson", source, given, {"value": x / n, "lower": ends[0], "upper": ends[1]})


def clustered_share():
    draw = np.random.default_rng(3)
    pupil = np.repeat(np.arange(17), 2)
    n = draw.integers(1, 9, pupil.size).astype(float)
    x = draw.binomial(n.astype(int), draw.beta(1, 2, 17)[pupil]).astype(float)
    fit = sm.WLS(x / n, np.ones((n.size, 1)), weights=n)
    fit = fit.fit(cov_type="cluster", cov_kwds={"groups": pupil, "use_correction": False})
    m, p = 17, fit.params[0]
    variance = fit.bse[0] ** 2 * m / (m - 1)
    narrow = (stats.norm.ppf(0.975) / stats.t.ppf(0.975, m - 1)) ** 2
    alone = min(p * (1 - p) / variance * narrow, n.sum())
    ends = proportion_confint(p * alone, alone, method="wilson")
    source = said_by(
        "statsmodels", "WLS(x/n, 1, n).fit(cov_type='cluster') and proportion_confint of so many"
    )
    given = {"x": x, "n": n, "cluster": pupil, "level": 0.95}
    expected = {"value": p, "lower": ends[0], "upper": ends[1]}
    yield case("clustered_share", source, given, expected)


def binomial():
    for x, n, share in [(9, 40, 0.2), (31, 40, 0.2), (0, 12, 0.3), (480, 1000, 0.5), (3, 3, 0.0), (500_800, 1_000_000, 0.5)]:
        law = stats.binom(n, share)
        source = said_by("scipy", "binom.sf(x, n, p) + binom.pmf(x, n, p) / 2")
        expected = {"p": law.sf(x) + law.pmf(x) / 2}
        yield case("binomial_excess", source, {"x": x, "n": n, "share": share}, expected)
    n, exposure = np.array([12, 31, 7, 55, 0]), np.array([20.0, 60.0, 30.0, 70.0, 11.5])
    total, share = n.sum(), exposure / exposure.sum()
    law = stats.binom(total, share)
    p = [2 * min(law.sf(n)[i], law.cdf(n - 1)[i]) + law.pmf(n)[i] for i in range(n.size)]
    source = said_by("scipy", "2 min(binom.sf(x), binom.cdf(x - 1)) + binom.pmf(x)")
    expected = {
        "p": np.minimum(p, 1.0),
        "expected": total * share,
        "ratio": n / (total * share),
    }
    yield case("hotspots", source, {"n": n, "exposure": exposure}, expected)


def shared_out():
    draw = np.random.default_rng(11)
    counts = draw.negative_binomial(0.3, 0.12, 240).astype(float)
    apart = np.abs(counts[:, None] - counts[None, :]).mean()
    some = counts[counts > 0]
    ordered = np.sort(counts)
    half = int(np.argmax(np.cumsum(ordered[::-1]) >= counts.sum() / 2)) + 1
    source = said_by("numpy", "the mean of all |x - y| over twice the mean; counts by sorting")
    expected = {
        "gini": apart / (2 * counts.mean()),
        "gini_without_zeros": np.abs(some[:, None] - some[None, :]).mean() / (2 * some.mean()),
        "half_from": half,
        "any": some.size,
        "once": int((counts == 1).sum()),
        "repeat_count": int((counts > 1).sum()),
        "repeat_share": counts[counts > 1].sum() / counts.sum(),
        "most": counts.max(),
    }
    yield case("concentration", source, {"counts": counts}, expected)
    yield from top_shares(counts, ordered)


def top_shares(counts, ordered):
    # Beach and Davidson (1983), theorems 1 and 2: the covariance of cumulative means below a
    # quantile and of the mean, carried over to the Lorenz ordinate.
    n, mean = counts.size, counts.mean()
    curve = np.concatenate([[0], np.cumsum(ordered) / counts.sum()])
    for share in [0.05, 0.1, 0.25]:
        p = 1 - share
        ordinate = np.interp(p, np.arange(n + 1) / n, curve)
        quantile = ordered[int(np.ceil(p * n - 1e-9)) - 1]
        below = ordered[: int(round(p * n))]
        gamma, spread = below.mean(), below.var()
        own = p * (spread + (1 - p) * (quantile - gamma) ** 2)
        with_mean = p * (spread + (quantile - gamma) * (mean - gamma))
        value = p * gamma
        variance = own / mean**2 + value**2 * counts.var() / mean**4 - 2 * value * with_mean / mean**3
        error = np.sqrt(variance / (n - 1))
        top = 1 - ordinate
        logit = np.log(top / (1 - top))
        half = stats.norm.ppf(0.975) * error / (top * (1 - top))
        ends = 1 / (1 + np.exp(-(logit + np.array([-half, half]))))
        source = "Beach and Davidson (1983) Review of Economic Studies 50:723, theorems 1 and 2, on logits"
        expected = {"value": top, "lower": ends[0], "upper": ends[1]}
        yield case("Concentration::top_share", source, {"counts": counts, "share": share}, expected)


def cases():
    parts = [families, one_rate, clustered_rate, shares, clustered_share, binomial, shared_out]
    return [one for part in parts for one in part()]
