"""Say whether a question is one that anybody may have asked."""

from shared.domain.access import EVERYONE
from shared.domain.answers import Question
from shared.domain.roles import Role

LONGEST = 300
"""Characters of a question that is looked at; a longer one is a text, and two texts are rarely the same."""

COUNTED = frozenset({Role.ADMIN, Role.USER})
"""Whose questions count: nothing that a guest says is kept, and work in the background asks nothing of its own."""


def is_shared_by_all(question: Question) -> bool:
    """Say whether a question stands for itself, and is asked of what everybody may read who may read the base.

    `question` has the scope that is narrowed to the labels of the base. One in a conversation, with a filter or with a
    style of its own is its asker's, and so is one of somebody who sees more.
    """
    stands_alone = not (question.history or question.filters or question.style) and len(question.text) <= LONGEST
    sees_what_all_see = question.scope.labels == frozenset({EVERYONE})
    return stands_alone and sees_what_all_see and question.use_cache and question.principal.role in COUNTED
