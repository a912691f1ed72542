// The function app on Flex Consumption.

param planName string
param name string
param location string
param tags object
param identityId string
param identityClientId string
param storageBlobEndpoint string
param storageQueueEndpoint string
param storageTableEndpoint string

@description('Settings of the product, by name.')
param settings object

@description('Memory of an instance in MB: 512, 2048 or 4096.')
param instanceMemory int

@description('Instances at most.')
param maximumInstances int

@description('Instances for HTTP that are always there.')
param readyForHttp int

@description('Subnet for outgoing traffic; empty without private networking.')
param subnetId string

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: {
    tier: 'FlexConsumption'
    name: 'FC1'
  }
  properties: {
    reserved: true
  }
}

// The blob trigger needs an instance that is there before the first event comes.
var readyForBlobs = [
  {
    name: 'blob'
    instanceCount: 1
  }
]

var readyForRequests = [
  {
    name: 'http'
    instanceCount: readyForHttp
  }
]

var hostSettings = {
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identityClientId
  AzureWebJobsStorage__blobServiceUri: storageBlobEndpoint
  AzureWebJobsStorage__queueServiceUri: storageQueueEndpoint
  AzureWebJobsStorage__tableServiceUri: storageTableEndpoint
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
  // The page answers at the root instead of the platform's.
  AzureWebJobsDisableHomepage: 'true'
  PYTHON_ENABLE_INIT_INDEXING: '1'
  PYTHON_ENABLE_OPENTELEMETRY: 'true'
}

resource site 'Microsoft.Web/sites@2025-03-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': 'api' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identityId}': {}
    }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    keyVaultReferenceIdentity: identityId
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${storageBlobEndpoint}deployments'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      runtime: {
        name: 'python'
        version: '3.13'
      }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemory
        maximumInstanceCount: maximumInstances
        alwaysReady: readyForHttp > 0 ? concat(readyForBlobs, readyForRequests) : readyForBlobs
      }
    }
    siteConfig: {
      minTlsVersion: '1.2'
      ftpsState: 'Disabled'
      http20Enabled: true
      appSettings: [for each in items(union(hostSettings, settings)): {
        name: each.key
        value: each.value
      }]
    }
  }
}

output id string = site.id
output name string = site.name
output address string = 'https://${site.properties.defaultHostName}'
