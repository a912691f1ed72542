"""The page about the options of a question names those that are there."""

import re

from functions.contracts.asking import ChatRequest, QueryRequest
from tests.architecture.source import ROOT

PAGE = (ROOT / "docs" / "asking.md").read_text(encoding="utf-8")
OPTIONS = {name for row in re.findall(r"^\| (`.+?`) \|", PAGE, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)}
NOT_OPTIONS = {"query", "kb_id", "top_k"}


def test_every_option_of_a_question_stands_on_the_page() -> None:
    assert set(QueryRequest.model_fields) - NOT_OPTIONS <= OPTIONS


def test_the_page_promises_no_option_that_is_not_there() -> None:
    assert OPTIONS - {"balanced"} <= set(QueryRequest.model_fields) | set(ChatRequest.model_fields)
