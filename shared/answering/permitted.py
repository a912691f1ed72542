"""Ask no more than the asker's role may have."""

from dataclasses import replace

from shared.answering.model_plan import SMALL_ALONE
from shared.domain.answers import Question
from shared.domain.roles import Feature, ModelClass


def permitted(question: Question, has_small_model: bool) -> Question:
    """Return the question without what the asker's role may not use: graph, embedder, the larger of two models.

    What is taken away here is part of the question, so that no kept answer is given to whom it was not written for.
    """
    if not question.principal.may(Feature.GRAPHRAG):
        question = replace(question, use_graph=False, use_community_reports=False)
    if not question.principal.may_ask(ModelClass.EMBEDDING):
        question = replace(question, use_meaning=False)
    if has_small_model and not question.principal.may_ask(ModelClass.LARGE_CHAT):
        question = replace(question, priority=SMALL_ALONE)
    return question
