"""One case: what a statistic is given, what it should give, who says so and how closely."""

from importlib.metadata import version

import numpy as np

# Where both sides work in doubles and neither stops early.
CLOSE = 1e-9


def said_by(package, call):
    """The source of figures that a package works out."""
    return f"{package} {version(package)}, {call}"


def plain(value):
    """A value as JSON knows it."""
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [plain(one) for one in value]
    if isinstance(value, (np.bool_, bool)):
        return bool(value)
    if isinstance(value, (np.integer, int)):
        return int(value)
    if isinstance(value, (np.floating, float)):
        return float(value)
    return value


def case(statistic, source, given, expected, tolerance=CLOSE):
    """Figures are numbers or lists of numbers by name."""
    return {
        "statistic": statistic,
        "source": source,
        "tolerance": tolerance,
        "input": plain(given),
        "expected": plain(expected),
    }
