// The models: one that answers, a smaller one that reads and answers what is easy, one that embeds.

param name string
param location string
param tags object

@description('Deployments: name, model, version, sku, capacity in thousands of tokens a minute.')
param deployments array

@allowed([
  'Enabled'
  'Disabled'
])
param publicNetworkAccess string

resource account 'Microsoft.CognitiveServices/accounts@2025-06-01' = {
  name: name
  location: location
  tags: tags
  kind: 'OpenAI'
  sku: {
    name: 'S0'
  }
  properties: {
    customSubDomainName: name
    disableLocalAuth: true
    publicNetworkAccess: publicNetworkAccess
    networkAcls: {
      defaultAction: publicNetworkAccess == 'Enabled' ? 'Allow' : 'Deny'
    }
  }
}

// One after the other: the service refuses two changes of an account at once.
@batchSize(1)
resource deployment 'Microsoft.CognitiveServices/accounts/deployments@2025-06-01' = [
  for each in deployments: {
    parent: account
    name: each.name
    sku: {
      name: each.sku
      capacity: each.capacity
    }
    properties: {
      model: {
        format: 'OpenAI'
        name: each.model
        version: each.version
      }
      versionUpgradeOption: 'NoAutoUpgrade'
    }
  }
]

output id string = account.id
output name string = account.name
output endpoint string = account.properties.endpoint
