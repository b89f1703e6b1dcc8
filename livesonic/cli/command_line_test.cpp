// SPDX-License-Identifier: Apache-2.0
#include "livesonic/cli/command_line.h"

#include <gtest/gtest.h>

#include "livesonic/cli/commands.h"

namespace livesonic::cli {
namespace {

const Command& program() {
  static const Command kProgram = livesonic_command();
  return kProgram;
}

std::string refused(const std::vector<std::string>& words) {
  const auto line = parse_command_line(program(), words);
  return line ? "(taken)" : line.error().message;
}

TEST(CommandLine, a_command_is_found_with_its_arguments) {
  const auto line = parse_command_line(program(), {"cluster", "add", "web", "--elb", "web-elb"});
  ASSERT_TRUE(line) << line.error().message;
  EXPECT_EQ(line->words, (std::vector<std::string>{"livesonic", "cluster", "add"}));
  EXPECT_EQ(line->arguments.text("NAME"), "web");
  EXPECT_EQ(line->arguments.text("--elb"), "web-elb");
}

TEST(CommandLine, json_and_config_may_stand_anywhere) {
  for (const auto& words :
       std::vector<std::vector<std::string>>{{"--json", "--config", "x", "domains", "sync"},
                                             {"domains", "--json", "--config", "x", "sync"},
                                             {"domains", "sync", "--config=x", "--json"}}) {
    const auto line = parse_command_line(program(), words);
    ASSERT_TRUE(line) << line.error().message;
    EXPECT_TRUE(line->options.json);
    EXPECT_EQ(line->options.config_file, "x");
    EXPECT_EQ(line->words.back(), "sync");
  }
}

TEST(CommandLine, values_arrive_as_they_are_typed) {
  const auto line = parse_command_line(
      program(), {"service", "add", "a", "--command", "[ -f /x ] && echo \"$HOME\"", "--expect", "",
                  "--expect-regex", "[a,b]", "--cluster", "web", "--cluster", "db"});
  ASSERT_TRUE(line) << line.error().message;
  EXPECT_EQ(line->arguments.text("--command"), "[ -f /x ] && echo \"$HOME\"");
  EXPECT_TRUE(line->arguments.has("--expect"));
  EXPECT_EQ(line->arguments.text("--expect"), "");
  EXPECT_EQ(line->arguments.text("--expect-regex"), "[a,b]");
  EXPECT_EQ(line->arguments.values("--cluster"), (std::vector<std::string>{"web", "db"}));
  EXPECT_FALSE(line->arguments.has("--timeout"));
}

TEST(CommandLine, history_takes_a_cluster_or_the_word_import) {
  const auto shown = parse_command_line(program(), {"history", "web", "i-1", "--last", "1h"});
  ASSERT_TRUE(shown) << shown.error().message;
  EXPECT_EQ(shown->arguments.text("CLUSTER"), "web");
  EXPECT_EQ(shown->arguments.text("INSTANCE"), "i-1");
  const auto import = parse_command_line(program(), {"history", "import", "scores.csv"});
  ASSERT_TRUE(import) << import.error().message;
  EXPECT_EQ(import->command->name, "import");
  EXPECT_EQ(import->arguments.text("FILE"), "scores.csv");
  EXPECT_TRUE(parse_command_line(program(), {"history", "import", "-"}));
}

TEST(CommandLine, a_cluster_may_be_called_like_a_command) {
  for (const char* name : {"status", "add", "cluster"}) {
    const auto line = parse_command_line(program(), {"cluster", "add", name, "--elb", "status"});
    ASSERT_TRUE(line) << line.error().message;
    EXPECT_EQ(line->arguments.text("NAME"), name);
    EXPECT_EQ(line->arguments.text("--elb"), "status");
  }
}

TEST(CommandLine, what_is_mistyped_gets_a_suggestion) {
  EXPECT_EQ(refused({"clutser", "list"}),
            "livesonic has no command 'clutser'; did you mean 'cluster'?\ntry: livesonic --help");
  EXPECT_EQ(refused({"cluster", "ad", "web"}),
            "livesonic cluster has no command 'ad'; did you mean 'add'?\n"
            "try: livesonic cluster --help");
  EXPECT_EQ(refused({"cluster", "add", "web", "--elv", "x"}),
            "livesonic cluster add knows no option '--elv'; did you mean '--elb'?\n"
            "try: livesonic cluster add --help");
  EXPECT_EQ(refused({"status", "--jsno"}),
            "livesonic status knows no option '--jsno'; did you mean '--json'?\n"
            "try: livesonic status --help");
  EXPECT_EQ(refused({"status", "web"}),
            "livesonic status does not know what to do with 'web'\ntry: livesonic status --help");
}

TEST(CommandLine, what_is_missing_is_named) {
  EXPECT_EQ(refused({}),
            "livesonic needs a command: serve, poll, cluster, service, probe, status, history, "
            "incidents, incident, rules, silence, maintenance, deploy, action, notify, scale, "
            "domains, iam-policy, host-key, authorized-keys, check-config\ntry: livesonic --help");
  EXPECT_EQ(refused({"cluster"}),
            "livesonic cluster needs a command: add, list, show, remove\n"
            "try: livesonic cluster --help");
  EXPECT_EQ(refused({"cluster", "add"}),
            "livesonic cluster add needs NAME: what to call it: letters, digits, . _ -\n"
            "usage: livesonic cluster add NAME [--elb BALANCER] [--kind KIND]\n"
            "           [--resource NAME] [--account NAME] [--region REGION]\n"
            "           [--target-group NAME]... [--remote WAY] [--user USER]\n"
            "           [--port PORT] [--jump BASTIONS] [--mode MODE]\n"
            "try: livesonic cluster add --help");
  EXPECT_EQ(refused({"cluster", "add", "web", "--elb"}),
            "--elb needs a value after it\ntry: livesonic cluster add --help");
  EXPECT_EQ(refused({"cluster", "add", "web", "--elb", "a", "--elb", "b"}),
            "--elb may be given only once\ntry: livesonic cluster add --help");
  EXPECT_EQ(refused({"--config"}), "--config needs a value after it\ntry: livesonic --help");
  EXPECT_NE(refused({"status", "status"}), "(taken)");
}

TEST(CommandLine, help_wins_over_what_is_missing) {
  for (const auto& words : std::vector<std::vector<std::string>>{
           {"--help"}, {"-h"}, {"cluster", "--help"}, {"cluster", "add", "--help"}}) {
    const auto line = parse_command_line(program(), words);
    ASSERT_TRUE(line) << line.error().message;
    EXPECT_EQ(line->wish, CommandLine::Wish::kHelp);
    EXPECT_EQ(line->words.size(), words.size());
  }
}

}  // namespace
}  // namespace livesonic::cli
