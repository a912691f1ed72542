#!/bin/sh
# Subscribe the deployed functions to the documents' events; a subscription is refused until its function answers.
set -eu

az deployment group create \
  --resource-group "$AZURE_RESOURCE_GROUP" \
  --name events \
  --template-file "$(dirname "$0")/../events.bicep" \
  --parameters \
    storageName="$AZURE_STORAGE_NAME" \
    functionsName="$AZURE_FUNCTIONS_NAME" \
    topicName="$AZURE_TOPIC_NAME" \
  --output none
echo "The functions hear of the documents in $AZURE_STORAGE_NAME. They answer at $SERVICE_API_ENDPOINT"
