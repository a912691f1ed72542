"""How a setting is declared, and how its text in the environment becomes its value."""

import math
import os
from collections.abc import Iterator, Mapping
from dataclasses import Field, field, fields
from pathlib import Path
from typing import Any, ClassVar, Protocol, get_type_hints

from shared.domain.errors import BadSetting

KEPT_ELSEWHERE = "secret:"
"""How a key begins that is kept elsewhere, under the name that follows."""

REFERENCE = "@Microsoft.KeyVault("
"""How a reference begins that the platform puts a secret in the place of, before the process starts."""


class Part(Protocol):
    """Settings that share a prefix."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]
    PREFIX: ClassVar[str]


def setting(default: object, about: str, *, least: float | None = None, most: float | None = None) -> Any:
    """Declare a setting: its default, one sentence for the README's table, and the bounds of a number."""
    return field(default=default, metadata={"about": about, "least": least, "most": most})


def key(about: str) -> Any:
    """Declare a setting that may hold a key: no log and no traceback shows it."""
    return field(default="", repr=False, metadata={"about": about, "least": None, "most": None})


def present_environment() -> dict[str, str]:
    """Return the environment as it is now, filled in from a file `.env` in the working folder."""
    return {**from_file(Path(".env")), **os.environ}


def declared(part: type[Part]) -> Iterator[tuple[str, Field[Any]]]:
    """Go through the settings of a part with their names in the environment."""
    return ((part.PREFIX + each.name.upper(), each) for each in fields(part) if "about" in each.metadata)


def values_of(part: type[Part], environment: Mapping[str, str]) -> dict[str, Any]:
    """Read what the environment says of a part; what is empty there keeps its default."""
    kinds = get_type_hints(part)
    values = {}
    for name, each in declared(part):
        if text := environment.get(name, ""):
            if text.startswith(REFERENCE):
                raise BadSetting(f"{name} is still a reference to Key Vault: the platform could not read the secret")
            values[each.name] = converted(name, each, kinds[each.name], text)
    return values


def from_file(path: Path) -> dict[str, str]:
    """Return the NAME=value lines of a `.env` file; no file is an empty one."""
    if not path.is_file():
        return {}
    from dotenv import dotenv_values

    return {name: value for name, value in dotenv_values(path).items() if value is not None}


def converted(name: str, each: Field[Any], kind: Any, text: str) -> Any:
    """Turn the text of a setting into its type and check its bounds."""
    if kind not in (int, float):
        return kind(text)
    try:
        number = kind(text)
    except ValueError:
        raise BadSetting(f"{name} must be a {'whole number' if kind is int else 'number'}, not {text!r}") from None
    least, most = each.metadata["least"], each.metadata["most"]
    if math.isnan(number) or (least is not None and number < least) or (most is not None and number > most):
        raise BadSetting(f"{name} must be {bounds(least, most)}, not {text}")
    return number


def bounds(least: float | None, most: float | None) -> str:
    """Say the bounds of a number in words."""
    return f"at least {least:g}" if most is None else f"from {least:g} to {most:g}"
