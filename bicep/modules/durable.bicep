// The scheduler that durable runs stand on.

param name string
param hubName string
param location string
param tags object

@description('Consumption or Dedicated.')
param sku string

resource scheduler 'Microsoft.DurableTask/schedulers@2025-11-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    sku: {
      name: sku
    }
    // An empty list refuses everybody; who may come in is decided by role assignments.
    ipAllowlist: [
      '0.0.0.0/0'
    ]
  }
}

resource hub 'Microsoft.DurableTask/schedulers/taskHubs@2025-11-01' = {
  parent: scheduler
  name: hubName
}

output id string = scheduler.id
output name string = scheduler.name
output endpoint string = scheduler.properties.endpoint
output hubName string = hub.name
