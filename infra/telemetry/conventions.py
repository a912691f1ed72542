"""Names of OpenTelemetry's conventions for generative models.

They stand here because the packages of OpenTelemetry call theirs deprecated: the conventions have moved to a
repository of their own and are still in development.
"""

from shared.domain.money import TokenUsage

OPERATION = "gen_ai.operation.name"
PROVIDER = "gen_ai.provider.name"
REQUEST_MODEL = "gen_ai.request.model"
RESPONSE_MODEL = "gen_ai.response.model"
INPUT_TOKENS = "gen_ai.usage.input_tokens"
OUTPUT_TOKENS = "gen_ai.usage.output_tokens"
CACHED_TOKENS = "gen_ai.usage.cache_read.input_tokens"
REASONING_TOKENS = "gen_ai.usage.reasoning.output_tokens"
TOKEN_TYPE = "gen_ai.token.type"  # noqa: S105
ERROR = "error.type"

CHAT, EMBEDDINGS, RERANK, RETRIEVAL = "chat", "embeddings", "rerank", "retrieval"
"""Operations; `rerank` is a name of ours, the conventions have none."""

ANSWER = "answer"
"""Our name for everything that becomes of a question."""

OPENAI, AZURE_OPENAI, AZURE_SEARCH = "openai", "azure.ai.openai", "azure.ai.search"
ITSELF = "knowledge_rag"
"""The provider of what runs in this process."""

HITS = "knowledge_rag.retrieval.hits"
METHOD = "knowledge_rag.retrieval.method"
CACHE_HIT = "cache_hit"
GROUNDED = "grounded"


def usage_attributes(usage: TokenUsage) -> dict[str, int]:
    """Return what a model counted, as a span tells it."""
    return {
        INPUT_TOKENS: usage.input,
        OUTPUT_TOKENS: usage.output,
        CACHED_TOKENS: usage.cached,
        REASONING_TOKENS: usage.reasoning,
    }
