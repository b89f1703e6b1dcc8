// SPDX-License-Identifier: Apache-2.0
#include "serverscore/program/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace serverscore {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

Options parse(std::vector<const char*> arguments) {
  return parse_options(arguments);
}

std::string error_of(std::vector<const char*> arguments) {
  return parse(std::move(arguments)).error;
}

TEST(Options, without_any_the_answer_is_the_number_of_this_host) {
  const Options options = parse({});
  EXPECT_EQ(options.format, Format::kNumber);
  EXPECT_EQ(options.root, "");
  EXPECT_EQ(options.state, "");
  EXPECT_FALSE(options.stateless);
  EXPECT_FALSE(options.stream);
  EXPECT_FALSE(options.containers);
  EXPECT_FALSE(options.cloud);
  EXPECT_EQ(options.error, "");
}

TEST(Options, name_the_format_and_the_root_in_either_spelling) {
  EXPECT_EQ(parse({"--json"}).format, Format::kJson);
  EXPECT_EQ(parse({"--brief"}).format, Format::kBrief);
  EXPECT_EQ(parse({"--explain"}).format, Format::kExplain);
  EXPECT_EQ(parse({"--prometheus"}).format, Format::kPrometheus);
  EXPECT_EQ(parse({"--nagios"}).format, Format::kNagios);
  EXPECT_EQ(parse({"--root", "/host", "--json"}).root, "/host");
  EXPECT_EQ(parse({"--json", "--root=/host"}).root, "/host");
  EXPECT_EQ(parse({"--json", "--json"}).error, "");
}

TEST(Options, help_and_version_come_before_anything_else) {
  EXPECT_EQ(parse({"--version"}).format, Format::kVersion);
  EXPECT_EQ(parse({"-V"}).format, Format::kVersion);
  EXPECT_EQ(parse({"--help"}).format, Format::kHelp);
  EXPECT_EQ(parse({"--nagios", "--stream=1s", "-h", "--jsn"}).format, Format::kHelp);
  EXPECT_EQ(error_of({"--nagios", "--stream=1s", "-h", "--jsn"}), "");
}

TEST(Options, what_is_unknown_is_named) {
  EXPECT_EQ(error_of({"--jsn"}), "unknown argument '--jsn'; try --help");
  EXPECT_EQ(error_of({"web"}), "unknown argument 'web'; try --help");
  EXPECT_EQ(error_of({"--explain=1"}), "unknown argument '--explain=1'; try --help");
  EXPECT_EQ(error_of({"\x1b[2J"}), "unknown argument '?[2J'; try --help");
  EXPECT_NE(error_of({""}), "");
}

TEST(Options, a_root_without_a_path_is_refused) {
  for (const auto& arguments : std::vector<std::vector<const char*>>{
           {"--root"}, {"--root="}, {"--root", ""}, {"--json", "--root"}}) {
    EXPECT_THAT(error_of(arguments), HasSubstr("--root needs"));
  }
}

TEST(Options, thresholds_may_be_written_as_plugins_take_them) {
  for (const auto& arguments :
       std::vector<std::vector<const char*>>{{"--nagios", "-w", "70", "-c", "20"},
                                             {"-w70", "-c20", "--nagios"},
                                             {"--nagios", "--warning=70", "--critical", "20"},
                                             {"--nagios", "-w", "70:", "-c", "20:"}}) {
    const Options options = parse(arguments);
    EXPECT_EQ(options.error, "");
    EXPECT_EQ(options.thresholds.warning, 70);
    EXPECT_EQ(options.thresholds.critical, 20);
  }
  EXPECT_EQ(parse({"--nagios"}).thresholds.warning, 60);
  EXPECT_EQ(parse({"--nagios"}).thresholds.critical, 30);
}

TEST(Options, thresholds_that_make_no_sense_are_refused) {
  for (const char* value : {"", "101", "-1", "x", "60.5", "@60", "~:60", ":60", "6:0"}) {
    EXPECT_THAT(error_of({"--nagios", "-w", value}), HasSubstr("--warning needs a whole number"))
        << value;
  }
  EXPECT_THAT(error_of({"--nagios", "-c"}), HasSubstr("--critical needs a whole number"));
  EXPECT_THAT(error_of({"--nagios", "-w", "30", "-c", "60"}), HasSubstr("60 is above 30"));
  EXPECT_THAT(error_of({"-w", "30"}), HasSubstr("need --nagios"));
}

TEST(Options, a_wrong_plugin_call_is_still_a_plugin_call) {
  EXPECT_EQ(parse({"-w", "x", "--nagios"}).format, Format::kNagios);
  EXPECT_NE(parse({"-w", "x", "--nagios"}).error, "");
}

TEST(Options, an_interval_has_a_unit_or_is_in_seconds) {
  EXPECT_EQ(parse({"--stream", "1s"}).stream, 1s);
  EXPECT_EQ(parse({"--stream=500ms"}).stream, 500ms);
  EXPECT_EQ(parse({"--stream", "2"}).stream, 2s);
  EXPECT_EQ(parse({"--stream", "0.25"}).stream, 250ms);
  EXPECT_EQ(parse({"--stream", "5m"}).stream, 5min);
  EXPECT_EQ(parse({"--stream", "1h"}).stream, 1h);
  EXPECT_EQ(parse({"--stream", "100ms"}).stream, 100ms);
}

TEST(Options, an_interval_out_of_bounds_is_refused) {
  for (const char* value : {"", "0", "99ms", "1.1h", "3601", "-1s", "s", "1d", "1e3", "1 s",
                            "99999999999999999999", "nan", "--json"}) {
    EXPECT_THAT(error_of({"--stream", value}), HasSubstr("--stream needs an interval")) << value;
  }
  EXPECT_THAT(error_of({"--stream"}), HasSubstr("--stream needs an interval"));
}

TEST(Options, the_state_is_in_a_file_or_nowhere) {
  EXPECT_EQ(parse({"--state", "/run/s"}).state, "/run/s");
  EXPECT_FALSE(parse({"--state", "/run/s"}).stateless);
  EXPECT_TRUE(parse({"--state=none"}).stateless);
  EXPECT_EQ(parse({"--state=none"}).state, "");
  EXPECT_THAT(error_of({"--state="}), HasSubstr("--state needs"));
}

TEST(Options, colours_are_wanted_or_not) {
  EXPECT_EQ(parse({}).colour, Colour::kAuto);
  EXPECT_EQ(parse({"--color=always"}).colour, Colour::kAlways);
  EXPECT_EQ(parse({"--color", "never"}).colour, Colour::kNever);
  EXPECT_THAT(error_of({"--color", "red"}), HasSubstr("auto, always or never"));
}

TEST(Options, what_does_not_go_together_is_refused_by_name) {
  EXPECT_EQ(error_of({"--json", "--nagios"}), "--json and --nagios can't be had together");
  EXPECT_THAT(error_of({"--stream", "1s", "--explain"}), HasSubstr("with --explain"));
  EXPECT_THAT(error_of({"--stream", "1s", "--containers"}), HasSubstr("--containers"));
  EXPECT_THAT(error_of({"--nagios", "--containers"}), HasSubstr("--containers"));
  EXPECT_THAT(error_of({"--stream", "1s", "--cloud"}), HasSubstr("--json"));
  EXPECT_THAT(error_of({"--brief", "--containers"}), HasSubstr("--containers"));
  EXPECT_EQ(error_of({"--brief", "--json"}), "--brief and --json can't be had together");
  EXPECT_EQ(error_of({"--stream", "1s", "--cloud", "--brief"}), "");
  EXPECT_EQ(error_of({"--brief", "--cloud"}), "");
  EXPECT_EQ(error_of({"--stream", "1s", "--cloud", "--json"}), "");
  EXPECT_EQ(error_of({"--json", "--containers", "--cloud"}), "");
  EXPECT_EQ(error_of({"--nagios", "--cloud"}), "");
}

}  // namespace
}  // namespace serverscore
