// SPDX-License-Identifier: Apache-2.0
#include "livesonic/remote/dialer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include "livesonic/remote/sshd_for_test.h"

namespace livesonic::remote {
namespace {

using testing::AllOf;
using testing::HasSubstr;

Endpoint local(std::uint16_t port) {
  return *literal_endpoint("127.0.0.1", port);
}

Dialer::State wait(Dialer& dialer) {
  for (;;) {
    const Dialer::State state = dialer.advance(std::chrono::steady_clock::now());
    if (state != Dialer::State::kConnecting) return state;
    pollfd entry{dialer.socket(), POLLOUT, 0};
    poll(&entry, 1, 10);
  }
}

TEST(Dialer, goes_on_to_the_address_that_answers) {
  BadServer server(read_to_the_end);
  Dialer dialer({local(unused_port()), local(server.port())},
                std::chrono::steady_clock::now() + std::chrono::seconds{20});
  EXPECT_EQ(wait(dialer), Dialer::State::kConnected);
  EXPECT_EQ(dialer.endpoint(), local(server.port()).text);
  close(dialer.take_socket());
}

TEST(Dialer, names_all_addresses_when_none_answers) {
  const Endpoint one = local(unused_port());
  const Endpoint other = *literal_endpoint("255.255.255.255", 22);
  Dialer dialer({one, other}, std::chrono::steady_clock::now() + std::chrono::seconds{20});
  EXPECT_EQ(wait(dialer), Dialer::State::kFailed);
  EXPECT_EQ(dialer.failure().end, End::kConnectionRefused);
  EXPECT_THAT(dialer.failure().detail, AllOf(HasSubstr(one.text), HasSubstr(other.text)));
}

TEST(LiteralEndpoint, takes_addresses_and_no_names) {
  EXPECT_EQ(literal_endpoint("192.0.2.1", 22)->text, "192.0.2.1 port 22");
  EXPECT_EQ(literal_endpoint("2001:db8::1", 2222)->text, "2001:db8::1 port 2222");
  EXPECT_FALSE(literal_endpoint("localhost", 22).has_value());
  EXPECT_FALSE(literal_endpoint("", 22).has_value());
}

}  // namespace
}  // namespace livesonic::remote
