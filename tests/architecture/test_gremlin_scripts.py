"""Every Gremlin script keeps to what Cosmos DB takes, names its tenant, and holds no value."""

import ast
from pathlib import Path

import pytest

from infra.azure.gremlin import scripts
from infra.azure.gremlin.scripts import MOST_VALUES, Script
from tests.fakes.cosmos_gremlin_rules import complaints

FOLDER = Path(scripts.__file__).parent
SCRIPTS = {name: value for name, value in vars(scripts).items() if isinstance(value, Script)}
TREES = {path.name: ast.parse(path.read_text()) for path in sorted(FOLDER.glob("*.py"))}


@pytest.mark.parametrize("name", [*SCRIPTS])
def test_a_script_keeps_to_the_steps_of_cosmos_db_and_starts_at_its_tenant(name: str) -> None:
    longest = {each: ["f" * 32] * MOST_VALUES for each in SCRIPTS[name].lists}
    text, bound = SCRIPTS[name].bound({"tenant": "heron", **longest})
    assert [*complaints(text, bound)] == []
    assert len(text.encode()) + sum(len(str(value)) + len(each) + 6 for each, value in bound.items()) < 64 * 1024


@pytest.mark.parametrize("name", [*SCRIPTS])
def test_every_list_of_a_script_is_spelled_out(name: str) -> None:
    for each in SCRIPTS[name].lists:
        assert f"within({each})" in SCRIPTS[name].text


def test_a_script_is_a_constant_text() -> None:
    calls = [node for node in ast.walk(TREES["scripts.py"]) if isinstance(node, ast.Call)]
    made = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "Script"]
    assert len(made) == len(SCRIPTS)
    assert all(isinstance(call.args[0], ast.Constant) for call in made)


def test_nothing_is_sent_but_the_scripts_of_that_file() -> None:
    made = [
        name
        for name, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Script"
    ]
    assert set(made) == {"scripts.py"}
    submitted = [
        name
        for name, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in ("submit", "submit_async")
    ]
    assert set(submitted) == {"connection.py", "lane.py"}


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("g.V().has('tenant', tenant).valueMap()", "valueMap"),
        ("g.V().has('tenant', tenant).match(__.as('a'))", "match"),
        ("g.V().has('name', name)", "partition"),
        ("g.E().hasId(eid)", "partition"),
        ("g.addV('entity').property('id', eid)", "partition"),
        ("g.V().has('tenant', tenant).filter{it.get()}", "lambda"),
        ("g.V().has('tenant', tenant).drop();g.V().has('tenant', tenant)", "statements"),
        ("x.V().has('tenant', tenant)", "starts at g"),
        ("g.V().has('tenant', tenant)" + ".out()" * 399, "400"),
        ("g.V().has('tenant', tenant).has('name', '" + "n" * 65_536 + "')", "64 KB"),
    ],
)
def test_what_the_service_refuses_is_found(script: str, reason: str) -> None:
    assert any(reason in complaint for complaint in complaints(script, {"tenant": "heron"}))


def test_a_list_as_a_binding_and_an_empty_tenant_are_found() -> None:
    script = "g.V().has('tenant', tenant).hasId(within(ids))"
    assert [*complaints(script, {"tenant": "", "ids": ["a"]})] == [
        "the binding ids is no single value",
        "the partition key is empty",
    ]
