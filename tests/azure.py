"""The least that the Azure profile needs to be told, and what it may be told besides."""

AZURE_ENVIRONMENT = {
    "PROFILE": "azure",
    "AZURE_OPENAI_ENDPOINT": "https://openai.example",
    "AZURE_OPENAI_CHAT_DEPLOYMENT": "chat",
    "AZURE_OPENAI_EMBEDDING_DEPLOYMENT": "embedding",
    "AZURE_SEARCH_ENDPOINT": "https://search.example",
    "AZURE_COSMOS_ENDPOINT": "https://cosmos.example:443/",
    "AZURE_GREMLIN_ENDPOINT": "wss://gremlin.example:443/",
    "AZURE_STORAGE_BLOB_ENDPOINT": "https://blob.example",
    "SIGN_IN": "on",
    "SIGNING_KEYS": "only:of-tests-and-of-nothing-else-at-all",
    "CHAT_INPUT_PRICE": "0.25",
    "CHAT_OUTPUT_PRICE": "2",
    "EMBEDDING_PRICE": "0.02",
}

LEFT_OUT_AT_WILL = {
    "AZURE_DOCUMENT_INTELLIGENCE_ENDPOINT": "https://reader.example",
    "AZURE_DOCUMENT_INTELLIGENCE_PRICE": "10",
    "AZURE_CONTENT_SAFETY_ENDPOINT": "https://shield.example",
    "AZURE_CONTENT_SAFETY_PRICE": "0.38",
}
"""Services that embedded parts stand in for where they are not named."""
