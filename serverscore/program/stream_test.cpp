// SPDX-License-Identifier: Apache-2.0
// The stream's loop over real pipes, by a clock that jumps to whatever it is to wait for.
#include "serverscore/program/stream.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <functional>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "serverscore/testing/fixture.h"

namespace serverscore {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr CapturePlan kAtOnce{.span = std::chrono::microseconds{0}, .instants = 1};

class JumpingClock : public StreamClock {
 public:
  Instant now() override { return now_; }
  long long unix_ms() override { return 1'795'452'791'000 + now_ / 1ms; }
  void wait(std::span<pollfd> files, Instant until) override {
    for (pollfd& file : files) file.revents = 0;
    if (::poll(files.data(), files.size(), 0) > 0) return;
    now_ = std::max(now_, until);
    if (!events_.empty() && now_ >= events_.front().first) {
      const auto happens = std::move(events_.front().second);
      events_.erase(events_.begin());
      happens();
    }
  }
  // In order of time.
  void at(Instant when, std::function<void()> happens) {
    events_.emplace_back(when, std::move(happens));
  }

 private:
  Instant now_ = 0s;
  std::vector<std::pair<Instant, std::function<void()>>> events_;
};

class StreamTest : public testing::Test {
 protected:
  StreamTest() {
    ::signal(SIGPIPE, SIG_IGN);
    EXPECT_EQ(::pipe(in_.data()), 0);
    EXPECT_EQ(::pipe(out_.data()), 0);
  }
  ~StreamTest() override {
    for (const int file : {in_[0], in_[1], out_[0], out_[1]}) {
      if (file >= 0) ::close(file);
    }
  }
  static void close(int& file) {
    ::close(file);
    file = -1;
  }
  void hang_up_at(Instant when) {
    clock_.at(when, [this] { close(in_[1]); });
  }
  Answer run_stream(std::vector<const char*> arguments) {
    const std::string root = "--root=" + tree_.root();
    arguments.push_back(root.c_str());
    const Options options = parse_options(arguments);
    EXPECT_EQ(options.error, "");
    return stream(options, in_[0], out_[1], clock_, kAtOnce);
  }
  std::vector<std::string> lines() {
    if (out_[1] >= 0) close(out_[1]);
    std::string all;
    std::array<char, 4096> buffer;
    for (ssize_t got = 0; (got = ::read(out_[0], buffer.data(), buffer.size())) > 0;) {
      all.append(buffer.data(), static_cast<std::size_t>(got));
    }
    EXPECT_TRUE(all.empty() || all.back() == '\n');
    std::vector<std::string> lines;
    std::istringstream text(all);
    for (std::string line; std::getline(text, line);) lines.push_back(line);
    return lines;
  }

  Tree tree_{with_pressure({})};
  JumpingClock clock_;
  std::array<int, 2> in_{-1, -1};
  std::array<int, 2> out_{-1, -1};
};

TEST_F(StreamTest, a_line_at_once_and_one_each_interval_until_the_peer_hangs_up) {
  hang_up_at(2500ms);
  EXPECT_EQ(run_stream({"--stream", "1s"}).status, kAnswered);
  EXPECT_THAT(lines(), ElementsAre("100", "100", "100"));
}

TEST_F(StreamTest, nothing_is_printed_when_nobody_is_there_from_the_beginning) {
  close(in_[1]);
  EXPECT_EQ(run_stream({"--stream", "1s"}).status, kAnswered);
  EXPECT_THAT(lines(), ElementsAre());
}

TEST_F(StreamTest, json_lines_have_the_time_and_the_parts) {
  hang_up_at(1500ms);
  run_stream({"--stream", "1s", "--json"});
  const auto printed = lines();
  ASSERT_EQ(printed.size(), 2U);
  const auto first = nlohmann::json::parse(printed[0]);
  const auto second = nlohmann::json::parse(printed[1]);
  EXPECT_EQ(second["t"].get<long long>() - first["t"].get<long long>(), 1000);
  EXPECT_EQ(second["score"], 100);
  EXPECT_EQ(second["cpu"], 100);
}

TEST_F(StreamTest, brief_lines_have_the_parts) {
  hang_up_at(1500ms);
  run_stream({"--stream", "1s", "--brief"});
  EXPECT_THAT(lines(),
              ElementsAre("100 cpu=100 io=100 memory=100", "100 cpu=100 io=100 memory=100"));
}

TEST_F(StreamTest, what_the_peer_sends_is_thrown_away) {
  ASSERT_EQ(::write(in_[1], "hello\n", 6), 6);
  clock_.at(1500ms, [this] { ASSERT_EQ(::write(in_[1], "again\n", 6), 6); });
  hang_up_at(2500ms);
  run_stream({"--stream", "1s"});
  EXPECT_EQ(lines().size(), 3U);
}

TEST_F(StreamTest, a_peer_who_sends_without_end_does_not_stop_the_clock) {
  const int zeros = ::open("/dev/zero", O_RDONLY | O_CLOEXEC);
  ASSERT_GE(zeros, 0);
  close(in_[0]);
  in_[0] = zeros;
  clock_.at(2500ms, [this] { close(out_[0]); });
  EXPECT_EQ(run_stream({"--stream", "1s"}).status, kAnswered);
  EXPECT_GE(clock_.now(), 2500ms);
}

TEST_F(StreamTest, ends_when_the_reader_leaves) {
  clock_.at(1500ms, [this] { close(out_[0]); });
  EXPECT_EQ(run_stream({"--stream", "1s"}).status, kAnswered);
  EXPECT_LT(clock_.now(), 2s);
}

TEST_F(StreamTest, heartbeats_fill_a_long_interval) {
  hang_up_at(65s);
  run_stream({"--stream", "30s"});
  EXPECT_THAT(lines(), ElementsAre("100", "", "", "100", "", "", "100"));
}

TEST_F(StreamTest, json_heartbeats_are_json) {
  hang_up_at(15s);
  run_stream({"--stream", "30s", "--json"});
  const auto printed = lines();
  ASSERT_EQ(printed.size(), 2U);
  EXPECT_EQ(nlohmann::json::parse(printed[1])["heartbeat"], true);
}

TEST_F(StreamTest, a_reader_who_is_stuck_for_a_minute_ends_it) {
  ::fcntl(out_[1], F_SETPIPE_SZ, 8192);
  hang_up_at(1h);
  EXPECT_EQ(run_stream({"--stream", "100ms"}).status, kCannotWrite);
  EXPECT_GT(clock_.now(), 60s);
  EXPECT_LT(clock_.now(), 300s);
}

TEST_F(StreamTest, a_slow_reader_misses_lines_and_nothing_else) {
  ::fcntl(out_[1], F_SETPIPE_SZ, 8192);
  std::string first(100'000, '\0');
  clock_.at(130s, [&] {
    const ssize_t got = ::read(out_[0], first.data(), first.size());
    first.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  });
  hang_up_at(140s);
  EXPECT_EQ(run_stream({"--stream", "100ms"}).status, kAnswered);
  EXPECT_GT(first.size(), 3000U);  // the pipe
  EXPECT_LT(first.size(), 5000U);
  EXPECT_GT(lines().size(), 90U);
}

TEST_F(StreamTest, a_full_disk_is_told) {
  const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  ASSERT_GE(full, 0);
  close(out_[1]);
  out_[1] = full;
  hang_up_at(1h);
  const Answer answer = run_stream({"--stream", "1s"});
  EXPECT_EQ(answer.status, kCannotWrite);
  EXPECT_EQ(answer.err, kCannotWriteText);
}

TEST_F(StreamTest, an_output_that_was_never_open_is_told) {
  close(out_[1]);
  out_[1] = 1'000'000;
  const Answer answer = run_stream({"--stream", "1s"});
  out_[1] = -1;
  EXPECT_EQ(answer.status, kCannotWrite);
  EXPECT_EQ(answer.err, kCannotWriteText);
}

TEST_F(StreamTest, says_when_there_is_nothing_to_read) {
  const Options options =
      parse_options(std::vector<const char*>{"--stream", "1s", "--root", "/nonexistent"});
  const Answer answer = stream(options, in_[0], out_[1], clock_, kAtOnce);
  EXPECT_EQ(answer.status, kNothingToRead);
  EXPECT_THAT(answer.err, HasSubstr("nothing to read below /nonexistent/proc"));
}

TEST_F(StreamTest, leaves_the_state_as_it_is) {
  const std::string state = tree_.root() + "/state";
  const std::string argument = "--state=" + state;
  clock_.at(30s, [this] { close(out_[0]); });
  run_stream({"--stream", "1s", argument.c_str()});
  EXPECT_NE(::access(state.c_str(), F_OK), 0);
}

}  // namespace
}  // namespace serverscore
