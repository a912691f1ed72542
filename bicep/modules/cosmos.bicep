// Documents, ledger, caches and what a model was paid for.

param name string
param location string
param tags object
param database string

@description('Containers: name, indexed paths, and -1 as defaultTtl where items may say when they go.')
param containers array

@description('Most request units a second that the database scales to; 0 is serverless.')
param maximumThroughput int

@description('Whether the region keeps copies in several zones.')
param zoneRedundant bool

@allowed([
  'Enabled'
  'Disabled'
])
param publicNetworkAccess string

var serverless = [
  {
    name: 'EnableServerless'
  }
]

resource account 'Microsoft.DocumentDB/databaseAccounts@2024-11-15' = {
  name: name
  location: location
  tags: tags
  kind: 'GlobalDocumentDB'
  properties: {
    databaseAccountOfferType: 'Standard'
    capabilities: maximumThroughput == 0 ? serverless : []
    consistencyPolicy: {
      defaultConsistencyLevel: 'Session'
    }
    locations: [
      {
        locationName: location
        failoverPriority: 0
        isZoneRedundant: zoneRedundant
      }
    ]
    backupPolicy: {
      type: 'Continuous'
      continuousModeProperties: {
        tier: 'Continuous7Days'
      }
    }
    minimalTlsVersion: 'Tls12'
    disableLocalAuth: true
    publicNetworkAccess: publicNetworkAccess
  }
}

resource knowledge 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases@2024-11-15' = {
  parent: account
  name: database
  properties: {
    resource: {
      id: database
    }
    options: maximumThroughput == 0 ? {} : {
      autoscaleSettings: {
        maxThroughput: maximumThroughput
      }
    }
  }
}

resource container 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers@2024-11-15' = [
  for each in containers: {
    parent: knowledge
    name: each.name
    properties: {
      resource: {
        id: each.name
        partitionKey: {
          kind: 'Hash'
          version: 2
          paths: [
            '/partition'
          ]
        }
        defaultTtl: each.?defaultTtl
        // What no query asks for is not indexed, so that writes stay cheap.
        indexingPolicy: {
          indexingMode: 'consistent'
          automatic: true
          includedPaths: map(each.indexed, path => { path: path })
          excludedPaths: [
            {
              path: '/*'
            }
          ]
        }
      }
    }
  }
]

output id string = account.id
output name string = account.name
output endpoint string = account.properties.documentEndpoint
