// SPDX-License-Identifier: Apache-2.0
#include "livesonic/probes/certificate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>

#include "livesonic/base/text.h"
#include "livesonic/probes/tls_server.h"

namespace livesonic::probes {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr long kDay = 86'400;

class CertificateTest : public testing::Test {
 protected:
  CertificateTest() {
    // The test's own peers may be written to after they have closed.
    std::signal(SIGPIPE, SIG_IGN);
    trust(std::filesystem::path("/dev/null"));
  }
  static void trust(const std::filesystem::path& file) {
    setenv("SSL_CERT_FILE", file.c_str(), 1);   // NOLINT(concurrency-mt-unsafe): no other threads
    setenv("SSL_CERT_DIR", "/nonexistent", 1);  // NOLINT(concurrency-mt-unsafe)
  }

  static Result<SeenCertificate> fetch(const std::string& host, std::uint16_t port,
                                       Duration timeout = 10s, const std::stop_token& stop = {}) {
    TlsSettings settings;
    settings.port = port;
    settings.timeout = timeout;
    settings.resolve = [](const std::string&, std::uint16_t at) {
      return Result<std::vector<remote::Endpoint>>(
          std::vector{remote::literal_endpoint("127.0.0.1", at).value()});
    };
    return TlsCertificates(settings).fetch(host, stop);
  }

  static Duration left(const SeenCertificate& seen) {
    return seen.expires_at - SystemClock().now();
  }
};

TEST_F(CertificateTest, is_read_although_nobody_trusts_it) {
  const MadeCertificate made("shop.example", 20 * kDay);
  TlsPeer peer(made);
  const auto seen = fetch("shop.example", peer.port());
  ASSERT_TRUE(seen) << seen.error().message;
  EXPECT_GT(left(*seen), 24h * 19);
  EXPECT_LE(left(*seen), 24h * 20);
  EXPECT_EQ(seen->issuer, "Test & Co");
  EXPECT_THAT(seen->problem, HasSubstr("self"));
  EXPECT_THAT(peer.asked(), ElementsAre("shop.example"));
}

TEST_F(CertificateTest, of_the_wrong_name_or_past_its_date_has_a_problem_and_a_right_one_has_none) {
  const auto file = std::filesystem::path(testing::TempDir()) / ("tls-" + random_id() + ".pem");
  const MadeCertificate made("shop.example", 20 * kDay);
  made.write(file);
  trust(file);
  TlsPeer peer(made);
  EXPECT_EQ(fetch("shop.example", peer.port())->problem, "");
  EXPECT_THAT(fetch("other.example", peer.port())->problem, HasSubstr("hostname"));

  const MadeCertificate old("shop.example", -kDay);
  old.write(file);
  TlsPeer late(old);
  const auto seen = fetch("shop.example", late.port());
  EXPECT_THAT(seen->problem, HasSubstr("expired"));
  EXPECT_LT(left(*seen), 0s);
  std::filesystem::remove(file);
}

TEST_F(CertificateTest, is_read_from_old_servers_and_from_those_that_want_one_of_ours) {
  const MadeCertificate made("shop.example", 20 * kDay);
  TlsPeer old(made, [](SSL_CTX* context) {
    SSL_CTX_set_security_level(context, 0);
    SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION);
  });
  EXPECT_TRUE(fetch("shop.example", old.port()));
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    TlsPeer strict(made, [&](SSL_CTX* context) {
      SSL_CTX_set_max_proto_version(context, version);
      SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    });
    EXPECT_TRUE(fetch("shop.example", strict.port()));
  }
}

TEST_F(CertificateTest, of_a_peer_that_hangs_is_given_up) {
  LoopbackPeer silent([](int, const std::stop_token& stop) {
    while (!stop.stop_requested()) std::this_thread::sleep_for(5ms);
  });
  const auto seen = fetch("shop.example", silent.port(), 200ms);
  EXPECT_EQ(seen.error().kind, ErrorKind::kTimeout);
  EXPECT_THAT(seen.error().message, HasSubstr("took too long"));
}

TEST_F(CertificateTest, is_not_waited_for_after_a_stop) {
  LoopbackPeer silent([](int, const std::stop_token& stop) {
    while (!stop.stop_requested()) std::this_thread::sleep_for(5ms);
  });
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(fetch("shop.example", silent.port(), 60s, stop.get_token()).error().kind,
            ErrorKind::kUnavailable);
}

TEST_F(CertificateTest, is_not_to_be_had_from_garbage) {
  const auto error_of = [](const std::string& said) {
    LoopbackPeer peer([&](int file, const std::stop_token&) {
      (void)send(file, said.data(), said.size(), MSG_NOSIGNAL);
      std::array<char, 4096> rest{};
      (void)recv(file, rest.data(), rest.size(), 0);
    });
    const auto seen = fetch("shop.example", peer.port(), 2s);
    EXPECT_FALSE(seen);
    return seen ? std::string() : seen.error().message;
  };
  EXPECT_THAT(error_of("HTTP/1.1 400 Bad Request\r\n\r\n"), HasSubstr("TLS"));
  EXPECT_THAT(error_of(std::string(100'000, '\0')), HasSubstr("TLS"));
  // A ServerHello that says it is long and is not.
  EXPECT_NE(error_of(std::string("\x16\x03\x03\x00\x04\x02\x00\x40\x00", 9) + "x"), "");
  EXPECT_THAT(error_of(""), HasSubstr("TLS handshake"));
}

TEST_F(CertificateTest, of_a_peer_that_never_stops_talking_is_given_up) {
  LoopbackPeer endless([](int file, const std::stop_token& stop) {
    // Empty records of TLS, one after the other: alerts of a level that warns.
    const std::string record("\x15\x03\x03\x00\x02\x01\x00", 7);
    std::string many;
    for (int i = 0; i < 1000; ++i) many += record;
    while (!stop.stop_requested() && send(file, many.data(), many.size(), MSG_NOSIGNAL) > 0) {
    }
  });
  EXPECT_FALSE(fetch("shop.example", endless.port(), 2s));
}

TEST_F(CertificateTest, is_not_to_be_had_where_nobody_listens) {
  std::uint16_t port = 0;
  {
    port = LoopbackPeer([](int, const std::stop_token&) {}).port();
  }
  const auto seen = fetch("shop.example", port);
  EXPECT_EQ(seen.error().kind, ErrorKind::kUnavailable);
  EXPECT_THAT(seen.error().message, HasSubstr("refused"));
}

}  // namespace
}  // namespace livesonic::probes
