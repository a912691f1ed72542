"""Chat model and embedder on any server that speaks the OpenAI API, Azure OpenAI's v1 endpoint included."""
