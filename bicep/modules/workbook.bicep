// What operators look at first.

param location string
param tags object
param workspaceId string

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(resourceGroup().id, 'knowledge')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'Knowledge RAG'
    category: 'workbook'
    sourceId: workspaceId
    serializedData: replace(loadTextContent('../workbook.json'), '{workspaceId}', workspaceId)
  }
}
