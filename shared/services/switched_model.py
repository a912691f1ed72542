"""Models that stand for those that are chosen."""

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass

from shared.domain.answers import ModelEvent, ModelTask, Prompt
from shared.ports.models import ChatModel, TaskModel
from shared.services.model_choice import ModelChoice


@dataclass(frozen=True)
class SwitchedChatModel:
    """Port ChatModel of a role of work; who pays for a call asks `chosen` first, so that price and call are of one."""

    role: str
    models: Mapping[str, ChatModel]
    choice: ModelChoice

    @property
    def name(self) -> str:
        """The name of the model of the settings."""
        return self.choice.models[self.role][0]

    async def chosen(self) -> ChatModel:
        """Return the model that does the work now."""
        return self.models[await self.choice.current(self.role)]

    async def ping(self) -> None:
        """Ask the model that does the work now."""
        await (await self.chosen()).ping()

    async def stream(self, prompt: Prompt) -> AsyncGenerator[ModelEvent, None]:
        """Write piece by piece; see the port."""
        async for event in (await self.chosen()).stream(prompt):
            yield event


@dataclass(frozen=True)
class SwitchedTaskModel:
    """Port TaskModel of a role of work; who pays for a call asks `chosen` first, as above."""

    role: str
    models: Mapping[str, TaskModel]
    choice: ModelChoice

    @property
    def name(self) -> str:
        """The name of the model of the settings."""
        return self.choice.models[self.role][0]

    async def chosen(self) -> TaskModel:
        """Return the model that does the work now."""
        return self.models[await self.choice.current(self.role)]

    async def perform(self, task: ModelTask) -> AsyncGenerator[ModelEvent, None]:
        """Write piece by piece; see the port."""
        async for event in (await self.chosen()).perform(task):
            yield event


async def chosen(model: ChatModel) -> ChatModel:
    """Return the model that does the work of another one now."""
    return await model.chosen() if isinstance(model, SwitchedChatModel) else model


async def chosen_for_tasks(model: TaskModel) -> TaskModel:
    """Return the model that does the tasks of another one now."""
    return await model.chosen() if isinstance(model, SwitchedTaskModel) else model
