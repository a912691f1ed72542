"""Chat completions as OpenAI's clients write and read them."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal
from urllib.parse import quote

from pydantic import AfterValidator, BaseModel, Field, model_validator

from functions.contracts.accepting import Accepting
from functions.contracts.answer_shape import OFFERED, Shape, shape_of
from functions.contracts.options import AnswerOptions
from shared.domain.access import BaseKey, Principal, Scope
from shared.domain.answers import OUTPUT_TOKENS, Citation, Question, Turn
from shared.domain.money import Money, TokenUsage

MOST_OUTPUT_TOKENS = 4096
"""The most that is ever asked of a model for one answer; who asks for more gets so much."""


LONGEST_STYLE = 8_000
"""Characters that system and developer messages may have together, as many as a question."""


class ContentPart(Accepting):
    """A part of a message; only text is understood."""

    type: str = Field(max_length=64)
    text: str | None = None

    @model_validator(mode="after")
    def is_text(self) -> "ContentPart":
        """Refuse what cannot be read."""
        if self.type != "text" or self.text is None:
            raise ValueError("only parts of type text are understood; images and sounds are not")
        return self


class CompletionMessage(Accepting):
    """A message; those of system and developer say how answers should sound, those of tools are read over."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | Annotated[list[ContentPart], Field(max_length=100)] | None = None

    @property
    def text(self) -> str:
        """What it says."""
        if isinstance(self.content, list):
            return "\n".join(each.text or "" for each in self.content)
        return self.content or ""


class StreamOptions(Accepting):
    """What a stream holds."""

    include_usage: bool | None = None


class ResponseFormat(Accepting):
    """`text`, or `json_object`: the answer and its sources as one JSON object, or `json_schema`: what it takes of that.

    A schema may name `answer` and `sources`, and of a source `number`, `title`, `page`, `quote`, `document_id` and
    `chunk_id`.
    """

    type: str = Field(max_length=64)
    json_schema: dict[str, Any] | None = None

    @model_validator(mode="after")
    def is_known(self) -> "ResponseFormat":
        """Refuse an unknown format, and a schema of what an answer does not hold."""
        if self.type not in ("text", "json_object", "json_schema"):
            raise ValueError("the format is text, json_object or json_schema")
        if self.type == "json_schema":
            shape_of(self.schema_wanted)
        return self

    @property
    def schema_wanted(self) -> Any:
        """The schema of the caller's own."""
        return (self.json_schema or {}).get("schema")

    @property
    def shape(self) -> Shape | None:
        """What is wanted as JSON, nothing for a text."""
        if self.type == "json_schema":
            return shape_of(self.schema_wanted)
        return OFFERED if self.type == "json_object" else None


def one(value: int | None) -> int | None:
    """Refuse several answers to one question."""
    if value not in (None, 1):
        raise ValueError("n is 1: a question has one answer")
    return value


def style(messages: Sequence[CompletionMessage]) -> str:
    """Return what messages say of how answers should sound."""
    return "\n\n".join(each.text for each in messages if each.role in ("system", "developer") and each.text)


def bounded(messages: list[CompletionMessage]) -> list[CompletionMessage]:
    """Refuse more about the style than a model is to read with every question."""
    if (length := len(style(messages))) > LONGEST_STYLE:
        raise ValueError(f"those of system and developer have at most {LONGEST_STYLE} characters; these have {length}")
    return messages


class ChatCompletionRequest(AnswerOptions):
    """A question to the knowledge base that `model` names as kb:NAME, behind the messages before it.

    The options of /rag/query are taken too, and `citations`: whether a list of the sources stands behind the text.
    """

    model: str = Field(max_length=256)
    messages: Annotated[list[CompletionMessage], AfterValidator(bounded)] = Field(min_length=1, max_length=200)
    temperature: float | None = Field(None, ge=0, le=2)
    n: Annotated[int | None, AfterValidator(one)] = None
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    max_tokens: int | None = Field(None, ge=1)
    max_completion_tokens: int | None = Field(None, ge=1)
    response_format: ResponseFormat | None = None
    citations: Literal["list", "none"] = "list"

    @model_validator(mode="after")
    def fits_together(self) -> "ChatCompletionRequest":
        """Refuse options of a stream where there is none, and a question that nobody asks."""
        if self.stream_options and not self.stream:
            raise ValueError("stream_options go with stream: true")
        if self.messages[-1].role != "user":
            raise ValueError("the last message is the user's: it is what is answered")
        return self

    @property
    def shape(self) -> Shape | None:
        """What of the answer is wanted as JSON, nothing where it is wanted as text."""
        return self.response_format.shape if self.response_format else None

    @property
    def has_usage(self) -> bool:
        """Whether a stream ends with the usage."""
        return bool(self.stream_options and self.stream_options.include_usage)

    def question(self, principal: Principal, scope: Scope) -> Question:
        """Say what the last message asks, behind what was said before it."""
        before = (each for each in self.messages[:-1] if each.role in ("user", "assistant") and each.text)
        wanted = self.max_completion_tokens or self.max_tokens or OUTPUT_TOKENS
        return self.asked(
            principal,
            scope,
            self.messages[-1].text,
            history=tuple(Turn(each.role, each.text) for each in before),
            temperature=self.temperature or 0.0,
            maximum_output_tokens=min(wanted, MOST_OUTPUT_TOKENS),
            style=style(self.messages),
        )


class UrlCitation(BaseModel):
    """Where a mark stands in the content, and the passage it cites; `url` is below this service's address."""

    start_index: int
    end_index: int
    title: str
    url: str
    number: int
    document_id: str
    chunk_id: str
    page: int


class Annotation(BaseModel):
    """A citation."""

    type: Literal["url_citation"] = "url_citation"
    url_citation: UrlCitation

    @classmethod
    def of(cls, base: BaseKey, start: int, end: int, citation: Citation) -> "Annotation":
        """Write a citation of a base."""
        chunk = citation.hit.chunk
        return cls(
            url_citation=UrlCitation(
                start_index=start,
                end_index=end,
                title=citation.hit.document_name,
                url=f"/api/v1/knowledge/bases/{quote(base.id, safe='')}/passages/{chunk.id}",
                number=citation.number,
                document_id=chunk.document_id,
                chunk_id=chunk.id,
                page=chunk.page,
            )
        )


class CompletionUsage(BaseModel):
    """Tokens as the model counted them, and what they cost; a kept answer takes none."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int
    prompt_tokens_details: dict[str, int]
    completion_tokens_details: dict[str, int]
    cost_usd: float

    @classmethod
    def of(cls, usage: TokenUsage, cost: Money) -> "CompletionUsage":
        """Write a usage."""
        return cls(
            prompt_tokens=usage.input,
            completion_tokens=usage.output,
            total_tokens=usage.total,
            prompt_tokens_details={"cached_tokens": usage.cached},
            completion_tokens_details={"reasoning_tokens": usage.reasoning},
            cost_usd=cost.usd,
        )


class AnswerMessage(BaseModel):
    """The answer."""

    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None
    annotations: list[Annotation]


class CompletionChoice(BaseModel):
    """The one answer, and why it ended: stop, or length."""

    index: int = 0
    message: AnswerMessage
    logprobs: None = None
    finish_reason: str


class ChatCompletion(BaseModel):
    """An answer as OpenAI's clients read it."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str
    choices: list[CompletionChoice]
    usage: CompletionUsage
    system_fingerprint: None = None


def chunk(head: dict[str, Any], delta: dict[str, Any], finish_reason: str | None = None) -> dict[str, Any]:
    """Return one chunk of a stream."""
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
    return {**head, "choices": [choice]}
