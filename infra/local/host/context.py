"""The context of one invocation, for functions that ask for it."""

import threading
import uuid
from typing import Any

import azure.functions as func


class InvocationContext(func.Context):
    """Knows the function and an id of its own; there is no trace and no retry around a local invocation."""

    thread_local_storage: Any = threading.local

    def __init__(self, function_name: str) -> None:
        self._function_name = function_name
        self._invocation_id = str(uuid.uuid4())

    @property
    def invocation_id(self) -> str:
        """The id of this invocation."""
        return self._invocation_id

    @property
    def function_name(self) -> str:
        """The name under which the function is registered."""
        return self._function_name

    @property
    def function_directory(self) -> str:
        """Empty: the functions of an app share its folder."""
        return ""

    @property
    def trace_context(self) -> Any:
        """None: the host passes no trace on."""
        return None

    @property
    def retry_context(self) -> Any:
        """None: retries are the business of the triggers."""
        return None
