// SPDX-License-Identifier: Apache-2.0
#include "livesonic/model/probe.h"

#include <fmt/format.h>

#include <array>
#include <charconv>

#include "livesonic/base/text.h"
#include "livesonic/model/alert_range.h"

namespace livesonic {
namespace {

constexpr std::string_view kBalancer = "{balancer}";
constexpr std::array<std::string_view, 4> kKinds{"http", "tcp", "dns", "tls"};
constexpr std::array<std::string_view, 4> kDefaultTargets{"http://{balancer}/", "{balancer}:80",
                                                          "{balancer}", "{balancer}:443"};
constexpr std::size_t kLongestTarget = 2048;
constexpr std::size_t kLongestHost = 253;
constexpr std::size_t kLongestSend = 4096;
constexpr std::size_t kMostAddresses = 64;

tl::unexpected<Error> wrong(std::string_view key, std::string_view what) {
  return fail(ErrorKind::kInvalidInput, fmt::format("{}: {}", key, what));
}

bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

bool is_host(std::string_view host) {
  return !host.empty() && host.size() <= kLongestHost &&
         std::all_of(host.begin(), host.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '.' || c == '-' || c == '_' || c == ':';
         });
}

std::string_view whole_target(const Probe& probe) {
  return probe.target.empty() ? kDefaultTargets.at(static_cast<std::size_t>(probe.kind))
                              : std::string_view(probe.target);
}

Result<void> check_target(const Probe& probe) {
  const std::string target = target_of(probe, "balancer.example");
  if (target.size() > kLongestTarget || !is_plain(target)) {
    return wrong("target", "must be without spaces and control characters, and not that long");
  }
  if (probe.kind == ProbeKind::kHttp) {
    const bool fits = target.starts_with("http://") || target.starts_with("https://");
    if (!fits || target.find("//") + 2 >= target.size()) {
      return wrong("target", "must be a URL such as https://www.example.com/health");
    }
    return {};
  }
  if (probe.kind == ProbeKind::kDns) {
    if (is_host(target) && target.find(':') == std::string::npos) return {};
    return wrong("target", "must be a name such as www.example.com");
  }
  const auto parsed = parse_host_port(target, probe.kind == ProbeKind::kTls ? 443 : 0);
  if (!parsed) return wrong("target", parsed.error().message);
  return {};
}

Result<void> check_ranges(const Probe& probe) {
  for (const auto& [key, range] : {std::pair{"warning", &probe.thresholds.warning},
                                   std::pair{"critical", &probe.thresholds.critical}}) {
    if (range->empty()) continue;
    if (const auto parsed = parse_alert_range(*range); !parsed) {
      return wrong(key, parsed.error().message);
    }
  }
  return {};
}

}  // namespace

std::string_view to_string(ProbeKind kind) {
  return kKinds.at(static_cast<std::size_t>(kind));
}

Result<ProbeKind> parse_probe_kind(std::string_view text) {
  const auto* const found = std::find(kKinds.begin(), kKinds.end(), text);
  if (found != kKinds.end()) return static_cast<ProbeKind>(found - kKinds.begin());
  return fail(ErrorKind::kInvalidInput,
              fmt::format("must be http, tcp, dns or tls, not '{}'", printable(shorten(text, 40))));
}

std::string_view metric_of(ProbeKind kind) {
  return kind == ProbeKind::kTls ? "days" : "time";
}

Thresholds effective_thresholds(const Probe& probe) {
  Thresholds thresholds = probe.thresholds;
  thresholds.metric = metric_of(probe.kind);
  if (probe.kind == ProbeKind::kTls && thresholds.empty()) {
    thresholds.warning = "14:";
    thresholds.critical = "3:";
  }
  return thresholds;
}

bool needs_balancer(const Probe& probe) {
  return whole_target(probe).find(kBalancer) != std::string_view::npos;
}

std::string target_of(const Probe& probe, std::string_view balancer) {
  std::string target(whole_target(probe));
  for (std::size_t at = target.find(kBalancer); at != std::string::npos;
       at = target.find(kBalancer, at + balancer.size())) {
    target.replace(at, kBalancer.size(), balancer);
  }
  return target;
}

Result<HostPort> parse_host_port(std::string_view text, std::uint16_t otherwise) {
  const auto no = [] {
    return fail(ErrorKind::kInvalidInput,
                "must be HOST:PORT, such as db.example.com:5432 or [2001:db8::1]:443");
  };
  HostPort parsed;
  std::string_view rest;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return no();
    parsed.host = text.substr(1, end - 1);
    rest = text.substr(end + 1);
  } else {
    const std::size_t colon = std::min(text.find(':'), text.size());
    parsed.host = text.substr(0, colon);
    rest = text.substr(colon);
  }
  if (!is_host(parsed.host)) return no();
  if (rest.empty() && otherwise != 0) {
    parsed.port = otherwise;
    return parsed;
  }
  if (!rest.starts_with(':')) return no();
  rest.remove_prefix(1);
  const char* const end = rest.data() + rest.size();
  const auto [last, error] = std::from_chars(rest.data(), end, parsed.port);
  if (error != std::errc{} || last != end || parsed.port == 0) return no();
  return parsed;
}

Result<void> check_probe(const Probe& probe) {
  if (auto checked = check_target(probe); !checked) return checked;
  if (auto checked = check_ranges(probe); !checked) return checked;
  const bool http = probe.kind == ProbeKind::kHttp;
  const bool tcp = probe.kind == ProbeKind::kTcp;
  const bool answers = http || tcp;
  if (!answers && !(probe.expect.empty() && probe.forbid.empty())) {
    return wrong("expect", "is for http and tcp: the others bring no text to compare");
  }
  if (!http && (probe.expect.exit_status || probe.forbid.exit_status)) {
    return wrong("expect_status", "is for http");
  }
  for (const auto& status : {probe.expect.exit_status, probe.forbid.exit_status}) {
    if (status && (*status < 100 || *status > 599)) {
      return wrong("expect_status", "must be from 100 to 599");
    }
  }
  if (!tcp && !probe.send.empty()) return wrong("send", "is for tcp");
  if (probe.send.size() > kLongestSend) return wrong("send", "must be at most 4096 bytes");
  if (!http && probe.redirects != 0) return wrong("redirects", "is for http");
  if (probe.redirects < 0 || probe.redirects > 10) {
    return wrong("redirects", "must be from 0 to 10");
  }
  if (!http && probe.kind != ProbeKind::kTls && !probe.verify) {
    return wrong("verify", "is for http and tls");
  }
  if (probe.kind != ProbeKind::kDns && !probe.addresses.empty()) {
    return wrong("addresses", "is for dns");
  }
  if (probe.addresses.size() > kMostAddresses) return wrong("addresses", "are more than 64");
  return {};
}

}  // namespace livesonic
