"""The worker's messages as plain classes: the library takes its message types as an argument and only asks for
attributes, `WhichOneof`, `HasField` and `CopyFrom`."""

from types import SimpleNamespace
from typing import Any, ClassVar


class Message:
    """A message with keyword fields that remembers which of them were set, in order."""

    defaults: ClassVar[dict[str, Any]] = {}

    def __init__(self, **fields: Any) -> None:
        object.__setattr__(self, "present", [])
        for name, default in self.defaults.items():
            object.__setattr__(self, name, default() if callable(default) else default)
        for name, value in fields.items():
            setattr(self, name, value)

    def __setattr__(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)
        if name not in self.present:
            self.present.append(name)

    def WhichOneof(self, group: str) -> str | None:  # noqa: N802 - the name is protobuf's
        if group == "rpc_data":
            return "data"
        return self.present[0] if self.present else None

    def HasField(self, name: str) -> bool:  # noqa: N802 - the name is protobuf's
        return name in self.present

    def CopyFrom(self, other: "Message") -> None:  # noqa: N802 - the name is protobuf's
        for name in other.present:
            setattr(self, name, getattr(other, name))


def message(name: str, **defaults: Any) -> type[Message]:
    """Make a message type."""
    return type(name, (Message,), {"defaults": defaults})


TypedData = message("TypedData")
RpcHttp = message(
    "RpcHttp",
    method="",
    url="",
    headers=dict,
    params=dict,
    query=dict,
    nullable_headers=dict,
    nullable_params=dict,
    nullable_query=dict,
    cookies=list,
    body=TypedData,
    rawBody=TypedData,
    identities=list,
    status_code="",
    enable_content_negotiation=False,
)
StatusResult = message("StatusResult", status=None, result="", exception=None, logs=list)
StatusResult.Success, StatusResult.Failure, StatusResult.Cancelled = 1, 0, 2  # type: ignore[attr-defined]
BindingInfo = message("BindingInfo", type="", data_type=0, direction=0, properties=dict)
for place, kind in enumerate(("undefined", "string", "binary", "stream")):
    setattr(BindingInfo, kind, place)
for place, direction in enumerate(("in", "out", "inout")):
    setattr(BindingInfo, direction, place)
ParameterBinding = message("ParameterBinding")
TraceContext = message("TraceContext", trace_parent="", trace_state="", attributes=dict)
RetryContext = message("RetryContext", retry_count=0, max_retry_count=0, exception=None)

PLAIN = (
    "RpcException",
    "WorkerMetadata",
    "WorkerInitResponse",
    "FunctionMetadataResponse",
    "RpcFunctionMetadata",
    "FunctionLoadResponse",
    "InvocationResponse",
    "RpcRetryOptions",
    "RpcHttpCookie",
    "RpcSharedMemory",
    "FunctionEnvironmentReloadResponse",
    "NullableString",
    "NullableBool",
    "NullableDouble",
    "NullableTimestamp",
    "RpcDataType",
    "RpcLog",
    "CollectionString",
    "CollectionBytes",
    "CollectionDouble",
    "CollectionSInt64",
    "ModelBindingData",
)

PROTOS = SimpleNamespace(
    TypedData=TypedData,
    RpcHttp=RpcHttp,
    StatusResult=StatusResult,
    BindingInfo=BindingInfo,
    ParameterBinding=ParameterBinding,
    **{name: message(name) for name in PLAIN},
)
