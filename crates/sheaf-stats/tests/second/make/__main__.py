"""Writes the figures of other programs and of textbooks that the tests of sheaf-stats read.

    python3 -m venv /tmp/second && /tmp/second/bin/pip install -r requirements.txt
    /tmp/second/bin/python crates/sheaf-stats/tests/second/make

Each case says which call of which version gave its figures. All data are published or drawn with a
fixed seed here, so that the same versions give the same files.
"""

import json
import pathlib
import warnings

import compare
import control
import rates
import regression
import single_case
import survival
import trend

warnings.simplefilter("ignore")
FOLDER = pathlib.Path(__file__).resolve().parent.parent

for family in [compare, control, rates, regression, single_case, survival, trend]:
    cases = family.cases()
    text = ",\n".join(json.dumps(one, allow_nan=False) for one in cases)
    (FOLDER / f"{family.__name__}.json").write_text(f"[\n{text}\n]\n")
    print(f"{family.__name__}: {len(cases)} cases")
