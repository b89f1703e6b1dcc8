// SPDX-License-Identifier: Apache-2.0
#include "livesonic/domains/watch.h"

#include <utility>

namespace livesonic::domains {

Result<Changes> Watch::run(const std::stop_token& stop) {
  const std::lock_guard lock(turn_);
  auto changes = sync_.run(stop);
  if (stop.stop_requested()) return changes;
  if (certificates_ != nullptr) {
    const auto looked = certificates_->run(stop);
    if (!looked) return fail(looked.error());
    if (*looked) events_.publish({"domains.changed", "", "", "", clock_.now()});
    if (stop.stop_requested()) return changes;
  }
  if (auto judged = judge(); !judged) return fail(judged.error());
  return changes;
}

Result<void> Watch::judge() {
  const auto domains = store_.domains();
  if (!domains) return fail(domains.error());
  const auto registered = store_.registered_domains();
  if (!registered) return fail(registered.error());
  const auto certificates = store_.certificates();
  if (!certificates) return fail(certificates.error());
  const Time now = clock_.now();
  return alarm_.tell(expiring(*domains, *registered, *certificates, thresholds_, now), now);
}

}  // namespace livesonic::domains
