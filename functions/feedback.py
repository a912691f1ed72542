"""Functions that take what people say of answers."""

import azure.durable_functions as df

from functions.bootstrap import services
from functions.contracts.feedback import FeedbackAnswer, FeedbackCountAnswer, FeedbackCounts, FeedbackRequest
from functions.operation import operation
from functions.request import Call
from shared.domain.roles import Feature

blueprint = df.Blueprint()


@operation(blueprint, "POST", "feedback", status=201, needs=Feature.CHAT)
async def give_feedback(call: Call, body: FeedbackRequest) -> FeedbackAnswer:
    """Rate an answer, with a comment or a better answer."""
    given = await services().personal.feedback.give(
        call.principal,
        body.place,
        body.rating,
        body.comment,
        body.corrected_answer,
    )
    return FeedbackAnswer.of(given)


@operation(blueprint, "GET", "feedback/counts", needs=Feature.OPERATIONS)
async def count_feedback(call: Call) -> FeedbackCounts:
    """Count the feedback by knowledge base."""
    found = await services().personal.feedback.counts(call.principal)
    return FeedbackCounts(items=[FeedbackCountAnswer.of(each) for each in found])
