"""State in Azure Cosmos DB for NoSQL: the register, the ledger, the stores of paid work and the answer cache."""
