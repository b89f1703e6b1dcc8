// SPDX-License-Identifier: Apache-2.0
#include "livesonic/discovery/ecs_book.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "livesonic/aws/fake_transport.h"

namespace livesonic::discovery {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::ElementsAre;
using testing::UnorderedElementsAre;

std::string arn(const std::string& what) {
  return "arn:aws:ecs:x:1:" + what;
}

// An ECS cluster "prod" whose services have one task each, called after the service.
class Prod : public testing::Test {
 protected:
  Result<aws::HttpResponse> answer(const aws::HttpRequest& request) {
    std::string operation;
    for (const auto& [name, value] : request.headers) {
      if (name == "X-Amz-Target") operation = value.substr(value.find('.') + 1);
    }
    const json asked = json::parse(request.body);
    json said = {{"failures", json::array()}};
    if (operation == "DescribeServices") {
      said["services"] = json::array();
      for (const auto& one : asked.at("services")) {
        const auto name = one.get<std::string>();
        if (name == forbidden_) return aws::http(400, R"({"__type": "AccessDeniedException"})");
        if (!running_.contains(name)) continue;
        said["services"].push_back({{"serviceArn", arn("service/prod/" + name)},
                                    {"serviceName", name},
                                    {"status", "ACTIVE"},
                                    {"desiredCount", 1},
                                    {"runningCount", running_.at(name)}});
      }
    } else if (operation == "ListTasks") {
      const auto name = asked.at("serviceName").get<std::string>();
      listed_.push_back(name);
      if (throttles_) return aws::http(400, R"({"__type": "ThrottlingException"})");
      if (name == deleted_) return aws::http(400, R"({"__type": "ServiceNotFoundException"})");
      said["taskArns"] = {arn("task/prod/" + name)};
    } else if (operation == "DescribeTasks") {
      said["tasks"] = json::array();
      for (const auto& one : asked.at("tasks")) {
        said["tasks"].push_back({{"taskArn", one},
                                 {"taskDefinitionArn", arn("task-definition/web:1")},
                                 {"lastStatus", "RUNNING"}});
      }
    }
    return aws::http(200, said.dump());
  }

  // The services that are there, with their tasks.
  std::set<std::string> look(const std::string& service, const std::set<std::string>& all) {
    const auto look = book_.look(service, service, all, bench_.clock.now(), {});
    if (!look) {
      error_ = look.error();
      return {};
    }
    std::set<std::string> there;
    for (const auto& [name, sight] : (*look)->services) {
      EXPECT_EQ(sight.tasks.size(), 1U);
      there.insert(name);
    }
    return there;
  }
  std::vector<std::string> listed() { return std::exchange(listed_, {}); }

  std::map<std::string, int> running_{{"api", 1}, {"web", 1}};
  std::string forbidden_;
  std::string deleted_;
  bool throttles_ = false;
  std::vector<std::string> listed_;  // the services whose tasks were listed
  Error error_;
  aws::TestBench bench_{aws::FakeTransport::Answer(
      [this](const aws::HttpRequest& request) { return answer(request); })};
  aws::Ecs ecs_{bench_.client};
  InstanceBook instances_{60s};
  EcsBook book_{ecs_, instances_, 60s};
  const std::set<std::string> both_{"prod/api", "prod/web"};
};

TEST_F(Prod, is_looked_at_once_for_all_its_services) {
  EXPECT_THAT(look("prod/web", both_), UnorderedElementsAre("api", "web"));
  EXPECT_THAT(look("prod/api", both_), UnorderedElementsAre("api", "web"));
  EXPECT_THAT(listed(), ElementsAre("api", "web"));
}

TEST_F(Prod, a_service_that_ecs_does_not_have_is_left_out_and_harms_no_other) {
  EXPECT_THAT(look("prod/web", {"prod/web", "prod/old"}), ElementsAre("web"));
  deleted_ = "api";  // between one call and the next
  bench_.clock.advance(60s);
  EXPECT_THAT(look("prod/web", both_), ElementsAre("web"));
}

TEST_F(Prod, a_service_that_may_not_be_asked_about_harms_no_other) {
  forbidden_ = "api";
  EXPECT_THAT(look("prod/web", both_), ElementsAre("web"));
  EXPECT_THAT(look("prod/api", both_), ElementsAre());
  EXPECT_EQ(error_.kind, ErrorKind::kPermission);
}

TEST_F(Prod, a_service_that_was_registered_since_is_asked_about_at_once) {
  EXPECT_THAT(look("prod/web", {"prod/web"}), ElementsAre("web"));
  EXPECT_THAT(look("prod/api", both_), ElementsAre("api"));
}

TEST_F(Prod, many_unchanged_services_take_turns_and_changed_ones_do_not_wait) {
  std::set<std::string> all;
  for (int i = 10; i < 60; ++i) {
    running_[fmt::format("s{}", i)] = 1;
    all.insert(fmt::format("prod/s{}", i));
  }
  look("prod/s10", all);
  EXPECT_EQ(listed().size(), 50U);
  bench_.clock.advance(60s);
  look("prod/s10", all);
  const auto turn = listed();
  EXPECT_LT(turn.size(), 25U);
  EXPECT_THAT(turn, testing::Contains("s10"));
  running_["s59"] = 2;
  bench_.clock.advance(1s);
  look("prod/s10", all);
  EXPECT_THAT(listed(), testing::Contains("s59"));
}

TEST_F(Prod, an_event_has_the_service_looked_into_even_when_a_look_fails_meanwhile) {
  std::set<std::string> all;
  for (int i = 10; i < 60; ++i) {
    running_[fmt::format("s{}", i)] = 1;
    all.insert(fmt::format("prod/s{}", i));
  }
  look("prod/s10", all);
  listed();
  book_.outdate("prod/s59");
  throttles_ = true;
  bench_.clock.advance(1s);
  EXPECT_THAT(look("prod/s10", all), ElementsAre());
  EXPECT_EQ(error_.kind, ErrorKind::kThrottled);
  throttles_ = false;
  listed();
  bench_.clock.advance(10min);  // AWS has asked to slow down
  look("prod/s10", all);
  EXPECT_THAT(listed(), testing::Contains("s59"));
}

TEST(EcsService, is_unchanged_as_long_as_it_says_the_same_of_itself) {
  EcsSight sight;
  sight.service.arn = arn("service/prod/web");
  sight.service.desired_count = sight.service.running_count = 2;
  sight.service.deployments.resize(1);
  sight.service.deployments[0].id = "ecs-svc/1";
  sight.service.events = {{.id = "e-1", .created_at = {}, .message = "is steady"}};
  sight.tasks.resize(2);
  for (aws::EcsTask& task : sight.tasks) task.last_status = "RUNNING";
  EXPECT_TRUE(is_unchanged(sight, sight.service));

  aws::EcsService now = sight.service;
  now.running_count = 1;
  EXPECT_FALSE(is_unchanged(sight, now));
  now = sight.service;
  now.events.insert(now.events.begin(), {.id = "e-2", .created_at = {}, .message = "has started"});
  EXPECT_FALSE(is_unchanged(sight, now)) << "a task was replaced by another";
  now = sight.service;
  now.deployments[0].id = "ecs-svc/2";
  EXPECT_FALSE(is_unchanged(sight, now));

  for (const auto& [status, health] : {std::pair("PENDING", ""), std::pair("RUNNING", "UNHEALTHY"),
                                       std::pair("DEACTIVATING", "")}) {
    EcsSight moving = sight;
    moving.tasks[1].last_status = status;
    moving.tasks[1].health_status = health;
    EXPECT_FALSE(is_unchanged(moving, sight.service)) << status << health;
  }
}

}  // namespace
}  // namespace livesonic::discovery
