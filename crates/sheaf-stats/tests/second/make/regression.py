"""Regressions of counts and numbers, series that were interrupted, differences in differences."""

import numpy as np
import statsmodels.api as sm
from scipy import stats

from cases import case, said_by


def draws():
    draw = np.random.default_rng(17)
    rows = 80
    x = np.column_stack([draw.integers(0, 2, rows), np.round(draw.normal(0, 1, rows), 2)]).astype(float)
    exposure = draw.integers(5, 40, rows).astype(float)
    cluster = np.arange(rows) // 5
    mean = exposure / 10 * np.exp(0.4 + 0.5 * x[:, 0] - 0.3 * x[:, 1])
    n = draw.poisson(mean * draw.gamma(2, 0.5, 16)[cluster] * draw.gamma(3, 1 / 3, rows))
    return n, x, exposure, cluster


def figures(fit, law=stats.norm):
    half = law.ppf(0.975) * fit.bse
    z = fit.params / fit.bse
    return {
        "estimate": fit.params,
        "std_error": fit.bse,
        "z": z,
        "p": 2 * law.sf(np.abs(z)),
        "lower": fit.params - half,
        "upper": fit.params + half,
    }


def counts():
    n, x, exposure, cluster = draws()
    design, offset = sm.add_constant(x), np.log(exposure)
    given = {"n": n, "covariates": x.T, "exposure": exposure}
    glm = sm.GLM(n, design, sm.families.Poisson(), offset=offset)
    fit = glm.fit(tol=1e-13)
    more = {
        "log_likelihood": fit.llf,
        "deviance": fit.deviance,
        "dispersion": fit.pearson_chi2 / fit.df_resid,
        "df": fit.df_resid,
    }
    source = said_by("statsmodels", "GLM(Poisson, offset).fit()")
    yield case("count_regression", source, given | {"family": "poisson"}, figures(fit) | more)
    source = said_by("statsmodels", "GLM(Poisson, offset).fit(scale='X2')")
    found = figures(glm.fit(tol=1e-13, scale="X2"))
    yield case("count_regression", source, given | {"family": "quasi_poisson"}, found)
    kwds = {"groups": cluster, "use_correction": False}
    fit = glm.fit(tol=1e-13, cov_type="cluster", cov_kwds=kwds)
    found = scaled(fit, np.sqrt(16 / 15), stats.t(15))
    source = said_by("statsmodels", "GLM(Poisson).fit(cov_type='cluster'), times m/(m-1), t")
    given_two = given | {"family": "poisson", "cluster": cluster}
    yield case("count_regression", source, given_two, found, 1e-8)
    fit = glm.fit(tol=1e-13, cov_type="HAC", cov_kwds={"maxlags": 4, "use_correction": False})
    source = said_by("statsmodels", "GLM(Poisson).fit(cov_type='HAC', maxlags=4)")
    yield case("count_regression", source, given | {"family": "poisson", "hac_lag": 4}, figures(fit), 1e-8)
    yield from negative_binomial(n, design, exposure, given)
    fit = sm.OLS(n, design).fit()
    source = said_by("statsmodels", "OLS(n, x).fit(), t")
    found = figures(fit, stats.t(fit.df_resid)) | {"log_likelihood": fit.llf, "dispersion": fit.scale}
    del given["exposure"]
    yield case("count_regression", source, given | {"family": "normal"}, found, 1e-8)


def scaled(fit, factor, law):
    half = law.ppf(0.975) * fit.bse * factor
    z = fit.params / (fit.bse * factor)
    return {
        "estimate": fit.params,
        "std_error": fit.bse * factor,
        "z": z,
        "p": 2 * law.sf(np.abs(z)),
        "lower": fit.params - half,
        "upper": fit.params + half,
    }


def negative_binomial(n, design, exposure, given):
    whole = sm.NegativeBinomial(n, design, exposure=exposure)
    whole = whole.fit(method="newton", disp=0, maxiter=500, tol=1e-12)
    alpha = whole.params[-1]
    family = sm.families.NegativeBinomial(alpha=alpha)
    fit = sm.GLM(n, design, family, offset=np.log(exposure)).fit(tol=1e-13)
    more = {"theta": 1 / alpha, "log_likelihood": whole.llf}
    source = said_by("statsmodels", "NegativeBinomial.fit() for theta; GLM(NegativeBinomial(alpha)) for errors")
    found = figures(fit) | more
    yield case("count_regression", source, given | {"family": "negative_binomial"}, found, 1e-6)


def interrupted():
    draw = np.random.default_rng(18)
    points, at = 60, 34
    t = np.arange(1, points + 1, dtype=float)
    after = (t >= at).astype(float)
    season = (np.arange(points) % 6).astype(int)
    exposure = draw.integers(3, 6, points).astype(float)
    mean = exposure * np.exp(2 + 0.01 * t - 0.4 * after - 0.02 * after * (t - at) + 0.2 * (season == 1))
    n = draw.negative_binomial(12, 12 / (12 + mean))
    dummies = (season[:, None] == np.arange(1, 6)).astype(float)
    waves = lambda k: [np.sin(2 * np.pi * k * t / 12), np.cos(2 * np.pi * k * t / 12)]
    line = np.column_stack([np.ones(points), t, after, after * (t - at)])
    given = {"y": n, "at": at}
    names = {"slope_before": 1, "level": 2, "slope_change": 3}

    def told(fit, law=stats.norm):
        found = figures(fit, law)
        pick = lambda one: [found[one][place] for place in names.values()]
        return {one: pick(one) for one in ("estimate", "std_error", "p", "lower", "upper")}

    x = np.column_stack([line, dummies])
    fit = sm.GLM(n, x, sm.families.Poisson(), offset=np.log(exposure)).fit(tol=1e-13, scale="X2")
    source = said_by("statsmodels", "GLM(Poisson, offset, season dummies).fit(scale='X2')")
    more = given | {"exposure": exposure, "season": season, "family": "quasi_poisson"}
    yield case("its", source, more, told(fit) | {"dispersion": fit.scale}, 1e-8)
    x = np.column_stack([line, *waves(1), *waves(2)])
    hac = {"cov_type": "HAC", "cov_kwds": {"maxlags": 3, "use_correction": False}}
    fit = sm.GLM(n, x, sm.families.Poisson(), offset=np.log(exposure)).fit(tol=1e-13, **hac)
    source = said_by("statsmodels", "GLM(Poisson, offset, two harmonics).fit(cov_type='HAC', maxlags=3)")
    more = given | {"exposure": exposure, "harmonics": 2, "period": 12, "family": "poisson", "hac_lag": 3}
    yield case("its", source, more, told(fit), 1e-8)
    y = np.round(n / exposure, 3)
    fit = sm.OLS(y, line).fit()
    source = said_by("statsmodels", "OLS(y, [1, t, after, after (t - at)]).fit(), t")
    found = told(fit, stats.t(fit.df_resid)) | {"dispersion": fit.scale}
    yield case("its", source, {"y": y, "at": at, "family": "normal"}, found, 1e-8)


def differences():
    draw = np.random.default_rng(20)
    pupil = np.repeat(np.arange(30), 2)
    treated = pupil < 13
    after = np.tile([False, True], 30)
    y = 12 + draw.normal(0, 2, 30)[pupil] + 1.5 * after - 2 * (treated & after)
    y = np.round(y + draw.normal(0, 1, 60), 2)
    x = np.column_stack([np.ones(60), treated, after, treated & after]).astype(float)
    ols = sm.OLS(y, x)
    given = {"y": y, "treated": treated, "after": after, "cluster": pupil}
    for errors, call, kwds, factor, df in [
        ("model", "OLS.fit()", {}, 1.0, 56),
        ("robust", "OLS.fit(cov_type='HC1')", {"cov_type": "HC1"}, 1.0, 56),
        (
            "cluster",
            "OLS.fit(cov_type='cluster'), times m/(m-1)",
            {"cov_type": "cluster", "cov_kwds": {"groups": pupil, "use_correction": False}},
            np.sqrt(30 / 29),
            29,
        ),
    ]:
        fit = ols.fit(**kwds)
        found = scaled(fit, factor, stats.t(df))
        expected = {name: found[name][3] for name in ("estimate", "std_error", "lower", "upper", "p")}
        source = said_by("statsmodels", call)
        yield case("did", source, given | {"errors": errors}, expected, 1e-8)


def cases():
    return [one for part in [counts, interrupted, differences] for one in part()]
