"""Which model does which work: kept among the files, heard of within seconds, and never a model that is not set up."""

from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from infra.local.files import FolderFiles
from shared.domain.access import Principal
from shared.domain.answers import ModelEvent, ModelTask, Prompt, TextDelta
from shared.domain.errors import AccessDenied, BadRequest, NotFound, StoreUnavailable
from shared.ports.files import StoredFile
from shared.services.model_choice import SECONDS_BELIEVED, ModelChoice, path
from shared.services.switched_model import SwitchedChatModel, SwitchedTaskModel, chosen, chosen_for_tasks
from tests.fakes.chat_models import ScriptedModel
from tests.fakes.virtual_clock import VirtualClock

ADMIN = Principal("home", "root")
MODELS = {"chat": ("large", "small", "further"), "small": ("small", "large", "further")}


@pytest.fixture
def files(tmp_path: Path) -> Iterator[FolderFiles]:
    with closing(FolderFiles(tmp_path)) as opened:
        yield opened


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def choice(files: FolderFiles, clock: VirtualClock) -> ModelChoice:
    return ModelChoice(files, "home", MODELS, clock)


async def test_unless_somebody_chose_the_settings_hold(choice: ModelChoice) -> None:
    assert await choice.choices() == {"chat": "large", "small": "small"}


async def test_a_choice_holds_at_once_here_and_within_seconds_elsewhere(
    choice: ModelChoice, files: FolderFiles, clock: VirtualClock
) -> None:
    elsewhere = ModelChoice(files, "home", MODELS, clock)
    assert await elsewhere.current("chat") == "large"
    await choice.switch(ADMIN, "chat", "further")
    assert await choice.current("chat") == "further"
    await clock.advance(SECONDS_BELIEVED - 0.1)
    assert await elsewhere.current("chat") == "large"
    await clock.advance(0.1)
    assert await elsewhere.current("chat") == "further"
    assert await elsewhere.current("small") == "small"


async def test_a_model_that_is_set_up_no_more_gives_way_to_the_settings(
    choice: ModelChoice, files: FolderFiles, clock: VirtualClock
) -> None:
    await choice.switch(ADMIN, "chat", "further")
    fewer = ModelChoice(files, "home", {"chat": ("large", "small")}, clock)
    assert await fewer.current("chat") == "large"


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b'{"model": 3}', b"\xff", b'{"model": "' + b"x" * 9999 + b'"}'])
async def test_a_file_that_names_no_model_chooses_none(choice: ModelChoice, files: FolderFiles, content: bytes) -> None:
    async def whole() -> AsyncIterator[bytes]:
        yield content

    await files.write(path("chat"), whole())
    assert await choice.current("chat") == "large"


@pytest.mark.parametrize(
    ("who", "role", "model", "error"),
    [
        (Principal("other", "root"), "chat", "small", AccessDenied),
        (ADMIN, "tasks", "small", NotFound),
        (ADMIN, "../chat", "small", NotFound),
        (ADMIN, "chat", "unknown", BadRequest),
    ],
)
async def test_nobody_chooses_for_others_or_what_is_not_there(
    choice: ModelChoice, who: Principal, role: str, model: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        await choice.switch(who, role, model)
    assert await choice.choices() == {"chat": "large", "small": "small"}


class Away(FolderFiles):
    """Files that cannot be read."""

    async def read(self, path: str) -> StoredFile:
        raise StoreUnavailable("away")


async def test_where_the_store_is_away_what_was_known_last_holds(tmp_path: Path, clock: VirtualClock) -> None:
    with closing(Away(tmp_path)) as files:
        choice = ModelChoice(files, "home", MODELS, clock)
        assert await choice.current("chat") == "large"
        await choice.switch(ADMIN, "chat", "small")
        await clock.advance(SECONDS_BELIEVED)
        assert await choice.current("chat") == "small"


async def test_a_model_stands_for_the_one_that_is_chosen(choice: ModelChoice) -> None:
    models = {name: ScriptedModel([TextDelta(name)], [TextDelta(name)]) for name in MODELS["chat"]}
    switched = SwitchedChatModel("chat", models, choice)
    assert (switched.name, await chosen(switched)) == ("large", models["large"])
    await choice.switch(ADMIN, "chat", "small")
    assert await chosen(switched) is models["small"]
    assert await chosen(models["further"]) is models["further"]
    assert [event async for event in switched.stream(Prompt("?", ()))] == [TextDelta("small")]
    await switched.ping()


class Reader(ScriptedModel):
    """Does tasks as it answers."""

    async def perform(self, task: ModelTask) -> AsyncGenerator[ModelEvent, None]:
        """Play the next script."""
        async for event in self.stream(Prompt(task.material, ())):
            yield event


async def test_a_model_that_does_tasks_stands_for_the_one_that_is_chosen(tmp_path: Path, clock: VirtualClock) -> None:
    models = {name: Reader([TextDelta(name)], [TextDelta(name)]) for name in ("reader", "large")}
    with closing(FolderFiles(tmp_path)) as files:
        choice = ModelChoice(files, "home", {"tasks": tuple(models)}, clock)
        switched = SwitchedTaskModel("tasks", models, choice)
        assert (switched.name, await chosen_for_tasks(switched)) == ("reader", models["reader"])
        await choice.switch(ADMIN, "tasks", "large")
        assert await chosen_for_tasks(switched) is models["large"]
        assert await chosen_for_tasks(models["reader"]) is models["reader"]
        assert [event async for event in switched.perform(ModelTask("rules", "?", 9))] == [TextDelta("large")]
