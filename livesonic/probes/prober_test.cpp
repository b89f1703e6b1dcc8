// SPDX-License-Identifier: Apache-2.0
// Against servers on the loopback interface, well-behaved and not.
#include "livesonic/probes/prober.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <string>

#include "livesonic/probes/tls_server.h"

namespace livesonic::probes {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class ProberTest : public testing::Test {
 protected:
  ProberTest() { std::signal(SIGPIPE, SIG_IGN); }

  Answer ask(ProbeKind kind, const std::string& target, Duration timeout = 10s) {
    probe.kind = kind;
    probe.timeout = timeout;
    return make_prober()->ask(probe, target, stop.get_token());
  }
  static std::string at(const LoopbackPeer& peer) {
    return "127.0.0.1:" + std::to_string(peer.port());
  }

  Probe probe;
  std::stop_source stop;
};

void say(int file, std::string_view text) {
  (void)send(file, text.data(), text.size(), MSG_NOSIGNAL);
}

// Reads the request's head, so that closing resets nothing.
std::string hear(int file) {
  std::string heard;
  char buffer[1024];
  while (heard.find("\r\n\r\n") == std::string::npos) {
    const ssize_t got = recv(file, buffer, sizeof buffer, 0);
    if (got <= 0) break;
    heard.append(buffer, static_cast<std::size_t>(got));
  }
  return heard;
}

void hold(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait(lock, stop, [] { return false; });
}

LoopbackPeer::Treat answering(const std::string& response) {
  return [response](int file, const std::stop_token&) {
    hear(file);
    say(file, response);
  };
}

TEST_F(ProberTest, gets_a_page_with_its_status_and_body) {
  LoopbackPeer peer(answering("HTTP/1.1 404 Gone\r\nContent-Length: 4\r\n\r\nlost"));
  const Answer answer = ask(ProbeKind::kHttp, "http://" + at(peer) + "/");
  EXPECT_EQ(answer.end, Answer::End::kAnswered) << answer.detail;
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.body, "lost");
}

TEST_F(ProberTest, follows_redirects_only_where_it_was_told_to_and_only_so_many) {
  LoopbackPeer there(answering("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nthere"));
  LoopbackPeer peer(answering("HTTP/1.1 302 Found\r\nLocation: http://" + at(there) +
                              "/\r\nContent-Length: 4\r\n\r\naway"));
  const std::string url = "http://" + at(peer) + "/";
  EXPECT_EQ(ask(ProbeKind::kHttp, url).status, 302);
  probe.redirects = 1;
  EXPECT_EQ(ask(ProbeKind::kHttp, url).body, "there");
  LoopbackPeer file(answering("HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\n\r\n"));
  const Answer refused = ask(ProbeKind::kHttp, "http://" + at(file) + "/");
  EXPECT_EQ(refused.end, Answer::End::kFailed);
  EXPECT_EQ(refused.body, "");
}

TEST_F(ProberTest, takes_only_so_much_of_a_page_and_of_headers_without_end) {
  LoopbackPeer body([](int file, const std::stop_token& ended) {
    hear(file);
    say(file, "HTTP/1.1 200 OK\r\n\r\n");
    const std::string chunk(65'536, 'x');
    while (!ended.stop_requested() && send(file, chunk.data(), chunk.size(), MSG_NOSIGNAL) > 0) {
    }
  });
  const Answer answer = ask(ProbeKind::kHttp, "http://" + at(body) + "/");
  EXPECT_EQ(answer.end, Answer::End::kAnswered) << answer.detail;
  EXPECT_TRUE(answer.truncated);
  EXPECT_EQ(answer.body.size(), kMostBody);

  LoopbackPeer headers([](int file, const std::stop_token& ended) {
    hear(file);
    say(file, "HTTP/1.1 200 OK\r\n");
    while (!ended.stop_requested() && send(file, "X-More: 1\r\n", 11, MSG_NOSIGNAL) > 0) {
    }
  });
  EXPECT_EQ(ask(ProbeKind::kHttp, "http://" + at(headers) + "/").end, Answer::End::kFailed);
}

TEST_F(ProberTest, knows_garbage_silence_and_nobody_apart) {
  LoopbackPeer garbage(answering(std::string("\0\xff garbage\n", 11)));
  const Answer odd = ask(ProbeKind::kHttp, "http://" + at(garbage) + "/");
  EXPECT_EQ(odd.end, Answer::End::kFailed);
  EXPECT_NE(odd.detail, "");
  LoopbackPeer silent([](int, const std::stop_token& ended) { hold(ended); });
  const Answer slow = ask(ProbeKind::kHttp, "http://" + at(silent) + "/", 200ms);
  EXPECT_EQ(slow.end, Answer::End::kTimedOut);
  EXPECT_EQ(slow.detail, "no answer within 200ms");
  const Answer nobody = ask(ProbeKind::kHttp, "http://127.0.0.1:1/");
  EXPECT_EQ(nobody.end, Answer::End::kFailed);
  EXPECT_THAT(nobody.detail, HasSubstr("onnect"));
}

TEST_F(ProberTest, connects_and_tells_what_is_said) {
  LoopbackPeer peer([](int file, const std::stop_token& ended) {
    char line[16]{};
    if (recv(file, line, sizeof line - 1, 0) <= 0) return;
    say(file, std::string("+PONG to ") + line);
    hold(ended);
  });
  EXPECT_EQ(ask(ProbeKind::kTcp, at(peer)).body, "");  // nothing is asked
  probe.send = "PING";
  EXPECT_EQ(ask(ProbeKind::kTcp, at(peer)).body, "+PONG to PING");
}

TEST_F(ProberTest, does_not_wait_for_a_port_that_says_nothing_beyond_its_timeout) {
  LoopbackPeer peer([](int, const std::stop_token& ended) { hold(ended); });
  probe.expect.contains = "220";
  const Answer answer = ask(ProbeKind::kTcp, at(peer), 200ms);
  EXPECT_EQ(answer.end, Answer::End::kTimedOut);
  EXPECT_EQ(answer.detail, "connected, but it says nothing");
  const Answer nobody = ask(ProbeKind::kTcp, "127.0.0.1:1");
  EXPECT_EQ(nobody.end, Answer::End::kFailed);
}

TEST_F(ProberTest, resolves_names) {
  const Answer answer = ask(ProbeKind::kDns, "localhost");
  EXPECT_EQ(answer.end, Answer::End::kAnswered);
  EXPECT_THAT(answer.addresses, testing::Contains(testing::AnyOf("127.0.0.1", "::1")));
  const Answer none = ask(ProbeKind::kDns, "no-such-name.invalid");
  EXPECT_EQ(none.end, Answer::End::kFailed);
  EXPECT_THAT(none.detail, HasSubstr("does not resolve"));
}

TEST_F(ProberTest, looks_at_certificates) {
  const MadeCertificate made("localhost", 86'400L * 20);
  TlsPeer peer(made);
  const Answer answer = ask(ProbeKind::kTls, "127.0.0.1:" + std::to_string(peer.port()));
  ASSERT_TRUE(answer.certificate) << answer.detail;
  EXPECT_EQ(answer.certificate->issuer, "Test & Co");
  EXPECT_NE(answer.certificate->problem, "");
  LoopbackPeer garbage(answering("no TLS here"));
  EXPECT_EQ(ask(ProbeKind::kTls, at(garbage)).end, Answer::End::kFailed);
}

TEST_F(ProberTest, ends_when_it_is_stopped) {
  LoopbackPeer peer([this](int, const std::stop_token& ended) {
    stop.request_stop();
    hold(ended);
  });
  probe.expect.contains = "x";
  EXPECT_EQ(ask(ProbeKind::kTcp, at(peer), 60s).end, Answer::End::kNotTried);
}

}  // namespace
}  // namespace livesonic::probes
