// SPDX-License-Identifier: Apache-2.0
// The whole program over the /proc of hosts of all kinds.
#include "serverscore/program/program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <random>
#include <vector>

#include "serverscore/print/explain.h"
#include "serverscore/print/json.h"
#include "serverscore/testing/fixture.h"

namespace serverscore {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::MatchesRegex;

constexpr CapturePlan kAtOnce{.span = std::chrono::microseconds{0}, .instants = 1};

Answer run_on(const Tree& tree, std::vector<const char*> arguments = {}) {
  const std::string root = "--root=" + tree.root();
  arguments.push_back(root.c_str());
  return run(arguments, kAtOnce);
}

TEST(Program, prints_the_number_and_nothing_else) {
  const Answer answer = run_on(Tree(with_pressure({.others = 4, .cpu_some = 100})));
  EXPECT_THAT(answer.out, MatchesRegex("[1-9][0-9]?\n"));
  EXPECT_EQ(answer.err, "");
  EXPECT_EQ(answer.status, 0);
}

TEST(Program, says_what_it_is_and_how_to_use_it) {
  const char* const version[] = {"--version"};
  EXPECT_EQ(run(version).out, "serverscore " LIVESONIC_VERSION "\n");
  const char* const help[] = {"--help"};
  EXPECT_THAT(run(help).out, HasSubstr("Usage: serverscore"));
}

TEST(Program, refuses_an_option_it_does_not_know) {
  const char* const arguments[] = {"--jsn"};
  const Answer answer = run(arguments);
  EXPECT_EQ(answer.status, 2);
  EXPECT_EQ(answer.out, "");
  EXPECT_EQ(answer.err, "serverscore: unknown argument '--jsn'; try --help\n");
}

TEST(Program, fails_only_where_there_is_nothing_to_read) {
  const Answer answer = run_on(Tree({{"proc/version", "Linux\n"}}));
  EXPECT_EQ(answer.status, 3);
  EXPECT_EQ(answer.out, "");
  EXPECT_THAT(answer.err, HasSubstr("nothing to read below"));
}

TEST(Program, answers_from_any_single_file) {
  const Capture all = with_pressure({});
  for (const auto& [path, text] : {std::pair{"proc/stat", all.stat_after},
                                   {"proc/loadavg", all.loadavg.front()},
                                   {"proc/meminfo", all.meminfo},
                                   {"proc/pressure/cpu", all.cpu_pressure},
                                   {"proc/pressure/io", all.io_pressure},
                                   {"proc/pressure/memory", all.memory_pressure}}) {
    const Answer answer = run_on(Tree({{path, *text}}));
    EXPECT_EQ(answer.out, "100\n") << path;
    EXPECT_EQ(answer.status, 0) << path;
  }
}

TEST(Program, answers_though_files_are_directories_or_empty) {
  const Tree tree{{"proc/stat/nothing", ""}, {"proc/meminfo", ""}, {"proc/loadavg", ""}};
  const Answer answer = run_on(tree, {"--json"});
  EXPECT_EQ(answer.status, 0);
  EXPECT_THAT(answer.out,
              AllOf(HasSubstr("\"/proc/stat\""), HasSubstr("/proc/meminfo: no usable MemTotal")));
}

TEST(Program, answers_on_a_host_with_hundreds_of_cpus) {
  const auto json = nlohmann::json::parse(
      run_on(Tree(with_pressure({.cpus = 448, .others = 895, .cpu_some = 100})), {"--json"}).out);
  EXPECT_EQ(json["cpus"], 448);
  EXPECT_NEAR(json["score"].get<int>(), 37, 4);  // two for each CPU, as 4 on 2
}

TEST(Program, the_json_names_kernel_uptime_and_what_is_missing) {
  const Answer answer = run_on(Tree(without_pressure({})), {"--json"});
  EXPECT_EQ(answer.status, 0);
  EXPECT_THAT(answer.out,
              AllOf(HasSubstr("\"schema\": \"serverscore/1\""), HasSubstr("\"score\": 100,"),
                    HasSubstr("\"kernel\": \"4.14.355-275.603.amzn2.x86_64\""),
                    HasSubstr("\"uptime_seconds\": 1095"), HasSubstr("\"/proc/pressure/cpu\""),
                    HasSubstr("\"estimated\": true")));
}

TEST(Program, the_json_has_every_field_of_its_schema_even_when_nothing_is_known) {
  const auto full = nlohmann::json::parse(run_on(Tree(with_pressure({})), {"--json"}).out);
  const auto least =
      nlohmann::json::parse(run_on(Tree({{"proc/loadavg", "0.00 0.00 0.00\n"}}), {"--json"}).out);
  for (const auto& [key, value] : full.items()) EXPECT_TRUE(least.contains(key)) << key;
  for (const auto& [key, value] : full["inputs"].items()) {
    EXPECT_TRUE(least["inputs"].contains(key)) << key;
  }
  EXPECT_TRUE(least["parts"]["cpu"]["score"].is_null());
  EXPECT_TRUE(least["inputs"]["pressure"]["io"].is_null());
  EXPECT_TRUE(least["cpus"].is_null());
  EXPECT_TRUE(least["inputs"]["since"].is_null());
}

// Schema serverscore/1 only grows: what was in its first release stays, of the same type.
TEST(Program, the_json_keeps_the_fields_of_the_first_release) {
  const auto json = nlohmann::json::parse(
      run_on(Tree(with_pressure({.available_kib = 100'000})), {"--json"}).out);
  EXPECT_EQ(json["schema"], "serverscore/1");
  for (const char* path :
       {"/score", "/slowdown", "/parts/cpu/score", "/parts/io/slowdown", "/dangers/0/cap",
        "/inputs/run_queue/0", "/inputs/run_queue_mean", "/inputs/blocked_mean", "/inputs/load_1m",
        "/inputs/load_5m", "/inputs/load_15m", "/inputs/pressure/cpu/some_avg10",
        "/inputs/pressure/memory/full_avg10", "/inputs/memory_kib/total",
        "/inputs/memory_kib/available", "/inputs/memory_kib/swap_total",
        "/inputs/memory_kib/swap_free", "/cpus", "/uptime_seconds"}) {
    EXPECT_TRUE(json.at(nlohmann::json::json_pointer(path)).is_number()) << path;
  }
  for (const char* path :
       {"/version", "/parts/memory/why", "/dangers/0/name", "/dangers/0/why", "/kernel"}) {
    EXPECT_TRUE(json.at(nlohmann::json::json_pointer(path)).is_string()) << path;
  }
  EXPECT_TRUE(json["parts"]["cpu"]["estimated"].is_boolean());
  EXPECT_TRUE(json["missing"].is_array());
  EXPECT_TRUE(json["notes"].is_array());
  for (const char* field : {"cpu_busy_percent", "cpu_nice_percent", "cpu_system_percent",
                            "cpu_iowait_percent", "cpu_steal_percent"}) {
    EXPECT_TRUE(json["inputs"].contains(field)) << field;
  }
}

TEST(Program, explains_itself_in_a_few_lines) {
  const Answer answer = run_on(
      Tree(with_pressure({.others = 4, .cpu_some = 100, .available_kib = 100'000})), {"--explain"});
  EXPECT_EQ(answer.status, 0);
  EXPECT_THAT(answer.out, AllOf(HasSubstr("a typical request takes about"),
                                HasSubstr("  4.0 others want the 2 CPUs"),
                                HasSubstr("danger: at most 31, as memory is about to run out")));
  EXPECT_LE(std::count(answer.out.begin(), answer.out.end(), '\n'), 7);
}

TEST(Program, colours_what_it_explains_when_asked) {
  const Tree tree(with_pressure({}));
  EXPECT_THAT(run_on(tree, {"--explain", "--color=always"}).out, HasSubstr("\x1b[32m"));
  EXPECT_EQ(run_on(tree, {"--explain"}).out.find('\x1b'), std::string::npos);
}

TEST(Program, gives_metrics) {
  const Answer answer = run_on(Tree(with_pressure({})), {"--prometheus"});
  EXPECT_EQ(answer.status, 0);
  EXPECT_THAT(answer.out, HasSubstr("\nserverscore_score 100\n"));
}

TEST(Program, ends_as_plugins_do) {
  const Tree well(with_pressure({}));
  const Tree in_danger(with_pressure({.available_kib = 20'000}));
  EXPECT_EQ(run_on(well, {"--nagios"}).status, 0);
  EXPECT_EQ(run_on(in_danger, {"--nagios"}).status, 2);
  EXPECT_EQ(run_on(in_danger, {"--nagios", "-c", "0"}).status, 1);
  EXPECT_EQ(run_on(in_danger, {"--nagios", "-w", "0", "-c", "0"}).status, 0);
  EXPECT_THAT(run_on(in_danger, {"--nagios"}).out, HasSubstr("SERVERSCORE CRITICAL - score 6"));
}

TEST(Program, as_a_plugin_it_complains_where_plugins_do) {
  for (const Answer& answer : {run_on(Tree({{"proc/version", "Linux\n"}}), {"--nagios"}),
                               run_on(Tree({}), {"--nagios", "-w", "much"})}) {
    EXPECT_EQ(answer.status, 3);
    EXPECT_EQ(answer.err, "");
    EXPECT_THAT(answer.out, testing::StartsWith("SERVERSCORE UNKNOWN - "));
  }
}

TEST(Program, lists_the_containers_when_asked_and_says_so_when_there_are_none) {
  const Tree tree(with_pressure({}));
  EXPECT_EQ(run_on(tree, {"--containers"}).out, "100\nno containers\n");
  EXPECT_THAT(run_on(tree, {"--containers", "--explain"}).out, HasSubstr("\n  no containers\n"));
  const auto json = nlohmann::json::parse(run_on(tree, {"--containers", "--json"}).out);
  EXPECT_TRUE(json["containers"].is_array());
  EXPECT_FALSE(nlohmann::json::parse(run_on(tree, {"--json"}).out).contains("containers"));
  EXPECT_EQ(run_on(tree, {"--containers", "--prometheus"}).status, 0);
}

TEST(Program, another_root_leaves_no_state_unless_asked) {
  EXPECT_EQ(state_path(parse_options(std::vector<const char*>{"--root=/host"})), "");
  EXPECT_EQ(state_path(parse_options(std::vector<const char*>{"--root=/host", "--state=/s"})),
            "/s");
  EXPECT_EQ(state_path(parse_options(std::vector<const char*>{"--state=none"})), "");
}

TEST(Program, remembers_its_look_for_the_next_run) {
  Capture host = with_pressure({});
  host.boot_id = "0c9ed1f0-4b7c-4b5e-8c58-2d1a5a1a9b31\n";
  const Tree tree(host);
  const std::string state = tree.root() + "/state";
  const std::string argument = "--state=" + state;
  EXPECT_EQ(run_on(tree, {argument.c_str()}).status, 0);
  EXPECT_EQ(::access(state.c_str(), R_OK), 0);
}

TEST(Program, leaves_its_memory_alone_when_asked_again_at_once) {
  Capture host = with_pressure({});
  host.boot_id = "0c9ed1f0-4b7c-4b5e-8c58-2d1a5a1a9b31\n";
  const Tree tree(host);
  const std::string state = tree.root() + "/state";
  const std::string argument = "--state=" + state;
  run_on(tree, {argument.c_str()});
  struct stat first {};
  ASSERT_EQ(::stat(state.c_str(), &first), 0);
  run_on(tree, {argument.c_str()});
  struct stat second {};
  ASSERT_EQ(::stat(state.c_str(), &second), 0);
  EXPECT_EQ(first.st_ino, second.st_ino);
}

TEST(Program, a_terminal_gets_nothing_but_ascii) {
  Capture capture = with_pressure({});
  capture.osrelease = "\x1b]0;owned\x07\xff\n";
  for (const char* format : {"--json", "--explain", "--prometheus", "--nagios"}) {
    for (const char c : run_on(Tree(capture), {format}).out) {
      EXPECT_TRUE(c == '\n' || (c >= ' ' && c <= '~'));
    }
  }
}

// A text that is partly what a kernel would write.
std::string damaged(std::string text, std::mt19937& random) {
  const auto upto = [&](std::size_t most) {
    return std::uniform_int_distribution<std::size_t>(0, most)(random);
  };
  for (std::size_t i = upto(20); i > 0 && !text.empty(); --i) {
    const std::size_t at = upto(text.size() - 1);
    switch (upto(3)) {
      case 0:
        text[at] = static_cast<char>(upto(255));
        break;
      case 1:
        text.erase(at, upto(40));
        break;
      case 2:
        text.insert(at, std::to_string(random()));
        break;
      default:
        text.insert(at, text.substr(upto(text.size()), upto(30)));
        break;
    }
  }
  return text;
}

TEST(Program, any_garbage_gets_a_score_from_1_to_100) {
  std::mt19937 random(20'260'301);
  for (int round = 0; round < 2000; ++round) {
    Capture capture = with_pressure({.others = round % 7, .cpu_some = 30, .busy_ticks = 5});
    for (Text* text : {&capture.stat_before, &capture.stat_after, &capture.cpu_pressure,
                       &capture.io_pressure, &capture.memory_pressure, &capture.meminfo,
                       &capture.uptime, &capture.osrelease, &capture.loadavg[0]}) {
      if (random() % 8 == 0) text->reset();
      if (*text) **text = damaged(**text, random);
    }
    const Inputs inputs = interpret(capture);
    const Verdict verdict = judge(inputs);
    ASSERT_GE(verdict.score, 1);
    ASSERT_LE(verdict.score, 100);
    JsonWriter json;
    json.open("", '{');
    write_verdict(json, inputs, verdict);
    json.close('}');
    ASSERT_TRUE(nlohmann::json::accept(json.finish()));
    ASSERT_FALSE(explain(inputs, verdict).empty());
    ASSERT_LT(plugin_line(inputs, verdict, {}).size(), 1024U);
  }
}

TEST(Program, on_this_very_host_answers_with_a_number) {
  const char* const stateless[] = {"--state=none"};
  EXPECT_THAT(run(stateless).out, MatchesRegex("(100|[1-9][0-9]?)\n"));
}

}  // namespace
}  // namespace serverscore
