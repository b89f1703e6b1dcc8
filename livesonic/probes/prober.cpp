// SPDX-License-Identifier: Apache-2.0
#include "livesonic/probes/prober.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <utility>

#include "livesonic/probes/http.h"
#include "livesonic/probes/tcp.h"

namespace livesonic::probes {
namespace {

using std::chrono::steady_clock;

constexpr std::size_t kMostAddresses = 64;

Answer failed(const Error& error, steady_clock::time_point began, const std::stop_token& stop) {
  Answer answer;
  answer.end = stop.stop_requested()                ? Answer::End::kNotTried
               : error.kind == ErrorKind::kTimeout  ? Answer::End::kTimedOut
               : error.kind == ErrorKind::kInternal ? Answer::End::kNotTried
                                                    : Answer::End::kFailed;
  answer.detail = error.message;
  answer.took = std::chrono::ceil<Duration>(steady_clock::now() - began);
  return answer;
}

Duration since(steady_clock::time_point began) {
  return std::chrono::ceil<Duration>(steady_clock::now() - began);
}

Answer ask_tcp(const Probe& probe, const HostPort& target, const std::stop_token& stop) {
  const auto began = steady_clock::now();
  const Deadline deadline = began + probe.timeout;
  auto endpoints = remote::resolve(target.host, target.port);
  if (!endpoints) return failed(endpoints.error(), began, stop);
  const auto connected = connect_tcp(std::move(*endpoints), deadline, stop);
  if (!connected) return failed(connected.error(), began, stop);
  const Socket socket(*connected);
  Answer answer;
  answer.end = Answer::End::kAnswered;
  answer.took = since(began);
  const bool asks = !probe.send.empty() || !probe.expect.empty() || !probe.forbid.empty();
  if (!asks) return answer;
  auto said = converse(socket.file(), probe.send, kMostBody, deadline, stop);
  if (!said) return failed(said.error(), began, stop);
  answer.body = std::move(said->text);
  answer.truncated = said->truncated;
  return answer;
}

struct FreeList {
  void operator()(addrinfo* list) const { freeaddrinfo(list); }
};

Answer ask_dns(const std::string& name) {
  const auto began = steady_clock::now();
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int code = getaddrinfo(name.c_str(), nullptr, &hints, &found);
  const std::unique_ptr<addrinfo, FreeList> list(found);
  Answer answer;
  answer.took = since(began);
  if (code != 0) {
    answer.end = Answer::End::kFailed;
    answer.detail = std::string("it does not resolve: ") + gai_strerror(code);
    return answer;
  }
  answer.end = Answer::End::kAnswered;
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
    std::array<char, NI_MAXHOST> text{};
    if (getnameinfo(one->ai_addr, one->ai_addrlen, text.data(), text.size(), nullptr, 0,
                    NI_NUMERICHOST) != 0) {
      continue;
    }
    std::string address = text.data();
    auto& all = answer.addresses;
    if (all.size() < kMostAddresses && std::find(all.begin(), all.end(), address) == all.end()) {
      all.push_back(std::move(address));
    }
  }
  return answer;
}

Answer ask_tls(const Probe& probe, const HostPort& target, const std::stop_token& stop) {
  const auto began = steady_clock::now();
  TlsSettings settings;
  settings.port = target.port;
  settings.timeout = probe.timeout;
  auto seen = TlsCertificates(settings).fetch(target.host, stop);
  if (!seen) return failed(seen.error(), began, stop);
  Answer answer;
  answer.end = Answer::End::kAnswered;
  answer.took = since(began);
  answer.certificate = std::move(*seen);
  return answer;
}

class SystemProber final : public Prober {
 public:
  Answer ask(const Probe& probe, const std::string& target, const std::stop_token& stop) override {
    if (probe.kind == ProbeKind::kHttp) return ask_http(probe, target, stop);
    if (probe.kind == ProbeKind::kDns) return ask_dns(target);
    const bool tls = probe.kind == ProbeKind::kTls;
    const auto parsed = parse_host_port(target, tls ? 443 : 0);
    if (!parsed) return failed(parsed.error(), steady_clock::now(), stop);
    return tls ? ask_tls(probe, *parsed, stop) : ask_tcp(probe, *parsed, stop);
  }
};

}  // namespace

std::unique_ptr<Prober> make_prober() {
  return std::make_unique<SystemProber>();
}

}  // namespace livesonic::probes
