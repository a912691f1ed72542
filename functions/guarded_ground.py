"""Puts a circuit before each model that a question waits for, and says which models there are to choose from."""

from collections.abc import Mapping
from dataclasses import replace

from functions.ground import Ground
from shared.ports.models import ChatModel, TaskModel
from shared.services.circuit import Circuit
from shared.services.guarded_models import GuardedChatModel, GuardedTaskModel
from shared.services.model_choice import ModelChoice
from shared.services.switched_model import SwitchedChatModel, SwitchedTaskModel
from shared.settings import Settings

CHAT, TASKS, EMBEDDING, RERANK = "chat", "tasks", "embedding", "rerank"
"""What a model is there for: to answer, to read and reword, to embed, to rerank."""

SMALL = "small"
"""The work of the cheaper of two chat models."""


def roles(ground: Ground) -> dict[str, tuple[str, ...]]:
    """Return what each model of the ground is there for, by its name."""
    found: dict[str, tuple[str, ...]] = {ground.chat_model.name: (CHAT,)}
    if ground.small_model:
        found[ground.small_model.name] = (CHAT,)
    for each in ground.further_models:
        found.setdefault(each.name, (CHAT,))
    if ground.task_model:
        found[ground.task_model.name] = (*found.get(ground.task_model.name, ()), TASKS)
    if ground.embedder.dimensions:
        found[ground.embedder.name] = (EMBEDDING,)
    return {**found, ground.reranker.name: (*found.get(ground.reranker.name, ()), RERANK)}


def circuits(ground: Ground) -> dict[str, Circuit]:
    """Return a circuit for each name of a model that answers or does tasks."""
    models = (ground.chat_model, ground.small_model, *ground.further_models, ground.task_model)
    return {each.name: Circuit() for each in models if each}


def guarded(ground: Ground, before: Mapping[str, Circuit]) -> Ground:
    """Return the ground with its models behind circuits.

    Work that nobody waits for takes the ground as it is: its steps have patience of their own, and a call that is
    refused at once would use that up.
    """
    chat, small, tasks = ground.chat_model, ground.small_model, ground.task_model
    return replace(
        ground,
        chat_model=GuardedChatModel(chat, before[chat.name]),
        small_model=GuardedChatModel(small, before[small.name]) if small else None,
        further_models=tuple(GuardedChatModel(each, before[each.name]) for each in ground.further_models),
        task_model=GuardedTaskModel(tasks, before[tasks.name]) if tasks else None,
        further_task_models=tuple(GuardedTaskModel(each, before[each.name]) for each in ground.further_task_models),
    )


def model_choice(settings: Settings, ground: Ground) -> ModelChoice:
    """Return which of the models does which work: any that answers may, and be the small one, and do the tasks."""
    answering, doing = chat_models(ground), task_models(ground)
    models = {CHAT: tuple(answering)}
    if ground.small_model:
        models[SMALL] = tuple(dict.fromkeys([ground.small_model.name, *answering]))
    if doing:
        models[TASKS] = tuple(doing)
    return ModelChoice(ground.files, settings.home_tenant, models)


def chat_models(ground: Ground) -> dict[str, ChatModel]:
    """Return the models that answer by their names, that of the settings first."""
    models = (ground.chat_model, ground.small_model, *ground.further_models)
    return {each.name: each for each in models if each}


def task_models(ground: Ground) -> dict[str, TaskModel]:
    """Return the models that do tasks by their names, that of the settings first."""
    return {each.name: each for each in (ground.task_model, *ground.further_task_models) if each}


def switchable(ground: Ground, choice: ModelChoice) -> Ground:
    """Return the ground with models that stand for those that are chosen.

    What reads documents and judges names takes the ground as it is: what it wrote is kept under its name, and another
    one would write all of it anew.
    """
    models = chat_models(ground)
    return replace(
        ground,
        chat_model=SwitchedChatModel(CHAT, models, choice),
        small_model=SwitchedChatModel(SMALL, models, choice) if ground.small_model else None,
        task_model=SwitchedTaskModel(TASKS, task_models(ground), choice) if ground.task_model else None,
    )
