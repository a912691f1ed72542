"""Every setting of the product, read once from the environment; nothing else reads it."""

import math
import os
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any, get_type_hints
from urllib.parse import urlsplit

from shared.domain.errors import BadSetting


def setting(default: object, about: str, *, least: float | None = None, most: float | None = None) -> Any:
    """Declare a setting: its default, one sentence for the README's table, and the bounds of a number."""
    return field(default=default, metadata={"about": about, "least": least, "most": most})


DATA_DIR = Path("data")


@dataclass(frozen=True)
class Settings:
    """The settings, named in the environment by their upper-case names."""

    profile: str = setting("local", "Which ground the house stands on: `local`.")
    port: int = setting(7071, "Port of the local host on 127.0.0.1.", least=0, most=65535)
    data_dir: Path = setting(DATA_DIR, "Folder for documents, index, graph, ledger and runs.")
    embedder: str = setting("minilm", "Embedder without a server: `minilm`, or `none` for words and graph alone.")
    chat_base_url: str = setting("", "OpenAI-compatible server that writes the answers; empty: extractive answers.")
    chat_api_key: str = setting("", "Key for that server; leave empty where it asks for none.")
    chat_model: str = setting("", "Model to ask there; needed with `CHAT_BASE_URL`.")
    chat_input_price: float = setting(0.0, "US dollars per million input tokens.", least=0, most=10_000)
    chat_cached_price: float = setting(0.0, "US dollars per million cached input tokens.", least=0, most=10_000)
    chat_output_price: float = setting(0.0, "US dollars per million output tokens.", least=0, most=10_000)
    extraction: str = setting("rules", "Who reads documents for the graph: `rules`, or `model` after them.")
    extraction_model: str = setting("", "Model for that on the chat server, at the same prices; empty: `CHAT_MODEL`.")
    chat_timeout_seconds: float = setting(60.0, "Longest wait for a model's next sign of life.", least=1, most=600)
    embedding_base_url: str = setting("", "OpenAI-compatible server that embeds; empty: the embedder above.")
    embedding_api_key: str = setting("", "Key for that server; leave empty where it asks for none.")
    embedding_model: str = setting("", "Model to embed with; needed with `EMBEDDING_BASE_URL`.")
    embedding_dimensions: int = setting(1536, "Length of that model's vectors.", least=1, most=4096)
    embedding_price: float = setting(0.0, "US dollars per million embedded tokens.", least=0, most=10_000)
    daily_budget_usd: float = setting(5.0, "Most that model calls may cost in a UTC day, everybody together.", least=0)
    monthly_budget_usd: float = setting(50.0, "Most that model calls may cost in a UTC month.", least=0)
    context_tokens: int = setting(4000, "Most tokens of passages shown to a model.", least=200, most=100_000)
    max_upload_mb: int = setting(100, "Largest upload in megabytes.", least=1, most=2000)
    cache_seconds: int = setting(3600, "How long an answer may be given again.", least=0, most=604_800)
    cache_entries: int = setting(10_000, "How many answers are kept for that.", least=0, most=1_000_000)
    scan_seconds: float = setting(0.5, "How often the documents folder is looked at.", least=0.05, most=3600)
    drain_seconds: float = setting(10.0, "How long a stopping host waits for work under way.", least=0, most=600)
    log_level: str = setting("WARNING", "`DEBUG`, `INFO`, `WARNING` or `ERROR`.")

    def __post_init__(self) -> None:
        one_of(self.profile, "PROFILE", ("local",))
        one_of(self.embedder, "EMBEDDER", ("minilm", "none"))
        one_of(self.log_level, "LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"))
        one_of(self.extraction, "EXTRACTION", ("rules", "model"))
        if self.extraction == "model" and not self.chat_base_url:
            raise BadSetting("EXTRACTION=model needs a chat server; set CHAT_BASE_URL")
        check_server("CHAT", self.chat_base_url, self.chat_model)
        check_server("EMBEDDING", self.embedding_base_url, self.embedding_model)


def one_of(value: str, name: str, choices: tuple[str, ...]) -> None:
    """Raise BadSetting unless the value is one of the choices."""
    if value not in choices:
        raise BadSetting(f"{name} must be one of {', '.join(choices)}, not {value!r}")


def check_server(role: str, base_url: str, model: str) -> None:
    """Raise BadSetting unless the server is off, or has an http(s) address and a model."""
    if not base_url:
        return
    address = urlsplit(base_url)
    if address.scheme not in ("http", "https") or not address.hostname:
        raise BadSetting(f"{role}_BASE_URL must be an http:// or https:// address, not {base_url!r}")
    if not model:
        raise BadSetting(f"{role}_MODEL must name a model when {role}_BASE_URL is set")


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from the environment, or from the one given. Raises BadSetting naming what is wrong.

    A file `.env` in the working folder fills in what the environment leaves open.
    """
    if environment is None:
        environment = {**from_file(Path(".env")), **os.environ}
    kinds = get_type_hints(Settings)
    values = {
        each.name: converted(each, kinds[each.name], environment[each.name.upper()])
        for each in fields(Settings)
        if environment.get(each.name.upper(), "") != ""
    }
    return Settings(**values)


def from_file(path: Path) -> dict[str, str]:
    """Return the NAME=value lines of a `.env` file; no file is an empty one."""
    if not path.is_file():
        return {}
    from dotenv import dotenv_values

    return {name: value for name, value in dotenv_values(path).items() if value is not None}


def converted(each: Field[Any], kind: Any, text: str) -> Any:
    """Turn the text of a setting into its type and check its bounds."""
    if kind not in (int, float):
        return kind(text)
    name = each.name.upper()
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
