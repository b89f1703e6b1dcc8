// SPDX-License-Identifier: Apache-2.0
#include "livesonic/remote/ssm.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "livesonic/remote/run_command_for_test.h"

namespace livesonic::remote {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::SizeIs;

using Results = std::vector<CommandResult>;

class Ssm : public testing::Test {
 protected:
  void begin(SsmSettings settings = {
                 .begin_within = 30s, .first_look = 5ms, .longest_pause = 20ms, .gather = 100ms}) {
    remote_ = make_ssm(aws_, settings);
  }
  std::future<Results> start(const std::string& id, std::vector<Command> commands) {
    auto promise = std::make_shared<std::promise<Results>>();
    remote_->run({id, {}}, std::move(commands),
                 [promise](Results results) { promise->set_value(std::move(results)); });
    return promise->get_future();
  }
  RunCommandForTest aws_;
  std::unique_ptr<Remote> remote_;
};

TEST_F(Ssm, hosts_that_are_to_run_the_same_share_orders) {
  begin();
  std::vector<std::future<Results>> all;
  for (int i = 0; i < 60; ++i) {
    all.push_back(start("i-" + std::to_string(i), {{"echo same", 60s}}));
  }
  for (auto& one : all) EXPECT_EQ(one.get().at(0).out, "same\n");
  std::size_t hosts = 0;
  for (const RunCommand::Order& order : aws_.orders()) {
    EXPECT_LE(order.hosts.size(), RunCommand::kMostHosts);
    hosts += order.hosts.size();
  }
  EXPECT_EQ(hosts, 60u);
  EXPECT_LT(aws_.orders().size(), 30u);
}

TEST_F(Ssm, a_host_that_is_not_managed_harms_no_other) {
  aws_.unmanaged.insert("i-2");
  begin();
  std::vector<std::future<Results>> all;
  for (int i = 1; i <= 3; ++i) {
    all.push_back(start("i-" + std::to_string(i), {{"echo same", 60s}}));
  }
  EXPECT_EQ(all[0].get().at(0).out, "same\n");
  const CommandResult refused = all[1].get().at(0);
  EXPECT_EQ(refused.end, End::kUnreachable);
  EXPECT_THAT(refused.detail, HasSubstr("does not manage i-2"));
  EXPECT_EQ(all[2].get().at(0).out, "same\n");
}

TEST_F(Ssm, a_host_that_no_cluster_has_is_not_asked_for) {
  begin();
  const CommandResult result = start("stranger", {{"true", 60s}}).get().at(0);
  EXPECT_EQ(result.end, End::kNoAddress);
  EXPECT_THAT(aws_.orders(), SizeIs(0));
}

TEST_F(Ssm, an_agent_that_takes_nothing_means_that_the_host_is_out_of_reach) {
  aws_.offline.insert("i-1");
  begin({.begin_within = 100ms,
         .telling = 100ms,
         .first_look = 5ms,
         .longest_pause = 20ms,
         .gather = 1ms});
  const CommandResult result = start("i-1", {{"true", 1s}}).get().at(0);
  EXPECT_EQ(result.end, End::kUnreachable);
  EXPECT_THAT(result.detail, HasSubstr("did not take the command"));
}

TEST_F(Ssm, as_much_output_as_aws_keeps_may_have_been_more) {
  begin();
  const CommandResult result =
      start("i-1", {{"head -c 30000 /dev/zero | tr '\\0' x", 60s}}).get().at(0);
  EXPECT_EQ(result.out.size(), 24'000u);
  EXPECT_TRUE(result.truncated);
}

}  // namespace
}  // namespace livesonic::remote
