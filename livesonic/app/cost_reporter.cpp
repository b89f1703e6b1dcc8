// SPDX-License-Identifier: Apache-2.0
#include "livesonic/app/cost_reporter.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "livesonic/base/log.h"
#include "livesonic/notify/message.h"

namespace livesonic::app {
namespace {

using namespace std::chrono_literals;

constexpr const char* kReport = "costs";
// The last hours are billed when AWS has said who is there; so long they are waited for.
constexpr Duration kPatience = 15min;
// A report takes as long as one of the API.
constexpr Duration kLongest = 24h * 92;

double hours(Duration duration) {
  return static_cast<double>(duration.count()) / 3'600'000;
}

std::optional<double> usd_of(double usd, Duration ran, Duration unpriced) {
  return ran.count() > 0 && unpriced == ran ? std::nullopt : std::optional(usd);
}

}  // namespace

CostSummary summary_of(const std::vector<scaling::CostReport>& reports, Time from, Time to) {
  CostSummary summary;
  summary.from = from;
  summary.to = to;
  for (const scaling::CostReport& report : reports) {
    CostSummary::Cluster& cluster = summary.clusters.emplace_back();
    cluster.name = report.cluster;
    cluster.hours = hours(report.ran);
    cluster.unpriced_hours = hours(report.unpriced);
    cluster.usd = usd_of(report.usd, report.ran, report.unpriced);
    for (const scaling::TypeCost& type : report.types) {
      cluster.lines.push_back({std::string(to_string(type.lifecycle)), type.type, hours(type.ran),
                               hours(type.unpriced), usd_of(type.usd, type.ran, type.unpriced)});
    }
    for (const scaling::Saving& saving : report.savings) {
      cluster.savings.push_back({saving.what, saving.usd, saving.how});
    }
  }
  std::ranges::stable_sort(summary.clusters, std::ranges::greater(),
                           [](const auto& cluster) { return cluster.usd.value_or(0); });
  return summary;
}

void CostReporter::tick() {
  if (!config_.at) return;
  const auto told = tell(core_.clock.now());
  const std::string failure = told ? "" : told.error().message;
  if (!failure.empty() && failure != told_) log::error("the cost report: {}", failure);
  told_ = failure;
}

Result<void> CostReporter::tell(Time now) {
  const auto told_until = core_.store->reported_until(kReport);
  if (!told_until) return fail(told_until.error());
  // From now on.
  if (!*told_until) return core_.store->post_report({kReport, std::nullopt, now, {}});
  const auto moment = config_.at->last_until(now);
  if (!moment || *moment <= **told_until) return {};
  if (now - *moment < kPatience && !is_billed(*moment)) return {};
  const auto before = config_.at->last_until(*moment - 1ms);
  const Time from = std::max(before.value_or(*moment - kLongest), *moment - kLongest);
  return post(*told_until, from, *moment, now);
}

// Are all clusters, as far as AWS can be asked?
bool CostReporter::is_billed(Time until) const {
  const auto clusters = core_.store->clusters();
  if (!clusters) return false;
  return std::ranges::all_of(*clusters, [&](const Cluster& cluster) {
    if (is_registration(cluster)) return true;
    const auto billed = core_.store->billed_until(cluster.name);
    return billed && (!*billed || **billed >= until);
  });
}

Result<void> CostReporter::post(std::optional<Time> told_until, Time from, Time until, Time now) {
  const auto reports = costs_.reports(from, until);
  if (!reports) return fail(reports.error());
  notify::Message message;
  message.kind = DeliveryKind::kReport;
  message.costs = summary_of(*reports, from, until);
  const auto before = costs_.sum(from - (until - from), from);
  if (!before) return fail(before.error());
  message.costs->before = *before;
  storage::Deliveries::Report report{kReport, told_until, until, {}};
  for (const std::string& channel : config_.channels) {
    // The same whoever makes it, so that it can't be there twice.
    const auto minute = std::chrono::floor<std::chrono::minutes>(until).time_since_epoch().count();
    Delivery delivery;
    delivery.id = message.delivery_id = fmt::format("{}-{}-{}", kReport, minute, channel);
    delivery.channel = channel;
    delivery.kind = message.kind;
    delivery.payload = notify::message_json(message);
    delivery.created_at = now;
    delivery.next_attempt_at = now;
    report.deliveries.push_back(std::move(delivery));
  }
  const auto posted = core_.store->post_report(report);
  if (posted) core_.outbox.wake();
  return posted;
}

}  // namespace livesonic::app
