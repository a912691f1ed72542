"""Functions that run by the clock; schedules are NCRONTAB in UTC, seconds first."""

import logging

import azure.durable_functions as df
import azure.functions as func

from functions import measurements
from functions.bootstrap import services
from functions.runs import is_reindexing, start_ingestion

blueprint = df.Blueprint()
logger = logging.getLogger(__name__)


@blueprint.timer_trigger(arg_name="timer", schedule="0 */5 * * * *")
async def sweep_reservations(timer: func.TimerRequest) -> None:
    """Settle reservations whose call never came back, and measure how far the budgets are used."""
    swept = await services().money_watch.sweep()
    measurements.budgets_read(await services().money_watch.budgets())
    if swept:
        logger.warning("%d reservations expired and were settled whole", swept)


@blueprint.timer_trigger(arg_name="timer", schedule="0 0 * * * *")
async def check_budgets(timer: func.TimerRequest) -> None:
    """Warn of budgets that are half, nearly or wholly spent, in the log and at the webhook."""
    for warning in await services().money_watch.check():
        logger.warning("%s", warning)


@blueprint.timer_trigger(arg_name="timer", schedule="0 30 0 * * *")
async def write_cost_reports(timer: func.TimerRequest) -> None:
    """Write the cost reports up to yesterday; by half past midnight every call of yesterday is settled or swept."""
    await services().cost_reports.write_all()


@blueprint.timer_trigger(arg_name="timer", schedule="0 30 3 * * *")
@blueprint.durable_client_input(client_name="client")
async def reconcile_index(timer: func.TimerRequest, client: str) -> None:
    """Mend what a crash may have left between files, register, index and graph."""
    for job in await services().reconciliation.run():
        # What a reindexing is reading has a run already, under another name.
        if not await is_reindexing(client, job.base):
            await start_ingestion(client, job)


@blueprint.timer_trigger(arg_name="timer", schedule="0 */10 * * * *")
async def precompute_popular_questions(timer: func.TimerRequest) -> None:
    """Answer what is popular in bases that changed, so that whoever asks it next is answered from the cache."""
    if precomputing := services().precomputing:
        logger.info("%d popular questions were answered ahead", await precomputing.run())


@blueprint.timer_trigger(arg_name="timer", schedule="0 15 3 * * *")
async def sweep_conversations(timer: func.TimerRequest) -> None:
    """Remove what was kept of conversations for as long as it may be; Cosmos DB does so by itself."""
    swept = [await each.sweep() for each in services().personal.expiring]
    logger.info("%d things of conversations were over their time", sum(swept))
