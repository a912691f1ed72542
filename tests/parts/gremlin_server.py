"""Apache TinkerPop Gremlin Server, from Maven, over graphs in memory."""

import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.parts.part import Part
from tests.parts.running import free_port, running

POM = Path(__file__).with_suffix(".xml")
GREMLIN_SERVER = Part(
    "gremlin-server",
    "3.8.1",
    ("java", "mvn"),
    (("cp", str(POM), "pom.xml"), ("mvn", "-q", "-B", "dependency:copy-dependencies", "-DoutputDirectory=lib")),
)
"""Its licence is Apache-2.0; it runs in tests alone."""

SOURCES = 8
"""Graphs of one server, so that several stand side by side in one test: g0, g1, ..."""

START_SECONDS = 110.0
"""How long the server may take; on a machine with much else to do it takes half a minute."""

GRAPH = """
gremlin.graph=org.apache.tinkerpop.gremlin.tinkergraph.structure.TinkerGraph
gremlin.tinkergraph.vertexIdManager=ANY
gremlin.tinkergraph.edgeIdManager=ANY
gremlin.tinkergraph.vertexPropertyIdManager=LONG
"""
PLUGINS = "org.apache.tinkerpop.gremlin"


@contextmanager
def gremlin_server(folder: Path) -> Iterator[str]:
    """Serve empty graphs from memory while the block runs; yields the address."""
    port = free_port()
    (folder / "graph.properties").write_text(GRAPH)
    sources = ", ".join(f"g{each}: traversal().withEmbedded(graph{each})" for each in range(SOURCES))
    (folder / "sources.groovy").write_text(f"def globals = [:]\nglobals << [{sources}]\n")
    (folder / "server.yaml").write_text(json.dumps(configuration(folder, port)))
    # One thread runs scripts, so that one script is never in the middle of another, as on one partition of Cosmos DB.
    command = (
        "java",
        "-Xmx256m",
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-cp",
        f"{GREMLIN_SERVER.folder}/lib/*",
    )
    command += ("org.apache.tinkerpop.gremlin.server.GremlinServer", "server.yaml")
    with running(command, folder, "Channel started at port", seconds=START_SECONDS):
        yield f"ws://127.0.0.1:{port}/gremlin"


def configuration(folder: Path, port: int) -> dict[str, object]:
    """Return the server's settings; JSON is YAML too."""
    plugins = {
        f"{PLUGINS}.server.jsr223.GremlinServerGremlinPlugin": {},
        f"{PLUGINS}.tinkergraph.jsr223.TinkerGraphGremlinPlugin": {},
        f"{PLUGINS}.jsr223.ScriptFileGremlinPlugin": {"files": [str(folder / "sources.groovy")]},
    }
    return {
        "host": "127.0.0.1",
        "port": port,
        "gremlinPool": 1,
        "threadPoolWorker": 1,
        "channelizer": f"{PLUGINS}.server.channel.WebSocketChannelizer",
        "graphs": {f"graph{each}": str(folder / "graph.properties") for each in range(SOURCES)},
        "scriptEngines": {"gremlin-groovy": {"plugins": plugins}},
        # Its default is 16 bindings a script, which Cosmos DB does not know.
        "processors": [
            {"className": f"{PLUGINS}.server.op.standard.StandardOpProcessor", "config": {"maxParameters": 1024}}
        ],
        "serializers": [{"className": f"{PLUGINS}.util.ser.GraphSONMessageSerializerV2"}],
    }


def main() -> None:
    """Serve until interrupted."""
    with TemporaryDirectory() as folder, gremlin_server(Path(folder)) as endpoint, suppress(KeyboardInterrupt):
        sys.stdout.write(f"{endpoint}\n")
        sys.stdout.flush()
        threading.Event().wait()


if __name__ == "__main__":
    main()
