// Who hears of an alert.

param name string
param tags object
param email string

@secure()
@description('Address of a chat webhook; empty for none.')
param webhookUrl string

resource group 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: name
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'knowledge'
    enabled: true
    emailReceivers: empty(email) ? [] : [
      {
        name: 'operators'
        emailAddress: email
        useCommonAlertSchema: true
      }
    ]
    webhookReceivers: empty(webhookUrl) ? [] : [
      {
        name: 'chat'
        serviceUri: webhookUrl
        useCommonAlertSchema: true
      }
    ]
  }
}

output id string = group.id
