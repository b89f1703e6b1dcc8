// SPDX-License-Identifier: Apache-2.0
// What AWS is told to do. Each is one call, or one for each of the cluster's target groups.
#include <algorithm>

#include "livesonic/actions/aws_cloud.h"
#include "livesonic/actions/ownership.h"
#include "livesonic/actions/releases.h"

namespace livesonic::actions {
namespace {

template <typename T>
Result<void> done(const Result<T>& result) {
  if (!result) return fail(result.error());
  return {};
}

std::string region_of_arn(const std::string& arn) {  // arn:aws:sns:REGION:…
  std::size_t at = 0;
  for (int colons = 0; colons < 3 && at != std::string::npos; ++colons) {
    at = arn.find(':', at == 0 ? 0 : at + 1);
  }
  if (at == std::string::npos) return {};
  return arn.substr(at + 1, arn.find(':', at + 1) - at - 1);
}

}  // namespace

Result<void> AwsCloud::deregister(const Cluster& cluster, const std::vector<std::string>& ids,
                                  const std::stop_token& stop) {
  const auto account = account_of(cluster);
  if (!account) return fail(account.error());
  if (cluster.kind == ClusterKind::kElb) {
    return done((*account)->elb().deregister_instances(cluster.resource, ids, stop));
  }
  const auto arns = target_groups(**account, cluster, stop);
  if (!arns) return fail(arns.error());
  for (const std::string& arn : *arns) {
    const auto health = (*account)->elbv2().describe_target_health(arn, stop);
    if (!health) return fail(health.error());
    std::vector<aws::Target> targets;
    for (const aws::TargetHealth& one : *health) {
      const bool meant = std::ranges::find(ids, instance_id_of(one.target)) != ids.end();
      if (meant && one.state != "draining") targets.push_back(one.target);
    }
    if (targets.empty()) continue;
    if (auto told = (*account)->elbv2().deregister_targets(arn, targets, stop); !told) return told;
  }
  return {};
}

Result<void> AwsCloud::enroll(const Cluster& cluster, const std::vector<std::string>& ids,
                              const std::stop_token& stop) {
  const auto account = account_of(cluster);
  if (!account) return fail(account.error());
  if (cluster.kind == ClusterKind::kElb) {
    return done((*account)->elb().register_instances(cluster.resource, ids, stop));
  }
  const auto arns = target_groups(**account, cluster, stop);
  if (!arns) return fail(arns.error());
  std::vector<aws::Target> targets;
  for (const std::string& id : ids) {
    targets.push_back(
        {.id = id.starts_with("ip-") ? id.substr(3) : id, .port = 0, .availability_zone = {}});
  }
  for (const std::string& arn : *arns) {
    if (auto told = (*account)->elbv2().register_targets(arn, targets, stop); !told) return told;
  }
  return {};
}

Result<void> AwsCloud::reboot(const Cluster& cluster, const std::string& id,
                              const std::stop_token& stop) {
  const auto account = account_of(cluster);
  if (!account) return fail(account.error());
  return (*account)->ec2().reboot_instances({id}, stop);
}

Result<void> AwsCloud::halt(const Cluster& cluster, const std::string& id,
                            const std::stop_token& stop) {
  const auto account = account_of(cluster);
  if (!account) return fail(account.error());
  return done((*account)->ec2().stop_instances({id}, stop));
}

Result<void> AwsCloud::start(const Cluster& cluster, const std::string& id,
                             const std::stop_token& stop) {
  const auto account = account_of(cluster);
  if (!account) return fail(account.error());
  return done((*account)->ec2().start_instances({id}, stop));
}

Result<void> AwsCloud::terminate(const Cluster& cluster, const std::string& id, bool in_group,
                                 bool smaller, const std::stop_token& stop) {
  const auto account = account_of(cluster);
  if (!account) return fail(account.error());
  if (!in_group) return done((*account)->ec2().terminate_instances({id}, stop));
  const auto capacity = smaller ? aws::Capacity::kDecremented : aws::Capacity::kKept;
  return done((*account)->autoscaling().terminate_instance(id, capacity, stop));
}

Result<void> AwsCloud::set_desired(const Cluster& cluster, const std::string& group, int desired,
                                   const std::stop_token& stop) {
  const auto account = account_of(cluster);
  if (!account) return fail(account.error());
  return (*account)->autoscaling().set_desired_capacity(group, desired, false, stop);
}

Result<void> AwsCloud::set_count(const Cluster& cluster, int desired, const std::stop_token& stop) {
  const auto account = account_of(cluster);
  if (!account) return fail(account.error());
  const std::size_t slash = cluster.resource.find('/');
  return done((*account)->ecs().update_service(cluster.resource.substr(0, slash),
                                               cluster.resource.substr(slash + 1),
                                               {.desired_count = desired}, stop));
}

Result<void> AwsCloud::set_health(const Cluster& cluster, const std::string& id, bool healthy,
                                  const std::stop_token& stop) {
  const auto account = account_of(cluster);
  if (!account) return fail(account.error());
  return (*account)->autoscaling().set_instance_health(id, healthy, false, stop);
}

// The capacity shrinks with it, so that nothing is launched in its place, and grows again after.
Result<void> AwsCloud::enter_standby(const Cluster& cluster, const std::string& group,
                                     const std::string& id, const std::stop_token& stop) {
  const auto account = account_of(cluster);
  if (!account) return fail(account.error());
  return done(
      (*account)->autoscaling().enter_standby(group, {id}, aws::Capacity::kDecremented, stop));
}

Result<void> AwsCloud::exit_standby(const Cluster& cluster, const std::string& group,
                                    const std::string& id, const std::stop_token& stop) {
  const auto account = account_of(cluster);
  if (!account) return fail(account.error());
  return done((*account)->autoscaling().exit_standby(group, {id}, stop));
}

Result<void> AwsCloud::deploy(const Cluster& cluster, const std::stop_token& stop) {
  const auto account = account_of(cluster);
  if (!account) return fail(account.error());
  const std::size_t slash = cluster.resource.find('/');
  return done((*account)->ecs().update_service(cluster.resource.substr(0, slash),
                                               cluster.resource.substr(slash + 1),
                                               {.force_new_deployment = true}, stop));
}

Result<void> AwsCloud::deploy_release(const Cluster& cluster, const std::string& release,
                                      const std::stop_token& stop) {
  const auto account = account_of(cluster);
  if (!account) return fail(account.error());
  const std::size_t slash = cluster.resource.find('/');
  return done((*account)->ecs().update_service(cluster.resource.substr(0, slash),
                                               cluster.resource.substr(slash + 1),
                                               {.task_definition = release}, stop));
}

Result<void> AwsCloud::begin_refresh(const Cluster& cluster, const std::string& group,
                                     const std::string& release, const std::stop_token& stop) {
  const auto account = account_of(cluster);
  if (!account) return fail(account.error());
  const TemplateVersion of = parts_of(release);
  aws::LaunchTemplateRef desired;
  // A group may be known to launch from a template by its name alone.
  (of.launch_template.starts_with("lt-") ? desired.id : desired.name) = of.launch_template;
  desired.version = of.version;
  // Another one is launched before one goes, so nothing is taken away; those that are of the
  // release already stay.
  const aws::RefreshPreferences preferences{
      .min_healthy_percentage = 100, .max_healthy_percentage = 110, .skip_matching = true};
  return done((*account)->autoscaling().start_instance_refresh(group, preferences, desired, stop));
}

Result<void> AwsCloud::undo_refresh(const Cluster& cluster, const std::string& group,
                                    const std::stop_token& stop) {
  const auto account = account_of(cluster);
  if (!account) return fail(account.error());
  return done((*account)->autoscaling().rollback_instance_refresh(group, stop));
}

Result<std::string> AwsCloud::publish(const Topic& topic, const std::string& text,
                                      const std::string& token, const std::stop_token& stop) {
  const auto account = accounts_.find(topic.account, region_of_arn(topic.arn));
  if (!account) return fail(account.error());
  aws::SnsMessage message{.topic_arn = topic.arn, .text = text};
  if (topic.arn.ends_with(".fifo")) {
    message.group_id = "livesonic";
    message.deduplication_id = token;
  }
  return (*account)->sns().publish(message, stop);
}

}  // namespace livesonic::actions
