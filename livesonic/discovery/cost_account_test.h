// SPDX-License-Identifier: Apache-2.0
// For the tests of what looking costs: a large account of one kind of cluster, in which nothing
// ever happens, behind an AWS that counts its calls and gives no more in one than the real one
// does.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "livesonic/aws/fake_transport.h"
#include "livesonic/base/text.h"
#include "livesonic/model/cluster.h"

namespace livesonic::discovery::cost {

struct Shape {
  ClusterKind kind = ClusterKind::kElb;
  int clusters = 50;
  int each = 200;
  bool one_ecs_cluster = true;
  bool fargate = false;
};

// The values of the form's keys that begin so.
inline std::vector<std::string> values(const std::string& form, std::string_view prefix) {
  std::vector<std::string> found;
  for (const std::string_view pair : split(form, '&')) {
    if (pair.starts_with(prefix)) found.emplace_back(pair.substr(pair.find('=') + 1));
  }
  return found;
}

// "…-17" is the cluster 17.
inline int index_in(const std::string& name) {
  return std::stoi(name.substr(name.find_last_not_of("0123456789") + 1));
}

class Account {
 public:
  explicit Account(Shape shape) : shape_(shape) {}

  [[nodiscard]] std::string instance_id(int cluster, int i) const {
    return fmt::format("i-{:017x}", cluster * shape_.each + i);
  }
  [[nodiscard]] Cluster cluster(int index) const {
    Cluster made;
    made.kind = shape_.kind;
    made.name = made.resource = fmt::format("web-{:02}", index);
    if (made.kind == ClusterKind::kTag) made.resource = "role=" + made.name;
    if (made.kind == ClusterKind::kEcsService) made.resource = ecs_cluster(index) + "/" + made.name;
    return made;
  }

  Result<aws::HttpResponse> answer(const aws::HttpRequest& request) {
    for (const auto& [name, value] : request.headers) {
      if (name == "X-Amz-Target") return ask_ecs(value.substr(value.find('.') + 1), request.body);
    }
    const std::string operation = values(request.body, "Action=").at(0);
    ++calls[operation];
    const std::string said = result(operation, request.body);
    if (said.empty()) return aws::refusal(400, "InvalidAction");
    const bool is_ec2 = operation.starts_with("DescribeInstance") && operation.back() != 'h';
    const std::string inner =
        is_ec2 ? said : fmt::format("<{0}Result>{1}</{0}Result>", operation, said);
    return aws::http(200, fmt::format("<{0}Response>{1}</{0}Response>", operation, inner));
  }

  std::map<std::string, int> calls;  // by operation
  std::set<std::string> seen;        // ids of instances and tasks that were asked for
  std::set<int> changed;             // services with something new to tell

 private:
  [[nodiscard]] std::string ecs_cluster(int index) const {
    return shape_.one_ecs_cluster ? "prod" : fmt::format("prod-{:02}", index);
  }
  [[nodiscard]] std::string arn(const std::string& what) const {
    return "arn:aws:any:ap-northeast-1:123456789012:" + what;
  }
  template <typename Write>
  [[nodiscard]] std::string each_cluster(Write write) const {
    std::string all;
    for (int i = 0; i < shape_.clusters; ++i) all += "<member>" + write(i) + "</member>";
    return all;
  }
  template <typename Write>
  [[nodiscard]] std::string each_instance(int cluster, Write write) const {
    std::string all;
    for (int i = 0; i < shape_.each; ++i) all += write(instance_id(cluster, i));
    return all;
  }

  [[nodiscard]] std::string result(const std::string& operation, const std::string& form) {
    const auto member = [](const std::string& id) {
      return "<member><InstanceId>" + id + "</InstanceId></member>";
    };
    if (operation == "DescribeLoadBalancers" && shape_.kind == ClusterKind::kElb) {
      return "<LoadBalancerDescriptions>" + each_cluster([&](int i) {
               return fmt::format(
                   "<LoadBalancerName>web-{:02}</LoadBalancerName><Instances>{}"
                   "</Instances>",
                   i, each_instance(i, member));
             }) +
             "</LoadBalancerDescriptions>";
    }
    if (operation == "DescribeInstanceHealth") {
      return "<InstanceStates>" +
             each_instance(index_in(values(form, "LoadBalancerName=").at(0)),
                           [](const std::string& id) {
                             return "<member><InstanceId>" + id +
                                    "</InstanceId><State>InService</State><ReasonCode>N/A"
                                    "</ReasonCode><Description>N/A</Description></member>";
                           }) +
             "</InstanceStates>";
    }
    if (operation == "DescribeLoadBalancers") {
      const char* type = shape_.kind == ClusterKind::kAlb ? "application" : "network";
      return "<LoadBalancers>" + each_cluster([&](int i) {
               return fmt::format(
                   "<LoadBalancerArn>{}</LoadBalancerArn><LoadBalancerName>web-{:02}"
                   "</LoadBalancerName><Type>{}</Type>",
                   arn(fmt::format("balancer/{:02}", i)), i, type);
             }) +
             "</LoadBalancers>";
    }
    if (operation == "DescribeTargetGroups") {
      return "<TargetGroups>" + each_cluster([&](int i) {
               return fmt::format(
                   "<TargetGroupArn>{}</TargetGroupArn><TargetGroupName>web-{:02}"
                   "</TargetGroupName><LoadBalancerArns><member>{}</member>"
                   "</LoadBalancerArns>",
                   arn(fmt::format("targetgroup/{:02}", i)), i,
                   arn(fmt::format("balancer/{:02}", i)));
             }) +
             "</TargetGroups>";
    }
    if (operation == "DescribeTargetHealth") {
      return "<TargetHealthDescriptions>" +
             each_instance(index_in(values(form, "TargetGroupArn=").at(0)),
                           [](const std::string& id) {
                             return "<member><Target><Id>" + id +
                                    "</Id><Port>80</Port></Target><TargetHealth><State>healthy"
                                    "</State></TargetHealth></member>";
                           }) +
             "</TargetHealthDescriptions>";
    }
    if (operation == "DescribeAutoScalingGroups") return groups(form);
    if (operation == "DescribeInstances") return instances(form);
    if (operation == "DescribeInstanceStatus") return "<instanceStatusSet/>";
    return "";
  }

  // 100 in a page.
  [[nodiscard]] std::string groups(const std::string& form) const {
    if (shape_.kind != ClusterKind::kAsg) return "<AutoScalingGroups/>";
    const auto token = values(form, "NextToken=");
    const int from = token.empty() ? 0 : std::stoi(token[0]);
    std::string page;
    for (int i = from; i < std::min(from + 100, shape_.clusters); ++i) {
      page += fmt::format(
          "<member><AutoScalingGroupName>web-{0:02}</AutoScalingGroupName><MinSize>0</MinSize>"
          "<MaxSize>{1}</MaxSize><DesiredCapacity>{1}</DesiredCapacity><Instances>{2}</Instances>"
          "</member>",
          i, shape_.each, each_instance(i, [](const std::string& id) {
            return "<member><InstanceId>" + id +
                   "</InstanceId><LifecycleState>InService</LifecycleState><HealthStatus>Healthy"
                   "</HealthStatus></member>";
          }));
    }
    page = "<AutoScalingGroups>" + page + "</AutoScalingGroups>";
    if (from + 100 < shape_.clusters) page += fmt::format("<NextToken>{}</NextToken>", from + 100);
    return page;
  }

  // By their ids, which may be in a filter, or by their tag: the filter after that of the state.
  [[nodiscard]] std::string instances(const std::string& form) {
    std::vector<std::string> ids = values(form, "InstanceId.");
    for (const std::string& value : values(form, "Filter.1.Value.")) {
      if (value.starts_with("i-")) ids.push_back(value);
    }
    EXPECT_LE(ids.size(), 1000U);
    for (const std::string& value : values(form, "Filter.2.Value.")) {
      for (int i = 0; i < shape_.each; ++i) ids.push_back(instance_id(index_in(value), i));
    }
    std::string list;
    for (const std::string& id : ids) {
      seen.insert(id);
      list += "<item><instanceId>" + id +
              "</instanceId><instanceState><name>running</name></instanceState></item>";
    }
    return "<reservationSet><item><instancesSet>" + list +
           "</instancesSet></item></reservationSet>";
  }

  Result<aws::HttpResponse> ask_ecs(const std::string& operation, const std::string& body) {
    ++calls[operation];
    const auto asked = nlohmann::json::parse(body);
    nlohmann::json said = {{"failures", nlohmann::json::array()}};
    const auto each = [&](const char* list, std::size_t most, auto write) {
      EXPECT_LE(asked.at(list).size(), most);
      said[list] = nlohmann::json::array();
      for (const auto& one : asked.at(list)) said[list].push_back(write(one.get<std::string>()));
    };
    if (operation == "DescribeServices") {
      each("services", 10, [&](const std::string& name) { return service(name); });
    } else if (operation == "ListTasks") {
      const auto name = asked.at("serviceName").get<std::string>();
      const int from = std::stoi(asked.value("nextToken", std::string("0")));
      said["taskArns"] = nlohmann::json::array();
      for (int i = from; i < std::min(from + 100, shape_.each); ++i) {
        said["taskArns"].push_back(arn(fmt::format("task/prod/{}-{}", index_in(name), i)));
      }
      if (from + 100 < shape_.each) said["nextToken"] = fmt::to_string(from + 100);
    } else if (operation == "DescribeTasks") {
      each("tasks", 100, [&](const std::string& task_arn) { return task(task_arn); });
    } else if (operation == "DescribeContainerInstances") {
      each("containerInstances", 100, [&](const std::string& host_arn) {
        const std::string id = host_arn.substr(host_arn.rfind('/') + 1);
        return nlohmann::json{
            {"containerInstanceArn", host_arn}, {"ec2InstanceId", id}, {"status", "ACTIVE"}};
      });
    } else {
      return aws::http(400, R"({"__type": "InvalidAction"})");
    }
    return aws::http(200, said.dump());
  }

  [[nodiscard]] nlohmann::json service(const std::string& name) const {
    const int index = index_in(name);
    const char* event = changed.contains(index) ? "e-2" : "e-1";
    return {{"serviceArn", arn("service/prod/" + name)},
            {"serviceName", name},
            {"status", "ACTIVE"},
            {"desiredCount", shape_.each},
            {"runningCount", shape_.each},
            {"pendingCount", 0},
            {"events", nlohmann::json::array({{{"id", event}, {"message", "is steady."}}})}};
  }

  [[nodiscard]] nlohmann::json task(const std::string& task_arn) {
    const std::string id = task_arn.substr(task_arn.rfind('/') + 1);
    seen.insert(id);
    nlohmann::json made = {{"taskArn", task_arn},
                           {"taskDefinitionArn", arn("task-definition/web:1")},
                           {"lastStatus", "RUNNING"},
                           {"desiredStatus", "RUNNING"},
                           {"launchType", shape_.fargate ? "FARGATE" : "EC2"}};
    if (!shape_.fargate) {
      const int cluster = std::stoi(id);
      const std::string host = instance_id(cluster, std::stoi(id.substr(id.find('-') + 1)));
      made["containerInstanceArn"] = arn("container-instance/prod/" + host);
    }
    return made;
  }

  const Shape shape_;
};

}  // namespace livesonic::discovery::cost
