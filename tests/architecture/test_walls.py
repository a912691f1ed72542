"""The walls of the house, beside those that import-linter holds."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import (
    ROOT,
    files_of_tests,
    functions_of,
    imports_of,
    name_of,
    product_files,
    tree,
)
from tests.azure import AZURE_ENVIRONMENT, LEFT_OUT_AT_WILL

LONGEST_FILE, LONGEST_TEST_FILE, LONGEST_FUNCTION = 300, 400, 45
BANNED = re.compile(r"(^|_)(utils?|helpers?|managers?|common|misc|data|info|doc|rel|resv|cfg|mgr|ctx)(_|$)")
SDKS = (
    "azure.ai",
    "azure.core",
    "azure.monitor",
    "opentelemetry.sdk",
    "azure.cosmos",
    "azure.identity",
    "azure.keyvault",
    "azure.search",
    "azure.storage",
    "gremlin_python",
    "openai",
)
HEAVY = (
    "onnxruntime",
    "onnx",
    "tokenizers",
    "numpy",
    "scipy",
    "sknetwork",
    *SDKS,
)


WATCHING = {"functions/telemetry.py", "functions/measurements.py", "functions/rooms.py"}
"""What is told of work under way, or puts somebody there to tell it."""


def names(file: Path) -> set[str]:
    defined = {file.stem}
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            defined.add(node.name)
        elif isinstance(node, ast.arg):
            defined.add(node.arg)
    return {re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower() for name in defined}


@pytest.mark.parametrize("file", product_files(), ids=name_of)
def test_a_file_of_the_product_keeps_to_its_bounds(file: Path) -> None:
    assert len(file.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE
    too_long = [f.name for f in functions_of(file) if (f.end_lineno or 0) - f.lineno + 1 > LONGEST_FUNCTION]
    assert too_long == []


@pytest.mark.parametrize("file", files_of_tests(), ids=name_of)
def test_a_file_of_the_tests_keeps_to_its_bounds(file: Path) -> None:
    assert len(file.read_text(encoding="utf-8").splitlines()) <= LONGEST_TEST_FILE


@pytest.mark.parametrize("file", product_files(), ids=name_of)
def test_a_name_is_made_of_whole_words_from_the_glossary(file: Path) -> None:
    assert {name for name in names(file) if BANNED.search(name)} == set()


@pytest.mark.parametrize("file", [f for f in product_files() if f.read_text(encoding="utf-8").strip()], ids=name_of)
def test_a_module_opens_with_a_sentence(file: Path) -> None:
    assert ast.get_docstring(tree(file))


def test_only_the_settings_read_the_environment() -> None:
    pattern = re.compile(r"\benviron\b|\bgetenv\b")
    readers = {name_of(file) for file in product_files() if pattern.search(code_of(file))}
    assert readers == {"shared/setting_fields.py"}


def code_of(file: Path) -> str:
    """Return a file without comments and docstrings, which may speak of what the code must not do."""
    return ast.unparse(without_docstrings(file))


def without_docstrings(file: Path) -> ast.Module:
    copy = ast.parse(file.read_text(encoding="utf-8"))
    for node in ast.walk(copy):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            node.value.value = ""
    return copy


def test_only_the_grounds_name_concrete_adapters() -> None:
    doors = [file for file in product_files() if name_of(file).startswith(("functions/", "function_app"))]
    naming = {name_of(file) for file in doors if any(module.startswith("infra") for module in imports_of(file))}
    assert naming == {
        "functions/bootstrap.py",
        "functions/azure_ground.py",
        "functions/identity_ground.py",
        *WATCHING,
    }


def test_only_the_bootstrap_chooses_a_ground() -> None:
    choosing = {name_of(file) for file in product_files() if "functions.azure_ground" in imports_of(file)}
    assert choosing == {"functions/bootstrap.py"}


def test_the_rooms_import_no_vendor() -> None:
    vendors = (
        "azure",
        "openai",
        "gremlin_python",
        "sqlite3",
        "fastapi",
        "starlette",
        "onnxruntime",
        "httpx",
        "functions",
        "infra",
    )
    rooms = [file for file in product_files() if name_of(file).startswith("shared/")]
    guests = {
        (name_of(file), module) for file in rooms for module in imports_of(file) if module.split(".")[0] in vendors
    }
    assert guests == set()


def test_no_exception_is_swallowed() -> None:
    silent = [
        f"{name_of(file)}:{node.lineno}"
        for file in product_files()
        for node in ast.walk(tree(file))
        if isinstance(node, ast.ExceptHandler) and all(isinstance(each, ast.Pass) for each in node.body)
    ]
    assert silent == []


def imported(script: str, environment: dict[str, str], folder: Path) -> str:
    """Return which heavy packages a script brings in, in a fresh process."""
    script += f"; import sys; print([name for name in {HEAVY!r} if name in sys.modules])"
    variables = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "DATA_DIR": str(folder), **environment}
    done = subprocess.run([sys.executable, "-c", script], cwd=folder, env=variables, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("environment", [{}, AZURE_ENVIRONMENT], ids=["local", "azure"])
def test_importing_the_front_door_imports_no_engine_and_no_service(environment: dict[str, str], tmp_path: Path) -> None:
    assert imported("import function_app", environment, tmp_path) == "[]"


def test_a_house_on_azure_imports_no_sdk_before_its_first_use(tmp_path: Path) -> None:
    building = "import function_app; from functions.bootstrap import services; services()"
    found = imported(building, {**AZURE_ENVIRONMENT, **LEFT_OUT_AT_WILL}, tmp_path)
    assert [name for name in SDKS if f"'{name}'" in found] == []


def test_a_wrong_setting_stops_the_front_door_and_is_named(tmp_path: Path) -> None:
    wrong = {**AZURE_ENVIRONMENT, "AZURE_SEARCH_ENDPOINT": ""}
    with pytest.raises(AssertionError, match="BadSetting: AZURE_SEARCH_ENDPOINT"):
        imported("import function_app", wrong, tmp_path)


def test_importing_the_front_door_opens_no_file(tmp_path: Path) -> None:
    script = "import function_app"
    environment = {"DATA_DIR": str(tmp_path / "never"), "PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", script], cwd=tmp_path, env=environment, check=True)
    assert list(tmp_path.iterdir()) == []


def test_every_binding_has_a_bare_type_as_the_platform_demands() -> None:
    """The worker refuses `dict[str, Any]`, and with it the whole app."""
    doors = [file for file in product_files() if name_of(file).startswith("functions/")]
    dressed = [
        f"{name_of(file)}:{function.name}"
        for file in doors
        for function in functions_of(file)
        if any("_trigger" in ast.unparse(decorator) for decorator in function.decorator_list)
        for each in function.args.args
        if isinstance(each.annotation, ast.Subscript)
    ]
    assert dressed == []
