"""Alerts and workbook ask for metrics that the code declares, by attributes that these have."""

import re

from functions.measurements import MEASURES
from tests.bicep.plot import FOLDER

QUERIES = [(FOLDER / name).read_text(encoding="utf-8") for name in ("alerts.json", "workbook.json")]
DECLARED = {measure.name: set(measure.attributes) for measure in MEASURES}


def queries() -> list[tuple[str, set[str]]]:
    """Each query about a metric: its name, and the attributes that are asked for."""
    asked = [query for text in QUERIES for query in re.findall(r'"query": "([^"]*)"', text)]
    parts = [part for query in asked for part in query.split("AppMetrics | ")[1:]]
    return [
        (re.findall(r"Name == '([^']+)'", part)[0], set(re.findall(r"Properties\['([^']+)'\]", part))) for part in parts
    ]


def test_every_metric_that_is_asked_for_is_declared() -> None:
    named = {name for text in QUERIES for name in re.findall(r"Name == '([^']+)'", text)}
    assert named
    assert named - set(DECLARED) == set()


def test_a_query_tells_readings_apart_by_attributes_that_they_have() -> None:
    assert [(name, asked - DECLARED[name]) for name, asked in queries() if asked - DECLARED[name]] == []


def test_every_metric_is_declared_once() -> None:
    assert len(DECLARED) == len(MEASURES)
