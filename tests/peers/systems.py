"""The systems that stand side by side, and how each is started."""

import os
import sys
from dataclasses import dataclass, field

from tests.peers import environment


@dataclass(frozen=True)
class Contender:
    """A system: its runner, the modes it is asked in, and what it reads from the environment beside the address."""

    title: str
    runner: str
    modes: tuple[str, ...]
    settings: dict[str, str] = field(default_factory=dict)
    is_peer: bool = True

    def command(self, job: str) -> list[str]:
        """Return how the runner is started."""
        python = str(environment.PEERS.python) if self.is_peer else sys.executable
        return [python, "-m", f"tests.peers.{self.runner}", job]

    def variables(self, server: str) -> dict[str, str]:
        """Return the environment of the runner; `server` is the address without a path."""
        own = {name: value.format(server=server) for name, value in self.settings.items()}
        return {**os.environ, **(peer_variables(server) if self.is_peer else {}), **own}


def peer_variables(server: str) -> dict[str, str]:
    """Return what points the openai package at the server, and keeps everybody from downloading."""
    return {
        "OPENAI_API_KEY": "sk-loopback",
        "OPENAI_BASE_URL": f"{server}/v1",
        "OPENAI_API_BASE": f"{server}/v1",
        "TIKTOKEN_CACHE_DIR": str(environment.vocabularies()),
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        "PIP_NO_INDEX": "1",
    }


SERVED = {
    "EXTRACTION": "rules",
    "EMBEDDER": "none",
    "CHAT_BASE_URL": "{server}/v1",
    "CHAT_MODEL": "counting",
    "EMBEDDING_BASE_URL": "{server}/v1",
    "EMBEDDING_MODEL": "counting",
    "EMBEDDING_DIMENSIONS": "1536",
}
ALONE = {"EXTRACTION": "rules", "EMBEDDER": "minilm", "CHAT_BASE_URL": "", "EMBEDDING_BASE_URL": ""}

READING = {**SERVED, "EXTRACTION": "model"}

SYSTEMS = {
    "rules": Contender("Knowledge RAG, rules", "run_knowledge_rag", ("local",), SERVED, is_peer=False),
    "model": Contender("Knowledge RAG, model", "run_knowledge_rag", ("local",), READING, is_peer=False),
    "alone": Contender("Knowledge RAG, no server", "run_knowledge_rag", ("local",), ALONE, is_peer=False),
    "lightrag": Contender("LightRAG 1.5.7", "run_lightrag", ("mix", "global")),
    "nano": Contender("nano-graphrag 0.0.8.2", "run_nano_graphrag", ("local", "global")),
    "graphrag": Contender("GraphRAG 3.3.0", "run_graphrag", ("local", "global"), {"MEMORY_TRACING": "on"}),
    "untraced": Contender("GraphRAG, untraced", "run_graphrag", ("local", "global"), {"MEMORY_TRACING": "off"}),
}
