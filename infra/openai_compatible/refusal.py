"""What a server says where it does not do what it is asked for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(eq=False)
class Refusal(Exception):
    """An answer with a status from 400 on, and what it says of its reason in the words of OpenAI's API.

    `text` is the body as far as it was read; `code` and `param` are "" where it names none.
    """

    status: int
    headers: Mapping[str, str]
    text: str
    code: str = ""
    param: str = ""


def refusal_of(status: int, headers: Mapping[str, str], body: bytes) -> Refusal:
    """Read an answer; one that is no JSON names no code."""
    text = body.decode(errors="replace")
    try:
        said: Any = json.loads(text)
    except ValueError:
        said = None
    reason = said.get("error", said) if isinstance(said, dict) else None
    named = reason if isinstance(reason, dict) else {}
    return Refusal(status, headers, text, str(named.get("code") or ""), str(named.get("param") or ""))
