"""Suggest what to ask next: of what an answer spoke of, what the graph knows beyond it."""

from collections.abc import Iterator, Mapping, Sequence

from shared.domain.graph import Entity, EntityType, Relation, RelationType
from shared.text.scripts import language

MOST = 3
"""Suggestions behind one answer."""

LONGEST_NAME = 60
"""Characters of a name that is put into a question."""

LEAST_CONFIDENCE = 0.5
"""Of a relation that is asked about."""

NOT_ASKED_ABOUT = frozenset({EntityType.DATE, EntityType.METRIC})
"""Entities that say little of themselves."""

NOT_TOLD_OF = NOT_ASKED_ABOUT | {EntityType.CONCEPT}
"""Entities that are not asked about in general; most headings are concepts, and are no subject of a question."""

Wording = tuple[str, str]
"""How to ask for the target of a relation by its source, and for the source by its target; of things that are
somehow related nothing can be asked."""

TEMPLATES: dict[str, dict[RelationType, Wording]] = {
    "en": {
        RelationType.IS_A: ("What is {}?", "Which examples of {} are there?"),
        RelationType.PART_OF: ("What is {} part of?", "What are the parts of {}?"),
        RelationType.LOCATED_IN: ("Where is {} located?", "What is located in {}?"),
        RelationType.MEMBER_OF: ("What is {} a member of?", "Who are the members of {}?"),
        RelationType.WORKS_FOR: ("Who does {} work for?", "Who works for {}?"),
        RelationType.CREATED_BY: ("Who created {}?", "What else did {} create?"),
        RelationType.OWNS: ("What does {} own?", "Who owns {}?"),
        RelationType.PRODUCES: ("What does {} produce?", "Who produces {}?"),
        RelationType.USES: ("What does {} use?", "What uses {}?"),
        RelationType.IMPLEMENTS: ("What does {} implement?", "What implements {}?"),
        RelationType.DEPENDS_ON: ("What does {} depend on?", "What depends on {}?"),
        RelationType.CAUSES: ("What does {} cause?", "What causes {}?"),
        RelationType.PARTICIPATED_IN: ("What did {} take part in?", "Who took part in {}?"),
        RelationType.OCCURRED_ON: ("When was {}?", "What happened on {}?"),
    },
    "zh": {
        RelationType.IS_A: ("{}是什么？", "{}有哪些例子？"),
        RelationType.PART_OF: ("{}属于什么？", "{}由哪些部分组成？"),
        RelationType.LOCATED_IN: ("{}位于哪里？", "{}有哪些设施？"),
        RelationType.MEMBER_OF: ("{}是哪个组织的成员？", "{}有哪些成员？"),
        RelationType.WORKS_FOR: ("{}在哪里任职？", "谁在{}任职？"),
        RelationType.CREATED_BY: ("{}由谁创建？", "{}还创建了什么？"),
        RelationType.OWNS: ("{}拥有什么？", "{}归谁所有？"),
        RelationType.PRODUCES: ("{}生产什么？", "{}由谁生产？"),
        RelationType.USES: ("{}使用什么？", "什么使用{}？"),
        RelationType.IMPLEMENTS: ("{}实现了什么？", "什么实现了{}？"),
        RelationType.DEPENDS_ON: ("{}依赖什么？", "什么依赖{}？"),
        RelationType.CAUSES: ("{}导致了什么？", "{}是什么造成的？"),
        RelationType.PARTICIPATED_IN: ("{}参加了什么？", "谁参加了{}？"),
        RelationType.OCCURRED_ON: ("{}发生在什么时候？", "{}发生了什么？"),
    },
}
ABOUT = {"en": "What do the documents say about {}?", "zh": "文档中关于{}说了什么？"}


def follow_ups(question: str, answer: str, entities: Sequence[Entity], relations: Sequence[Relation]) -> list[str]:
    """Return up to three questions in the language of the question, those that lead on by a relation first.

    `entities` are those of the cited passages and the ends of the `relations`, strongest first. A question names what
    the reader has heard of, and asks for what neither the question nor the answer says.
    """
    said = f"{question}\n{answer}".casefold()
    tongue = language(question)
    known = {each.id: each for each in entities if 1 < len(each.name) <= LONGEST_NAME}
    candidates = [*led_on(said, tongue, known, relations), *told_of(said, tongue, known)]
    asked = question.casefold().strip()
    return [each for each in dict.fromkeys(candidates) if each.casefold() != asked][:MOST]


def led_on(said: str, tongue: str, known: Mapping[str, Entity], relations: Sequence[Relation]) -> Iterator[str]:
    """Ask for the ends of relations that were not spoken of, one question for each end that was."""
    begun: set[str] = set()
    for each in relations:
        source, target = known.get(each.source), known.get(each.target)
        wording = TEMPLATES[tongue].get(each.type)
        if each.confidence < LEAST_CONFIDENCE or source is None or target is None or wording is None:
            continue
        heard = [end.name.casefold() in said for end in (source, target)]
        start = source if heard[0] else target
        if sum(heard) == 1 and start.type not in NOT_ASKED_ABOUT and start.id not in begun:
            begun.add(start.id)
            yield wording[0 if heard[0] else 1].format(start.name)


def told_of(said: str, tongue: str, known: Mapping[str, Entity]) -> Iterator[str]:
    """Ask about what the passages name and the answer does not: names in the same tongue first, then the frequent."""
    others = [each for each in known.values() if each.type not in NOT_TOLD_OF and each.name.casefold() not in said]
    for each in sorted(others, key=lambda entity: (language(entity.name) != tongue, -entity.mention_count)):
        yield ABOUT[tongue].format(each.name)
