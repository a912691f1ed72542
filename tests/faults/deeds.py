"""What each store of Cosmos DB is asked to do in the matrix, and how it has to stand afterwards."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from infra.azure.cosmos.answer_cache import CosmosAnswerCache
from infra.azure.cosmos.audit import CosmosAuditTrail
from infra.azure.cosmos.catalog import CosmosCatalog
from infra.azure.cosmos.connection import CosmosConnection
from infra.azure.cosmos.conversations import CosmosConversations
from infra.azure.cosmos.embedding_store import CosmosEmbeddingStore
from infra.azure.cosmos.extraction_queue import CosmosExtractionQueue
from infra.azure.cosmos.extraction_store import CosmosExtractionStore
from infra.azure.cosmos.feedback import CosmosFeedback
from infra.azure.cosmos.ledger import CosmosLedger
from infra.azure.cosmos.measurements import CosmosMeasurements
from infra.azure.cosmos.popular import CosmosPopular
from infra.azure.cosmos.service_keys import CosmosServiceKeys
from infra.azure.cosmos.tally import CosmosTally
from infra.azure.cosmos.users import CosmosSessions, CosmosUsers
from infra.azure.cosmos.version_counter import CosmosVersionCounter
from shared.domain.access import BaseKey, Principal, Scope
from shared.domain.answer_key import same_for_all
from shared.domain.answers import Answer, Question
from shared.domain.audit import AuditEntry
from shared.domain.audit import Deed as AuditDeed
from shared.domain.conversations import Conversation, Message, Owner
from shared.domain.documents import Document, DocumentState, KnowledgeBase
from shared.domain.feedback import Feedback, Rating
from shared.domain.money import Money
from shared.domain.performance import MODEL, Batch, Series
from shared.domain.popular import Asked
from shared.domain.roles import Role
from shared.domain.service_keys import ServiceKey
from shared.domain.tally import REQUESTS, Share, Stretch
from shared.domain.users import Session, User
from shared.money.accounts import tenant_account, user_account
from shared.ports.extraction import Writing
from tests.contract.ledgers import NOON, USAGE, daily, monthly, reservation, standing

WHEN = datetime(2026, 11, 20, tzinfo=UTC)
KEY_OF = BaseKey("heron", "handbook")
BASE = KnowledgeBase(KEY_OF, "Handbook", "", frozenset({"everyone"}), WHEN)
CHANGED = replace(BASE, access=frozenset({"group:board"}))
DOCUMENT = Document(KEY_OF, "d1", "a.md", '"1"', DocumentState.RECEIVED, WHEN, WHEN)
FURTHER = replace(DOCUMENT, state=DocumentState.READY)
QUESTION = Question(Principal("heron", "ada"), Scope(KEY_OF, frozenset({"everyone"})), "Who leads the plant?")
ANSWER = Answer("Lin Xiaoyan [1]", (), (), (), 1.0, "extractive")
BUDGETS = (daily(100), monthly(100), daily(100, tenant_account("acme")), daily(100, user_account("acme", "ana")))

STRETCH, MANY = Stretch("user:ada", "2026-11-20", 86_400), 1_000
OWNER = Owner("heron", "ada")
UNTIL = datetime(2126, 11, 20, tzinfo=UTC)
CONVERSATION = Conversation(OWNER, "one", "handbook", "", WHEN, WHEN, UNTIL)
RENAMED = replace(CONVERSATION, title="Pumps")
MESSAGE = Message(1, "user", "Who leads the plant?", WHEN, UNTIL, "handbook")
FEEDBACK = Feedback(OWNER, "one", 2, Rating.UP, "good", "", "handbook", 7, "model", ("c1",), WHEN, UNTIL)
ASKED = Asked(OWNER, same_for_all(QUESTION), WHEN, UNTIL)
ENTRY = AuditEntry("heron", "a", WHEN, "ada", AuditDeed.DISABLED, "ben", "request-1")
SERVICE_KEY = ServiceKey("heron", "b", "night shift", "a hash", Role.USER, frozenset({"crew"}), WHEN)
PERSON = User("heron", "ada", "ada@heron.example", "a hash", Role.USER, WHEN, frozenset({"crew"}), True, 3)
SESSION = Session("ada", "one", "a hash", 3, WHEN, UNTIL)
BATCH = Batch("a-0", int(NOON // 60), (Series(MODEL, "model", 2, 0, 1, 7.25, ((5, 2),)),))


@dataclass(frozen=True)
class Deed:
    """Something done through an adapter, and what has to be so when it was done once or repeated after an error.

    `requests` is how many it takes, with those that the SDK makes to get to know a container.
    """

    act: Callable[[CosmosConnection], Awaitable[object]]
    holds: Callable[[CosmosConnection], Awaitable[bool]]
    requests: int


async def create_base(connection: CosmosConnection) -> None:
    catalog = CosmosCatalog(connection)
    if await catalog.base(KEY_OF) is None:
        await catalog.create_base(BASE)


async def is_base_kept(connection: CosmosConnection) -> bool:
    catalog = CosmosCatalog(connection)
    return await catalog.all_bases() == [KEY_OF] and await catalog.base(KEY_OF) == BASE


async def advance(connection: CosmosConnection) -> None:
    await CosmosCatalog(connection).keep_document(DOCUMENT)
    assert await CosmosCatalog(connection).advance_document(FURTHER)


async def is_document_further(connection: CosmosConnection) -> bool:
    return await CosmosCatalog(connection).documents(KEY_OF, 10) == [FURTHER]


async def keep_writings(connection: CosmosConnection) -> None:
    store = CosmosExtractionStore(connection)
    await store.keep(KEY_OF, [Writing("k", "rows", ("c1",)), Writing("gone", "rows", ("c2",))])
    await store.forget(KEY_OF, ["c2"])


async def are_writings_kept(connection: CosmosConnection) -> bool:
    return await CosmosExtractionStore(connection).known(KEY_OF, ["k", "gone"]) == {"k": "rows"}


async def wait_in_line(connection: CosmosConnection) -> None:
    queue = CosmosExtractionQueue(connection)
    await queue.add(KEY_OF, ["b", "a"])
    await queue.remove(KEY_OF, ["x"])


async def is_line_in_order(connection: CosmosConnection) -> bool:
    return await CosmosExtractionQueue(connection).waiting(KEY_OF, 10) == ["b", "a"]


async def keep_vector(connection: CosmosConnection) -> None:
    await CosmosEmbeddingStore(connection).keep("model", {"heron": b"\x00\x3c"})


async def is_vector_kept(connection: CosmosConnection) -> bool:
    return await CosmosEmbeddingStore(connection).known("model", ["heron"]) == {"heron": b"\x00\x3c"}


async def change_base(connection: CosmosConnection) -> None:
    await create_base(connection)
    catalog = CosmosCatalog(connection)
    assert await catalog.change_base(CHANGED, BASE) or await catalog.base(KEY_OF) == CHANGED


async def is_base_changed(connection: CosmosConnection) -> bool:
    return await CosmosCatalog(connection).base(KEY_OF) == CHANGED


async def keep_answer(connection: CosmosConnection) -> None:
    await CosmosAnswerCache(connection, 60, "house").keep(QUESTION, 1, ANSWER)


async def is_answer_kept(connection: CosmosConnection) -> bool:
    kept = await CosmosAnswerCache(connection, 60, "house").get(QUESTION, 1)
    return kept is not None and kept.answer == ANSWER


async def is_version_raised(connection: CosmosConnection) -> bool:
    return await CosmosVersionCounter(connection).current(KEY_OF) >= 1


async def reserve(connection: CosmosConnection) -> None:
    await CosmosLedger(connection, BUDGETS).reserve(reservation("a", 60), NOON)


async def is_reserved_once(connection: CosmosConnection) -> bool:
    return await standing(CosmosLedger(connection, BUDGETS)) == [(0, 60)] * 4


async def settle(connection: CosmosConnection) -> None:
    await reserve(connection)
    await CosmosLedger(connection, BUDGETS).settle("a", Money(7), USAGE, NOON)


async def is_settled_once(connection: CosmosConnection) -> bool:
    return await standing(CosmosLedger(connection, BUDGETS)) == [(7, 0)] * 4


async def count(connection: CosmosConnection) -> None:
    assert await CosmosTally(connection).take(STRETCH, (Share(REQUESTS, 1, MANY),), NOON)


async def is_counted(connection: CosmosConnection) -> bool:
    # A count whose answer was lost is made again: a caller has a little less then, and never more.
    return not await CosmosTally(connection).take(STRETCH, (Share(REQUESTS, MANY, MANY),), NOON)


async def converse(connection: CosmosConnection) -> None:
    store = CosmosConversations(connection)
    if await store.conversation(OWNER, "one") is None:
        await store.start(CONVERSATION, 10)
    known = await store.conversation(OWNER, "one")
    assert known == RENAMED or await store.change(RENAMED, CONVERSATION, [MESSAGE])


async def is_conversed_once(connection: CosmosConnection) -> bool:
    store = CosmosConversations(connection)
    listed, messages = await store.conversations(OWNER, 10), await store.messages(OWNER, "one", 10)
    return (list(listed), list(messages)) == ([RENAMED], [MESSAGE])


async def is_feedback_given_once(connection: CosmosConnection) -> bool:
    return list(await CosmosFeedback(connection).given(OWNER)) == [FEEDBACK]


async def ask(connection: CosmosConnection) -> None:
    popular = CosmosPopular(connection)
    await popular.count(ASKED)
    await popular.note_answered(KEY_OF, "7.1")


async def is_asked_once(connection: CosmosConnection) -> bool:
    popular = CosmosPopular(connection)
    return list(await popular.latest(KEY_OF, 10)) == [ASKED] and await popular.answered(KEY_OF) == "7.1"


async def is_noted_once(connection: CosmosConnection) -> bool:
    return list(await CosmosAuditTrail(connection).entries("heron", 10)) == [ENTRY]


async def is_key_kept_once(connection: CosmosConnection) -> bool:
    return list(await CosmosServiceKeys(connection).keys("heron", 10)) == [SERVICE_KEY]


async def is_person_added_once(connection: CosmosConnection) -> bool:
    return list(await CosmosUsers(connection).users("heron", 10)) == [PERSON]


async def is_session_started_once(connection: CosmosConnection) -> bool:
    return list(await CosmosSessions(connection).sessions(SESSION.user)) == [SESSION]


async def is_batch_kept_once(connection: CosmosConnection) -> bool:
    return list(await CosmosMeasurements(connection, lambda: 60.0 * BATCH.minute).since(BATCH.minute)) == [BATCH]


DEEDS = {
    "a base": Deed(create_base, is_base_kept, 3),
    "a change of a base": Deed(change_base, is_base_changed, 4),
    "a document": Deed(advance, is_document_further, 5),
    "writings": Deed(keep_writings, are_writings_kept, 5),
    "a queue": Deed(wait_in_line, is_line_in_order, 7),
    "a vector": Deed(keep_vector, is_vector_kept, 2),
    "an answer": Deed(keep_answer, is_answer_kept, 2),
    "a version": Deed(lambda each: CosmosVersionCounter(each).raise_version(KEY_OF), is_version_raised, 4),
    "a reservation": Deed(reserve, is_reserved_once, 16),
    "a settlement": Deed(settle, is_settled_once, 21),
    "a count": Deed(count, is_counted, 3),
    "a conversation": Deed(converse, is_conversed_once, 7),
    "feedback": Deed(lambda each: CosmosFeedback(each).keep(FEEDBACK), is_feedback_given_once, 2),
    "a question that counts": Deed(ask, is_asked_once, 3),
    "a row of the audit trail": Deed(lambda each: CosmosAuditTrail(each).note(ENTRY), is_noted_once, 2),
    "a key that signs in": Deed(lambda each: CosmosServiceKeys(each).keep(SERVICE_KEY), is_key_kept_once, 2),
    "a person": Deed(lambda each: CosmosUsers(each).add(PERSON), is_person_added_once, 2),
    "a session": Deed(lambda each: CosmosSessions(each).start(SESSION), is_session_started_once, 2),
    "measurements": Deed(lambda each: CosmosMeasurements(each).keep(BATCH), is_batch_kept_once, 2),
}
