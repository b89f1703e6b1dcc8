// SPDX-License-Identifier: Apache-2.0
#include "simulator/commands.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace livesonic::simulator {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;

HostView calm_host() {
  HostView host;
  host.name = "web-01";
  host.score = 87;
  host.load = 0.2;
  return host;
}

TEST(Commands, serverscore_answers_one_number_from_any_path) {
  for (const char* line :
       {"serverscore", "/usr/local/bin/serverscore", "~/serverscore", " serverscore "}) {
    EXPECT_EQ(answer_command(calm_host(), line).out, "87\n") << line;
  }
}

TEST(Commands, serverscore_gives_its_parts_as_json) {
  const auto parts = nlohmann::json::parse(answer_command(calm_host(), "serverscore --json").out);
  EXPECT_EQ(parts["score"], 87);
  EXPECT_EQ(parts["parts"]["cpu"]["score"], 87);
  EXPECT_EQ(answer_command(calm_host(), "serverscore --loud").exit_status, 2);
}

TEST(Commands, serverscore_is_brief_about_its_parts_and_what_EC2_announced) {
  HostView host = calm_host();
  EXPECT_EQ(answer_command(host, "serverscore --brief").out, "87 cpu=87 io=100 memory=100\n");
  host.weak = "memory";
  const CommandAnswer stream = answer_command(host, "serverscore --brief --stream 1s");
  EXPECT_EQ(stream.out, "87 cpu=100 io=100 memory=87\n");
  EXPECT_EQ(stream.every, std::chrono::seconds{1});
  host.weak = "danger";
  host.interruption = Time{1'767'225'720'000ms};
  EXPECT_EQ(answer_command(host, "serverscore --brief").out,
            "87 cpu=100 io=100 memory=100 danger=87\n");
  EXPECT_EQ(answer_command(host, "serverscore --brief --cloud").out,
            "87 cpu=100 io=100 memory=100 danger=87 spot=terminate@2026-01-01T00:02:00Z\n");
}

TEST(Commands, a_service_that_is_down_is_inactive) {
  HostView host = calm_host();
  EXPECT_EQ(answer_command(host, "systemctl is-active nginx").out, "active\n");
  host.services_down = {"nginx"};
  const CommandAnswer answer = answer_command(host, "systemctl is-active nginx.service");
  EXPECT_EQ(answer.out, "inactive\n");
  EXPECT_EQ(answer.exit_status, 3);
  EXPECT_THAT(answer_command(host, "systemctl is-active --quiet nginx").out, IsEmpty());
}

TEST(Commands, plugins_print_perfdata_and_exit_by_severity) {
  HostView host = calm_host();
  EXPECT_THAT(answer_command(host, "check_load -w 4 -c 6").out, HasSubstr("|load1=0.800;4.000"));
  EXPECT_EQ(answer_command(host, "check_load").exit_status, 0);
  host.load = 1.6;
  EXPECT_EQ(answer_command(host, "check_load").exit_status, 2);
  EXPECT_THAT(answer_command(host, "check_disk -w 10%").out, HasSubstr("DISK OK"));
}

TEST(Commands, what_is_unknown_is_not_found_as_in_a_shell) {
  const CommandAnswer answer = answer_command(calm_host(), "frobnicate --all");
  EXPECT_EQ(answer.exit_status, 127);
  EXPECT_THAT(answer.err, EndsWith("frobnicate: command not found\n"));
  EXPECT_THAT(answer.out, IsEmpty());
}

TEST(Commands, sleeping_takes_its_time_and_a_slow_host_longer) {
  HostView host = calm_host();
  host.delay = milliseconds{500};
  EXPECT_EQ(answer_command(host, "sleep 1.5").takes, milliseconds{2000});
  EXPECT_EQ(answer_command(host, "sleep forever").exit_status, 1);
  EXPECT_EQ(answer_command(host, "sleep nan").exit_status, 1);
}

TEST(Commands, words_are_taken_apart_as_a_shell_does) {
  EXPECT_THAT(shell_words(R"(echo 'a  b' "c \" d" e\ f '')"),
              ElementsAre("echo", "a  b", "c \" d", "e f", ""));
  EXPECT_THAT(shell_words(" \t "), IsEmpty());
}

TEST(Commands, faults_change_what_comes_back) {
  HostView host = calm_host();
  host.fault = HostFault::kHangCommands;
  EXPECT_TRUE(answer_command(host, "serverscore").hangs);
  host.fault = HostFault::kFlood;
  EXPECT_EQ(answer_command(host, "serverscore").out.size(), 10u * 1024 * 1024);
  host.fault = HostFault::kGarbage;
  EXPECT_NE(answer_command(host, "serverscore").out, "87\n");
  host.fault = HostFault::kCloseMidCommand;
  EXPECT_EQ(answer_command(host, "hostname").out, "web");
  EXPECT_TRUE(answer_command(host, "hostname").breaks);
}

}  // namespace
}  // namespace livesonic::simulator
