"""What the template makes is what the adapters ask for: containers, buckets, deployments, the hub."""

import re

from infra.azure.cosmos.containers import CONTAINERS, PARTITION
from tests.bicep.plot import FOLDER, json_of, template


def test_the_containers_are_those_that_the_adapters_declare() -> None:
    declared = [
        {
            "name": each.name,
            "indexed": [path["path"] for path in each.indexing_policy["includedPaths"]],
            **({} if each.default_ttl is None else {"defaultTtl": each.default_ttl}),
        }
        for each in CONTAINERS
    ]
    assert json_of("containers.json") == declared


def test_every_container_is_parted_by_the_property_that_the_adapters_write() -> None:
    text = (FOLDER / "modules/cosmos.bicep").read_text(encoding="utf-8")
    assert re.findall(r"paths: \[\s+'/(\w+)'\s+\]", text) == [PARTITION]


def test_the_graph_is_parted_by_tenant() -> None:
    text = (FOLDER / "modules/gremlin.bicep").read_text(encoding="utf-8")
    assert re.findall(r"paths: \[\s+'/(\w+)'\s+\]", text) == ["tenant"]


def test_the_deployments_that_the_settings_name_are_made() -> None:
    main = template(FOLDER / "main.bicep")
    made = [each["name"] for each in main.declared["variables"]["deployments"]["value"]]
    named = re.findall(r"AZURE_OPENAI_\w+_DEPLOYMENT: '(\w+)'", main.text)
    assert sorted(made) == sorted(named)
