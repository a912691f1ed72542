"""The chunk index over Azure AI Search, and the service's ranker."""

from infra.azure.search.index import AzureChunkIndex
from infra.azure.search.passages import IndexedPassages
from infra.azure.search.reranker import SemanticReranker

__all__ = ["AzureChunkIndex", "IndexedPassages", "SemanticReranker"]
