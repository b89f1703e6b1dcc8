// SPDX-License-Identifier: Apache-2.0
// Hosts that refuse, are silent, or misbehave: each harms only itself, and for a bounded time.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <thread>

#include "livesonic/remote/client_for_test.h"

namespace livesonic::remote {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

constexpr Duration kConnectTimeout = milliseconds{600};

class Hostile : public testing::Test {
 protected:
  Hostile() { make_key(dir_ / "key"); }

  Client client() const {
    SshSettings settings;
    settings.identity_file = dir_ / "key";
    settings.connect_timeout = kConnectTimeout;
    return Client(settings);
  }
  // The outcome, which must be there soon after the connect timeout.
  static CommandResult outcome(Client& client, const Host& host) {
    const auto begin = std::chrono::steady_clock::now();
    const CommandResult result = client.run_one(host, "true", seconds{1});
    EXPECT_LT(std::chrono::steady_clock::now() - begin, kConnectTimeout + seconds{3});
    EXPECT_FALSE(result.detail.empty());
    return result;
  }
  CommandResult outcome_of(BadServer::Serve serve) const {
    BadServer server(std::move(serve));
    Client client(this->client());
    return outcome(client, host_at(server.port()));
  }

  TempDir dir_;
};

TEST_F(Hostile, a_port_where_nobody_listens_is_refused) {
  Client client(this->client());
  const CommandResult result = outcome(client, host_at(unused_port()));
  EXPECT_EQ(result.end, End::kConnectionRefused);
  EXPECT_THAT(result.detail, HasSubstr("127.0.0.1"));
}

TEST_F(Hostile, a_name_that_does_not_resolve_has_no_address) {
  Client client(this->client());
  Host host = host_at(22);
  host.address = "no-such-host.invalid";
  // Where no name server answers, the resolver may take longer than we wait.
  const End end = outcome(client, host).end;
  EXPECT_TRUE(end == End::kNoAddress || end == End::kConnectTimedOut);
  host.address = "";
  EXPECT_EQ(outcome(client, host).end, End::kNoAddress);
}

TEST_F(Hostile, an_address_without_a_route_is_unreachable) {
  Client client(this->client());
  Host host = host_at(22);
  host.address = "255.255.255.255";
  EXPECT_EQ(outcome(client, host).end, End::kUnreachable);
}

TEST_F(Hostile, a_listener_that_never_answers_times_out) {
  const CommandResult result = outcome_of(read_to_the_end);
  EXPECT_EQ(result.end, End::kLoginTimedOut);
  EXPECT_THAT(result.detail, HasSubstr("600ms"));
}

TEST_F(Hostile, a_server_that_hangs_up_at_once_is_a_protocol_error) {
  EXPECT_EQ(outcome_of([](int) {}).end, End::kProtocolError);
}

TEST_F(Hostile, a_server_that_hangs_up_after_its_banner_is_a_protocol_error) {
  EXPECT_EQ(outcome_of([](int socket) { send_all(socket, "SSH-2.0-OpenSSH_9.2\r\n"); }).end,
            End::kProtocolError);
}

TEST_F(Hostile, garbage_is_a_protocol_error) {
  const auto serve = [](int socket) {
    std::string garbage(100'000, '\0');
    for (std::size_t i = 0; i < garbage.size(); ++i) garbage[i] = static_cast<char>(i * 7919 >> 3);
    send_all(socket, garbage);
    read_to_the_end(socket);
  };
  EXPECT_EQ(outcome_of(serve).end, End::kProtocolError);
}

TEST_F(Hostile, a_web_server_is_a_protocol_error) {
  const auto serve = [](int socket) {
    send_all(socket, "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
  };
  EXPECT_EQ(outcome_of(serve).end, End::kProtocolError);
}

TEST_F(Hostile, garbage_after_the_banner_is_a_protocol_error) {
  const auto serve = [](int socket) {
    send_all(socket, "SSH-2.0-Bad\r\n" + std::string(5000, '\x55'));
    read_to_the_end(socket);
  };
  EXPECT_EQ(outcome_of(serve).end, End::kProtocolError);
}

TEST_F(Hostile, a_giant_packet_is_a_protocol_error) {
  const auto serve = [](int socket) {
    send_all(socket, std::string("SSH-2.0-Bad\r\n\x7f\xff\xff\xff\x04\x14\0\0", 21));
    read_to_the_end(socket);
  };
  EXPECT_EQ(outcome_of(serve).end, End::kProtocolError);
}

TEST_F(Hostile, a_line_without_an_end_is_a_protocol_error) {
  const auto serve = [](int socket) {
    while (send_all(socket, std::string(1000, 'x'))) {
    }
  };
  EXPECT_EQ(outcome_of(serve).end, End::kProtocolError);
}

TEST_F(Hostile, an_endless_greeting_is_cut_off) {
  const auto serve = [](int socket) {
    while (send_all(socket, "welcome to this fine machine\r\n")) {
    }
  };
  const CommandResult result = outcome_of(serve);
  EXPECT_EQ(result.end, End::kProtocolError);
  EXPECT_THAT(result.detail, HasSubstr("1 MiB"));
}

TEST_F(Hostile, a_slow_drip_times_out) {
  const auto serve = [](int socket) {
    while (send_all(socket, "S")) std::this_thread::sleep_for(milliseconds{20});
  };
  EXPECT_EQ(outcome_of(serve).end, End::kLoginTimedOut);
}

TEST_F(Hostile, a_server_that_only_repeats_what_we_say_is_a_protocol_error_or_times_out) {
  const auto serve = [](int socket) {
    std::array<char, 4096> chunk{};
    for (ssize_t got = 0; (got = recv(socket, chunk.data(), chunk.size(), 0)) > 0;) {
      if (!send_all(socket, std::string(chunk.data(), static_cast<std::size_t>(got)))) return;
    }
  };
  const End end = outcome_of(serve).end;
  EXPECT_TRUE(end == End::kProtocolError || end == End::kLoginTimedOut);
}

TEST_F(Hostile, words_of_the_host_are_made_printable) {
  const auto serve = [](int socket) {
    send_all(socket, "SSH-2.0-\x1b[31mred\xff\r\n");
    send_all(socket, std::string("\0\0\0\x40\x04\x01\0\0\0\x0b\0\0\0\x2e\x1b]0;x\x07", 21) +
                         std::string(80, '\x1b'));
    read_to_the_end(socket);
  };
  const CommandResult result = outcome_of(serve);
  for (const char c : result.detail)
    EXPECT_GE(static_cast<unsigned char>(c), 0x20) << result.detail;
}

TEST_F(Hostile, one_bad_host_harms_no_other) {
  BadServer silent(read_to_the_end);
  SshdForTest sshd;
  SshSettings settings = settings_for(sshd);
  settings.connect_timeout = seconds{20};
  Client client(settings);
  auto stuck = client.start(host_at(silent.port(), "silent"), {{"true", seconds{1}}});
  EXPECT_EQ(client.run_one(host_at(sshd.port(), "well"), "echo ok").out, "ok\n");
  EXPECT_EQ(stuck.wait_for(seconds{0}), std::future_status::timeout);
}

TEST_F(Hostile, waiting_for_a_turn_does_not_eat_the_connect_timeout) {
  BadServer silent(read_to_the_end);
  SshSettings settings;
  settings.identity_file = dir_ / "key";
  settings.connect_timeout = milliseconds{300};
  settings.connects_at_once = 1;
  Client client(settings);
  const auto begin = std::chrono::steady_clock::now();
  std::vector<std::future<Results>> runs;
  for (int i = 0; i < 3; ++i) {
    runs.push_back(
        client.start(host_at(silent.port(), "i-" + std::to_string(i)), {{"true", seconds{1}}}));
  }
  for (auto& run : runs) EXPECT_EQ(run.get().at(0).end, End::kLoginTimedOut);
  EXPECT_GE(std::chrono::steady_clock::now() - begin, milliseconds{900});
}

TEST_F(Hostile, stopping_is_quick_with_hosts_in_every_state) {
  BadServer silent(read_to_the_end);
  SshSettings settings;
  settings.identity_file = dir_ / "key";
  settings.connect_timeout = seconds{60};
  settings.connects_at_once = 5;
  Client client(settings);
  std::vector<std::future<Results>> runs;
  for (int i = 0; i < 20; ++i) {
    runs.push_back(
        client.start(host_at(silent.port(), "i-" + std::to_string(i)), {{"true", seconds{1}}}));
  }
  const auto begin = std::chrono::steady_clock::now();
  client.stop();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, seconds{1});
  for (auto& run : runs) EXPECT_EQ(run.get().at(0).end, End::kNotTried);
}

}  // namespace
}  // namespace livesonic::remote
