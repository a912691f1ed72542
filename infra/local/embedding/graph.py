"""Writes the network of all-MiniLM-L6-v2 as an ONNX graph, straight from its weights.

The network is BERT (Devlin et al., 2018) with 6 layers of 384 and 12 heads, mean pooling over the tokens, and unit
length at the end, as the model's own configuration says.
"""

import json
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from onnx import ModelProto, NodeProto, TensorProto, checker, helper, numpy_helper

if TYPE_CHECKING:
    from numpy.typing import NDArray

LAYERS, HEADS, WIDTH = 6, 12, 384
OPSET = 17
IR_VERSION = 9
OPERATORS = [helper.make_opsetid("", OPSET), helper.make_opsetid("com.microsoft", 1)]
NORM_EPSILON = 1e-12
RUNTIME = "com.microsoft"
"""The domain of ONNX Runtime's own operators, which do in one pass over memory what takes a dozen standard ones."""


def build_graph(tensors: Path) -> ModelProto:
    """Return a model from `input_ids` and `attention_mask`, both int64 (texts, tokens), to float32 (texts, 384)."""
    network = _Network(_read_tensors(tensors))
    network.pool(network.encode(network.embed_tokens()))
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["texts", "tokens"])
        for name in ("input_ids", "attention_mask")
    ]
    output = helper.make_tensor_value_info("embeddings", TensorProto.FLOAT, ["texts", WIDTH])
    graph = helper.make_graph(network.nodes, "minilm", inputs, [output], [*network.constants.values()])
    model = helper.make_model(graph, opset_imports=OPERATORS, ir_version=IR_VERSION)
    checker.check_model(model)
    return model


def _read_tensors(file: Path) -> "dict[str, NDArray[np.float32]]":
    """Read the float tensors of a safetensors file: eight bytes of length, a JSON header, then the numbers."""
    content = file.read_bytes()
    (length,) = struct.unpack_from("<Q", content)
    header = json.loads(content[8 : 8 + length])
    body = memoryview(content)[8 + length :]
    return {
        name: np.frombuffer(body[slice(*entry["data_offsets"])], np.float32).reshape(entry["shape"])
        for name, entry in header.items()
        if entry.get("dtype") == "F32"
    }


class _Network:
    """The nodes and constants written so far; every method adds some and returns the name of its result."""

    def __init__(self, weights: "Mapping[str, NDArray[np.float32]]") -> None:
        self.nodes: list[NodeProto] = []
        self.constants: dict[str, TensorProto] = {}
        self._weights = weights

    def embed_tokens(self) -> str:
        words = self._node("Gather", self._weight("embeddings.word_embeddings.weight"), "input_ids")
        length = self._node("Shape", "input_ids", start=1, end=2)
        positions = self._weight("embeddings.position_embeddings.weight")
        places = self._node("Slice", positions, self._integers("zero", 0), length, self._integers("zero", 0))
        kind = self._constant("kind", self._weights["embeddings.token_type_embeddings.weight"][0])
        return self._norm(self._add(self._add(words, places), kind), "embeddings.LayerNorm")

    def encode(self, states: str) -> str:
        mask = self._node("Cast", "attention_mask", to=TensorProto.INT32)
        for layer in range(LAYERS):
            states = self._layer(states, f"encoder.layer.{layer}.", mask)
        return states

    def pool(self, states: str) -> None:
        mask = self._node("Cast", "attention_mask", to=TensorProto.FLOAT)
        columns = self._node("Unsqueeze", mask, self._integers("last", 2))
        tokens = self._integers("tokens", 1)
        total = self._node("ReduceSum", self._node("Mul", states, columns), tokens, keepdims=0)
        mean = self._node("Div", total, self._node("ReduceSum", mask, tokens, keepdims=1))
        self.nodes.append(helper.make_node("LpNormalization", [mean], ["embeddings"], axis=1, p=2))

    def _layer(self, states: str, name: str, mask: str) -> str:
        attended = self._linear(
            self._attention(states, f"{name}attention.self.", mask), f"{name}attention.output.dense"
        )
        states = self._norm(self._add(states, attended), f"{name}attention.output.LayerNorm")
        widened = self._node("MatMul", states, self._matrix(f"{name}intermediate.dense"))
        inner = self._node("BiasGelu", widened, self._weight(f"{name}intermediate.dense.bias"), domain=RUNTIME)
        return self._norm(self._add(states, self._linear(inner, f"{name}output.dense")), f"{name}output.LayerNorm")

    def _attention(self, states: str, name: str, mask: str) -> str:
        """Project to queries, keys and values at once, and let the runtime do the rest in one pass."""
        parts = [name + part for part in ("query", "key", "value")]
        matrix = np.hstack([self._weights[f"{part}.weight"].T for part in parts])
        bias = np.hstack([self._weights[f"{part}.bias"] for part in parts])
        inputs = (states, self._constant(f"{name}matrix", matrix), self._constant(f"{name}bias", bias), mask)
        return self._node("Attention", *inputs, domain=RUNTIME, num_heads=HEADS)

    def _linear(self, states: str, name: str) -> str:
        return self._add(self._node("MatMul", states, self._matrix(name)), self._weight(f"{name}.bias"))

    def _matrix(self, name: str) -> str:
        return self._constant(f"{name}.matrix", self._weights[f"{name}.weight"].T)

    def _norm(self, states: str, name: str) -> str:
        scale, shift = self._weight(f"{name}.weight"), self._weight(f"{name}.bias")
        return self._node("LayerNormalization", states, scale, shift, axis=-1, epsilon=NORM_EPSILON)

    def _add(self, left: str, right: str) -> str:
        return self._node("Add", left, right)

    def _weight(self, name: str) -> str:
        return self._constant(name, self._weights[name])

    def _integers(self, name: str, *values: int) -> str:
        return self._constant(name, np.array(values, np.int64))

    def _constant(self, name: str, value: "NDArray[Any]") -> str:
        if name not in self.constants:
            self.constants[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def _node(self, operation: str, *inputs: str, **attributes: Any) -> str:
        output = f"{operation} {len(self.nodes)}"
        self.nodes.append(helper.make_node(operation, inputs, [output], name=output, **attributes))
        return output
