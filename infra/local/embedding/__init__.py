"""Embeds texts on this machine: MiniLM in int8 on ONNX Runtime, without torch."""
