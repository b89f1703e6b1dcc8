// SPDX-License-Identifier: Apache-2.0
#include "livesonic/monitoring/bringing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "livesonic/base/text.h"
#include "livesonic/monitoring/binaries.h"
#include "livesonic/monitoring/host_poll.h"
#include "livesonic/remote/fake_remote.h"

namespace livesonic::monitoring {
namespace {

using namespace std::chrono_literals;
using remote::End;
using remote::exited;
using testing::ElementsAre;
using testing::HasSubstr;

const std::string kSum(64, 'a');

TEST(Bringing, paths_need_no_quotes_in_any_shell) {
  EXPECT_TRUE(is_plain_path("~/.cache/livesonic/serverscore"));
  EXPECT_TRUE(is_plain_path("/opt/live-sonic_1/serverscore"));
  for (const char* path : {"", "~", "serverscore", "/", "/opt/", "~root/x", "/a b", "/a'b",
                           "/$HOME", "/a;b", "/a\nb", "/~x"}) {
    EXPECT_FALSE(is_plain_path(path)) << path;
  }
}

TEST(Bringing, only_a_version_that_is_told_can_be_too_old) {
  EXPECT_TRUE(is_older("serverscore 0.0.9\n", "0.1.0"));
  EXPECT_TRUE(is_older("serverscore 0.9.0", "0.10.0"));
  EXPECT_FALSE(is_older("serverscore 0.1.0\n", "0.1.0"));
  EXPECT_FALSE(is_older("serverscore 1.0.0-rc1\n", "0.1.0"));
  for (const char* text : {"", "0.0.1", "serverscore", "serverscore x", "serverscore 0.0",
                           "serverscore -1.0.0", "usage: serverscore 0.0.1"}) {
    EXPECT_FALSE(is_older(text, "0.1.0")) << text;
  }
}

TEST(Bringing, reads_the_machine_and_what_is_there_already) {
  EXPECT_EQ(read_look(exited(0, "x86_64\n"))->machine, "x86_64");
  EXPECT_EQ(read_look(exited(0, "x86_64\n"))->sha256, "");
  const auto look = read_look(exited(0, "welcome\naarch64\n" + kSum + "  -\n"));
  EXPECT_EQ(look->machine, "aarch64");
  EXPECT_EQ(look->sha256, kSum);
  EXPECT_FALSE(read_look(exited(0, "")));
  EXPECT_FALSE(read_look(exited(1, "x86_64\n")));
  EXPECT_FALSE(read_look(remote::ended(End::kTimedOut)));
}

class Folder {
 public:
  Folder() { std::filesystem::create_directories(path_); }
  ~Folder() { std::filesystem::remove_all(path_); }
  const std::filesystem::path& path() const { return path_; }
  void put(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name) << text;
  }

 private:
  const std::filesystem::path path_ =
      std::filesystem::temp_directory_path() / ("livesonic-" + random_id());
};

TEST(Binaries, are_found_by_machine_and_known_by_their_sum) {
  Folder folder;
  folder.put("serverscore-aarch64", "abc");
  Binaries binaries({"/nonexistent", folder.path()});
  const auto found = binaries.find("aarch64");
  ASSERT_TRUE(found);
  EXPECT_EQ(*found->bytes, "abc");
  EXPECT_EQ(found->sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_THAT(binaries.find("riscv64").error().message, HasSubstr("riscv64"));
  EXPECT_EQ(binaries.find("../aarch64").error().kind, ErrorKind::kInvalidInput);
}

TEST(Binaries, may_be_megabytes_large_but_not_any_size) {
  Folder folder;
  folder.put("serverscore-aarch64", std::string(5 << 20, 'a'));
  folder.put("serverscore-riscv64", std::string(17 << 20, 'a'));
  Binaries binaries({folder.path()});
  EXPECT_TRUE(binaries.find("aarch64"));
  EXPECT_THAT(binaries.find("riscv64").error().message, HasSubstr("larger than"));
}

// A host without serverscore, or with another version.
class FakeHost {
 public:
  std::string installed;  // its version; empty: none
  std::string machine = "aarch64";
  bool full = false;
  bool broken = false;
  bool brief = true;  // what is installed knows --brief; what is brought does
  int copies = 0;
  int looks = 0;
  std::vector<std::string> asked;

  remote::CommandResult answer(const std::string& line) {
    asked.push_back(line);
    if (broken && line.starts_with("serverscore")) return exited(3, "", "nothing to read\n");
    if (line == "serverscore" && !installed.empty()) return exited(0, "50\n");
    if (line.starts_with("serverscore --brief") && !installed.empty()) {
      return brief ? exited(0, "50 cpu=50\n") : exited(2, "", "unknown argument\n");
    }
    if (line == "serverscore --version" && !installed.empty()) {
      return exited(0, "serverscore " + installed + "\n");
    }
    if (line.find("uname -m") != std::string::npos) {
      ++looks;
      return exited(0, machine + "\n");
    }
    if (line.find("cat >") != std::string::npos) {
      ++copies;
      return full ? exited(1, "", "cat: write error: No space left on device\n") : exited(0, "");
    }
    if (line == "~/.cache/livesonic/serverscore --brief" && copies > 0 && !full)
      return exited(0, "99 cpu=99\n");
    if (line == "true") return exited(0, "");
    return exited(127, "", "not found\n");
  }
};

class ScoreToolTest : public testing::Test {
 protected:
  ScoreToolTest() { folder_.put("serverscore-aarch64", "abc"); }

  HostAnswer poll(bool cloud = false) {
    std::optional<HostAnswer> answer;
    poll_host(remote_, tool_, {"i-1", "i-1.example", 22, "check"},
              {.checks = {{"true", 1s}}, .cloud = cloud},
              [&](HostAnswer got) { answer = std::move(got); });
    EXPECT_TRUE(answer);
    EXPECT_EQ(answer->checks.size(), 1u);
    EXPECT_EQ(answer->checks[0].exit_status, 0);
    return *answer;
  }

  Folder folder_;
  FakeClock clock_{Time{1'764'000'000'000ms}};
  FakeHost host_;
  remote::FakeRemote remote_{
      [this](const std::string&, const std::string& line) { return host_.answer(line); }};
  std::shared_ptr<ScoreTool> tool_ = std::make_shared<ScoreTool>(
      ScoreTool::Settings{.bring = true}, std::vector{folder_.path()}, remote_, clock_);
};

TEST_F(ScoreToolTest, a_host_without_serverscore_gets_it_and_is_scored_in_the_same_poll) {
  EXPECT_EQ(poll().score->out, "99 cpu=99\n");
  EXPECT_EQ(host_.copies, 1);
  EXPECT_EQ(poll().score->out, "99 cpu=99\n");
  EXPECT_EQ(host_.copies, 1);
}

TEST_F(ScoreToolTest, a_host_with_an_older_one_gets_ours_beside_it) {
  host_.installed = "0.0.1";
  host_.brief = false;
  EXPECT_EQ(poll().score->out, "50\n");
  EXPECT_EQ(poll().score->out, "50\n");  // asked for its version, too
  EXPECT_EQ(poll().score->out, "99 cpu=99\n");
}

TEST_F(ScoreToolTest, a_host_that_has_it_is_left_alone_and_asked_for_its_version_once) {
  host_.installed = LIVESONIC_VERSION;
  for (int i = 0; i < 3; ++i) EXPECT_EQ(poll().score->out, "50 cpu=50\n");
  EXPECT_EQ(host_.copies + host_.looks, 0);
  EXPECT_EQ(remote_.calls()[0].commands.size(), 2u);
  EXPECT_EQ(remote_.calls()[1].commands.size(), 3u);
  EXPECT_EQ(remote_.calls()[2].commands.size(), 2u);
}

TEST_F(ScoreToolTest, one_that_knows_no_parts_is_asked_for_the_number_for_an_hour) {
  host_.installed = LIVESONIC_VERSION;
  host_.brief = false;
  EXPECT_EQ(poll().score->out, "50\n");
  EXPECT_THAT(host_.asked, ElementsAre("serverscore --brief", "true", "serverscore"));
  host_.asked.clear();
  EXPECT_EQ(poll().score->out, "50\n");
  EXPECT_THAT(host_.asked, ElementsAre("serverscore", "true", "serverscore --version"));
  host_.brief = true;
  clock_.advance(61min);
  EXPECT_EQ(poll().score->out, "50 cpu=50\n");
}

TEST_F(ScoreToolTest, one_that_is_broken_is_not_asked_twice_each_time) {
  host_.installed = LIVESONIC_VERSION;
  host_.broken = true;
  for (int i = 0; i < 3; ++i) EXPECT_EQ(poll().score->exit_status, 3);
  EXPECT_THAT(host_.asked, ElementsAre("serverscore --brief", "true", "serverscore", "serverscore",
                                       "true", "serverscore", "true"));
}

TEST_F(ScoreToolTest, what_AWS_announced_is_asked_for_where_that_is_wanted) {
  host_.installed = LIVESONIC_VERSION;
  poll(true);
  EXPECT_EQ(host_.asked.front(), "serverscore --brief --cloud");
}

TEST_F(ScoreToolTest, where_it_cannot_be_brought_the_reason_is_told_and_it_is_seldom_tried) {
  host_.full = true;
  EXPECT_EQ(poll().score->exit_status, 127);
  EXPECT_THAT(tool_->trouble("i-1"), HasSubstr("No space left"));
  poll();
  EXPECT_EQ(host_.copies, 1);
  clock_.advance(11min);
  host_.full = false;
  EXPECT_EQ(poll().score->out, "99 cpu=99\n");
  EXPECT_EQ(tool_->trouble("i-1"), "");
}

TEST_F(ScoreToolTest, a_machine_that_there_is_none_for_is_told_apart) {
  host_.machine = "sparc64";
  EXPECT_EQ(poll().score->exit_status, 127);
  EXPECT_THAT(tool_->trouble("i-1"), HasSubstr("sparc64"));
}

TEST_F(ScoreToolTest, one_that_was_deleted_there_is_brought_again) {
  poll();
  host_.copies = 0;
  EXPECT_EQ(poll().score->out, "99 cpu=99\n");
  EXPECT_EQ(host_.copies, 1);
}

TEST_F(ScoreToolTest, nothing_is_brought_where_that_is_not_wanted) {
  tool_ = std::make_shared<ScoreTool>(ScoreTool::Settings{}, std::vector{folder_.path()}, remote_,
                                      clock_);
  EXPECT_EQ(poll().score->exit_status, 127);
  EXPECT_EQ(host_.looks, 0);
}

}  // namespace
}  // namespace livesonic::monitoring
