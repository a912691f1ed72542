// Private networking as a whole: the network, its names, and an endpoint for every service that keeps something.

param networkName string
param endpointPrefix string
param location string
param tags object
param storageId string
param vaultId string
param searchId string
param cosmosId string
param gremlinId string
param modelsId string
param documentIntelligenceId string
param contentSafetyId string

var zones = [
  'privatelink.blob.${environment().suffixes.storage}'
  'privatelink.queue.${environment().suffixes.storage}'
  'privatelink.table.${environment().suffixes.storage}'
  'privatelink.vaultcore.azure.net'
  'privatelink.search.windows.net'
  'privatelink.documents.azure.com'
  'privatelink.gremlin.cosmos.azure.com'
  'privatelink.openai.azure.com'
  'privatelink.cognitiveservices.azure.com'
]

var services = [
  { name: 'blob', id: storageId, part: 'blob', zone: 0 }
  { name: 'queue', id: storageId, part: 'queue', zone: 1 }
  { name: 'table', id: storageId, part: 'table', zone: 2 }
  { name: 'vault', id: vaultId, part: 'vault', zone: 3 }
  { name: 'search', id: searchId, part: 'searchService', zone: 4 }
  { name: 'cosmos', id: cosmosId, part: 'Sql', zone: 5 }
  { name: 'gremlin', id: gremlinId, part: 'Gremlin', zone: 6 }
  { name: 'models', id: modelsId, part: 'account', zone: 7 }
  { name: 'documents', id: documentIntelligenceId, part: 'account', zone: 8 }
  { name: 'safety', id: contentSafetyId, part: 'account', zone: 8 }
]

module network 'network.bicep' = {
  params: {
    name: networkName
    location: location
    tags: tags
  }
}

module zone 'private-zone.bicep' = [
  for each in zones: {
    params: {
      name: each
      tags: tags
      networkId: network.outputs.id
    }
  }
]

module endpoint 'private-endpoint.bicep' = [
  for each in services: {
    params: {
      name: '${endpointPrefix}-${each.name}'
      location: location
      tags: tags
      subnetId: network.outputs.endpointsSubnetId
      serviceId: each.id
      groupId: each.part
      zoneName: zone[each.zone].outputs.name
    }
  }
]

output functionsSubnetId string = network.outputs.functionsSubnetId
