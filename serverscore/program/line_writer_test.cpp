// SPDX-License-Identifier: Apache-2.0
#include "serverscore/program/line_writer.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <string>

namespace serverscore {
namespace {

using namespace std::chrono_literals;
using Sent = LineWriter::Sent;

class LineWriterTest : public testing::Test {
 protected:
  LineWriterTest() {
    ::signal(SIGPIPE, SIG_IGN);
    EXPECT_EQ(::pipe(ends_.data()), 0);
  }
  ~LineWriterTest() override {
    for (const int end : ends_) {
      if (end >= 0) ::close(end);
    }
  }
  void close_reader() {
    ::close(ends_[0]);
    ends_[0] = -1;
  }
  std::string take(std::size_t most) {
    std::string text(most, '\0');
    const ssize_t got = ::read(ends_[0], text.data(), most);
    text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return text;
  }

  std::array<int, 2> ends_{-1, -1};
};

TEST_F(LineWriterTest, a_line_arrives_at_once) {
  LineWriter writer(ends_[1]);
  EXPECT_EQ(writer.send("87\n", 0s), Sent::kSent);
  EXPECT_EQ(take(100), "87\n");
}

TEST_F(LineWriterTest, nobody_blocks_on_a_reader_who_does_not_read) {
  LineWriter writer(ends_[1]);
  ::fcntl(ends_[1], F_SETPIPE_SZ, 8192);
  int sent = 0;
  while (writer.send(std::string(99, 'x') + "\n", 0s) == Sent::kSent) ++sent;
  EXPECT_LE(sent, 41);
  EXPECT_EQ(writer.send("late\n", 59s), Sent::kSkipped);
  EXPECT_EQ(writer.send("late\n", 60s), Sent::kStuck);
}

TEST_F(LineWriterTest, a_reader_who_reads_on_gets_whole_lines_and_another_minute) {
  LineWriter writer(ends_[1]);
  ::fcntl(ends_[1], F_SETPIPE_SZ, 8192);
  while (writer.send(std::string(99, 'x') + "\n", 0s) == Sent::kSent) {
  }
  const std::string first = take(100'000);
  EXPECT_EQ(first.size() % 100, 0U);
  EXPECT_EQ(writer.send("on\n", 59s), Sent::kSent);
  EXPECT_EQ(take(100), "on\n");
  while (writer.send(std::string(99, 'x') + "\n", 70s) == Sent::kSent) {
  }
  EXPECT_EQ(writer.send("late\n", 120s), Sent::kSkipped);
  EXPECT_EQ(writer.send("late\n", 130s), Sent::kStuck);
}

TEST_F(LineWriterTest, a_reader_who_left_is_noticed) {
  LineWriter writer(ends_[1]);
  close_reader();
  EXPECT_EQ(writer.send("87\n", 0s), Sent::kGone);
}

TEST_F(LineWriterTest, a_file_that_takes_parts_gets_the_rest_before_the_next_line) {
  std::array<int, 2> sockets{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, sockets.data()), 0);
  // Another process may have done so: then a write takes what there is room for.
  ::fcntl(sockets[1], F_SETFL, O_NONBLOCK);
  LineWriter writer(sockets[1]);
  std::string all;
  std::string line = std::string(3999, 'a') + "\n";
  for (int i = 0; i < 2000; ++i) {
    if (writer.send(line, 0s) == Sent::kSent) continue;
    std::array<char, 65536> buffer;
    const ssize_t got = ::read(sockets[0], buffer.data(), buffer.size());
    ASSERT_GT(got, 0);
    all.append(buffer.data(), static_cast<std::size_t>(got));
  }
  ::shutdown(sockets[1], SHUT_WR);
  std::array<char, 65536> buffer;
  for (ssize_t got = 0; (got = ::read(sockets[0], buffer.data(), buffer.size())) > 0;) {
    all.append(buffer.data(), static_cast<std::size_t>(got));
  }
  for (std::size_t at = 0; at + line.size() <= all.size(); at += line.size()) {
    ASSERT_EQ(all.compare(at, line.size(), line), 0) << at;
  }
  ::close(sockets[0]);
  ::close(sockets[1]);
}

TEST_F(LineWriterTest, a_closed_file_cannot_be_written_to) {
  LineWriter writer(1'000'000);
  EXPECT_EQ(writer.send("87\n", 0s), Sent::kFailed);
}

TEST_F(LineWriterTest, a_full_disk_is_no_reader_who_left) {
  const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  ASSERT_GE(full, 0);
  LineWriter writer(full);
  EXPECT_EQ(writer.send("87\n", 0s), Sent::kFailed);
  ::close(full);
}

}  // namespace
}  // namespace serverscore
