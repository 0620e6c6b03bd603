"""Times to an event, and events that come again."""

import numpy as np
import pandas as pd
from lifelines import CoxTimeVaryingFitter, KaplanMeierFitter, NelsonAalenFitter
from lifelines.statistics import multivariate_logrank_test
from scipy import stats
from statsmodels.duration.hazard_regression import PHReg, PHRegResults
from statsmodels.duration.survfunc import SurvfuncRight, survdiff

from cases import case, said_by

# Freireich and others (1963): weeks in remission with 6-MP, and with placebo.
MP = [6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
MP_EVENT = [1] * 9 + [0] * 12
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]


def curves():
    time, event = np.array(MP, float), np.array(MP_EVENT)
    given = {"time": time, "event": event == 1, "level": 0.95}
    source = "Kleinbaum and Klein (2005) Survival Analysis, ch. 2: Freireich and others (1963), 6-MP"
    expected = {
        "time": [6, 7, 10, 13, 16, 22, 23],
        "at_risk": [21, 17, 15, 12, 11, 7, 6],
        "survival": [0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482],
    }
    yield case("kaplan_meier", source, given, expected, 5.1e-5)
    found = SurvfuncRight(time, event)
    kept = found.n_events > 0
    source = said_by("statsmodels", "SurvfuncRight(time, event); quantile_ci(0.5, method='cloglog')")
    expected = {
        "survival": found.surv_prob[kept],
        "std_error": found.surv_prob_se[kept],
        "median": found.quantile(0.5),
    }
    yield case("kaplan_meier", source, given, expected)
    yield from intervals(given, time, event)
    yield from jackknife()


def intervals(given, time, event):
    fitter = KaplanMeierFitter(alpha=0.1).fit(time, event)
    bounds = fitter.confidence_interval_
    at = bounds.index.isin([t for t in np.unique(time[event == 1])])
    source = said_by("lifelines", "KaplanMeierFitter(alpha=0.1).confidence_interval_, log-log")
    expected = {"lower": bounds.iloc[at, 0], "upper": bounds.iloc[at, 1]}
    yield case("kaplan_meier", source, given | {"level": 0.9}, {k: v.values for k, v in expected.items()})
    where = float(16.5)
    expected = {
        "value": 1 - fitter.predict(where),
        "lower": 1 - bounds.loc[16.0].iloc[1],
        "upper": 1 - bounds.loc[16.0].iloc[0],
    }
    yield case("KaplanMeier::failure_at", source, given | {"level": 0.9, "at": where}, expected)


def jackknife():
    """The influence of a pupil: how the curve moves as the weight of their rows does."""
    draw = np.random.default_rng(41)
    pupil = np.sort(draw.integers(0, 15, 70))
    time = draw.integers(1, 25, 70).astype(float) + pupil % 4
    event = draw.random(70) < 0.6
    times = np.unique(time[event])[:12]

    def curve(weights):
        fit = KaplanMeierFitter().fit(time, event, weights=weights)
        return fit.survival_function_at_times(times).values

    step = 1e-5
    squares = np.zeros(times.size)
    for one in np.unique(pupil):
        own = (pupil == one) * step
        squares += ((curve(1 + own) - curve(1 - own)) / (2 * step)) ** 2
    source = said_by("lifelines", "KaplanMeierFitter(weights), differentiated by the weight of each pupil")
    given = {"time": time, "event": event, "cluster": pupil, "level": 0.95, "first": times.size}
    yield case("kaplan_meier", source, given, {"std_error": np.sqrt(squares)}, 1e-6)


def groups():
    time = np.array(MP + PLACEBO, float)
    event = np.array(MP_EVENT + [1] * 21)
    group = np.repeat([0, 1], 21)
    given = {"time": time, "event": event == 1, "group": group}
    source = "Kleinbaum and Klein (2005) Survival Analysis, ch. 2: 6-MP and placebo, chi-squared 16.79"
    figures = {"chi_squared": 16.79, "observed": [9, 21], "expected": [19.26, 10.74]}
    # Its expected counts are summed by hand from rounded terms.
    yield case("logrank", source, given, figures, 1e-3)
    chi, p = survdiff(time, event, group)
    source = said_by("statsmodels", "survdiff(time, event, group)")
    yield case("logrank", source, given, {"chi_squared": chi, "p": p})
    draw = np.random.default_rng(44)
    time = draw.integers(1, 20, 120).astype(float)
    event = draw.random(120) < 0.7
    group = draw.integers(0, 4, 120)
    time[group == 2] += 3
    found = multivariate_logrank_test(time, group, event)
    source = said_by("lifelines", "multivariate_logrank_test of four groups with ties")
    given = {"time": time, "event": event, "group": group}
    figures = {"chi_squared": found.test_statistic, "p": found.p_value, "df": 3}
    yield case("logrank", source, given, figures)
    yield from robust(draw)


def robust(draw):
    """The score of a Cox model without effect, its residuals summed within pupils."""
    pupil = draw.integers(0, 25, 90)
    time = draw.permutation(90) + 1.0
    event = draw.random(90) < 0.65
    group = draw.integers(0, 3, 90)
    x = np.column_stack([group == 1, group == 2]).astype(float)
    model = PHReg(time, x, status=event.astype(float), ties="breslow")
    at_none = PHRegResults(model, np.zeros(2), np.eye(2), scale=1.0, covariance_type="naive")
    residuals = at_none.score_residuals
    sums = np.array([residuals[pupil == one].sum(0) for one in np.unique(pupil)])
    score = sums.sum(0)
    chi = score @ np.linalg.solve(sums.T @ sums, score)
    source = said_by("statsmodels", "PHReg score residuals without effect, summed within pupils")
    given = {"time": time, "event": event, "group": group, "cluster": pupil}
    yield case("logrank", source, given, {"chi_squared": chi, "p": stats.chi2.sf(chi, 2)}, 1e-8)


def spells(draw, pupils, end):
    """Rows from one event to the next, the last to the end of observation."""
    rows = []
    for one in range(pupils):
        level, last, number = draw.gamma(1.5, 0.05), 0.0, 0
        group, stop = one % 2, end - float(draw.integers(0, 15))
        while True:
            gap = draw.exponential(1 / (level * (1.6 if group else 1.0)))
            at = round(last + gap + 0.001, 3)
            if at >= stop:
                rows.append((one, last, stop, 0, group, number))
                break
            rows.append((one, last, at, 1, group, number))
            last, number = at, number + 1
    return pd.DataFrame(rows, columns=["id", "start", "stop", "event", "group", "number"])


def means():
    draw = np.random.default_rng(45)
    rows = spells(draw, 16, 60.0)
    rows.stop, rows.start = np.ceil(rows.stop), np.ceil(rows.start)
    rows = rows[rows.stop > rows.start]

    def curve(weights):
        # Rows of the same pupil follow each other, so a hazard is an average number of events.
        fit = NelsonAalenFitter(nelson_aalen_smoothing=False)
        fit.fit(rows.stop, rows.event, entry=rows.start, weights=weights)
        return fit.cumulative_hazard_at_times(times).values

    times = np.unique(rows.stop[rows.event == 1])
    flat = np.ones(len(rows))
    value, step, squares = curve(flat), 1e-5, np.zeros(times.size)
    for one in rows.id.unique():
        own = (rows.id == one).values * step
        squares += ((curve(flat + own) - curve(flat - own)) / (2 * step)) ** 2
    error = np.sqrt(squares)
    half = stats.norm.ppf(0.975) * error / value
    source = said_by("lifelines", "NelsonAalenFitter(entry, weights), differentiated by each pupil's weight")
    given = {"id": rows.id.values, "time": rows.stop.values, "event": rows.event.values}
    figures = {
        "time": times,
        "value": value,
        "std_error": error,
        "lower": value * np.exp(-half),
        "upper": value * np.exp(half),
    }
    yield case("mcf", source, given | {"level": 0.95}, figures, 1e-6)
    yield whole()


def whole():
    """Where all are followed to the end it is the mean of their counts, with its usual error."""
    draw = np.random.default_rng(46)
    counts = draw.negative_binomial(1, 0.4, 20)
    rows = [(one, t, 1) for one, n in enumerate(counts) for t in draw.choice(80, n, False) + 1.0]
    rows += [(one, 90.0, 0) for one in range(20)]
    source = said_by("numpy", "mean(counts) and std(counts) / sqrt(m) at the end of whole follow-up")
    given = dict(zip(["id", "time", "event"], map(list, zip(*rows)))) | {"level": 0.95}
    figures = {"last_value": counts.mean(), "last_error": counts.std() / np.sqrt(20)}
    return case("mcf", source, given, figures)


def moved(rows, stop, start, strata):
    """How the estimates move as the weight of each pupil does: the root of the sum of squares."""
    frame = pd.DataFrame({"stop": stop, "start": start, "event": rows.event})
    frame = frame.assign(row=np.arange(len(rows)), group=rows.group, size=rows["size"], number=rows.number)
    frame = frame if strata else frame.drop(columns="number")
    names = {"id_col": "row", "event_col": "event", "start_col": "start", "stop_col": "stop"}
    more = {"weights_col": "w", "strata": "number" if strata else None}

    def fitted(weights):
        fitter = CoxTimeVaryingFitter()
        fitter.fit(frame.assign(w=weights), **names, **more, fit_options={"precision": 1e-12})
        return fitter.params_[["group", "size"]].values

    squares, step = np.zeros(2), 1e-3
    for one in rows.id.unique():
        own = (rows.id == one).values * step
        squares += ((fitted(1 + own) - fitted(1 - own)) / (2 * step)) ** 2
    return np.sqrt(squares)


def models():
    draw = np.random.default_rng(47)
    rows = spells(draw, 40, 70.0)
    rows["size"] = np.round(draw.normal(0, 1, 40), 2)[rows.id]
    x = rows[["group", "size"]].values
    given = {
        "id": rows.id.values,
        "start": rows.start.values,
        "stop": rows.stop.values,
        "event": rows.event.values == 1,
        "covariates": x.T,
    }
    gap = rows.stop - rows.start
    for name, stop, start, strata in [
        ("andersen_gill", rows.stop, rows.start, None),
        ("pwp_total", rows.stop, rows.start, rows.number),
        ("pwp_gap", gap, 0 * gap, rows.number),
    ]:
        # It takes a row as at risk at the very moment at which it starts, where its pupil's row
        # before still is: half a step later it is not, as with (start, stop] of R and of Therneau.
        fit = PHReg(stop, x, status=rows.event, entry=start + 0.0005, strata=strata, ties="efron").fit()
        source = said_by("statsmodels", f"PHReg(ties='efron').fit(), {name}, no ties")
        figures = {"estimate": fit.params, "std_error": fit.bse, "log_likelihood": fit.llf}
        yield case("recurrent_regression", source, given | {"model": name}, figures, 1e-5)
        # Its score residuals leave the start of a row out of account, so these are another's.
        source = said_by("lifelines", f"CoxTimeVaryingFitter by the weight of each pupil, {name}")
        figures = {"robust_std_error": moved(rows, stop, start, strata is not None)}
        yield case("recurrent_regression", source, given | {"model": name}, figures, 1e-5)
    yield from tied_models(rows, x)


def tied_models(rows, x):
    up = lambda column: np.ceil(column / 4)
    tied = rows.assign(start=up(rows.start), stop=up(rows.stop))
    kept = (tied.stop > tied.start).values
    tied, x = tied[kept], x[kept]
    given = {
        "id": tied.id.values,
        "start": tied.start.values,
        "stop": tied.stop.values,
        "event": tied.event.values == 1,
        "covariates": x.T,
        "model": "andersen_gill",
    }
    fit = PHReg(tied.stop, x, status=tied.event, entry=tied.start + 0.5, ties="efron").fit()
    source = said_by("statsmodels", "PHReg(ties='efron').fit(), many ties")
    figures = {"estimate": fit.params, "std_error": fit.bse, "log_likelihood": fit.llf}
    yield case("recurrent_regression", source, given, figures, 1e-5)
    names = {"id_col": "id", "event_col": "event", "start_col": "start", "stop_col": "stop"}
    frame = tied[["id", "start", "stop", "event", "group", "size"]]
    fit = CoxTimeVaryingFitter().fit(frame, **names, fit_options={"precision": 1e-10})
    source = said_by("lifelines", "CoxTimeVaryingFitter().fit(), many ties")
    figures = {
        "estimate": fit.params_.values,
        "std_error": fit.standard_errors_.values,
        "log_likelihood": fit.log_likelihood_,
    }
    yield case("recurrent_regression", source, given, figures, 1e-5)


def cases():
    return [one for part in [curves, groups, means, models] for one in part()]
