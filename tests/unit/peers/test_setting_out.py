"""What the systems are given, how they are started, and what their environment is made of."""

import re
from pathlib import Path

import pytest

from tests.bench.gateway import GATEWAY
from tests.peers.__main__ import main, parser
from tests.peers.corpora import ADDITION_BYTES, QUESTIONS, addition, book_corpus, frequent_names, short_corpus
from tests.peers.environment import PEERS as ENVIRONMENT
from tests.peers.environment import ROOT, Environment
from tests.peers.systems import SYSTEMS, Contender

PEERS = ("graphrag", "lightrag-hku", "nano-graphrag")
COPYLEFT = ("igraph", "python-igraph", "leidenalg", "gensim")


def pins(file: Path) -> set[str]:
    return set(re.findall(r"^([\w.-]+)(?:\[[^\]]+\])?==", file.read_text(encoding="utf-8"), re.MULTILINE))


@pytest.mark.parametrize(("environment", "names"), [(ENVIRONMENT, PEERS), (GATEWAY, ("litellm",))])
def test_every_peer_is_pinned_with_hashes_and_without_an_address(
    environment: Environment, names: tuple[str, ...]
) -> None:
    text = environment.pinned.read_text(encoding="utf-8")
    assert pins(environment.pinned) >= set(names)
    assert "://" not in text
    pinned = re.findall(r"^[\w.-]+(?:\[[^\]]+\])?==[^\n]*\n", text, re.MULTILINE)
    assert pinned
    assert [each for each in pinned if not each.endswith("\\\n")] == []


def test_nothing_of_the_peers_enters_our_environment() -> None:
    ours = set.union(*(pins(file) for file in ROOT.glob("requirements*.txt")))
    assert ours & {*PEERS, *COPYLEFT} == set()
    assert ENVIRONMENT.python.is_relative_to(ROOT / ".venv-peers")


def test_a_made_book_and_the_samples_stand_in_for_missing_files() -> None:
    assert len(book_corpus("").documents) == 1
    documents = short_corpus("").documents
    assert 10 < len(documents) == len(set(documents)) <= 300


def test_files_are_read_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "book.txt").write_text("A book.", encoding="utf-8")
    (tmp_path / "short.json").write_text('["One.", "Two."]', encoding="utf-8")
    book, short = book_corpus(str(tmp_path / "book.txt")), short_corpus(str(tmp_path / "short.json"))
    assert (book.name, book.documents) == ("book.txt", ("A book.",))
    assert (short.name, short.documents) == ("short.json", ("One.", "Two."))


def test_the_addition_has_20000_bytes_and_stays_the_same() -> None:
    assert len(addition().encode()) == ADDITION_BYTES
    assert addition() == addition()


def test_each_mode_is_asked_20_questions_of_its_own_about_names_of_the_documents() -> None:
    corpus = book_corpus("")
    local, other = corpus.questions("local"), corpus.questions("global")
    assert len(local) == QUESTIONS
    assert local == corpus.questions("local")
    assert len({*local, *other}) > QUESTIONS
    names = frequent_names(corpus.documents)
    assert all(sum(name in question for name in names) >= 2 for question in local)


@pytest.mark.parametrize("contender", SYSTEMS.values(), ids=SYSTEMS)
def test_every_system_has_a_runner_and_is_sent_to_the_server_alone(
    contender: Contender, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tests.peers.environment.vocabularies", lambda: tmp_path)
    assert (ROOT / "tests" / "peers" / f"{contender.runner}.py").is_file()
    variables = contender.variables("http://127.0.0.1:9")
    addresses = [variables.get(name, "") for name in ("OPENAI_BASE_URL", "CHAT_BASE_URL", "EMBEDDING_BASE_URL")]
    assert {each for each in addresses if each} <= {"http://127.0.0.1:9/v1"}
    assert contender.is_peer == (variables.get("PIP_NO_INDEX") == "1")


def test_all_systems_are_meant_where_none_is_named() -> None:
    assert parser().parse_args([]).names == []
    assert parser().parse_args(["nano", "rules"]).names == ["nano", "rules"]


def test_an_unknown_system_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["nothing"])
    assert ended.value.code == 2
    assert "nothing" in capsys.readouterr().err
