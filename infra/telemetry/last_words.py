"""Tell what is left to tell at the end of a process, within a bound."""

import atexit
from collections.abc import Callable, Sequence
from threading import Event, Thread
from time import monotonic


class LastWords:
    """Ends exporters side by side, which one after the other would wait for a silent server many times over.

    The threads wait from the beginning, since none can be started when the interpreter ends.
    """

    def __init__(self, ends: Sequence[Callable[[], object]], seconds: float) -> None:
        """Call every one of `ends` at the end of the process, and wait `seconds` for all of them together."""
        self._told, self._seconds = Event(), seconds
        self._threads = [Thread(target=self._wait, args=(end,), name="last-words", daemon=True) for end in ends]
        for thread in self._threads:
            thread.start()
        atexit.register(self.say)

    def say(self) -> None:
        """End the exporters; what has not ended in time is left to itself."""
        atexit.unregister(self.say)
        self._told.set()
        deadline = monotonic() + self._seconds
        for thread in self._threads:
            thread.join(max(0.0, deadline - monotonic()))

    def _wait(self, end: Callable[[], object]) -> None:
        self._told.wait()
        end()
