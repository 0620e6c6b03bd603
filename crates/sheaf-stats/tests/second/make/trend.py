"""Trends by ranks, changes of level, and trends of rates."""

import numpy as np
import pymannkendall
import ruptures
import statsmodels.api as sm
from scipy import stats
from scipy.special import xlogy

from cases import case, said_by


def ranks():
    draw = np.random.default_rng(5)
    x = np.round(draw.normal(0, 3, 31) + 0.12 * np.arange(31), 0)
    found = pymannkendall.original_test(x)
    slope = stats.theilslopes(x)
    source = (
        said_by("pymannkendall", "original_test(x)")
        + "; "
        + said_by("scipy", "theilslopes(x) of values with many ties")
    )
    expected = {
        "s": found.s,
        "variance": found.var_s,
        "z": found.z,
        "p": found.p,
        "slope": slope[0],
        "slope_lower": slope[2],
        "slope_upper": slope[3],
    }
    yield case("mann_kendall", source, {"x": x, "level": 0.95}, expected)
    told = {"value": slope[0], "lower": slope[2], "upper": slope[3], "p": found.p}
    yield case("MannKendall::estimate", source, {"x": x, "level": 0.95}, told)
    season = np.tile(np.arange(6), 7)
    x = np.round(draw.normal(20, 4, 42) + 3 * (season == 5) + np.arange(42) / 9, 0)
    found = pymannkendall.seasonal_test(x, period=6)
    source = said_by("pymannkendall", "seasonal_test(x, period=6)")
    expected = {
        "s": found.s,
        "variance": found.var_s,
        "z": found.z,
        "p": found.p,
        "slope": found.slope,
    }
    given = {"x": x, "season": season, "level": 0.95}
    yield case("seasonal_mann_kendall", source, given, expected)


def pettitt():
    draw = np.random.default_rng(8)
    x = np.round(np.concatenate([draw.normal(10, 2, 17), draw.normal(12, 2, 22)]), 0)
    n = x.size
    # The definition over pairs, not the ranks.
    u = [np.sign(x[: t + 1, None] - x[None, t + 1 :]).sum() for t in range(n - 1)]
    k = np.abs(u).max()
    source = said_by("numpy", "max |ΣΣ sign(x_i - x_j)| over pairs across each place, Pettitt (1979)")
    p = min(1.0, 2 * np.exp(-6 * k**2 / (n**3 + n**2)))
    expected = {"k": k, "at": int(np.argmax(np.abs(u))) + 1, "p": p}
    yield case("pettitt", source, {"x": x}, expected)


class PoissonCost(ruptures.base.BaseCost):
    """Twice the Poisson log likelihood short of the mean of each bin."""

    model, min_size = "poisson", 1

    def fit(self, signal):
        self.signal = signal
        self.n, self.exposure = signal[:, 0], signal[:, 1]
        return self

    def error(self, start, end):
        n, exposure = self.n[start:end].sum(), self.exposure[start:end].sum()
        return -2 * (xlogy(n, n / exposure) - n)


def changes():
    draw = np.random.default_rng(12)
    x = np.concatenate([draw.normal(m, 1, k) for m, k in [(0, 30), (2.5, 25), (1, 40), (4, 20)]])
    penalty = 9.0
    found = ruptures.Pelt(model="l2", min_size=6, jump=1).fit(x).predict(pen=penalty)
    source = said_by("ruptures", "Pelt(model='l2', min_size=6, jump=1).predict(pen=9)")
    given = {"x": x, "cost": "normal_mean", "penalty": penalty, "min_segment": 6}
    means = [part.mean() for part in np.split(x, found[:-1])]
    yield case("changepoints", source, given, {"to": found, "mean": means})
    exposure = draw.integers(2, 6, 120).astype(float)
    rate = np.repeat([4.0, 7.0, 2.0, 3.2], 30)
    n = draw.poisson(rate * exposure).astype(float)
    search = ruptures.Pelt(custom_cost=PoissonCost(), min_size=5, jump=1)
    found = search.fit(np.column_stack([n, exposure])).predict(pen=2 * np.log(120))
    cuts = np.split(np.arange(120), found[:-1])
    means = [n[cut].sum() / exposure[cut].sum() for cut in cuts]
    source = said_by("ruptures", "Pelt(custom_cost=Poisson with exposure, min_size=5).predict(2 log n)")
    given = {"x": n, "cost": "poisson", "exposure": exposure, "min_segment": 5}
    yield case("changepoints", source, given, {"to": found, "mean": means})


def told(slope, error, df, extra):
    half = stats.t.ppf(0.975, df) * error
    return {
        "value": np.exp(slope),
        "lower": np.exp(slope - half),
        "upper": np.exp(slope + half),
        "p": 2 * stats.t.sf(abs(slope / error), df),
    } | extra


def trend_rates():
    draw = np.random.default_rng(21)
    bins = 60
    t = np.arange(bins, dtype=float)
    season = (t // 10).astype(int) % 3
    exposure = draw.integers(3, 6, bins).astype(float)
    mean = exposure * np.exp(1.1 + 0.01 * t + 0.3 * (season == 2))
    dummies = np.column_stack([np.ones(bins), t, season == 1, season == 2]).astype(float)
    plain = lambda n: sm.GLM(n, dummies, sm.families.Poisson(), offset=np.log(exposure))
    n = draw.poisson(mean)
    fit = plain(n).fit(tol=1e-13)
    given = {"n": n, "exposure": exposure, "t": t, "season": season, "family": "poisson"}
    source = said_by("statsmodels", "GLM(Poisson, offset, season dummies), t interval")
    chi = fit.pearson_chi2 / fit.df_resid
    expected = told(fit.params[1], fit.bse[1], fit.df_resid, {"dispersion": chi})
    yield case("trend_rate", source, given, expected, 1e-8)
    # Weeks that go together: a slow wave of ups and downs.
    wave = np.convolve(draw.normal(0, 0.45, bins + 4), np.ones(5) / 2, "valid")
    n = draw.poisson(mean * np.exp(wave))
    lag = int(4 * (bins / 100) ** (2 / 9))
    fit = plain(n).fit(tol=1e-13, scale="X2")
    hac = plain(n).fit(tol=1e-13, cov_type="HAC", cov_kwds={"maxlags": lag, "use_correction": True})
    given = {"n": n, "exposure": exposure, "t": t, "season": season, "family": "quasi_poisson"}
    error = max(fit.bse[1], hac.bse[1])
    expected = told(fit.params[1], error, fit.df_resid, {"dispersion": fit.scale, "hac_lag": lag})
    source = said_by("statsmodels", "GLM(Poisson).fit(scale='X2') and fit(cov_type='HAC'), the larger")
    yield case("trend_rate", source, given, expected, 1e-8)
    yield from stretches(draw, exposure, mean)


def stretches(draw, exposure, mean):
    # One `t` a stretch; the dispersion is that of whole stretches where it is the larger.
    bins = exposure.size
    cluster = np.arange(bins) // 5
    t = cluster.astype(float)
    n = draw.poisson(mean * np.exp(draw.normal(0, 0.3, 12))[cluster])
    x = np.column_stack([np.ones(bins), t])
    fit = sm.GLM(n, x, sm.families.Poisson(), offset=np.log(exposure)).fit(tol=1e-13)
    over = [np.bincount(cluster, one) for one in (n - fit.mu, fit.mu)]
    df = 12 - 2
    chi = max((over[0] ** 2 / over[1]).sum() / df, fit.pearson_chi2 / fit.df_resid, 1)
    given = {"n": n, "exposure": exposure, "t": t, "cluster": cluster}
    expected = told(fit.params[1], fit.bse[1] * np.sqrt(chi), df, {"dispersion": chi})
    source = said_by("statsmodels", "GLM(Poisson, offset), errors times the root of Pearson over stretches")
    yield case("trend_rate", source, given, expected, 1e-8)


def cases():
    return [one for part in [ranks, pettitt, changes, trend_rates] for one in part()]
