// SPDX-License-Identifier: Apache-2.0
#include "livesonic/monitoring/probing.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>
#include <utility>

#include "livesonic/base/text.h"
#include "livesonic/base/time_text.h"
#include "livesonic/monitoring/expectations.h"

namespace livesonic::monitoring {
namespace {

using probes::Answer;

constexpr std::size_t kAtOnce = 16;
constexpr std::size_t kQueued = 2000;
constexpr std::size_t kKeptOutput = 1024;  // bytes of an answer kept with a reading
// A probe ends by itself at its timeout; one that doesn't (a name lookup) is given up so long
// after.
constexpr Duration kGrace = std::chrono::seconds{2};
constexpr std::chrono::milliseconds kPatienceAtEnd{2000};

CheckReading reading_of(const std::string& cluster, const std::string& probe, Time at,
                        Outcome outcome, std::string detail) {
  CheckReading reading;
  reading.cluster = cluster;
  reading.service = probe;
  reading.at = at;
  reading.outcome = outcome;
  reading.status = status_of(outcome);
  reading.detail = std::move(detail);
  return reading;
}

std::string foreign_addresses(const Probe& probe, const Answer& answer) {
  if (probe.addresses.empty()) return "";
  std::vector<std::string> foreign;
  for (const std::string& address : answer.addresses) {
    const auto& known = probe.addresses;
    if (std::find(known.begin(), known.end(), address) == known.end()) foreign.push_back(address);
  }
  if (foreign.empty()) return "";
  return fmt::format("it resolves to {}, which is none of those expected",
                     fmt::join(foreign, ", "));
}

Metric metric_of_answer(const Probe& probe, const Answer& answer, Time at) {
  Metric metric;
  metric.label = metric_of(probe.kind);
  if (answer.certificate) {
    const std::chrono::duration<double, std::ratio<86'400>> left =
        answer.certificate->expires_at - at;
    metric.value = std::round(left.count() * 100) / 100;
  } else {
    metric.value = std::chrono::duration<double>(answer.took).count();
    metric.unit = "s";
    metric.min = 0;
  }
  const Thresholds thresholds = effective_thresholds(probe);
  metric.warning = thresholds.warning;
  metric.critical = thresholds.critical;
  return metric;
}

// What is wrong with an answer regardless of any threshold; empty when nothing is.
std::string wrong_with(const Probe& probe, const Answer& answer) {
  switch (probe.kind) {
    case ProbeKind::kDns:
      return foreign_addresses(probe, answer);
    case ProbeKind::kTls:
      if (!probe.verify || !answer.certificate || answer.certificate->problem.empty()) return "";
      return "its certificate is not valid: " + printable(answer.certificate->problem);
    case ProbeKind::kTcp:
      return complaint(probe.expect, probe.forbid, {answer.body, std::nullopt});
    case ProbeKind::kHttp:
      break;
  }
  const bool any_status = !probe.expect.exit_status && !probe.forbid.exit_status;
  if (any_status && answer.status.value_or(0) >= 400) {
    return fmt::format("it answered with HTTP status {}", *answer.status);
  }
  return complaint(probe.expect, probe.forbid, {answer.body, answer.status, "HTTP status"});
}

std::string kept_output(const Probe& probe, const Answer& answer) {
  if (probe.kind == ProbeKind::kDns) return fmt::format("{}", fmt::join(answer.addresses, "\n"));
  if (answer.certificate) {
    return fmt::format("valid until {}, issued by {}", to_iso8601(answer.certificate->expires_at),
                       answer.certificate->issuer);
  }
  return to_valid_utf8(shorten(answer.body, kKeptOutput));
}

}  // namespace

CheckReading judge_probe(const std::string& cluster, const Probe& probe, const Answer& answer,
                         Time at) {
  const Outcome outcome = answer.end == Answer::End::kAnswered   ? Outcome::kOk
                          : answer.end == Answer::End::kTimedOut ? Outcome::kTimedOut
                          : answer.end == Answer::End::kFailed   ? Outcome::kCheckFailed
                                                                 : Outcome::kNotRun;
  CheckReading reading =
      reading_of(cluster, probe.name, at, outcome, printable(shorten(answer.detail, 500)));
  reading.took = answer.took;
  reading.exit_status = answer.status;
  if (outcome != Outcome::kOk) return reading;
  reading.out = kept_output(probe, answer);
  reading.metrics = {metric_of_answer(probe, answer, at)};
  Verdict verdict = judge_thresholds(effective_thresholds(probe), reading.metrics);
  if (const std::string wrong = wrong_with(probe, answer); !wrong.empty()) {
    verdict.detail = verdict.detail.empty() ? wrong : wrong + "; " + verdict.detail;
    verdict.status = CheckStatus::kCritical;
  }
  if (verdict.status == CheckStatus::kOk) return reading;
  reading.outcome = Outcome::kCheckFailed;
  reading.status = verdict.status;
  reading.detail = verdict.detail;
  if (answer.truncated) reading.detail += "; what it said was cut at the limit";
  return reading;
}

Probing::Probing(std::shared_ptr<probes::Prober> prober, BalancerNames* names, const Clock& clock)
    : prober_(std::move(prober)),
      names_(names),
      clock_(clock),
      pool_(std::make_unique<WorkerPool>(kAtOnce, kQueued)) {}

Probing::~Probing() {
  // The threads hold what they use themselves; the process is about to end.
  if (!pool_->settle(kPatienceAtEnd)) static_cast<void>(pool_.release());
}

Probing::Batch::Batch(std::string cluster, const std::vector<Probe>& probes, const Clock& clock)
    : cluster_(std::move(cluster)),
      probes_(probes),
      answers_(std::make_shared<BoundedQueue<Answered>>(std::max<std::size_t>(1, probes.size()))),
      clock_(clock) {
  readings_.reserve(probes.size());
}

Probing::Batch Probing::begin(const Cluster& cluster, const std::vector<Probe>& all,
                              const std::stop_token& stop) {
  Batch batch(cluster.name, all, clock_);
  std::optional<Result<std::string>> balancer;  // asked for once, and only if it is needed
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Probe& probe = all[i];
    std::string target = target_of(probe, "");
    if (needs_balancer(probe)) {
      if (!balancer) {
        balancer = names_ == nullptr
                       ? Result<std::string>(fail(ErrorKind::kNotFound, "no balancer is known"))
                       : names_->balancer_of(cluster, stop);
      }
      if (!*balancer) {
        batch.readings_.push_back(
            reading_of(cluster.name, probe.name, clock_.now(), Outcome::kNotRun,
                       fmt::format("{}; give the probe a target", balancer->error().message)));
        continue;
      }
      target = target_of(probe, **balancer);
    }
    batch.readings_.push_back(
        reading_of(cluster.name, probe.name, clock_.now(), Outcome::kTimedOut,
                   fmt::format("no answer within {}, not even of the resolver",
                               format_duration(probe.timeout))));
    const bool taken = pool_->submit([prober = prober_, answers = batch.answers_, probe, target,
                                      i](const std::stop_token& ended) {
      answers->try_push({i, prober->ask(probe, target, ended)});
    });
    if (!taken) {
      batch.readings_.back() = reading_of(cluster.name, probe.name, clock_.now(), Outcome::kNotRun,
                                          "too much is to be done, or it is being stopped");
      continue;
    }
    ++batch.expected_;
    batch.patience_ = std::max(batch.patience_, probe.timeout + kGrace);
  }
  return batch;
}

std::vector<CheckReading> Probing::Batch::wait(const std::stop_token& stop) {
  const auto until = std::chrono::steady_clock::now() + patience_;
  std::size_t done = 0;
  while (done < expected_ && std::chrono::steady_clock::now() < until) {
    for (Answered& one : answers_->pop_all(until, stop)) {
      readings_.at(one.index) =
          judge_probe(cluster_, probes_.at(one.index), one.answer, clock_.now());
      ++done;
    }
    if (stop.stop_requested()) return {};
  }
  return std::move(readings_);
}

}  // namespace livesonic::monitoring
