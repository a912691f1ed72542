"""The end of exporters, within a bound."""

import subprocess
import sys
from threading import Event

from infra.telemetry.last_words import LastWords

PROCESS = """
from threading import Event
from infra.telemetry.last_words import LastWords
LastWords([lambda: print("told", flush=True), Event().wait, lambda: 1 / 0], 0.5)
print("asked", flush=True)
"""


def test_everything_is_ended_side_by_side() -> None:
    first, second = Event(), Event()

    def end_first() -> None:
        assert second.wait(30)
        first.set()

    LastWords([end_first, second.set], 60).say()
    assert first.is_set()


def test_what_does_not_end_is_left_to_itself() -> None:
    never, told = Event(), Event()
    LastWords([never.wait, told.set], 0.2).say()
    assert told.is_set()
    never.set()


def test_nothing_is_said_before_the_end() -> None:
    told = Event()
    words = LastWords([told.set], 60)
    assert not told.wait(0.05)
    words.say()
    assert told.is_set()


def test_a_process_says_its_last_words_and_ends_beside_one_that_hangs() -> None:
    done = subprocess.run([sys.executable, "-c", PROCESS], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split() == ["asked", "told"]
