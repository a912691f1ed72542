"""The Bicep files hold together: both parsers read them, and every name in them leads somewhere."""

import re
from pathlib import Path

import pytest

from tests.bicep.plot import (
    FILES,
    FOLDER,
    REFERENCE,
    Template,
    config_of,
    error_nodes,
    json_of,
    template,
    value_at,
)

CLOSED = {
    "Microsoft.CognitiveServices/accounts": ("properties.disableLocalAuth", True),
    "Microsoft.DocumentDB/databaseAccounts": ("properties.disableLocalAuth", True),
    "Microsoft.Insights/components": ("properties.DisableLocalAuth", True),
    "Microsoft.KeyVault/vaults": ("properties.enableRbacAuthorization", True),
    "Microsoft.OperationalInsights/workspaces": ("properties.features.disableLocalAuth", True),
    "Microsoft.Search/searchServices": ("properties.disableLocalAuth", True),
    "Microsoft.Storage/storageAccounts": ("properties.allowSharedKeyAccess", False),
}
"""What of each service signs in by identity alone, and the value that says so."""

SIGNED_IN_BY_KEY = {"gremlin.bicep"}
"""The Gremlin client was never proven with a token; its key stands in the vault alone (see the file)."""

ENCRYPTED = {
    "Microsoft.DocumentDB/databaseAccounts": ("properties.minimalTlsVersion", "Tls12"),
    "Microsoft.Storage/storageAccounts": ("properties.minimumTlsVersion", "TLS1_2"),
    "Microsoft.Web/sites": ("properties.siteConfig.minTlsVersion", "1.2"),
}

ROLES = {
    "storageBlobDataOwner": "b7e6dc6d-f1e8-4753-8033-0f276bb0955b",
    "storageBlobDataContributor": "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
    "storageQueueDataContributor": "974c5e8b-45b9-4653-ba55-5f855dd0fb88",
    "storageTableDataContributor": "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3",
    "keyVaultSecretsUser": "4633458b-17de-408a-b874-0445c86b69e6",
    "searchServiceContributor": "7ca78c08-252a-4471-8644-bb5ff32d4ba0",
    "searchIndexDataContributor": "8ebe5a00-799e-43f5-93ac-243d3dce84a7",
    "cosmosDataContributor": "00000000-0000-0000-0000-000000000002",
    "cognitiveServicesOpenAIUser": "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd",
    "cognitiveServicesUser": "a97b65f3-24c7-4388-baec-2e87135dc908",
    "durableTaskDataContributor": "0ad04412-c4d5-4796-b79c-f76d14c8d402",
    "monitoringMetricsPublisher": "3913510d-42f4-4e42-8a64-420c390055eb",
}
"""Every role that may be assigned: rights to data, and to indexes; none to change resources or access."""

GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
SECRET = re.compile(r"listKeys|listSecrets|listAccountSas|primaryMasterKey|systemKeys")

templates = pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(FOLDER).as_posix())


def resources_with(path: Path, expected: dict[str, tuple[str, object]]) -> list[tuple[str, object, object]]:
    found = []
    for each in template(path).resources:
        if each["type"] in expected:
            where, value = expected[each["type"]]
            found.append((each["type"], value_at(config_of(each), where), value))
    return found


@templates
def test_the_grammar_knows_every_word_of_the_file(path: Path) -> None:
    assert error_nodes(path) == []


def test_a_file_with_an_error_is_noticed(tmp_path: Path) -> None:
    broken = tmp_path / "broken.bicep"
    broken.write_text("param name string\nresource = {\n", encoding="utf-8")
    assert error_nodes(broken)


@templates
def test_a_second_parser_reads_the_file(path: Path) -> None:
    assert template(path).declared


@templates
def test_every_module_is_there_and_gets_what_it_asks_for(path: Path) -> None:
    owner = template(path)
    for symbol, declared in owner.modules.items():
        assert (path.parent / declared["detail"]["path"]).is_file(), symbol
        asked = owner.module(symbol).parameters
        given = set(value_at(config_of(declared), "params") or {})
        required = {name for name, each in asked.items() if each["default"] is None}
        assert (required - given, given - set(asked)) == (set(), set()), symbol


@templates
def test_every_output_that_is_used_exists(path: Path) -> None:
    owner = template(path)
    used = {(symbol, name) for symbol, name in REFERENCE.findall(owner.text) if symbol in owner.modules}
    assert {(symbol, name) for symbol, name in used if name not in owner.module(symbol).outputs} == set()


@templates
def test_every_parameter_is_used(path: Path) -> None:
    owner = template(path)
    assert [name for name in owner.parameters if len(re.findall(rf"\b{name}\b", owner.text)) < 2] == []


def test_every_version_of_a_resource_stands_in_the_table_and_nothing_else_does() -> None:
    table = json_of("api-versions.json")
    used = {
        (each["type"], each["api_version"])
        for path in FILES
        for each in template(path).declared.get("resources", {}).values()
    }
    assert used == set(table.items())


@templates
def test_no_output_gives_a_secret_away(path: Path) -> None:
    owner = template(path)
    outputs = re.findall(r"^output .*$", owner.text, re.MULTILINE)
    assert [line for line in outputs if SECRET.search(line)] == []
    secure = [name for name, each in owner.parameters.items() if {"type": "secure"} in decorators(each)]
    assert [line for line in outputs for name in secure if re.search(rf"\b{name}\b", line)] == []


def decorators(declared: dict[str, list[dict[str, str]]]) -> list[dict[str, str]]:
    return [{"type": each["type"]} for each in declared["decorators"]]


@templates
def test_services_are_entered_by_identity_alone(path: Path) -> None:
    if path.name in SIGNED_IN_BY_KEY:
        assert "vaults/secrets@" in path.read_text(encoding="utf-8")
        return
    assert [(kind, found) for kind, found, wanted in resources_with(path, CLOSED) if found is not wanted] == []


@templates
def test_nothing_is_spoken_below_tls_1_2(path: Path) -> None:
    assert [(kind, found) for kind, found, wanted in resources_with(path, ENCRYPTED) if found != wanted] == []


def test_the_rules_for_identity_and_tls_meet_a_resource_each() -> None:
    kinds = {each["type"] for path in FILES for each in template(path).resources}
    assert CLOSED.keys() | ENCRYPTED.keys() <= kinds


def test_the_vault_cannot_be_purged() -> None:
    (vault,) = [each for each in template(FOLDER / "modules/vault.bicep").resources if each["type"].endswith("/vaults")]
    assert value_at(config_of(vault), "properties.enablePurgeProtection") is True


def test_only_roles_of_the_list_are_assigned_and_each_is_needed() -> None:
    assert json_of("roles.json") == ROLES
    text = "\n".join(path.read_text(encoding="utf-8") for path in FILES)
    assert set(GUID.findall(text)) == set()
    assert set(re.findall(r"\broles\.(\w+)\b(?!')", text)) == ROLES.keys()


def test_every_stage_has_every_size_and_each_is_used() -> None:
    main = template(FOLDER / "main.bicep")
    stages = json_of("stages.json")
    assert {"type": "allowed", "argument": list(stages)} in main.parameters["stage"]["decorators"]
    sizes = {frozenset(each) for each in stages.values()}
    assert sizes == {frozenset(re.findall(r"\bsize\.(\w+)", main.text))}


def test_every_abbreviation_is_used() -> None:
    main = template(FOLDER / "main.bicep")
    assert set(json_of("abbreviations.json")) == set(re.findall(r"\babbreviations\.(\w+)\b(?!')", main.text))


def test_every_file_is_part_of_a_deployment() -> None:
    waiting, reached = [template(FOLDER / "main.bicep"), template(FOLDER / "events.bicep")], set[Path]()
    while waiting:
        each: Template = waiting.pop()
        if each.path not in reached:
            reached.add(each.path)
            waiting += [each.module(symbol) for symbol in each.modules]
    assert reached == {path.resolve() for path in FILES}
