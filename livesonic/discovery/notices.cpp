// SPDX-License-Identifier: Apache-2.0
#include "livesonic/discovery/notices.h"

#include <algorithm>
#include <chrono>

namespace livesonic::discovery {
namespace {

// EC2 User Guide, "Spot Instance interruption notices": two minutes before it stops or terminates.
constexpr Duration kWarning = std::chrono::minutes{2};

}  // namespace

std::optional<Notice> notice_of(const CloudEvent& event, Time now) {
  const bool interruption = event.kind == CloudEventKind::kSpotInterruption;
  if (!interruption && event.kind != CloudEventKind::kRebalance) return std::nullopt;
  Notice notice;
  notice.interruption = interruption;
  notice.at = std::min(event.at.value_or(now), now);
  if (!interruption) return notice;
  notice.action = event.detail;
  notice.deadline = notice.at;
  // Hibernation begins at once.
  if (notice.action != "hibernate") *notice.deadline += kWarning;
  return notice;
}

void Notices::note(const CloudEvent& event, Time now) {
  const auto notice = notice_of(event, now);
  if (!notice || now - notice->at > kNoticeHolds) return;
  const std::lock_guard lock(mutex_);
  for (const std::string& id : event.instances) {
    const auto found = notices_.find(id);
    const bool weaker = found != notices_.end() && found->second.interruption &&
                        !notice->interruption && now - found->second.at <= kNoticeHolds;
    if (!weaker) notices_.insert_or_assign(id, *notice);
  }
  drop_surplus(now);
}

bool Notices::note(const std::string& instance, Notice notice, Time now) {
  // A host's clock may be wrong, and an interruption's beginning isn't told.
  if (notice.interruption || notice.at > now) notice.at = now;
  if (now - notice.at > kNoticeHolds) return false;
  if (notice.interruption && !notice.deadline) {
    notice.deadline = notice.action == "hibernate" ? now : now + kWarning;
  }
  const std::lock_guard lock(mutex_);
  const auto found = notices_.find(instance);
  const bool known = found != notices_.end() && now - found->second.at <= kNoticeHolds &&
                     (found->second.interruption || !notice.interruption);
  if (known) return false;
  notices_.insert_or_assign(instance, std::move(notice));
  drop_surplus(now);
  return true;
}

void Notices::drop_surplus(Time now) {
  if (notices_.size() <= kMost) return;
  std::erase_if(notices_, [&](const auto& one) { return now - one.second.at > kNoticeHolds; });
  while (notices_.size() > kMost) {
    notices_.erase(std::min_element(notices_.begin(), notices_.end(),
                                    [](auto& a, auto& b) { return a.second.at < b.second.at; }));
  }
}

std::optional<Notice> Notices::of(const std::string& instance, Time now) const {
  const std::lock_guard lock(mutex_);
  const auto found = notices_.find(instance);
  if (found == notices_.end() || now - found->second.at > kNoticeHolds) return std::nullopt;
  return found->second;
}

}  // namespace livesonic::discovery
