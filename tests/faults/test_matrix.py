"""Every adapter that talks over a socket meets every fault: no hang, no write done twice, no error without a type."""

import re
from pathlib import Path

import pytest

from tests.contract.state_grounds import cosmos
from tests.fakes.certificates import loopback_certificate, trust
from tests.fakes.cosmos.server import CosmosServer
from tests.fakes.web_site import NAME
from tests.faults.adapters import ADAPTERS
from tests.faults.cells import Adapter, Surroundings, row
from tests.faults.identities import QUIET
from tests.faults.kinds import Kind
from tests.faults.state import PATTERN

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.fixture
async def around(
    request: pytest.FixtureRequest,
    adapter: Adapter,
    certificate: tuple[Path, Path],
    cosmos_server: CosmosServer,
    monkeypatch: pytest.MonkeyPatch,
) -> Surroundings:
    trust(monkeypatch, certificate[0])
    for name, value in QUIET.items():
        monkeypatch.setenv(name, value)
    if PATTERN not in cosmos_server.databases:
        async with cosmos(cosmos_server, PATTERN):
            pass
    blobs = request.getfixturevalue("blob_service") if adapter.needs else None
    return Surroundings(certificate, cosmos_server, blobs)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return loopback_certificate(tmp_path_factory.mktemp("tls"), NAME)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("adapter", ADAPTERS, ids=lambda adapter: adapter.name)
async def test_each_fault_ends_well_or_in_an_error_of_the_port_and_what_is_written_is_single(
    adapter: Adapter, around: Surroundings
) -> None:
    assert await row(adapter, around) == []


def test_every_pair_of_adapter_and_fault_is_run_or_explained() -> None:
    names = [adapter.name for adapter in ADAPTERS]
    assert len(set(names)) == len(names)
    for adapter in ADAPTERS:
        assert set(adapter.kinds) | set(adapter.absent) == set(Kind)
        assert all(reason.strip() for reason in adapter.absent.values())


@pytest.mark.parametrize("name", ["figures.md", "figures.zh-CN.md"])
def test_the_figures_count_what_is_run_and_what_is_explained(name: str) -> None:
    (row,) = [line for line in (DOCS / name).read_text(encoding="utf-8").splitlines() if "pytest tests/faults" in line]
    run, explained = sum(len(each.kinds) for each in ADAPTERS), sum(len(each.absent) for each in ADAPTERS)
    counted = map(int, re.findall(r"\d+", row.split("|")[1]))
    assert [*counted] == [len(ADAPTERS), len(Kind), run + explained, run, explained]
