// The signals that somebody should hear of.

param location string
param tags object
param workspaceId string
param modelsId string
param actionGroupId string

@description('Deployments of models, with their capacity in thousands of tokens a minute.')
param deployments array

var signals = loadJsonContent('../alerts.json')

resource signal 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for each in signals: {
    name: each.name
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: each.title
      enabled: true
      severity: each.severity
      scopes: [
        workspaceId
      ]
      evaluationFrequency: each.frequency
      windowSize: each.window
      autoMitigate: true
      criteria: {
        allOf: [
          {
            query: each.query
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: each.threshold
          }
        ]
      }
      actions: {
        actionGroups: [
          actionGroupId
        ]
      }
    }
  }
]

// Capacity counts thousands of tokens a minute; an alert comes at nine tenths of it, over five minutes.
resource quota 'Microsoft.Insights/metricAlerts@2018-03-01' = [
  for each in deployments: {
    name: 'quota-${each.name}'
    location: 'global'
    tags: tags
    properties: {
      description: 'More than 90 % of the token quota of ${each.name} is used'
      enabled: true
      severity: 2
      scopes: [
        modelsId
      ]
      evaluationFrequency: 'PT5M'
      windowSize: 'PT5M'
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
        allOf: [
          {
            criterionType: 'StaticThresholdCriterion'
            name: 'tokens'
            metricName: 'TokenTransaction'
            timeAggregation: 'Total'
            operator: 'GreaterThan'
            threshold: each.capacity * 4500
            dimensions: [
              {
                name: 'ModelDeploymentName'
                operator: 'Include'
                values: [
                  each.name
                ]
              }
            ]
          }
        ]
      }
      actions: [
        {
          actionGroupId: actionGroupId
        }
      ]
    }
  }
]
