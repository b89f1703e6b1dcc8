// SPDX-License-Identifier: Apache-2.0
// For tests: events as AWS's documentation shows them.
#pragma once

namespace livesonic::discovery::samples {

// EC2 User Guide, "State change events for your instances".
inline constexpr const char* kState = R"({
  "id": "7bf73129-1428-4cd3-a780-95db273d1602",
  "detail-type": "EC2 Instance State-change Notification",
  "source": "aws.ec2",
  "account": "123456789012",
  "time": "2021-11-11T21:29:54Z",
  "region": "us-east-1",
  "resources": ["arn:aws:ec2:us-east-1:123456789012:instance/i-abcd1111"],
  "detail": {"instance-id": "i-abcd1111", "state": "pending"}
})";

// EC2 User Guide, "Spot Instance interruption notices".
inline constexpr const char* kInterruption = R"({
  "version": "0",
  "id": "12345678-1234-1234-1234-123456789012",
  "detail-type": "EC2 Spot Instance Interruption Warning",
  "source": "aws.ec2",
  "account": "123456789012",
  "time": "2026-03-01T08:30:00Z",
  "region": "us-east-2",
  "resources": ["arn:aws:ec2:us-east-2a:instance/i-1234567890abcdef0"],
  "detail": {"instance-id": "i-1234567890abcdef0", "instance-action": "terminate"}
})";

// EC2 User Guide, "EC2 instance rebalance recommendations".
inline constexpr const char* kRebalance = R"({
  "version": "0",
  "id": "12345678-1234-1234-1234-123456789013",
  "detail-type": "EC2 Instance Rebalance Recommendation",
  "source": "aws.ec2",
  "account": "123456789012",
  "time": "2026-03-01T08:00:00Z",
  "region": "us-east-2",
  "resources": ["arn:aws:ec2:us-east-2:123456789012:instance/i-1234567890abcdef0"],
  "detail": {"instance-id": "i-1234567890abcdef0"}
})";

// Auto Scaling User Guide, "EventBridge event reference".
inline constexpr const char* kLaunch = R"({
  "version": "0",
  "id": "12345678-1234-1234-1234-123456789014",
  "detail-type": "EC2 Instance Launch Successful",
  "source": "aws.autoscaling",
  "account": "123456789012",
  "time": "2026-03-01T08:30:00Z",
  "region": "us-west-2",
  "resources": ["auto-scaling-group-arn", "instance-arn"],
  "detail": {
    "StatusCode": "InProgress",
    "Description": "Launching a new EC2 instance: i-12345678",
    "AutoScalingGroupName": "my-asg",
    "ActivityId": "87654321-4321-4321-4321-210987654321",
    "Details": {"Availability Zone": "us-west-2b", "Subnet ID": "subnet-12345678"},
    "RequestId": "12345678-1234-1234-1234-123456789012",
    "StatusMessage": "",
    "EndTime": "2026-03-01T08:30:00Z",
    "EC2InstanceId": "i-1234567890abcdef0",
    "StartTime": "2026-03-01T08:29:00Z",
    "Cause": "description-text",
    "Origin": "EC2",
    "Destination": "AutoScalingGroup"
  }
})";

inline constexpr const char* kLifecycle = R"({
  "version": "0",
  "id": "12345678-1234-1234-1234-123456789015",
  "detail-type": "EC2 Instance-terminate Lifecycle Action",
  "source": "aws.autoscaling",
  "account": "123456789012",
  "time": "2026-03-01T08:30:00Z",
  "region": "us-west-2",
  "resources": ["auto-scaling-group-arn"],
  "detail": {
    "LifecycleActionToken": "87654321-4321-4321-4321-210987654321",
    "AutoScalingGroupName": "my-asg",
    "LifecycleHookName": "my-lifecycle-hook",
    "EC2InstanceId": "i-1234567890abcdef0",
    "LifecycleTransition": "autoscaling:EC2_INSTANCE_TERMINATING",
    "NotificationMetadata": "additional-info",
    "Origin": "AutoScalingGroup",
    "Destination": "EC2"
  }
})";

inline constexpr const char* kInstanceRefresh = R"({
  "version": "0",
  "id": "12345678-1234-1234-1234-123456789016",
  "detail-type": "EC2 Auto Scaling Instance Refresh Started",
  "source": "aws.autoscaling",
  "account": "123456789012",
  "time": "2026-03-01T08:30:00Z",
  "region": "us-west-2",
  "resources": ["auto-scaling-group-arn"],
  "detail": {
    "InstanceRefreshId": "c613620e-07e2-4ed2-a9e2-ef8258911ade",
    "AutoScalingGroupName": "my-auto-scaling-group"
  }
})";

// ECS Developer Guide, "Amazon ECS task state change events"; shortened.
inline constexpr const char* kTask = R"({
  "version": "0",
  "id": "3317b2af-7005-947d-b652-f55e762e571a",
  "detail-type": "ECS Task State Change",
  "source": "aws.ecs",
  "account": "111122223333",
  "time": "2020-01-23T17:57:58Z",
  "region": "us-west-2",
  "resources": ["arn:aws:ecs:us-west-2:111122223333:task/FargateCluster/c13b4cb40f1f4fe4a2971f76ae5a47ad"],
  "detail": {
    "attachments": [{"id": "1789bcae-ddfb-4d10-8ebe-8ac87ddba5b8", "type": "eni",
                     "status": "ATTACHED", "details": [{"name": "subnetId", "value": "subnet-abcd1234"}]}],
    "availabilityZone": "us-west-2c",
    "clusterArn": "arn:aws:ecs:us-west-2:111122223333:cluster/FargateCluster",
    "connectivity": "CONNECTED",
    "connectivityAt": "2020-01-23T17:57:38.453Z",
    "containers": [{"containerArn": "arn:aws:ecs:us-west-2:111122223333:container/cf159fd6",
                    "lastStatus": "RUNNING", "name": "FargateApp"}],
    "cpu": "256",
    "createdAt": "2020-01-23T17:57:34.402Z",
    "desiredStatus": "RUNNING",
    "group": "service:sample-fargate",
    "lastStatus": "RUNNING",
    "launchType": "FARGATE",
    "taskArn": "arn:aws:ecs:us-west-2:111122223333:task/FargateCluster/c13b4cb40f1f4fe4a2971f76ae5a47ad",
    "taskDefinitionArn": "arn:aws:ecs:us-west-2:111122223333:task-definition/sample-fargate:1",
    "version": 4
  }
})";

// ECS Developer Guide, "Amazon ECS service action events", with a service ARN of the old form.
inline constexpr const char* kService = R"({
  "version": "0",
  "id": "af3c496d-f4a8-65d1-70f4-a69d52e9b584",
  "detail-type": "ECS Service Action",
  "source": "aws.ecs",
  "account": "111122223333",
  "time": "2019-11-19T19:27:22Z",
  "region": "us-west-2",
  "resources": ["arn:aws:ecs:us-west-2:111122223333:service/servicetest"],
  "detail": {
    "eventType": "INFO",
    "eventName": "SERVICE_STEADY_STATE",
    "clusterArn": "arn:aws:ecs:us-west-2:111122223333:cluster/default",
    "createdAt": "2019-11-19T19:27:22.695Z"
  }
})";

// ECS Developer Guide, "Amazon ECS service deployment state change events".
inline constexpr const char* kDeployment = R"({
  "version": "0",
  "id": "ddca6449-b258-46c0-8653-e0e3aEXAMPLE",
  "detail-type": "ECS Deployment State Change",
  "source": "aws.ecs",
  "account": "111122223333",
  "time": "2020-05-23T12:31:14Z",
  "region": "us-west-2",
  "resources": ["arn:aws:ecs:us-west-2:111122223333:service/default/servicetest"],
  "detail": {
    "eventType": "INFO",
    "eventName": "SERVICE_DEPLOYMENT_IN_PROGRESS",
    "deploymentId": "ecs-svc/123",
    "updatedAt": "2020-05-23T11:11:11Z",
    "reason": "ECS deployment deploymentId in progress."
  }
})";

// ECS Developer Guide, "Amazon ECS container instance state change events"; shortened.
inline constexpr const char* kContainerInstance = R"({
  "version": "0",
  "id": "8952ba83-7be2-4ab5-9c32-6687532d15a2",
  "detail-type": "ECS Container Instance State Change",
  "source": "aws.ecs",
  "account": "111122223333",
  "time": "2016-12-06T16:41:06Z",
  "region": "us-east-1",
  "resources": ["arn:aws:ecs:us-east-1:111122223333:container-instance/b54a2a04-046f-4331-9d74-3f6d7f6ca315"],
  "detail": {
    "agentConnected": true,
    "clusterArn": "arn:aws:ecs:us-east-1:111122223333:cluster/default",
    "containerInstanceArn": "arn:aws:ecs:us-east-1:111122223333:container-instance/b54a2a04-046f-4331-9d74-3f6d7f6ca315",
    "ec2InstanceId": "i-0123456789abcdef0",
    "status": "ACTIVE",
    "version": 14801
  }
})";

// AWS Health User Guide, "Amazon EC2 instance store drive performance degraded"; shortened.
inline constexpr const char* kHealth = R"({
  "version": "0",
  "id": "7bf73129-1428-4cd3-a780-95db273d1603",
  "detail-type": "AWS Health Event",
  "source": "aws.health",
  "account": "123456789012",
  "time": "2016-06-05T06:27:57Z",
  "region": "us-west-2",
  "resources": ["i-abcd1111"],
  "detail": {
    "eventArn": "arn:aws:health:us-west-2::event/AWS_EC2_INSTANCE_STORE_DRIVE_PERFORMANCE_DEGRADED_90353408594353980",
    "service": "EC2",
    "eventTypeCode": "AWS_EC2_INSTANCE_STORE_DRIVE_PERFORMANCE_DEGRADED",
    "eventTypeCategory": "issue",
    "startTime": "Sat, 05 Jun 2016 15:10:09 GMT",
    "eventDescription": [{"language": "en_US", "latestDescription": "A description of the event."}],
    "affectedEntities": [
      {"entityValue": "i-abcd1111", "tags": {"stage": "prod", "app": "my-app"}},
      {"entityValue": "arn:aws:ec2:us-west-2:123456789012:instance/i-abcd2222"},
      {"entityValue": "vol-0123"}
    ]
  }
})";

// Elastic Load Balancing User Guides, "Log API calls using CloudTrail"; shortened.
inline constexpr const char* kRegisterTargets = R"({
  "version": "0",
  "id": "12345678-1234-1234-1234-123456789017",
  "detail-type": "AWS API Call via CloudTrail",
  "source": "aws.elasticloadbalancing",
  "account": "123456789012",
  "time": "2026-03-01T08:30:00Z",
  "region": "us-west-2",
  "resources": [],
  "detail": {
    "eventVersion": "1.03",
    "eventSource": "elasticloadbalancing.amazonaws.com",
    "eventName": "RegisterTargets",
    "requestParameters": {
      "targetGroupArn": "arn:aws:elasticloadbalancing:us-west-2:123456789012:targetgroup/web-http/73e2d6bc24d8a067",
      "targets": [{"id": "i-0123456789abcdef0", "port": 80}, {"id": "10.0.0.5"}]
    }
  }
})";

inline constexpr const char* kDeregisterClassic = R"({
  "version": "0",
  "id": "12345678-1234-1234-1234-123456789018",
  "detail-type": "AWS API Call via CloudTrail",
  "source": "aws.elasticloadbalancing",
  "account": "123456789012",
  "time": "2026-03-01T08:30:00Z",
  "region": "us-west-2",
  "resources": [],
  "detail": {
    "eventSource": "elasticloadbalancing.amazonaws.com",
    "eventName": "DeregisterInstancesFromLoadBalancer",
    "requestParameters": {
      "loadBalancerName": "web-elb",
      "instances": [{"instanceId": "i-0123456789abcdef0"}]
    }
  }
})";

}  // namespace livesonic::discovery::samples
