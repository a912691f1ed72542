"""What a strict OpenAI-compatible server accepts as a request."""

from collections.abc import Callable
from typing import Any

from tests.fakes.openai_schemas import format_complaint

Rule = Callable[[Any], bool]


def is_number(value: Any) -> bool:
    """Say whether a JSON value is a number; true and false are not."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def are_messages(value: Any) -> bool:
    """Say whether a JSON value is a conversation with text in every message."""
    return (
        isinstance(value, list)
        and bool(value)
        and all(
            isinstance(each, dict)
            and each.keys() == {"role", "content"}
            and each["role"] in ("system", "user", "assistant")
            and isinstance(each["content"], str)
            for each in value
        )
    )


def are_texts(value: Any) -> bool:
    """Say whether a JSON value is what can be embedded: 1 to 128 texts, none of them empty."""
    return isinstance(value, list) and 1 <= len(value) <= 128 and all(isinstance(each, str) and each for each in value)


def are_documents(value: Any) -> bool:
    """Say whether a JSON value is what can be reranked: 1 to 1,000 texts, none of them empty."""
    return isinstance(value, list) and 1 <= len(value) <= 1000 and all(isinstance(e, str) and e for e in value)


CHAT: dict[str, Rule] = {
    "model": lambda value: isinstance(value, str),
    "messages": are_messages,
    "stream": lambda value: isinstance(value, bool),
    "stream_options": lambda value: value == {"include_usage": True},
    "temperature": lambda value: is_number(value) and 0 <= value <= 2,
    "max_tokens": lambda value: isinstance(value, int) and value > 0,
    "response_format": lambda value: isinstance(value, dict),
    "max_completion_tokens": lambda value: isinstance(value, int) and value > 0,
}
EMBEDDINGS: dict[str, Rule] = {
    "model": lambda value: isinstance(value, str),
    "input": are_texts,
    "encoding_format": lambda value: value in ("float", "base64"),
}
RERANK: dict[str, Rule] = {
    "model": lambda value: isinstance(value, str),
    "query": lambda value: isinstance(value, str) and bool(value.strip()),
    "documents": are_documents,
    "top_n": lambda value: isinstance(value, int) and not isinstance(value, bool) and value > 0,
}
REQUIRED = {
    "chat": {"model", "messages"},
    "embeddings": {"model", "input"},
    "rerank": {"model", "query", "documents"},
}


def complaint(kind: str, rules: dict[str, Rule], body: Any) -> tuple[str, str] | None:
    """Return the field that is wrong and why, or None."""
    if not isinstance(body, dict):
        return "body", "not an object"
    for name in sorted(REQUIRED[kind] - body.keys()):
        return name, "missing"
    for name, value in body.items():
        if name not in rules:
            return name, "unknown field"
        if not rules[name](value):
            return name, "wrong type or value"
    if "response_format" in body and (wrong := format_complaint(body["response_format"], body["messages"])):
        return "response_format", wrong
    return None
