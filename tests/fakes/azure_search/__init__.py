"""A strict stand-in for Azure AI Search on the loopback: it refuses whatever the service refuses."""

from tests.fakes.azure_search.server import API_VERSION, KEY, SearchServer

__all__ = ["API_VERSION", "KEY", "SearchServer"]
