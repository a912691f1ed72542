"""Runs one step of a durable run: patient with what passes, final with what does not."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from functions.bootstrap import services
from shared.domain.errors import KnowledgeError
from shared.domain.jobs import IngestionJob

Result = TypeVar("Result")

ATTEMPTS = 4
"""Tries of a step whose error may pass; with waits of 0.5, 1 and 2 seconds a short fault goes unnoticed."""

DEFECT = "the service has a defect that this document brings to light; its log says more"
"""The reason of a failure that nobody foresaw; what it was is for operators alone."""


async def patiently(job: Mapping[str, Any], work: Callable[[], Awaitable[Result]]) -> Result:
    """Do the step; an error that repeats would not mend is written down as the reason why the document failed."""
    from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt, wait_exponential

    retrying = AsyncRetrying(
        retry=retry_if_exception(may_pass),
        stop=stop_after_attempt(ATTEMPTS),
        wait=wait_exponential(multiplier=0.5, max=10),
        reraise=True,
    )

    async def once() -> Result:
        return await work()

    try:
        return await retrying(once)
    except KnowledgeError as error:
        await services().ingestion.fail(IngestionJob.from_json(job), error.message, error.code)
        raise
    except Exception:
        await services().ingestion.fail(IngestionJob.from_json(job), DEFECT, KnowledgeError.code)
        raise


def may_pass(error: BaseException) -> bool:
    """Say whether the same step may succeed later."""
    return isinstance(error, KnowledgeError) and error.retryable
