"""Functions that run by the clock; schedules are NCRONTAB in UTC, seconds first."""

import logging

import azure.durable_functions as df
import azure.functions as func

from functions.bootstrap import services
from functions.runs import start_ingestion

blueprint = df.Blueprint()
logger = logging.getLogger(__name__)


@blueprint.timer_trigger(arg_name="timer", schedule="0 */5 * * * *")
async def sweep_reservations(timer: func.TimerRequest) -> None:
    """Settle reservations whose call never came back."""
    swept = await services().money_watch.sweep()
    if swept:
        logger.warning("%d reservations expired and were settled whole", swept)


@blueprint.timer_trigger(arg_name="timer", schedule="0 0 * * * *")
async def check_budgets(timer: func.TimerRequest) -> None:
    """Warn of budgets that are nearly or wholly spent."""
    for warning in await services().money_watch.warnings():
        logger.warning("%s", warning)


@blueprint.timer_trigger(arg_name="timer", schedule="0 30 3 * * *")
@blueprint.durable_client_input(client_name="client")
async def reconcile_index(timer: func.TimerRequest, client: str) -> None:
    """Mend what a crash may have left between files, register, index and graph."""
    for job in await services().reconciliation.run():
        await start_ingestion(client, job)
