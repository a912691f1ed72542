"""Random steps of many people in many tenants, beside a plain list of who may see what.

Every text says a word that no other text says, so that a single one in what somebody is shown tells where it is from.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any

from functions.bootstrap import local_ground
from functions.rooms import Services, build
from shared.domain.access import EVERYONE, BaseKey, Principal, labels_of
from shared.domain.answers import Question
from shared.domain.documents import document_id
from shared.domain.errors import AccessDenied, KnowledgeError, NotFound
from shared.domain.roles import Role
from shared.services.search_graph import GraphSearch
from shared.settings import Settings
from tests.security.archive import unnoted
from tests.workflow.shelf import Run, bytes_of

TENANTS = tuple(f"tenant{number}" for number in range(20))
BASES = ("shelf", "annex")
GROUPS = ("crew", "board", "north")
PEOPLE_OF_A_TENANT = 5
MOST_DOCUMENTS = 3
"""Of one base: few, so that most steps look at texts that others have just changed."""

MARK = re.compile(r"Zq[a-p]+x")
QUESTIONS = (
    "Who leads the harbour project?",
    "Please tell me who leads the harbour project",
    "Where is the lighthouse company?",
    "What does the harbour company own?",
    "What are the main topics of all documents?",
)
KINDS = ("vector", "graph", "hybrid")

Labels = frozenset[str]


@dataclass
class Person:
    """Somebody with groups of the moment; the first of each tenant is its administrator."""

    tenant: str
    name: str
    role: Role
    groups: Labels = frozenset()

    @property
    def principal(self) -> Principal:
        """Who they are to the service now."""
        return Principal(self.tenant, self.name, labels_of(self.name, self.groups), self.role)


@dataclass
class Paper:
    """What a document says, whose it is, and who may read it."""

    owner: str
    mark: str
    access: Labels


@dataclass
class Shelf:
    """A base as it should be."""

    owner: str
    access: Labels
    papers: dict[str, Paper] = field(default_factory=dict)

    def open_to(self, who: Principal) -> dict[str, Paper]:
        """The documents that somebody may read."""
        if who.labels.isdisjoint(self.access):
            return {}
        return {name: paper for name, paper in self.papers.items() if not who.labels.isdisjoint(paper.access)}


class Foreign(AssertionError):
    """Somebody was shown what they may not see, or not shown what they may."""


class Tenants:
    """The machine: each step is one call of the service by one person, checked against the list."""

    def __init__(self, services: Services, seed: int) -> None:
        """Begin with people and without a base."""
        self.services, self.random = services, Random(seed)
        self.seen: Counter[str] = Counter()
        self.shelves: dict[BaseKey, Shelf] = {}
        self.marks = 0
        self.heard: list[str] = []
        """Ids of passages and entities that anybody was shown: people pass them on."""
        self.people = [
            Person(tenant, f"person{number}", Role.USER if number else Role.ADMIN)
            for tenant in TENANTS
            for number in range(PEOPLE_OF_A_TENANT)
        ]
        self.steps: dict[Callable[[Person, BaseKey], Awaitable[None]], int] = {
            self.ask: 30, self.search: 15, self.list_documents: 12, self.list_bases: 6, self.open_document: 8,
            self.tell_of_communities: 5, self.explore: 8, self.sum_up: 3, self.upload: 6, self.relabel: 6,
            self.relabel_base: 4, self.delete: 2, self.change_groups: 3,
        }  # fmt: skip

    async def begin(self) -> None:
        """Make every base, each open to all of its tenant."""
        for tenant in TENANTS:
            for base in BASES:
                owner = self.random.choice([each for each in self.people if each.tenant == tenant])
                await self.services.bases.create(owner.principal, base)
                self.shelves[BaseKey(tenant, base)] = Shelf(owner.name, frozenset({EVERYONE}))

    async def run(self, steps: int) -> None:
        """Take random steps. Raises Foreign with what was shown to whom."""
        choices, weights = list(self.steps), list(self.steps.values())
        for step in self.random.choices(choices, weights, k=steps):
            who = self.random.choice(self.people)
            # Bases of the same names are in every tenant, so that a forgotten tenant shows.
            await step(who, BaseKey(who.tenant, self.random.choice(BASES)))
            self.seen[step.__name__] += 1

    async def ask(self, who: Person, key: BaseKey) -> None:
        """Ask, and mostly get what somebody else was answered."""
        question = await self.question(who, key)
        if question:
            answer = await self.services.ask.answer(question)
            self.seen["cache hits"] += answer.cache_hit
            self.seen["citations"] += len(answer.citations)
            self.heard += [hit.chunk.id for hit in answer.hits]
            self.check(who, key, "answer", answer)

    async def search(self, who: Person, key: BaseKey) -> None:
        """Search passages and the graph around them."""
        question = await self.question(who, key)
        if question:
            kind, hops = self.random.choice(KINDS), self.random.randint(1, 3)
            search = GraphSearch(question, kind, hops, use_community=True, use_path=True)
            found = await self.services.search_graph.search(search)
            self.seen["entities"] += len(found.entities)
            self.heard += [each.id for each in found.entities]
            self.check(who, key, "graph search", found)

    async def tell_of_communities(self, who: Person, key: BaseKey) -> None:
        """Read every community report, and how names were resolved."""
        question = await self.question(who, key)
        if question:
            reports = await self.services.search_graph.graph.every_community(question.scope)
            decisions = await self.services.search_graph.resolutions.resolutions(question.scope, 100)
            self.seen["reports"] += len(reports)
            self.check(who, key, "reports", reports, decisions)

    async def explore(self, who: Person, key: BaseKey) -> None:
        """Look at a passage, and around an entity, of which one has heard from anybody."""
        question = await self.question(who, key)
        if question and self.heard:
            exploring, id = self.services.exploring, self.random.choice(self.heard)
            for look in (exploring.passage, exploring.around):
                with suppress(NotFound):
                    found = await look(question.scope, id)
                    self.seen["explored"] += 1
                    self.check(who, key, "exploring", found)

    async def list_documents(self, who: Person, key: BaseKey) -> None:
        """List the documents of a base: all that one may read, and no other."""
        shelf, principal = self.shelves[key], who.principal
        try:
            scope = await self.services.bases.scope(principal, key.id)
            names = {each.name for each in await self.services.documents.list(scope, 100, "")}
        except NotFound:
            names = set()
        if names != shelf.open_to(principal).keys():
            raise Foreign(f"{who} lists {names} in {key}: {shelf}")
        self.seen["listed"] += len(names)

    async def list_bases(self, who: Person, key: BaseKey) -> None:
        """List the bases: all that one may read, and no other."""
        principal = who.principal
        found = [each.key for each in await self.services.bases.list(principal, 100, "")]
        wanted = [BaseKey(who.tenant, each) for each in sorted(BASES)]
        if found != [each for each in wanted if not principal.labels.isdisjoint(self.shelves[each].access)]:
            raise Foreign(f"{who} lists {found}")

    async def open_document(self, who: Person, key: BaseKey) -> None:
        """Look for a document of any tenant by its id."""
        other = BaseKey(self.random.choice([who.tenant, *TENANTS]), key.id)
        shelf, name = self.shelves[other], self.random.choice([f"{number}.md" for number in range(MOST_DOCUMENTS)])
        is_shown = await shown(self.services.documents.get(who.principal, document_id(other, name)))
        if other.tenant != who.tenant or not (name in shelf.papers and self.may_see(who, shelf, name)):
            if is_shown:
                raise Foreign(f"{who} opens {name} of {other}: {shelf}")
        elif not is_shown:
            raise Foreign(f"{who} does not find {name} of {other}: {shelf}")

    async def sum_up(self, who: Person, key: BaseKey) -> None:
        """Ask the answer cache what it holds: of the bases that one may read alone."""
        figures = await self.services.answer_care.bases(who.principal)
        if any(who.principal.labels.isdisjoint(self.shelves[each].access) for each in figures):
            raise Foreign(f"{who} hears of {figures}")

    async def upload(self, who: Person, key: BaseKey) -> None:
        """Upload a new document under labels or none, or a new version of one of one's own."""
        shelf, name = self.shelves[key], f"{self.random.randrange(MOST_DOCUMENTS)}.md"
        known = shelf.papers.get(name)
        access = self.labels(who) if known is None and self.random.random() < 0.7 else None
        mark = self.mark()
        try:
            await self.services.bases.scope(who.principal, key.id)
            job = await self.services.documents.upload(who.principal, key, name, bytes_of(written(mark)), access)
        except (NotFound, AccessDenied):
            return
        if known and not self.may_change(who, shelf, known):
            raise Foreign(f"{who} replaces {name} of {key}: {shelf}")
        await Run(self.services, job, mark).to_the_end()
        labels = known.access if known else access or frozenset({EVERYONE})
        shelf.papers[name] = Paper(known.owner if known else who.name, mark, labels)

    async def relabel(self, who: Person, key: BaseKey) -> None:
        """Let others read a document."""
        shelf, name, access = self.shelves[key], f"{self.random.randrange(MOST_DOCUMENTS)}.md", self.labels(who)
        is_done = await shown(self.services.documents.relabel(who.principal, document_id(key, name), access, unnoted))
        may = name in shelf.papers and self.may_change(who, shelf, shelf.papers[name])
        if is_done is not may:
            raise Foreign(f"{who} relabels {name} of {key}: {shelf}")
        if is_done:
            shelf.papers[name].access = access

    async def relabel_base(self, who: Person, key: BaseKey) -> None:
        """Let others read a base."""
        shelf, access = self.shelves[key], self.labels(who)
        is_done = await shown(self.services.bases.change(who.principal, key.id, unnoted, access=access))
        if is_done is not (who.role is Role.ADMIN or shelf.owner == who.name):
            raise Foreign(f"{who} relabels {key}: {shelf}")
        if is_done:
            shelf.access = access

    async def delete(self, who: Person, key: BaseKey) -> None:
        """Delete a document."""
        shelf, name = self.shelves[key], f"{self.random.randrange(MOST_DOCUMENTS)}.md"
        is_done = await shown(self.services.documents.delete(who.principal, document_id(key, name)))
        may = name in shelf.papers and self.may_change(who, shelf, shelf.papers[name])
        if is_done is not may:
            raise Foreign(f"{who} deletes {name} of {key}: {shelf}")
        if is_done:
            del shelf.papers[name]

    async def change_groups(self, who: Person, key: BaseKey) -> None:
        """Put somebody into other groups."""
        who.groups = frozenset(self.random.sample(GROUPS, self.random.randint(0, len(GROUPS))))

    async def question(self, who: Person, key: BaseKey) -> Question | None:
        """Return a question to a base, or None where the base is closed, as it should be."""
        text, principal = self.random.choice(QUESTIONS), who.principal
        is_open = not principal.labels.isdisjoint(self.shelves[key].access)
        try:
            scope = await self.services.bases.scope(principal, key.id)
        except NotFound:
            if is_open:
                raise Foreign(f"{who} is not let into {key}") from None
            return None
        if not is_open:
            raise Foreign(f"{who} is let into {key}: {self.shelves[key]}")
        return Question(principal, scope, text)

    def check(self, who: Person, key: BaseKey, what: str, *shown: Any) -> None:
        """Raise Foreign where a text that was shown says what its reader may not read."""
        allowed = {paper.mark for paper in self.shelves[key].open_to(who.principal).values()}
        found = set(MARK.findall(repr(shown)))
        if not found <= allowed:
            raise Foreign(f"{what}: {who} sees {found - allowed} in {key}: {self.shelves[key]}")
        self.seen["marks"] += len(found)

    def may_see(self, who: Person, shelf: Shelf, name: str) -> bool:
        """Say whether somebody may see that a document is there."""
        return name in shelf.open_to(who.principal) or self.may_change(who, shelf, shelf.papers[name])

    def may_change(self, who: Person, shelf: Shelf, paper: Paper) -> bool:
        """Say whether somebody may change a document."""
        owns = paper.owner == who.name and not who.principal.labels.isdisjoint(shelf.access)
        return owns or shelf.owner == who.name or who.role is Role.ADMIN

    def labels(self, who: Person) -> Labels:
        """Choose labels: everyone's, or some groups and people."""
        if self.random.random() < 0.3:
            return frozenset({EVERYONE})
        people = [f"user:person{number}" for number in range(PEOPLE_OF_A_TENANT)]
        return frozenset(self.random.sample([*people, *(f"group:{each}" for each in GROUPS)], 2))

    def mark(self) -> str:
        """Make a word that was not there before."""
        self.marks += 1
        return "Zq" + "".join(chr(97 + int(digit, 16)) for digit in f"{self.marks:x}") + "x"


def written(mark: str) -> bytes:
    """Write a text about things that all texts speak of, and about one that it alone knows."""
    return (
        f"# Harbour of {mark}\n\nAda {mark} leads the harbour project of the {mark} Company in Port {mark}. "
        f"The Lighthouse Company owns the {mark} Company. Ada {mark} works for the Lighthouse Company.\n"
    ).encode()


async def shown(work: Awaitable[object]) -> bool:
    """Say whether a call was let through; whoever may not is told so, and nothing else."""
    try:
        await work
    except (NotFound, AccessDenied):
        return False
    except KnowledgeError as error:
        raise Foreign(f"a call ends in {error!r}") from error
    return True


@asynccontextmanager
async def tenants(folder: Path, seed: int, **changes: Any) -> AsyncIterator[Tenants]:
    """Open a house without an embedder, or on a ground with changes, and with all the tenants in it."""
    settings = Settings(data_dir=folder, embedder="none")
    services = build(settings, replace(local_ground(settings), **changes))
    try:
        machine = Tenants(services, seed)
        await machine.begin()
        yield machine
    finally:
        await services.close()
