// SPDX-License-Identifier: Apache-2.0
#include "serverscore/print/json.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "serverscore/testing/fixture.h"

namespace serverscore {
namespace {

std::string written(std::string_view text) {
  JsonWriter json(JsonWriter::Layout::kOneLine);
  json.open("", '{');
  json.string("text", text);
  json.close('}');
  return json.finish();
}

nlohmann::json document(const Inputs& inputs, const Verdict& verdict) {
  JsonWriter json;
  json.open("", '{');
  write_verdict(json, inputs, verdict);
  json.close('}');
  return nlohmann::json::parse(json.finish());
}

TEST(JsonWriter, keeps_what_is_utf8_and_says_it_in_ascii) {
  EXPECT_EQ(written("a\"b\\c"), "{\"text\":\"a\\\"b\\\\c\"}\n");
  EXPECT_EQ(written("/srv/データ"), "{\"text\":\"/srv/\\u30c7\\u30fc\\u30bf\"}\n");
  EXPECT_EQ(written("\xf0\x9f\x92\xbe"), "{\"text\":\"\\ud83d\\udcbe\"}\n");
  EXPECT_EQ(written("\n\x7f"), "{\"text\":\"\\u000a\\u007f\"}\n");
}

TEST(JsonWriter, replaces_what_is_not_utf8) {
  // A lone continuation, a cut character, an overlong '/', a surrogate, beyond Unicode.
  for (const char* bad : {"\x80", "\xe3\x81", "\xc0\xaf", "\xed\xa0\x80", "\xf5\x80\x80\x80"}) {
    const auto read = nlohmann::json::parse(written(bad));
    EXPECT_EQ(read["text"].get<std::string>().substr(0, 3), "\xef\xbf\xbd");
  }
}

TEST(JsonWriter, has_no_number_for_what_is_none) {
  JsonWriter json(JsonWriter::Layout::kOneLine);
  json.open("", '[');
  json.number("", std::nan(""));
  json.number("", std::numeric_limits<double>::infinity());
  json.number("", std::nullopt);
  json.number("", 1.25, 1);
  json.number("", std::numeric_limits<double>::max());
  json.close(']');
  const auto read = nlohmann::json::parse(json.finish());
  EXPECT_TRUE(read[0].is_null());
  EXPECT_TRUE(read[1].is_null());
  EXPECT_TRUE(read[2].is_null());
  EXPECT_EQ(read[3], 1.2);
  EXPECT_EQ(read[4], std::numeric_limits<double>::max());
}

TEST(Json, tells_where_a_danger_is_and_how_full_that_is) {
  Inputs inputs = interpret(with_pressure({}));
  Filesystem filesystem;
  filesystem.mount.path = "/srv";
  filesystem.mount.type = "ext4";
  filesystem.mount.device = "/dev/nvme1n1";
  filesystem.bytes = 100e9;
  filesystem.bytes_available = 1e9;
  inputs.filesystems = {filesystem};
  Verdict verdict;
  verdict.score = 10;
  verdict.dangers = {{.name = "oom", .cap = 30, .what = ""},
                     {.name = "disk", .cap = 10, .what = "/srv"}};
  const auto json = document(inputs, verdict);
  EXPECT_EQ(json["dangers"][0]["name"], "disk");
  EXPECT_EQ(json["dangers"][0]["what"], "/srv");
  EXPECT_EQ(json["dangers"][0]["why"], "/srv is nearly full: 954 MiB of 93.1 GiB left");
  EXPECT_TRUE(json["dangers"][1]["what"].is_null());
  EXPECT_EQ(json["inputs"]["filesystems"][0]["bytes"], 100e9);
  EXPECT_TRUE(json["inputs"]["filesystems"][0]["inodes"].is_null());
}

TEST(Json, tells_what_happened_since_the_last_look) {
  Inputs inputs = interpret(with_pressure({}));
  Since since;
  since.seconds = 61.5;
  since.shares = CpuShares{.busy = 0.5, .nice = 0.1, .iowait = 0.2, .steal = 0.05};
  since.io_pressure = Pressure{.some = 0.25, .full = 0.125};
  inputs.since = since;
  const auto json = document(inputs, judge(inputs))["inputs"]["since"];
  EXPECT_EQ(json["seconds"], 61.5);
  EXPECT_EQ(json["cpu_nice_percent"], 10.0);
  EXPECT_EQ(json["pressure"]["io"]["full"], 12.5);
  EXPECT_TRUE(json["pressure"]["cpu"].is_null());
  EXPECT_TRUE(json["disk_await_ms"].is_null());
}

TEST(JsonLine, is_one_small_line) {
  const Verdict verdict = judge(interpret(with_pressure({.others = 4, .cpu_some = 100})));
  const std::string line = to_json_line(verdict, 1'795'452'791'123);
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  const auto json = nlohmann::json::parse(line);
  EXPECT_EQ(json["t"], 1'795'452'791'123);
  EXPECT_EQ(json["score"], verdict.score);
  EXPECT_EQ(json["io"], 100);
  EXPECT_TRUE(json["dangers"].empty());
  EXPECT_FALSE(json.contains("notices"));
}

TEST(JsonLine, tells_no_notices_from_notices_that_cannot_be_had) {
  Notices notices;
  notices.lifecycle_state = "InService";
  const auto said = [&] { return nlohmann::json::parse(to_json_line({}, 0, &notices))["notices"]; };
  EXPECT_EQ(said(), nlohmann::json::array());
  notices.unavailable = "no answer in time";
  EXPECT_TRUE(said().is_null());
  notices.spot_action = {.action = "stop", .time = "2017-09-18T08:22:00Z"};
  EXPECT_EQ(said().size(), 1U);
}

TEST(JsonLine, a_long_notice_keeps_its_beginning) {
  Notices notices;
  notices.maintenance.push_back({.code = "system-reboot",
                                 .state = "active",
                                 .not_before = "8 Dec 2026 09:00:00 GMT",
                                 .not_after = {},
                                 .description = std::string(256, 'x'),
                                 .event_id = {}});
  const auto said = nlohmann::json::parse(to_json_line({}, 0, &notices))["notices"];
  EXPECT_TRUE(said[0].get<std::string>().starts_with("maintenance: system-reboot (active), from"));
}

TEST(JsonLine, a_pipe_takes_it_whole_whatever_the_host_is_called) {
  Verdict verdict;
  verdict.dangers.assign(200, {.name = "disk", .cap = 1, .what = std::string(4000, '\\')});
  Notices notices;
  notices.maintenance.assign(16, {.code = std::string(256, '"'),
                                  .state = "active",
                                  .not_before = std::string(256, '"'),
                                  .not_after = std::string(256, '"'),
                                  .description = std::string(256, '"'),
                                  .event_id = std::string(256, '"')});
  const std::string line = to_json_line(verdict, 1'795'452'791'123, &notices);
  EXPECT_TRUE(nlohmann::json::accept(line));
  EXPECT_LT(line.size(), 4096U);
}

}  // namespace
}  // namespace serverscore
