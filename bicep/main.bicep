// The whole plot: every resource that the functions stand on, in one resource group of its own.

targetScope = 'subscription'

@minLength(1)
@maxLength(40)
@description('Name of the environment; every name of a resource is derived from it.')
param environmentName string

@minLength(1)
@description('Region of all resources.')
@metadata({
  azd: {
    type: 'location'
  }
})
param location string

@description('How large and how safe: dev, staging or prod.')
@allowed([
  'dev'
  'staging'
  'prod'
])
param stage string = 'dev'

@description('Whether the services are reached through private endpoints alone.')
param privateNetworking bool = false

@description('Who hears of alerts by mail; empty for nobody.')
param alertEmail string = ''

@secure()
@description('Address of a chat webhook that hears of alerts; empty for none.')
param alertWebhookUrl string = ''

@description('First day of the month from which the Azure budget counts.')
param budgetStartDate string = utcNow('yyyy-MM-01')

@description('Most that model calls may cost in a UTC day, in US dollars.')
param dailyBudgetUsd int = 50

@description('Most that model calls may cost in a UTC month, in US dollars.')
param monthlyBudgetUsd int = 500

@description('Model that answers, and its version.')
param chatModel string = 'gpt-4.1'
param chatModelVersion string = '2025-04-14'

@description('Model that reads documents and answers what is easy, and its version.')
param smallModel string = 'gpt-4.1-mini'
param smallModelVersion string = '2025-04-14'

@description('Model that embeds, its version, and the length of its vectors.')
param embeddingModel string = 'text-embedding-3-large'
param embeddingModelVersion string = '1'
param embeddingDimensions int = 1536

@description('Prices in US dollars for a million tokens, which the budgets count by; the defaults are those of the models above.')
param chatPrices object = {
  input: '2.0'
  cached: '0.5'
  output: '8.0'
}
param smallPrices object = {
  input: '0.4'
  cached: '0.1'
  output: '1.6'
}
param embeddingPrice string = '0.13'

@description('Prices in US dollars for a thousand pages that are read, and for a thousand records of text that are screened.')
param documentIntelligencePrice string = '10.0'
param contentSafetyPrice string = '0.38'

@description('Who reads documents for the graph: rules, or the small model after them.')
@allowed([
  'rules'
  'model'
])
param extraction string = 'model'

@description('Type of the deployments: GlobalStandard, DataZoneStandard or Standard.')
param deploymentSku string = 'GlobalStandard'

var abbreviations = loadJsonContent('abbreviations.json')
var size = loadJsonContent('stages.json')[stage]
var token = toLower(uniqueString(subscription().id, environmentName, location))
var tags = {
  'azd-env-name': environmentName
  stage: stage
}
var network = privateNetworking ? 'Disabled' : 'Enabled'
var database = 'knowledge'
var graph = 'graph'
var gremlinSecret = 'gremlin-key'
var deployments = [
  {
    name: 'chat'
    model: chatModel
    version: chatModelVersion
    sku: deploymentSku
    capacity: size.chatCapacity
  }
  {
    name: 'small'
    model: smallModel
    version: smallModelVersion
    sku: deploymentSku
    capacity: size.smallCapacity
  }
  {
    name: 'embedding'
    model: embeddingModel
    version: embeddingModelVersion
    sku: deploymentSku
    capacity: size.embeddingCapacity
  }
]

resource group 'Microsoft.Resources/resourceGroups@2024-11-01' = {
  name: '${abbreviations.resourceGroup}${environmentName}'
  location: location
  tags: tags
}

module identity 'modules/identity.bicep' = {
  scope: group
  params: {
    name: '${abbreviations.identity}${token}'
    location: location
    tags: tags
  }
}

module monitoring 'modules/monitoring.bicep' = {
  scope: group
  params: {
    workspaceName: '${abbreviations.workspace}${token}'
    insightsName: '${abbreviations.insights}${token}'
    location: location
    tags: tags
    retentionDays: size.logDays
    dailyQuotaGb: size.logQuotaGb
  }
}

module storage 'modules/storage.bicep' = {
  scope: group
  params: {
    name: '${abbreviations.storage}${token}'
    location: location
    tags: tags
    workspaceId: monitoring.outputs.workspaceId
    sku: size.storageSku
    publicNetworkAccess: network
  }
}

module vault 'modules/vault.bicep' = {
  scope: group
  params: {
    name: '${abbreviations.vault}${token}'
    location: location
    tags: tags
    workspaceId: monitoring.outputs.workspaceId
    publicNetworkAccess: network
  }
}

module models 'modules/models.bicep' = {
  scope: group
  params: {
    name: '${abbreviations.openai}${token}'
    location: location
    tags: tags
    deployments: deployments
    publicNetworkAccess: network
  }
}

module search 'modules/search.bicep' = {
  scope: group
  params: {
    name: '${abbreviations.search}${token}'
    location: location
    tags: tags
    sku: size.searchSku
    replicas: size.searchReplicas
    partitions: size.searchPartitions
    semanticSearch: size.semanticSearch
    publicNetworkAccess: privateNetworking ? 'disabled' : 'enabled'
  }
}

module cosmos 'modules/cosmos.bicep' = {
  scope: group
  params: {
    name: '${abbreviations.cosmos}${token}'
    location: location
    tags: tags
    database: database
    containers: loadJsonContent('containers.json')
    maximumThroughput: size.cosmosThroughput
    zoneRedundant: size.cosmosZoneRedundant
    publicNetworkAccess: network
  }
}

module gremlin 'modules/gremlin.bicep' = {
  scope: group
  params: {
    name: '${abbreviations.gremlin}${token}'
    location: location
    tags: tags
    database: database
    graph: graph
    maximumThroughput: size.gremlinThroughput
    vaultName: vault.outputs.name
    secretName: gremlinSecret
    publicNetworkAccess: network
  }
}

module documentIntelligence 'modules/cognitive.bicep' = {
  scope: group
  params: {
    name: '${abbreviations.documentIntelligence}${token}'
    location: location
    tags: tags
    kind: 'FormRecognizer'
    publicNetworkAccess: network
  }
}

module contentSafety 'modules/cognitive.bicep' = {
  scope: group
  params: {
    name: '${abbreviations.contentSafety}${token}'
    location: location
    tags: tags
    kind: 'ContentSafety'
    publicNetworkAccess: network
  }
}

module durable 'modules/durable.bicep' = {
  scope: group
  params: {
    name: '${abbreviations.scheduler}${token}'
    hubName: 'knowledge'
    location: location
    tags: tags
    sku: size.schedulerSku
  }
}

module access 'modules/access.bicep' = {
  scope: group
  params: {
    principalId: identity.outputs.principalId
    principalType: 'ServicePrincipal'
    storageName: storage.outputs.name
    vaultName: vault.outputs.name
    searchName: search.outputs.name
    cosmosName: cosmos.outputs.name
    modelsName: models.outputs.name
    documentIntelligenceName: documentIntelligence.outputs.name
    contentSafetyName: contentSafety.outputs.name
    schedulerName: durable.outputs.name
    insightsName: monitoring.outputs.insightsName
  }
}

module privacy 'modules/privacy.bicep' = if (privateNetworking) {
  scope: group
  params: {
    networkName: '${abbreviations.network}${token}'
    endpointPrefix: '${abbreviations.endpoint}${token}'
    location: location
    tags: tags
    storageId: storage.outputs.id
    vaultId: vault.outputs.id
    searchId: search.outputs.id
    cosmosId: cosmos.outputs.id
    gremlinId: gremlin.outputs.id
    modelsId: models.outputs.id
    documentIntelligenceId: documentIntelligence.outputs.id
    contentSafetyId: contentSafety.outputs.id
  }
}

module functions 'modules/functions.bicep' = {
  scope: group
  params: {
    planName: '${abbreviations.plan}${token}'
    name: '${abbreviations.functions}${token}'
    location: location
    tags: tags
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    storageBlobEndpoint: storage.outputs.blobEndpoint
    storageQueueEndpoint: storage.outputs.queueEndpoint
    storageTableEndpoint: storage.outputs.tableEndpoint
    instanceMemory: size.instanceMemory
    maximumInstances: size.maximumInstances
    readyForHttp: size.readyForHttp
    subnetId: privateNetworking ? privacy!.outputs.functionsSubnetId : ''
    settings: {
      PROFILE: 'azure'
      AZURE_CLIENT_ID: identity.outputs.clientId
      AZURE_OPENAI_ENDPOINT: models.outputs.endpoint
      AZURE_OPENAI_CHAT_DEPLOYMENT: 'chat'
      AZURE_OPENAI_SMALL_DEPLOYMENT: 'small'
      AZURE_OPENAI_EMBEDDING_DEPLOYMENT: 'embedding'
      AZURE_SEARCH_ENDPOINT: search.outputs.endpoint
      AZURE_SEARCH_INDEX: 'chunks'
      AZURE_COSMOS_ENDPOINT: cosmos.outputs.endpoint
      AZURE_COSMOS_DATABASE: database
      AZURE_GREMLIN_ENDPOINT: gremlin.outputs.endpoint
      AZURE_GREMLIN_DATABASE: database
      AZURE_GREMLIN_GRAPH: graph
      AZURE_GREMLIN_KEY: 'secret:${gremlinSecret}'
      AZURE_STORAGE_BLOB_ENDPOINT: storage.outputs.blobEndpoint
      AZURE_KEY_VAULT_ENDPOINT: vault.outputs.endpoint
      AZURE_DOCUMENT_INTELLIGENCE_ENDPOINT: documentIntelligence.outputs.endpoint
      AZURE_DOCUMENT_INTELLIGENCE_PRICE: documentIntelligencePrice
      AZURE_CONTENT_SAFETY_ENDPOINT: contentSafety.outputs.endpoint
      AZURE_CONTENT_SAFETY_PRICE: contentSafetyPrice
      SIGN_IN: 'on'
      SIGNING_KEYS: 'secret:signing-keys'
      ADMIN_KEY: 'secret:admin-key'
      CHAT_INPUT_PRICE: chatPrices.input
      CHAT_CACHED_PRICE: chatPrices.cached
      CHAT_OUTPUT_PRICE: chatPrices.output
      CHAT_TIMEOUT_SECONDS: '60'
      REQUEST_SECONDS: '200'
      EXTRACTION: extraction
      EXTRACTION_INPUT_PRICE: smallPrices.input
      EXTRACTION_CACHED_PRICE: smallPrices.cached
      EXTRACTION_OUTPUT_PRICE: smallPrices.output
      EMBEDDING_DIMENSIONS: string(embeddingDimensions)
      EMBEDDING_PRICE: embeddingPrice
      DAILY_BUDGET_USD: string(dailyBudgetUsd)
      MONTHLY_BUDGET_USD: string(monthlyBudgetUsd)
      PROXIES: '1' // the front end of the platform adds who asked it
      CONTEXT_TOKENS: '4000'
      MAX_UPLOAD_MB: '100'
      CACHE_SECONDS: '3600'
      CACHE_ENTRIES: '10000'
      CONVERSATION_DAYS: '90'
      CACHE_ALIKE: 'on'
      CACHE_POPULAR: '20'
      LOG_LEVEL: 'WARNING'
      TASKHUB_NAME: durable.outputs.hubName
      DURABLE_TASK_SCHEDULER_CONNECTION_STRING: 'Endpoint=${durable.outputs.endpoint};Authentication=ManagedIdentity;ClientID=${identity.outputs.clientId}'
      APPLICATIONINSIGHTS_CONNECTION_STRING: monitoring.outputs.connectionString
    }
  }
  dependsOn: [
    access
  ]
}

module notice 'modules/notice.bicep' = {
  scope: group
  params: {
    name: '${abbreviations.actionGroup}${token}'
    tags: tags
    email: alertEmail
    webhookUrl: alertWebhookUrl
  }
}

module alerts 'modules/alerts.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    workspaceId: monitoring.outputs.workspaceId
    modelsId: models.outputs.id
    actionGroupId: notice.outputs.id
    deployments: deployments
  }
}

module workbook 'modules/workbook.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    workspaceId: monitoring.outputs.workspaceId
  }
}

module budget 'modules/budget.bicep' = {
  scope: group
  params: {
    name: 'knowledge'
    amountUsd: size.monthlyBudgetUsd
    actionGroupId: notice.outputs.id
    startDate: budgetStartDate
  }
}

output AZURE_RESOURCE_GROUP string = group.name
output AZURE_LOCATION string = location
output AZURE_FUNCTIONS_NAME string = functions.outputs.name
output AZURE_STORAGE_NAME string = storage.outputs.name
output AZURE_TOPIC_NAME string = '${abbreviations.topic}${token}'
output SERVICE_API_ENDPOINT string = functions.outputs.address
