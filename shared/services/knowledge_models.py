"""Let every knowledge base be a model, for clients that know nothing but models."""

from collections import Counter
from dataclasses import dataclass

from shared.domain.access import Principal
from shared.domain.documents import KnowledgeBase
from shared.domain.errors import NoSuchModel
from shared.services.knowledge_bases import KnowledgeBases

MARK = "kb:"
"""How the name of such a model begins."""

PAGE, MOST = 200, 1_000
"""Bases read at once, and the most that are models."""


@dataclass(frozen=True, slots=True)
class KnowledgeModel:
    """A knowledge base under the name of a model."""

    name: str
    base: KnowledgeBase


@dataclass(frozen=True)
class KnowledgeModels:
    """The bases that the principal may read."""

    bases: KnowledgeBases

    async def listed(self, principal: Principal) -> list[KnowledgeModel]:
        """Return the models in order of the bases' ids; bases of the same name carry their ids behind it."""
        found: list[KnowledgeBase] = []
        while len(found) < MOST and (page := await self.bases.list(principal, PAGE, found[-1].key.id if found else "")):
            found += page
        times = Counter(each.name for each in found)
        return [KnowledgeModel(model_name(each, times[each.name] > 1), each) for each in found[:MOST]]

    async def base(self, principal: Principal, name: str) -> KnowledgeBase:
        """Return the base that a model stands for; `kb:ID` is understood too. Raises NoSuchModel."""
        models = await self.listed(principal) if name.startswith(MARK) else []
        for known in ({each.name: each for each in models}, {MARK + each.base.key.id: each for each in models}):
            if name in known:
                return known[name].base
        raise NoSuchModel(f"there is no model {name!r}: a knowledge base is one as {MARK}NAME", model=name)


def model_name(base: KnowledgeBase, is_shared: bool) -> str:
    """Return the name of a base as a model."""
    return f"{MARK}{base.name}:{base.key.id}" if is_shared else MARK + base.name
