// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/permissions.h"

#include <algorithm>
#include <array>

namespace livesonic::aws {
namespace {

constexpr auto kTable = std::to_array<OperationPermission>({
    {"autoscaling", "CancelInstanceRefresh", "autoscaling:CancelInstanceRefresh"},
    {"autoscaling", "DescribeAutoScalingGroups", "autoscaling:DescribeAutoScalingGroups"},
    {"autoscaling", "DescribeAutoScalingInstances", "autoscaling:DescribeAutoScalingInstances"},
    {"autoscaling", "DescribeInstanceRefreshes", "autoscaling:DescribeInstanceRefreshes"},
    {"autoscaling", "DescribePolicies", "autoscaling:DescribePolicies"},
    {"autoscaling", "DescribeScalingActivities", "autoscaling:DescribeScalingActivities"},
    {"autoscaling", "DetachInstances", "autoscaling:DetachInstances"},
    {"autoscaling", "EnterStandby", "autoscaling:EnterStandby"},
    {"autoscaling", "ExitStandby", "autoscaling:ExitStandby"},
    {"autoscaling", "RollbackInstanceRefresh", "autoscaling:RollbackInstanceRefresh"},
    {"autoscaling", "SetDesiredCapacity", "autoscaling:SetDesiredCapacity"},
    {"autoscaling", "SetInstanceHealth", "autoscaling:SetInstanceHealth"},
    {"autoscaling", "SetInstanceProtection", "autoscaling:SetInstanceProtection"},
    {"autoscaling", "StartInstanceRefresh", "autoscaling:StartInstanceRefresh"},
    {"autoscaling", "TerminateInstanceInAutoScalingGroup",
     "autoscaling:TerminateInstanceInAutoScalingGroup"},
    // The SSO portal is asked with the token of `aws sso login`.
    {"awsssoportal", "GetRoleCredentials", ""},
    {"ec2", "CreateFleet", "ec2:CreateFleet"},
    {"ec2", "DescribeInstanceStatus", "ec2:DescribeInstanceStatus"},
    {"ec2", "DescribeInstanceTypes", "ec2:DescribeInstanceTypes"},
    {"ec2", "DescribeInstances", "ec2:DescribeInstances"},
    {"ec2", "DescribeLaunchTemplateVersions", "ec2:DescribeLaunchTemplateVersions"},
    {"ec2", "DescribeLaunchTemplates", "ec2:DescribeLaunchTemplates"},
    {"ec2", "DescribeSpotInstanceRequests", "ec2:DescribeSpotInstanceRequests"},
    {"ec2", "DescribeSpotPriceHistory", "ec2:DescribeSpotPriceHistory"},
    {"ec2", "GetConsoleOutput", "ec2:GetConsoleOutput"},
    {"ec2", "RebootInstances", "ec2:RebootInstances"},
    {"ec2", "StartInstances", "ec2:StartInstances"},
    {"ec2", "StopInstances", "ec2:StopInstances"},
    {"ec2", "TerminateInstances", "ec2:TerminateInstances"},
    {"ec2-instance-connect", "SendSSHPublicKey", "ec2-instance-connect:SendSSHPublicKey"},
    {"ecs", "DescribeClusters", "ecs:DescribeClusters"},
    {"ecs", "DescribeContainerInstances", "ecs:DescribeContainerInstances"},
    {"ecs", "DescribeServices", "ecs:DescribeServices"},
    {"ecs", "DescribeTasks", "ecs:DescribeTasks"},
    {"ecs", "ListClusters", "ecs:ListClusters"},
    {"ecs", "ListContainerInstances", "ecs:ListContainerInstances"},
    {"ecs", "ListServices", "ecs:ListServices"},
    {"ecs", "ListTasks", "ecs:ListTasks"},
    {"ecs", "UpdateService", "ecs:UpdateService"},
    {"elasticloadbalancing", "DeregisterInstancesFromLoadBalancer",
     "elasticloadbalancing:DeregisterInstancesFromLoadBalancer"},
    {"elasticloadbalancing", "DeregisterTargets", "elasticloadbalancing:DeregisterTargets"},
    {"elasticloadbalancing", "DescribeInstanceHealth",
     "elasticloadbalancing:DescribeInstanceHealth"},
    {"elasticloadbalancing", "DescribeLoadBalancers", "elasticloadbalancing:DescribeLoadBalancers"},
    {"elasticloadbalancing", "DescribeTags", "elasticloadbalancing:DescribeTags"},
    {"elasticloadbalancing", "DescribeTargetGroups", "elasticloadbalancing:DescribeTargetGroups"},
    {"elasticloadbalancing", "DescribeTargetHealth", "elasticloadbalancing:DescribeTargetHealth"},
    {"elasticloadbalancing", "RegisterInstancesWithLoadBalancer",
     "elasticloadbalancing:RegisterInstancesWithLoadBalancer"},
    {"elasticloadbalancing", "RegisterTargets", "elasticloadbalancing:RegisterTargets"},
    {"monitoring", "GetMetricData", "cloudwatch:GetMetricData"},
    {"pricing", "GetProducts", "pricing:GetProducts"},
    {"route53", "ListHostedZones", "route53:ListHostedZones"},
    {"route53", "ListResourceRecordSets", "route53:ListResourceRecordSets"},
    {"route53", "ListTagsForResources", "route53:ListTagsForResources"},
    {"route53domains", "ListDomains", "route53domains:ListDomains"},
    {"sns", "Publish", "sns:Publish"},
    // The batch is permitted as what it is made of.
    {"sqs", "DeleteMessageBatch", "sqs:DeleteMessage"},
    {"sqs", "GetQueueUrl", "sqs:GetQueueUrl"},
    {"sqs", "ReceiveMessage", "sqs:ReceiveMessage"},
    {"ssm", "GetCommandInvocation", "ssm:GetCommandInvocation"},
    {"ssm", "GetParameter", "ssm:GetParameter"},
    {"ssm", "SendCommand", "ssm:SendCommand"},
    {"sts", "AssumeRole", "sts:AssumeRole"},
    // The token itself is what permits it; and who one is, everybody may ask.
    {"sts", "AssumeRoleWithWebIdentity", ""},
    {"sts", "GetCallerIdentity", ""},
});

}  // namespace

std::span<const OperationPermission> operation_permissions() {
  return kTable;
}

std::string_view permission_of(std::string_view service, std::string_view operation) {
  const auto found = std::ranges::find_if(kTable, [&](const OperationPermission& one) {
    return one.service == service && one.operation == operation;
  });
  return found == kTable.end() ? std::string_view() : found->action;
}

}  // namespace livesonic::aws
