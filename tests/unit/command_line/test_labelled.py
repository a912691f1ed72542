"""Reading labelled sets."""

import json
from pathlib import Path

import pytest

from infra.local.command_line.labelled import Gold, labelled_set
from shared.domain.errors import BadRequest

PASSAGES = {
    "passages": [["Heron", "Herons <wade>."], ["Tern", "Terns dive."]],
    "questions": [{"question": "Who dives?", "gold": [1], "answer": "Terns; of course"}],
}
QUOTES = {
    "questions": [
        {
            "question": "Who wades?",
            "gold": [{"document": "birds.md", "quote": "Herons wade."}],
            "answer": "Herons；鹭",
            "type": "single",
            "language": "en",
        },
        {"question": "Who sings?", "gold": [], "answer": "", "type": "unanswerable", "language": "en"},
    ]
}


def written(path: Path, content: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def test_passages_become_pages_and_gold_their_names(tmp_path: Path) -> None:
    labelled = labelled_set(written(tmp_path / "birds.json", PASSAGES), tmp_path / "pages")
    assert [source.name for source in labelled.sources] == ["birds-000000.html", "birds-000001.html"]
    assert "Herons &lt;wade&gt;." in labelled.sources[0].path.read_text(encoding="utf-8")
    assert labelled.questions[0].gold == (Gold("birds-000001.html"),)
    assert labelled.questions[0].answers == ("Terns; of course",)
    assert not labelled.by_chunk


def test_two_sets_meet_in_one_folder_without_sharing_a_name(tmp_path: Path) -> None:
    one = labelled_set(written(tmp_path / "one.json", PASSAGES), tmp_path / "pages")
    two = labelled_set(written(tmp_path / "two.json", PASSAGES), tmp_path / "pages")
    assert {source.name for source in one.sources}.isdisjoint(source.name for source in two.sources)
    assert all(source.path.is_file() for source in (*one.sources, *two.sources))


def test_quotes_are_asked_of_the_documents_beside_the_file(tmp_path: Path) -> None:
    written(tmp_path / "company" / "birds.md", "Herons wade.")
    labelled = labelled_set(written(tmp_path / "questions.json", QUOTES), tmp_path / "pages")
    wade, sing = labelled.questions
    assert [source.name for source in labelled.sources] == ["birds.md"]
    assert (wade.gold, wade.answers, wade.kind) == ((Gold("birds.md", "Herons wade."),), ("Herons", "鹭"), "en single")
    assert (sing.gold, sing.answers) == ((), ())
    assert labelled.by_chunk


def test_gold_in_a_document_that_is_not_there_is_refused(tmp_path: Path) -> None:
    written(tmp_path / "company" / "fish.md", "Herring swim.")
    with pytest.raises(BadRequest, match=r"birds\.md"):
        labelled_set(written(tmp_path / "questions.json", QUOTES), tmp_path / "pages")


@pytest.mark.parametrize("content", [[], {}, {"passages": [["one"]], "questions": []}, {"passages": []}])
def test_what_is_no_labelled_set_is_refused(tmp_path: Path, content: object) -> None:
    with pytest.raises(BadRequest, match="no labelled set"):
        labelled_set(written(tmp_path / "set.json", content), tmp_path / "pages")


def test_the_samples_are_a_labelled_set(tmp_path: Path) -> None:
    samples = Path(__file__).parents[3] / "samples" / "questions.json"
    labelled = labelled_set(samples, tmp_path)
    assert {each.kind for each in labelled.questions} >= {"en multi-hop", "zh multi-hop"}
