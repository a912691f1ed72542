"""Keep what people ask one question behind the other, for themselves alone and for a bounded time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import uuid4

from shared.answering.conversation_title import conversation_title
from shared.answering.transcript import transcript
from shared.domain.access import BaseKey, Principal
from shared.domain.answers import Answer, Citation, Hit, ScoredChunk, Turn
from shared.domain.conversations import LAST_PLACE, Conversation, KeptSource, Message, Owner, ReadMessage
from shared.domain.errors import Conflict, NotFound
from shared.ports.chunk_index import ChunkIndex
from shared.ports.conversations import Conversations, Messages
from shared.services.knowledge_bases import KnowledgeBases

MOST_CONVERSATIONS = 500
"""Conversations of one person."""

MOST_MESSAGES = 1_000
"""Messages that are ever written in one conversation; an answer is one."""

HISTORY, REMEMBERED = 6, 2_000
"""How many of the last messages the next question is read with, and how many characters of each."""

PAGE, LOOKED_UP = 200, 200
"""Messages of a transcript that are read at once, and chunks."""

ATTEMPTS = 5
"""Times that a change is tried while others change the same conversation."""


@dataclass(frozen=True)
class ConversationService:
    """The conversations of the principal; those of others are not there, whoever asks."""

    kept: Conversations
    kept_messages: Messages
    bases: KnowledgeBases
    index: ChunkIndex
    days: int
    clock: Callable[[], datetime]

    async def create(self, principal: Principal, base_id: str, title: str = "") -> Conversation:
        """Begin a conversation. Raises NotFound for a base the principal may not read, Conflict beyond the bound."""
        base = await self.bases.get(principal, base_id)
        now = self.clock()
        made = Conversation(owner_of(principal), uuid4().hex, base.key.id, title, now, now, self.until(now))
        if not await self.kept.start(made, MOST_CONVERSATIONS):
            raise Conflict(
                f"there are {MOST_CONVERSATIONS} conversations already; delete some", limit=MOST_CONVERSATIONS
            )
        return made

    async def list(self, principal: Principal, limit: int, before: str = "") -> Sequence[Conversation]:
        """Return one page, the conversation changed last first."""
        return await self.kept.conversations(owner_of(principal), limit, before or LAST_PLACE)

    async def get(self, principal: Principal, id: str) -> Conversation:
        """Return a conversation. Raises NotFound where the principal has none of this id."""
        found = await self.kept.conversation(owner_of(principal), id)
        if found is None:
            raise NotFound("there is no such conversation, or none any more", id=id)
        return found

    async def rename(self, principal: Principal, id: str, title: str) -> Conversation:
        """Give a conversation another title. Raises NotFound, or Conflict in a storm of changes."""
        for _ in range(ATTEMPTS):
            known = await self.get(principal, id)
            changed = replace(known, title=title)
            if changed == known or await self.kept.change(changed, known):
                return changed
        raise busy(id)

    async def delete(self, principal: Principal, id: str) -> None:
        """Forget a conversation. Raises NotFound."""
        known = await self.get(principal, id)
        await self.kept.remove(known.owner, known.id)

    async def messages(self, principal: Principal, id: str, limit: int, after: int = 0) -> Sequence[ReadMessage]:
        """Return one page of messages with what their reader may read of their sources now. Raises NotFound."""
        known = await self.get(principal, id)
        found = await self.kept_messages.messages(known.owner, known.id, limit, after)
        hits: dict[str, dict[str, Hit]] = {}
        for base in dict.fromkeys(each.base for each in found if each.sources):
            ids = dict.fromkeys(source.chunk_id for each in found if each.base == base for source in each.sources)
            hits[base] = await self.readable(principal, base, list(ids))
        return [read(each, hits.get(each.base, {})) for each in found]

    async def transcript(self, principal: Principal, id: str) -> str:
        """Return a conversation as Markdown. Raises NotFound."""
        known = await self.get(principal, id)
        found: list[ReadMessage] = []
        while page := await self.messages(principal, id, PAGE, found[-1].message.number if found else 0):
            found += page
        return transcript(known, found)

    async def readable(self, principal: Principal, base_id: str, chunk_ids: Sequence[str]) -> dict[str, Hit]:
        """Return those of the chunks that are still there and that the principal may read, by id."""
        try:
            scope = await self.bases.scope(principal, base_id)
        except NotFound:
            return {}
        found: list[Hit] = []
        for start in range(0, len(chunk_ids), LOOKED_UP):
            some = [ScoredChunk(each, 0.0) for each in chunk_ids[start : start + LOOKED_UP]]
            found += await self.index.hits(scope, some)
        return {each.chunk.id: each for each in found}

    async def history(self, conversation: Conversation) -> tuple[Turn, ...]:
        """Return what the next question is read with. Raises Conflict where the conversation is full."""
        if conversation.length + 2 > MOST_MESSAGES:
            raise Conflict(f"a conversation has at most {MOST_MESSAGES} messages; begin another", limit=MOST_MESSAGES)
        after = max(0, conversation.length - HISTORY)
        found = await self.kept_messages.messages(conversation.owner, conversation.id, HISTORY, after)
        return tuple(Turn(each.role, each.text[:REMEMBERED]) for each in found)

    async def remember(self, owner: Owner, id: str, base: BaseKey, question: str, answer: Message) -> int:
        """Add a question and its answer, and return the number of the answer, 0 where the conversation is gone.

        The number of `answer` and its times are set here. Raises Conflict in a storm of changes.
        """
        for _ in range(ATTEMPTS):
            known = await self.kept.conversation(owner, id)
            if known is None:
                return 0
            now = self.clock()
            asked = Message(known.length + 1, "user", question, now, self.until(now), base.id)
            answered = replace(answer, number=known.length + 2, at=now, expires_at=self.until(now))
            changed = replace(
                known,
                title=known.title or conversation_title(question),
                updated_at=now,
                expires_at=self.until(now),
                length=known.length + 2,
            )
            if await self.kept.change(changed, known, [asked, answered]):
                return answered.number
        raise busy(id)

    def until(self, now: datetime) -> datetime:
        """Return how long what is written now is kept."""
        return now + timedelta(days=self.days)

    def message(self, base: BaseKey, answer: Answer) -> Message:
        """Return an answer as it is kept."""
        now = self.clock()
        return Message(
            number=0,
            role="assistant",
            text=answer.text,
            at=now,
            expires_at=self.until(now),
            base=base.id,
            version=answer.version,
            sources=tuple(
                KeptSource(each.number, each.hit.chunk.id, each.quote, each.hit.score) for each in answer.citations
            ),
            model=answer.model,
            tokens=answer.usage.total,
            cost=answer.cost,
            confidence=answer.confidence,
        )

    def stopped(self, base: BaseKey, text: str) -> Message:
        """Return the beginning of an answer that was stopped, as it is kept."""
        now = self.clock()
        return Message(0, "assistant", text, now, self.until(now), base.id, is_whole=False)


def owner_of(principal: Principal) -> Owner:
    """Return whose conversations a principal has."""
    return Owner(principal.tenant, principal.user)


def read(message: Message, hits: dict[str, Hit]) -> ReadMessage:
    """Put the hits that may be read under a message."""
    citations = tuple(
        Citation(each.number, replace(hits[each.chunk_id], score=each.score), each.quote)
        for each in message.sources
        if each.chunk_id in hits
    )
    return ReadMessage(message, citations, len(message.sources) - len(citations))


def busy(id: str) -> Conflict:
    """Return the error of a change that others were always faster than."""
    return Conflict("the conversation is being changed by others; try again", id=id)
