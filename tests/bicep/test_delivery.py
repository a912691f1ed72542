"""What brings the functions to the cloud fits the rest: the one command, its hooks, the pipelines, the package."""

import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml

import function_app
from infra.local.host.functions import registered_functions
from tests.bicep.plot import FOLDER, ROOT, config_of, template, value_at

PACKAGED = {"function_app.py", "functions", "shared", "infra", "web", "host.json", "requirements.txt"}
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))


def yaml_of(path: Path) -> dict[Any, Any]:
    content: dict[Any, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content


def test_azd_finds_the_template_the_code_and_the_hooks() -> None:
    azure = yaml_of(ROOT / "azure.yaml")
    assert (ROOT / azure["infra"]["path"] / f"{azure['infra']['module']}.bicep").is_file()
    (service,) = azure["services"].values()
    assert (ROOT / service["project"] / "function_app.py").is_file()
    hooks = [ROOT / each["run"] for each in azure["hooks"]["postdeploy"].values()]
    assert [hook for hook in hooks if not hook.is_file()] == []


def test_the_functions_carry_the_tag_by_which_azd_finds_them() -> None:
    (service,) = yaml_of(ROOT / "azure.yaml")["services"]
    assert f"'azd-service-name': '{service}'" in (FOLDER / "modules/functions.bicep").read_text(encoding="utf-8")


def test_the_parameters_that_azd_fills_in_are_parameters_of_the_template() -> None:
    filled = json.loads((FOLDER / "main.parameters.json").read_text(encoding="utf-8"))["parameters"]
    declared = template(FOLDER / "main.bicep").parameters
    assert set(filled) <= set(declared)
    assert {name for name, each in declared.items() if each["default"] is None} <= set(filled)


@pytest.mark.parametrize("name", ["postdeploy.sh", "postdeploy.ps1"])
def test_a_hook_passes_what_the_template_of_events_asks_for_from_what_the_main_one_gives(name: str) -> None:
    hook = (FOLDER / "hooks" / name).read_text(encoding="utf-8")
    passed = dict(re.findall(r"^\s+(\w+)=\"?\$(?:env:)?(\w+)", hook, re.MULTILINE))
    required = {key for key, each in template(FOLDER / "events.bicep").parameters.items() if each["default"] is None}
    assert required == set(passed)
    outputs = set(template(FOLDER / "main.bicep").outputs)
    assert set(re.findall(r"\b((?:AZURE|SERVICE)_[A-Z_]+)", hook)) <= outputs


def test_events_come_from_the_folder_that_the_trigger_names_and_go_to_functions_that_exist() -> None:
    events = template(FOLDER / "events.bicep")
    triggers = {each.name: each.trigger for each in registered_functions(function_app.app)}
    container = triggers["document_arrived"].path.split("/")[0]
    assert f"'/blobServices/default/containers/{container}/'" in events.text
    assert "functionName=Host.Functions.document_arrived&" in events.text
    assert "/functions/document_vanished'" in events.text
    assert triggers["document_vanished"].type == "eventGridTrigger"
    kinds = {
        each["config"]["name"]: value_at(config_of(each), "properties.filter.includedEventTypes")
        for each in events.resources
        if each["type"].endswith("eventSubscriptions")
    }
    assert kinds == {
        "document-arrived": ["Microsoft.Storage.BlobCreated"],
        "document-vanished": ["Microsoft.Storage.BlobDeleted"],
    }


def test_events_that_nobody_took_are_kept_in_a_container_that_is_made() -> None:
    kept = re.findall(r"blobContainerName: '([\w-]+)'", (FOLDER / "events.bicep").read_text(encoding="utf-8"))
    made = template(FOLDER / "modules/storage.bicep").declared["variables"]["containers"]["value"]
    assert len(kept) == 2
    assert set(kept) <= set(made)


def test_pipelines_call_only_targets_that_exist_and_workflows_that_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for path in WORKFLOWS:
        text = path.read_text(encoding="utf-8")
        assert set(re.findall(r"\bmake ([a-z-]+)", text)) <= targets, path.name
        assert all((ROOT / used).is_file() for used in re.findall(r"uses: \./(\S+)", text)), path.name


def test_the_pipeline_tests_the_oldest_and_the_deployed_version_of_python() -> None:
    versions = yaml_of(ROOT / ".github/workflows/test.yml")["jobs"]["test"]["strategy"]["matrix"]["python"]
    runtime = re.search(r"name: 'python'\s+version: '([\d.]+)'", (FOLDER / "modules/functions.bicep").read_text())
    assert runtime
    assert versions == ["3.11", runtime[1]]


def test_production_comes_after_staging_and_each_is_tried_after_its_deployment() -> None:
    jobs = yaml_of(ROOT / ".github/workflows/deploy.yml")["jobs"]
    assert (jobs["staging"]["needs"], jobs["production"]["needs"]) == ("preview", "staging")
    assert jobs["production"]["if"] == "inputs.promote"
    steps = yaml_of(ROOT / ".github/workflows/release.yml")["jobs"]["release"]["steps"]
    assert "make smoke" in steps[-1]["run"]


def test_azd_ships_what_the_package_holds() -> None:
    ignored = [line.strip("/") for line in (ROOT / ".funcignore").read_text(encoding="utf-8").split()]
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    roots = {name.split("/")[0] for name in tracked.split("\0") if name}
    shipped = {name for name in roots if not any(Path(name).match(each) for each in ignored)}
    assert shipped - {"LICENSE", "pyproject.toml", ".funcignore"} == PACKAGED


def test_the_package_holds_all_that_the_functions_import(tmp_path: Path) -> None:
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8").split("git archive ")[1].splitlines()[0]
    assert set(recipe.split(" HEAD ")[1].split()) == PACKAGED
    package = tmp_path / "functions.zip"
    command = ["git", "archive", "--format=zip", f"--output={package}", "HEAD", *sorted(PACKAGED)]
    subprocess.run(command, cwd=ROOT, check=True)
    unpacked = tmp_path / "site"
    with zipfile.ZipFile(package) as archive:
        archive.extractall(unpacked)
    code = "import function_app; print(len(function_app.app.get_functions()), function_app.__file__)"
    done = subprocess.run([sys.executable, "-c", code], cwd=unpacked, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    count, where = done.stdout.split(maxsplit=1)
    assert int(count) > 20
    assert where.startswith(str(unpacked))
