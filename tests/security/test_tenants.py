"""Thousands of random steps of a hundred people in twenty tenants, in which nobody sees what is not theirs."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from infra.local.chunk_index import SqliteChunkIndex
from shared.domain.access import Scope
from shared.domain.documents import Document, KnowledgeBase
from shared.services.labelling import Labelling
from tests.security.archive import LetterEmbedder
from tests.security.tenants import Foreign, tenants

STEPS = 5_000
SHOWN = ("marks", "citations", "entities", "reports", "listed", "explored", "cache hits")
"""What people must have been shown in a run, or it would prove nothing."""


async def test_nobody_sees_what_is_not_theirs(tmp_path: Path) -> None:
    async with tenants(tmp_path / "house", seed=20261126) as machine:
        await machine.run(STEPS)
        assert [each for each in SHOWN if not machine.seen[each]] == []
        assert [each.__name__ for each in machine.steps if not machine.seen[each.__name__]] == []


async def test_nobody_sees_what_is_not_theirs_by_meaning_and_in_other_words(tmp_path: Path) -> None:
    async with tenants(tmp_path / "house", seed=4, embedder=LetterEmbedder()) as machine:
        await machine.run(STEPS // 5)
        assert [each for each in SHOWN if not machine.seen[each]] == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
async def test_nobody_sees_what_is_not_theirs_however_long_it_goes_on(tmp_path: Path, seed: int) -> None:
    async with tenants(tmp_path / "house", seed) as machine:
        await machine.run(10_000)
        assert [each for each in SHOWN if not machine.seen[each]] == []


def always(*_: Any) -> bool:
    """Let everybody in."""
    return True


async def nothing(*_: Any) -> None:
    """Do nothing."""


HOLES: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "labels open everything": lambda patch: patch.setattr(Scope, "may_read", always),
    "bases are open": lambda patch: patch.setattr(KnowledgeBase, "may_be_read_by", always),
    "documents are anybody's": lambda patch: patch.setattr(Document, "may_be_changed_by", always),
    "kept answers are anybody's": lambda patch: patch.setattr(Scope, "narrowed", lambda scope, used: scope_of(scope)),
    "labels stay behind": lambda patch: patch.setattr(Labelling, "follow", nothing),
    "the index forgets to count": lambda patch: patch.setattr(SqliteChunkIndex, "relabel", nothing),
}


def scope_of(scope: Scope) -> Scope:
    """Give everybody the scope of the administrator."""
    return Scope(scope.base, frozenset({"everyone", "user:person0", "group:crew", "group:board", "group:north"}))


@pytest.mark.parametrize("hole", HOLES)
async def test_a_filter_that_is_missing_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hole: str) -> None:
    async with tenants(tmp_path / "house", seed=7) as machine:
        HOLES[hole](monkeypatch)
        with pytest.raises(Foreign):
            await machine.run(STEPS)
