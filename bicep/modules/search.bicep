// The chunk index: keyword, vector and semantic search.

param name string
param location string
param tags object
param sku string
param replicas int
param partitions int

@description('Plan of the semantic ranker: disabled, free or standard.')
param semanticSearch string

@allowed([
  'enabled'
  'disabled'
])
param publicNetworkAccess string

resource service 'Microsoft.Search/searchServices@2025-05-01' = {
  name: name
  location: location
  tags: tags
  sku: {
    name: sku
  }
  properties: {
    replicaCount: replicas
    partitionCount: partitions
    semanticSearch: semanticSearch
    disableLocalAuth: true
    publicNetworkAccess: publicNetworkAccess
  }
}

output id string = service.id
output name string = service.name
output endpoint string = 'https://${service.name}.search.windows.net'
