"""What a setting may be: one of some words, a server, an address, a connection string, a table of prices."""

import re
from pathlib import Path
from urllib.parse import urlsplit

from shared.domain.errors import BadSetting
from shared.domain.rates import ModelRate
from shared.money.price_table import PriceTable, read_prices

PRICES = Path(__file__).with_name("money") / "prices.json"
"""The table of prices that comes with the product."""

MODEL_RATE = re.compile(r"(-|[1-9]\d{0,8})/(-|[1-9]\d{0,11})", re.ASCII)
"""What a model takes in a minute: requests and tokens, at least 1, or `-`."""

INSTRUMENTATION_KEY = re.compile(r"(^|;)InstrumentationKey=[0-9a-fA-F-]{36}(;|$)")
"""What tells a connection string of Application Insights from anything else."""


HOST = re.compile(r"(\*\.)?[\w-]+(\.[\w-]+)+(:\d{1,5})?")
"""A host that documents may be fetched from: a name of at least two parts, so that no `*.` opens a whole top domain."""


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


def check_endpoint(name: str, address: str, scheme: str) -> None:
    """Raise BadSetting unless the address is one of that scheme; on the loopback it may go without its `s`."""
    if not address:
        raise BadSetting(f"{name} must be set with PROFILE=azure")
    parts = urlsplit(address)
    plain = parts.scheme == scheme[:-1] and parts.hostname in ("127.0.0.1", "localhost")
    if not parts.hostname or not (parts.scheme == scheme or plain):
        raise BadSetting(f"{name} must be a {scheme}:// address, not {address!r}")


def check_connection_string(text: str) -> None:
    """Raise BadSetting unless there is none, or it is one of Application Insights."""
    if text and not INSTRUMENTATION_KEY.search(text):
        raise BadSetting("APPLICATIONINSIGHTS_CONNECTION_STRING must hold an InstrumentationKey")


def check_alerts(address: str, secret: str, kept_elsewhere: str) -> None:
    """Raise BadSetting unless alerts stay in the log, or go signed to an address that nobody listens in on."""
    if address and not secret:
        raise BadSetting("ALERT_WEBHOOK_SECRET must be set when ALERT_WEBHOOK_URL is")
    if address and not address.startswith(kept_elsewhere):
        check_endpoint("ALERT_WEBHOOK_URL", address, "https")


def check_hosts(hosts: str) -> None:
    """Raise BadSetting unless the hosts are names, perhaps with a port and a star before."""
    for each in hosts.split():
        if not HOST.fullmatch(each):
            raise BadSetting(f"UPLOAD_HOSTS must hold names as docs.example.org or *.example.org, not {each!r}")


def model_rates_of(text: str) -> dict[str, ModelRate]:
    """Read `MODEL=REQUESTS/TOKENS`, several with blanks between, `-` for no bound. Raises BadSetting."""
    rates: dict[str, ModelRate] = {}
    for each in text.split():
        name, _, bounds = each.rpartition("=")
        form = MODEL_RATE.fullmatch(bounds)
        if not name or form is None or name in rates:
            raise BadSetting(f"MODEL_RATES must be MODEL=REQUESTS/TOKENS, each model once, not {each!r}")
        requests, tokens = (None if bound == "-" else int(bound) for bound in form.groups())
        rates[name] = ModelRate(requests, tokens)
    return rates


def table_of(prices: str) -> PriceTable:
    """Read a table of prices from what names a file or is one; nothing names the product's. Raises BadSetting."""
    if prices.lstrip().startswith("["):
        return read_prices(prices)
    try:
        return read_prices((Path(prices) if prices else PRICES).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadSetting(f"PRICES names no file that can be read: {error}") from None
