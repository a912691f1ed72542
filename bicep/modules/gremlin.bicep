// The knowledge graph's system of record.

param name string
param location string
param tags object
param database string
param graph string

@description('Most request units a second that the graph scales to.')
param maximumThroughput int

@description('The vault that takes the key in.')
param vaultName string

@description('Name of the secret that holds the key.')
param secretName string

@allowed([
  'Enabled'
  'Disabled'
])
param publicNetworkAccess string

resource account 'Microsoft.DocumentDB/databaseAccounts@2024-11-15' = {
  name: name
  location: location
  tags: tags
  kind: 'GlobalDocumentDB'
  properties: {
    databaseAccountOfferType: 'Standard'
    capabilities: [
      {
        name: 'EnableGremlin'
      }
    ]
    consistencyPolicy: {
      defaultConsistencyLevel: 'Session'
    }
    locations: [
      {
        locationName: location
        failoverPriority: 0
      }
    ]
    minimalTlsVersion: 'Tls12'
    // The Gremlin client signs in with a key; the key goes into the vault and nowhere else.
    disableLocalAuth: false
    disableKeyBasedMetadataWriteAccess: true
    publicNetworkAccess: publicNetworkAccess
  }
}

resource knowledge 'Microsoft.DocumentDB/databaseAccounts/gremlinDatabases@2024-11-15' = {
  parent: account
  name: database
  properties: {
    resource: {
      id: database
    }
  }
}

resource vertices 'Microsoft.DocumentDB/databaseAccounts/gremlinDatabases/graphs@2024-11-15' = {
  parent: knowledge
  name: graph
  properties: {
    resource: {
      id: graph
      partitionKey: {
        kind: 'Hash'
        version: 2
        paths: [
          '/tenant'
        ]
      }
    }
    options: {
      autoscaleSettings: {
        maxThroughput: maximumThroughput
      }
    }
  }
}

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' existing = {
  name: vaultName
}

resource secret 'Microsoft.KeyVault/vaults/secrets@2024-11-01' = {
  parent: vault
  name: secretName
  properties: {
    contentType: 'key of ${account.name}'
    value: account.listKeys().primaryMasterKey
  }
}

output id string = account.id
output name string = account.name
output endpoint string = 'wss://${account.name}.gremlin.cosmos.azure.com:443/'
