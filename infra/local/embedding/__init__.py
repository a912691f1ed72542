"""Embeds texts on this machine: MiniLM in int8 on ONNX Runtime, without torch."""

from infra.local.embedding.absent import NoEmbedder
from infra.local.embedding.minilm import MiniLmEmbedder

__all__ = ["MiniLmEmbedder", "NoEmbedder"]
