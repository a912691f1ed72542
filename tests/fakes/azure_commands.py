"""Stand-ins for the commands `az` and `azd`: they take what the guides may write, write it down, and do nothing.

What each takes is its documented grammar: https://learn.microsoft.com/cli/azure/keyvault/secret and
https://learn.microsoft.com/azure/developer/azure-developer-cli/reference.
"""

import argparse
import json
import re
import stat
import sys
from collections.abc import Callable
from pathlib import Path

SECRET_NAME = re.compile(r"[0-9A-Za-z-]{1,127}")
VAULT_NAME = re.compile(r"(?=.{3,24}$)[A-Za-z][0-9A-Za-z]*(-[0-9A-Za-z]+)*")
ENVIRONMENT_NAME = re.compile(r"[0-9A-Za-z().-]{1,64}")
SETTING_NAME = re.compile(r"[A-Za-z_][0-9A-Za-z_]*")


def matching(pattern: re.Pattern[str]) -> Callable[[str], str]:
    """Return a type of argument that the pattern has to match whole."""

    def checked(text: str) -> str:
        if not pattern.fullmatch(text):
            raise argparse.ArgumentTypeError(f"{text!r} is no such name")
        return text

    return checked


def az() -> argparse.ArgumentParser:
    """Return what `az` takes here: secrets set in a vault."""
    parser = argparse.ArgumentParser("az", allow_abbrev=False)
    secret = (
        parser.add_subparsers(required=True).add_parser("keyvault").add_subparsers(required=True).add_parser("secret")
    )
    put = secret.add_subparsers(required=True).add_parser("set", allow_abbrev=False)
    put.add_argument("--vault-name", required=True, type=matching(VAULT_NAME))
    put.add_argument("--name", "-n", required=True, type=matching(SECRET_NAME))
    what = put.add_mutually_exclusive_group(required=True)
    what.add_argument("--value")
    what.add_argument("--file")
    return parser


def azd() -> argparse.ArgumentParser:
    """Return what `azd` takes here: signing in, environments with their settings, and going up."""
    parser = argparse.ArgumentParser("azd", allow_abbrev=False)
    commands = parser.add_subparsers(required=True)
    commands.add_parser("auth").add_subparsers(required=True).add_parser("login")
    environment = commands.add_parser("env").add_subparsers(required=True)
    environment.add_parser("new").add_argument("name", type=matching(ENVIRONMENT_NAME))
    setting = environment.add_parser("set")
    setting.add_argument("key", type=matching(SETTING_NAME))
    setting.add_argument("value")
    commands.add_parser("up").add_argument("--no-prompt", action="store_true")
    return parser


def install(folder: Path) -> Path:
    """Put both commands into a folder for the PATH, and return the file that their calls are written down in."""
    folder.mkdir()
    calls = folder / "calls.jsonl"
    for name in ("az", "azd"):
        command = folder / name
        command.write_text(
            f"#!{sys.executable}\nimport sys\nsys.path.insert(0, {str(Path(__file__).parents[2])!r})\n"
            f"from tests.fakes.azure_commands import call\ncall({name!r}, sys.argv[1:], {str(calls)!r})\n",
            encoding="utf-8",
        )
        command.chmod(command.stat().st_mode | stat.S_IXUSR)
    return calls


def call(name: str, arguments: list[str], calls: str) -> None:
    """Take one call, or end with status 2 and say why not."""
    {"az": az, "azd": azd}[name]().parse_args(arguments)
    with open(calls, "a", encoding="utf-8") as file:
        file.write(json.dumps([name, *arguments]) + "\n")
