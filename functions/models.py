"""Functions about the models that are set up."""

import azure.durable_functions as df

from functions.bootstrap import services
from functions.contracts.models import ModelAnswer, ModelList, ModelStats, ModelStatsList, ModelSwitch, ModelSwitched
from functions.errors import OPENAI
from functions.operation import operation
from functions.request import Call
from shared.domain.audit import Deed
from shared.domain.errors import NoSuchModel
from shared.domain.roles import Feature

blueprint = df.Blueprint()


@operation(blueprint, "GET", "models", errors=OPENAI)
async def list_models(call: Call) -> ModelList:
    """List the models that are set up, with their roles and prices, and the knowledge bases as kb:NAME."""
    return ModelList(data=await listed(call))


@operation(blueprint, "GET", "models/{id}", errors=OPENAI)
async def get_model(call: Call) -> ModelAnswer:
    """Return one of the models that are listed."""
    name = call.path["id"]
    found = next((each for each in await listed(call) if each.id == name), None)
    if found is None:
        raise NoSuchModel(f"there is no model {name!r}", model=name)
    return found


async def listed(call: Call) -> list[ModelAnswer]:
    """Return the models that the caller may ask."""
    models = services().models
    created = int(models.since.timestamp())
    bases = await services().knowledge_models.listed(call.principal)
    return [*(ModelAnswer.of(each, created) for each in await models.listed()), *map(ModelAnswer.of_base, bases)]


@operation(blueprint, "PUT", "models/switch", needs=Feature.OPERATIONS)
async def switch_model(call: Call, body: ModelSwitch) -> ModelSwitched:
    """Let a model that is set up do the work of the chat model, of the small one, or the tasks, from now on."""
    choice = services().models.choice
    choice.check(call.principal, body.role, body.model)
    # Without sign-in there is nobody to name, and no audit trail.
    if identity := services().identity:
        about = f"model/{body.role}/{body.model}"
        await identity.people.trail.note(call.principal, Deed.CHANGED, about, call.request_id)
    await choice.switch(call.principal, body.role, body.model)
    return ModelSwitched(chosen=await choice.choices())


@operation(blueprint, "GET", "models/stats", needs=Feature.OPERATIONS)
async def model_stats(call: Call) -> ModelStatsList:
    """Say how each model did in this process: calls, errors, latency, tokens, cost and its circuit."""
    models = services().models
    return ModelStatsList(since=models.since.isoformat(), items=[ModelStats.of(each) for each in models.reports()])
