"""A strict stand-in for the REST API of Azure Cosmos DB for NoSQL, on the loopback."""
