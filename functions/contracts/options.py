"""The options of a question as JSON, the same wherever one is asked."""

from typing import Any, Literal

from pydantic import Field

from functions.contracts.accepting import Accepting
from functions.contracts.filters import Filters
from shared.domain.access import Principal, Scope
from shared.domain.answers import Question
from shared.domain.filters import PassageFilter

Mode = Literal["simple", "balanced", "ultimate"]
"""simple: one search without the graph. balanced: the graph, and further searches where the question asks for several
things. ultimate: a further search for every question, and an answer whose every sentence is checked."""


class AnswerOptions(Accepting):
    """How a question is answered."""

    top_k: int = Field(8, ge=1, le=50, description="How many passages the answer may rest on.")
    use_cache: bool = True
    mode: Mode = "balanced"
    use_graph: bool | None = Field(None, description="As the mode says, where it is left out; simple leaves it off.")
    use_rerank: bool = False
    use_query_rewriting: bool = False
    use_query_expansion: bool = False
    use_self_rag: bool | None = Field(None, description="As the mode says, where it is left out; ultimate has it on.")
    use_community_reports: bool | None = Field(
        None, description="As the mode says, where it is left out; simple leaves them out."
    )
    use_compression: bool = False
    compression_ratio: float = Field(0.5, ge=0.1, le=1, description="Share of the passages' tokens that stays.")
    priority: Literal["cost", "quality", "latency", "balanced"] = Field(
        "quality", description="What chooses between two chat models, where there are two."
    )
    filters: Filters = Field(Filters(), description="Which passages the answer may rest on.")

    def asked(self, principal: Principal, scope: Scope, text: str, **more: Any) -> Question:
        """Say what is asked, with what the mode decides where the caller does not; `more` are fields of Question."""
        return Question(
            principal,
            scope,
            text,
            top_k=self.top_k,
            use_cache=self.use_cache,
            mode=self.mode,
            use_graph=self.mode != "simple" if self.use_graph is None else self.use_graph,
            use_self_rag=self.mode == "ultimate" if self.use_self_rag is None else self.use_self_rag,
            use_rerank=self.use_rerank,
            use_query_rewriting=self.use_query_rewriting,
            use_query_expansion=self.use_query_expansion,
            use_community_reports=(
                self.mode != "simple" if self.use_community_reports is None else self.use_community_reports
            ),
            use_compression=self.use_compression,
            compression_ratio=self.compression_ratio,
            priority=self.priority,
            filters=PassageFilter(frozenset(self.filters.entity_types), self.filters.dates),
            **more,
        )


class QuestionOptions(AnswerOptions):
    """Which knowledge base is asked, and how."""

    kb_id: str = Field("default", max_length=64)
