// Private networking: a network, a subnet for the functions' outgoing traffic, and one for private endpoints.

param name string
param location string
param tags object

resource network 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    addressSpace: {
      addressPrefixes: [
        '10.20.0.0/16'
      ]
    }
    subnets: [
      {
        name: 'functions'
        properties: {
          addressPrefix: '10.20.0.0/24'
          delegations: [
            {
              name: 'flex'
              properties: {
                serviceName: 'Microsoft.App/environments'
              }
            }
          ]
        }
      }
      {
        name: 'endpoints'
        properties: {
          addressPrefix: '10.20.1.0/24'
        }
      }
    ]
  }
}

output id string = network.id
output functionsSubnetId string = '${network.id}/subnets/functions'
output endpointsSubnetId string = '${network.id}/subnets/endpoints'
