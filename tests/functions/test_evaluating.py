"""The command `knowledge-rag eval` over small labelled sets."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BIRDS = {
    "passages": [["Heron", "The heron wades in Grey Harbour."], ["Grey Harbour", "Grey Harbour lies in Ellery."]],
    "questions": [{"question": "Where does the heron wade?", "gold": [0, 1], "answer": "Grey Harbour"}],
}
QUOTES = {
    "questions": [
        {
            "question": "Who repairs the crane?",
            "gold": [{"document": "crane.md", "quote": "Ada Quill repairs the crane."}],
            "answer": "Ada Quill",
            "type": "single",
            "language": "en",
        }
    ]
}


def test_sets_of_both_forms_are_measured_in_one_base_by_every_method(tmp_path: Path) -> None:
    birds, questions = tmp_path / "birds.json", tmp_path / "questions.json"
    birds.write_text(json.dumps(BIRDS), encoding="utf-8")
    questions.write_text(json.dumps(QUOTES), encoding="utf-8")
    (tmp_path / "company").mkdir()
    (tmp_path / "company" / "crane.md").write_text("# Crane\n\nAda Quill repairs the crane.\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "infra.local.command_line", "eval", birds, questions, "--ablate", "--json"],
        cwd=ROOT,
        env={**os.environ, "DATA_DIR": str(tmp_path / "house"), "EMBEDDER": "none"},
        capture_output=True,
        text=True,
        timeout=90,
    )
    assert done.returncode == 0, done.stderr
    lines = {(line["set"], line["method"]): line for line in map(json.loads, done.stdout.splitlines())}
    lacking = {"graph without headings", "graph without question entities", "graph without coverage"}
    options = {f"answers, {each}" for each in ("mode=simple", "mode=ultimate", "use_rerank", "use_compression")}
    assert {method for _, method in lines} == {"bm25", "hybrid", "graph", "graph with rerank", *lacking, *options}
    assert lines["birds", "answers, use_rerank"]["answer_contains_gold"] == 100
    assert lines["birds", "graph"]["recall@5"] == 100
    assert lines["questions", "graph"]["recall@5_of"] == {"en single": 100}
    assert lines["questions", "graph"]["answer_contains_gold"] == 100
