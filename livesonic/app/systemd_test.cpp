// SPDX-License-Identifier: Apache-2.0
#include "livesonic/app/systemd.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <map>

#include "livesonic/base/text.h"

namespace livesonic::app {
namespace {

using namespace std::chrono_literals;

config::Environment with(std::map<std::string, std::string> variables) {
  return [variables = std::move(variables)](const std::string& name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  };
}

TEST(Systemd, is_told_through_an_abstract_socket) {
  const std::string name = "livesonic-" + random_id();
  const int listener = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path + 1, name.data(), name.size());
  ASSERT_EQ(bind(listener, reinterpret_cast<sockaddr*>(&address),
                 static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size())),
            0);
  const Systemd systemd(with({{"NOTIFY_SOCKET", "@" + name}}));
  EXPECT_TRUE(systemd.tell("READY=1"));
  std::array<char, 100> got{};
  const ssize_t size = recv(listener, got.data(), got.size(), MSG_DONTWAIT);
  EXPECT_EQ(std::string(got.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))),
            "READY=1");
  close(listener);
  EXPECT_FALSE(systemd.tell("STOPPING=1")) << "nobody listens any more";
}

TEST(Systemd, without_it_nothing_is_told) {
  EXPECT_FALSE(Systemd(with({})).tell("READY=1"));
  EXPECT_FALSE(Systemd(with({{"NOTIFY_SOCKET", "relative"}})).tell("READY=1"));
  EXPECT_FALSE(Systemd(with({{"NOTIFY_SOCKET", "/" + std::string(200, 'x')}})).tell("READY=1"));
}

TEST(Systemd, a_watchdog_is_heeded_when_it_is_meant_for_this_process) {
  const auto watchdog = [](std::map<std::string, std::string> variables) {
    variables["NOTIFY_SOCKET"] = "/run/none";
    return Systemd(with(std::move(variables))).watchdog();
  };
  const std::string own = std::to_string(getpid());
  EXPECT_EQ(watchdog({{"WATCHDOG_USEC", "180000000"}}), 3min);
  EXPECT_EQ(watchdog({{"WATCHDOG_USEC", "180000000"}, {"WATCHDOG_PID", own}}), 3min);
  EXPECT_EQ(watchdog({{"WATCHDOG_USEC", "180000000"}, {"WATCHDOG_PID", "1"}}), std::nullopt);
  EXPECT_EQ(watchdog({{"WATCHDOG_USEC", "soon"}}), std::nullopt);
  EXPECT_EQ(watchdog({}), std::nullopt);
}

}  // namespace
}  // namespace livesonic::app
