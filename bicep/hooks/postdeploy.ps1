# Subscribe the deployed functions to the documents' events; a subscription is refused until its function answers.
$ErrorActionPreference = 'Stop'

az deployment group create `
  --resource-group $env:AZURE_RESOURCE_GROUP `
  --name events `
  --template-file (Join-Path $PSScriptRoot '../events.bicep') `
  --parameters `
    storageName=$env:AZURE_STORAGE_NAME `
    functionsName=$env:AZURE_FUNCTIONS_NAME `
    topicName=$env:AZURE_TOPIC_NAME `
  --output none
if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
Write-Output "The functions hear of the documents in $env:AZURE_STORAGE_NAME. They answer at $env:SERVICE_API_ENDPOINT"
