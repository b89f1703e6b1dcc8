// SPDX-License-Identifier: Apache-2.0
#include "livesonic/domains/certificates.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "livesonic/base/text.h"
#include "livesonic/domains/expiry.h"

namespace livesonic::domains {
namespace {

constexpr std::size_t kLongestError = 300;

// One for each apex, those first that were asked longest ago.
std::vector<ServedCertificate> to_ask(const std::vector<Domain>& domains,
                                      const std::vector<ServedCertificate>& known) {
  std::map<std::string, ServedCertificate> hosts;
  for (const Domain& domain : domains) {
    if (std::string host = apex_host(domain); !host.empty()) hosts[host].host = host;
  }
  for (const ServedCertificate& certificate : known) {
    if (const auto found = hosts.find(certificate.host); found != hosts.end()) {
      found->second = certificate;
    }
  }
  std::vector<ServedCertificate> all;
  for (auto& [host, certificate] : hosts) all.push_back(std::move(certificate));
  std::stable_sort(all.begin(), all.end(),
                   [](const ServedCertificate& a, const ServedCertificate& b) {
                     return a.checked_at < b.checked_at;
                   });
  return all;
}

// But for when it was looked at.
bool same(ServedCertificate a, const ServedCertificate& b) {
  a.checked_at = b.checked_at;
  a.seen_at = b.seen_at;
  return a == b;
}

}  // namespace

ServedCertificate after_look(ServedCertificate before, const Result<probes::SeenCertificate>& seen,
                             Time at) {
  before.checked_at = at;
  if (!seen) {
    before.error = printable(shorten(seen.error().message, kLongestError));
    return before;
  }
  before.error.clear();
  before.seen_at = at;
  before.expires_at = seen->expires_at;
  before.issuer = seen->issuer;
  before.problem = seen->problem;
  return before;
}

Result<bool> CertificateCheck::run(const std::stop_token& stop) {
  const auto domains = store_.domains();
  if (!domains) return fail(domains.error());
  const auto known = store_.certificates();
  if (!known) return fail(known.error());

  const std::vector<ServedCertificate> hosts = to_ask(*domains, *known);
  const auto until = std::chrono::steady_clock::now() + kShare;
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::vector<ServedCertificate> looked;  // guarded by mutex
  bool changed = false;                   // likewise
  const auto work = [&] {
    for (;;) {
      const std::size_t mine = next.fetch_add(1);
      if (mine >= hosts.size() || std::chrono::steady_clock::now() >= until) return;
      const auto seen = source_.fetch(hosts[mine].host, stop);
      if (stop.stop_requested()) return;
      ServedCertificate after = after_look(hosts[mine], seen, clock_.now());
      const std::lock_guard lock(mutex);
      changed |= !same(after, hosts[mine]);
      looked.push_back(std::move(after));
    }
  };
  {
    std::vector<std::jthread> threads;
    const std::size_t count = std::min(hosts.size(), std::size_t{kAtOnce});
    for (std::size_t i = 0; i < count; ++i) threads.emplace_back(work);
  }
  if (looked.empty()) return false;
  if (auto stored = store_.put_certificates(looked); !stored) return fail(stored.error());
  return changed;
}

}  // namespace livesonic::domains
