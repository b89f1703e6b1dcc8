// SPDX-License-Identifier: Apache-2.0
#include "serverscore/print/containers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

namespace serverscore {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string kId = "4b825dc642cb6eb9a060e54bf8d69288fbee4904aa4f1c2d3e4f5a6b7c8d9e0f";
const std::string kTask = "0123456789abcdef0123456789abcdef";

ContainerScore slow_task() {
  ContainerScore container;
  container.name = *classify("/ecs/" + kTask + "/" + kId);
  container.use = {
      .run_queue = {3, 4}, .cpu_limit = 0.5, .cpu_used = 0.4999, .throttled = 1, .oom_kills = 2};
  container.inputs.cpu_pressure = Pressure{.some = 0.9, .full = 0.75};
  container.inputs.memory = Memory{.total = 512, .available = 20, .swap_total = 0, .swap_free = 0};
  container.inputs.tasks = Usage{.used = 4, .most = 100};
  container.verdict.score = 22;
  container.verdict.slowdown = 4.5;
  container.verdict.cpu = {.slowdown = 4.5, .score = 22, .known = true, .estimated = false};
  container.verdict.dangers = {{"memory", 49, ""}};
  return container;
}

ContainerScore unknown_machine() {
  ContainerScore container;
  container.name = *classify("/machine.slice/machine-a\\x1b\\x22b.scope");
  return container;
}

TEST(ContainerTable, has_a_line_for_each_in_aligned_columns) {
  EXPECT_EQ(container_table({slow_task(), unknown_machine()}, "  "),
            "  score  cpu  io  memory      cpus  dangers    runtime  "
            "task or pod                       container\n"
            "     22   22   -       -  0.50/0.5  memory:49  ecs      "
            "0123456789abcdef0123456789abcdef  4b825dc642cb\n"
            "    100    -   -       -         -  -          nspawn   "
            "-                                 a?\"b\n");
}

TEST(ContainerTable, says_so_when_there_are_none) {
  EXPECT_EQ(container_table({}), "no containers\n");
}

TEST(ContainerJson, has_the_same_fields_whether_they_are_known_or_not) {
  JsonWriter writer;
  writer.open("", '{');
  write_containers(writer, {slow_task(), unknown_machine()});
  writer.close('}');
  const auto json = nlohmann::json::parse(writer.finish())["containers"];
  ASSERT_EQ(json.size(), 2U);
  EXPECT_EQ(json[0]["id"], kId);
  EXPECT_EQ(json[0]["runtime"], "ecs");
  EXPECT_EQ(json[0]["task"], kTask);
  EXPECT_EQ(json[0]["score"], 22);
  EXPECT_EQ(json[0]["cpu_limit"], 0.5);
  EXPECT_EQ(json[0]["run_queue"][1], 4);
  EXPECT_EQ(json[0]["throttled_percent"], 100);
  EXPECT_EQ(json[0]["pressure"]["cpu"]["full_avg10"], 75);
  EXPECT_EQ(json[0]["dangers"][0]["cap"], 49);
  EXPECT_EQ(json[0]["oom_kills"], 2);
  EXPECT_TRUE(json[1]["task"].is_null());
  EXPECT_TRUE(json[1]["parts"]["cpu"]["score"].is_null());
  for (const auto& [key, value] : json[0].items()) EXPECT_TRUE(json[1].contains(key)) << key;
}

TEST(ContainerMetrics, are_told_apart_by_container_and_task) {
  MetricsWriter metrics;
  write_containers(metrics, {slow_task(), unknown_machine()});
  const std::string text = metrics.finish();
  const std::string labels = "id=\"4b825dc642cb\",runtime=\"ecs\",task=\"" + kTask + "\",pod=\"\"";
  EXPECT_THAT(text, HasSubstr("serverscore_container_score{" + labels + "} 22\n"));
  EXPECT_THAT(text, HasSubstr("serverscore_container_part_score{" + labels + ",part=\"cpu\"} 22"));
  EXPECT_THAT(text,
              HasSubstr("serverscore_container_danger_cap{" + labels + ",danger=\"memory\"} 49\n"));
  EXPECT_THAT(text, HasSubstr("serverscore_container_oom_kills{" + labels + "} 2\n"));
  EXPECT_THAT(text, Not(HasSubstr("serverscore_container_cpu_limit{id=\"a")));
}

TEST(ContainerMetrics, leave_no_trace_without_containers) {
  MetricsWriter metrics;
  write_containers(metrics, {});
  EXPECT_EQ(metrics.finish(), "");
}

}  // namespace
}  // namespace serverscore
