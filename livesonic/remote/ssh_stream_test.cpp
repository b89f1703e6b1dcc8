// SPDX-License-Identifier: Apache-2.0
// Commands that go on printing, against Debian's OpenSSH server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <fstream>
#include <mutex>
#include <optional>
#include <thread>

#include "livesonic/base/file.h"
#include "livesonic/remote/client_for_test.h"

namespace livesonic::remote {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

class Lines final : public LineSink {
 public:
  void on_line(std::string_view line) override {
    {
      const std::lock_guard lock(mutex_);
      EXPECT_FALSE(end_);
      lines_.emplace_back(line);
    }
    changed_.notify_all();
  }
  void on_end(const CommandResult& result) override {
    {
      const std::lock_guard lock(mutex_);
      EXPECT_FALSE(end_);
      end_ = result;
    }
    changed_.notify_all();
  }
  std::vector<std::string> wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, seconds{30}, [&] { return lines_.size() >= count; }));
    return lines_;
  }
  CommandResult wait_for_end() {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, seconds{30}, [&] { return end_.has_value(); })) {
      throw std::runtime_error("the stream never ended");
    }
    return *end_;
  }
  bool ended() {
    const std::lock_guard lock(mutex_);
    return end_.has_value();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> lines_;
  std::optional<CommandResult> end_;
};

StreamCommand command(std::string line, Duration silence = seconds{20}) {
  StreamCommand command;
  command.line = std::move(line);
  command.start = seconds{20};
  command.silence = silence;
  return command;
}

class Streaming : public testing::Test {
 protected:
  SshdForTest sshd_;
  Client client_{settings_for(sshd_)};
  Host host_ = host_at(sshd_.port());
  std::shared_ptr<Lines> lines_ = std::make_shared<Lines>();

  StreamId stream(const StreamCommand& command) {
    return client_.remote().stream(host_, command, lines_);
  }
};

constexpr const char* kForEver = "while sleep 0.1; do echo 93; done";

TEST_F(Streaming, lines_come_as_they_are_printed_while_commands_run_beside) {
  stream(command(kForEver));
  EXPECT_EQ(lines_->wait_for(2).at(1), "93");
  EXPECT_EQ(client_.run_one(host_, "echo beside").out, "beside\n");
  lines_->wait_for(lines_->wait_for(2).size() + 2);
  EXPECT_FALSE(lines_->ended());
}

TEST_F(Streaming, standard_input_is_held_open_and_ends_with_the_stream) {
  const std::string file = sshd_.file("ended").string();
  const StreamId id = stream(command("echo begun; cat; echo over >> " + file));
  EXPECT_EQ(lines_->wait_for(1).at(0), "begun");
  EXPECT_FALSE(std::filesystem::exists(file));
  client_.remote().end_stream(host_.id, id);
  EXPECT_EQ(lines_->wait_for_end().end, End::kNotTried);
  while (!std::filesystem::exists(file)) std::this_thread::sleep_for(milliseconds{5});
}

TEST_F(Streaming, its_own_end_is_told_with_status_and_complaint) {
  stream(command("echo 1; printf '2\\n\\n3\\nnever finished'; echo why >&2; exit 3"));
  const CommandResult end = lines_->wait_for_end();
  EXPECT_EQ(end.end, End::kExited);
  EXPECT_EQ(end.exit_status, 3);
  EXPECT_EQ(end.err, "why\n");
  EXPECT_EQ(lines_->wait_for(4), (std::vector<std::string>{"1", "2", "", "3"}));
}

TEST_F(Streaming, a_command_that_is_not_there_is_a_status) {
  stream(command("no-such-command-here --stream 1s"));
  EXPECT_EQ(lines_->wait_for_end().exit_status, 127);
}

TEST_F(Streaming, silence_is_noticed_in_time) {
  stream(command("echo 1; echo 2; sleep 1000", milliseconds{400}));
  lines_->wait_for(2);
  const auto begin = std::chrono::steady_clock::now();
  const CommandResult end = lines_->wait_for_end();
  EXPECT_EQ(end.end, End::kTimedOut);
  EXPECT_THAT(end.detail, HasSubstr("400ms"));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, seconds{5});
}

TEST_F(Streaming, a_flood_and_an_endless_line_end_it) {
  stream(command("yes"));
  EXPECT_EQ(lines_->wait_for_end().end, End::kProtocolError);
  lines_ = std::make_shared<Lines>();
  stream(command("head -c 10000 /dev/zero; sleep 1000"));
  EXPECT_EQ(lines_->wait_for_end().end, End::kProtocolError);
  EXPECT_EQ(client_.run_one(host_, "echo on").out, "on\n");
}

TEST_F(Streaming, a_broken_session_ends_it_and_it_is_not_begun_again) {
  const std::string file = sshd_.file("begins").string();
  stream(command("echo x >> " + file + ";" + kForEver));
  lines_->wait_for(1);
  sshd_.kill_sessions();
  EXPECT_EQ(lines_->wait_for_end().end, End::kConnectionLost);
  EXPECT_EQ(client_.run_one(host_, "cat " + file).out, "x\n");
}

TEST_F(Streaming, forgetting_the_host_ends_it) {
  stream(command(kForEver));
  lines_->wait_for(1);
  client_.remote().forget(host_.id);
  EXPECT_EQ(lines_->wait_for_end().end, End::kNotTried);
}

TEST_F(Streaming, stopping_ends_it) {
  stream(command(kForEver));
  lines_->wait_for(1);
  client_.stop();
  EXPECT_EQ(lines_->wait_for_end().end, End::kNotTried);
}

TEST_F(Streaming, a_host_that_cannot_be_reached_ends_it_as_it_ends_commands) {
  sshd_.kill();
  stream(command(kForEver));
  EXPECT_EQ(lines_->wait_for_end().end, End::kConnectionRefused);
}

TEST_F(Streaming, a_host_that_moved_is_streamed_from_no_longer) {
  stream(command(kForEver));
  lines_->wait_for(1);
  Host moved = host_;
  moved.address = "localhost";
  EXPECT_EQ(client_.run_one(moved, "echo there").out, "there\n");
  EXPECT_EQ(lines_->wait_for_end().end, End::kConnectionLost);
}

TEST(StreamingLimits, where_there_is_one_channel_only_it_is_for_commands) {
  SshdForTest sshd("MaxSessions 1");
  Client client(settings_for(sshd));
  const auto lines = std::make_shared<Lines>();
  client.remote().stream(host_at(sshd.port()), command(kForEver), lines);
  lines->wait_for(1);
  EXPECT_EQ(client.run_one(host_at(sshd.port()), "echo on").out, "on\n");
  const CommandResult end = lines->wait_for_end();
  EXPECT_EQ(end.end, End::kChannelRefused);
  EXPECT_THAT(end.detail, HasSubstr("MaxSessions"));
}

}  // namespace
}  // namespace livesonic::remote
