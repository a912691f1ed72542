"""What the README says is so."""

import re

import pytest

from shared.azure_settings import AzureSettings
from shared.setting_fields import declared
from shared.settings import Settings
from tests.architecture.source import ROOT

READMES = ("README.md", "README.zh-CN.md")
EVERY_SETTING = dict([*declared(Settings), *declared(AzureSettings)])
REQUIRED = (
    "functions", "shared", "infra", "bicep", "tests", "host.json", "requirements.txt", "pyproject.toml", "README.md"
)  # fmt: skip


@pytest.mark.parametrize("readme", READMES)
def test_each_setting_stands_in_the_table_with_its_default(readme: str) -> None:
    text = (ROOT / readme).read_text(encoding="utf-8")
    for name, each in EVERY_SETTING.items():
        default = "" if each.default == "" else f"`{each.default}`"
        assert re.search(rf"\| `{name}` \| {re.escape(default)} ?\|", text), name


@pytest.mark.parametrize("readme", READMES)
def test_no_setting_stands_in_the_table_that_is_none(readme: str) -> None:
    text = (ROOT / readme).read_text(encoding="utf-8")
    named = set(re.findall(r"^\| `([A-Z][A-Z_]+)` \|", text, re.MULTILINE))
    assert named == set(EVERY_SETTING)


@pytest.mark.parametrize("readme", READMES)
def test_each_place_of_the_layout_exists(readme: str) -> None:
    text = (ROOT / readme).read_text(encoding="utf-8")
    layout = re.search(r"```text\n(function_app\.py.*?)```", text, re.DOTALL)
    assert layout
    places = [line.split()[0] for line in layout[1].splitlines() if line and not line.startswith(" ")]
    assert [place for place in places if not (ROOT / place).exists()] == []


@pytest.mark.parametrize("readme", READMES)
def test_each_make_target_of_the_readme_exists(readme: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    used = set(re.findall(r"\bmake ([a-z-]+)", (ROOT / readme).read_text(encoding="utf-8")))
    assert used
    assert used <= targets


def test_the_top_level_names_are_there() -> None:
    assert [name for name in REQUIRED if not (ROOT / name).exists()] == []


def test_no_pinned_file_records_a_download_address() -> None:
    for file in ROOT.glob("requirements*.txt"):
        assert "://" not in file.read_text(encoding="utf-8")


def test_every_pinned_package_has_a_hash() -> None:
    for file in ROOT.glob("requirements*.txt"):
        text = file.read_text(encoding="utf-8")
        pins = re.findall(r"^[\w.-]+(?:\[[^\]]+\])?==", text, re.MULTILINE)
        assert len(pins) == len(re.findall(r"^[\w.-]+(?:\[[^\]]+\])?==[^\n]*\\\n    --hash=", text, re.MULTILINE))
