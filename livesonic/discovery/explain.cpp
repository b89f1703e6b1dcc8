// SPDX-License-Identifier: Apache-2.0
#include "livesonic/discovery/explain.h"

#include <fmt/format.h>

#include <initializer_list>
#include <optional>
#include <string_view>

#include "livesonic/base/text.h"

namespace livesonic::discovery {
namespace {

using Reason = DepartureReason;

struct Finding {
  Reason reason;
  std::string detail;
};

bool has(std::string_view text, std::initializer_list<std::string_view> words) {
  for (const std::string_view word : words) {
    if (text.find(word) != std::string_view::npos) return true;
  }
  return false;
}

bool stopped(std::string_view ec2_state) {
  return ec2_state == "stopped" || ec2_state == "stopping";
}

std::string said(std::string_view who, std::string_view what) {
  return fmt::format("{}: {}", who, printable(shorten(what, 400)));
}

std::string ec2_words(const Evidence& evidence) {
  if (!evidence.state_reason.empty()) return said("EC2", evidence.state_reason);
  if (!evidence.transition_reason.empty()) return said("EC2", evidence.transition_reason);
  if (!evidence.state_reason_code.empty()) return said("EC2", evidence.state_reason_code);
  return said("EC2", evidence.ec2_state);
}

// The status codes are "instance-terminated-by-price", "instance-stopped-no-capacity", … and
// "marked-for-termination"; those "by-user" are no interruption.
std::optional<Finding> of_spot(const Evidence& evidence) {
  const std::string_view status = evidence.spot_status;
  const bool ended_by_spot = status.starts_with("marked-for-") ||
                             (has(status, {"instance-terminated-", "instance-stopped-"}) &&
                              !has(status, {"by-user", "by-experiment"}));
  if (ended_by_spot) {
    return Finding{Reason::kSpotInterruption,
                   said("spot request", evidence.spot_message.empty() ? evidence.spot_status
                                                                      : evidence.spot_message)};
  }
  if (has(evidence.state_reason_code, {"Server.SpotInstance"}) ||
      has(evidence.transition_reason, {"Server.SpotInstance"})) {
    return Finding{Reason::kSpotInterruption, ec2_words(evidence)};
  }
  return std::nullopt;
}

std::optional<Finding> of_task(const Evidence& evidence) {
  if (evidence.stop_code.empty()) return std::nullopt;
  const std::string detail =
      said("ECS", evidence.stopped_reason.empty() ? evidence.stop_code : evidence.stopped_reason);
  if (evidence.stop_code == "SpotInterruption") return Finding{Reason::kSpotInterruption, detail};
  if (evidence.stop_code == "UserInitiated") return Finding{Reason::kTerminatedByUser, detail};
  if (evidence.stop_code == "ServiceSchedulerInitiated") {
    if (has(evidence.stopped_reason, {"health check", "unhealthy"})) {
      return Finding{Reason::kHealthReplaced, detail};
    }
    return Finding{Reason::kScaleIn, detail};
  }
  // "EssentialContainerExited", "TaskFailedToStart", "TerminationNotice": it went by itself.
  return Finding{Reason::kUnexplained, detail};
}

// A cause is one or more sentences; what was decided is in the words that are looked for here, the
// most telling first.
std::optional<Finding> of_activity(const Evidence& evidence) {
  const std::string_view cause = evidence.cause;
  if (cause.empty()) return std::nullopt;
  const std::string detail = said(evidence.group.empty() ? "Auto Scaling" : evidence.group, cause);
  if (has(cause, {"spot interruption", "Spot interruption", "Spot Instance interruption"})) {
    return Finding{Reason::kSpotInterruption, detail};
  }
  if (has(cause, {"rebalance recommendation", "Rebalance recommendation", "Capacity Rebalanc",
                  "capacity rebalanc", "to aid in balancing", "rebalancing", "Rebalancing"})) {
    return Finding{Reason::kRebalance, detail};
  }
  if (has(cause, {"instance refresh", "Instance Refresh", "maximum instance lifetime",
                  "Maximum Instance Lifetime", "Max Instance Lifetime"})) {
    return Finding{Reason::kInstanceRefresh, detail};
  }
  // The group noticed that it had ended already; who did it is EC2's to say.
  if (has(cause, {"indicating it has been terminated or stopped"})) return std::nullopt;
  if (has(cause, {"health check", "health-check", "unhealthy", "Unhealthy"})) {
    return Finding{Reason::kHealthReplaced, detail};
  }
  if (has(cause, {"shrinking the capacity", "difference between desired and actual capacity"})) {
    return Finding{Reason::kScaleIn, detail};
  }
  if (has(evidence.activity, {"Detaching", "Moving EC2 instance to Standby", "Standby"})) {
    return Finding{Reason::kDeregistered, detail};
  }
  if (has(cause, {"user request", "user initiated"})) {
    return Finding{Reason::kTerminatedByUser, detail};
  }
  return std::nullopt;
}

// Whoever empties or ends an instance between AWS's announcement and the interruption does so
// because of it.
std::optional<Finding> of_interruption(const Evidence& evidence) {
  if (evidence.interruption.empty()) return std::nullopt;
  return Finding{Reason::kSpotInterruption, said("EC2", evidence.interruption)};
}

std::optional<Finding> of_recommendation(const Evidence& evidence) {
  if (evidence.recommendation.empty()) return std::nullopt;
  return Finding{Reason::kRebalance, said("EC2", evidence.recommendation)};
}

std::optional<Finding> of_release(const Evidence& evidence) {
  if (evidence.released.empty()) return std::nullopt;
  return Finding{Reason::kScaleIn, said("livesonic", evidence.released)};
}

std::optional<Finding> of_ec2(const Evidence& evidence) {
  if (!has_ended(evidence.ec2_state)) return std::nullopt;
  const std::string_view code = evidence.state_reason_code;
  if (code == "Client.UserInitiatedHibernate" || stopped(evidence.ec2_state)) {
    return Finding{Reason::kStopped, ec2_words(evidence)};
  }
  // AWS's own failures, and volumes and images that could not be had, were nobody's wish.
  const bool wished = code.empty() || code == "Client.UserInitiatedShutdown" ||
                      code == "Client.InstanceInitiatedShutdown";
  return Finding{wished ? Reason::kTerminatedByUser : Reason::kUnexplained, ec2_words(evidence)};
}

std::optional<Finding> of_lister(const Evidence& evidence) {
  // Unknown to EC2 too: whoever left it out did not do so of their own accord.
  if (!evidence.left_out || evidence.ec2_state.empty()) return std::nullopt;
  if (evidence.group_state.starts_with("Standby") ||
      evidence.group_state.starts_with("EnteringStandby")) {
    return Finding{Reason::kDeregistered,
                   fmt::format("{} leaves it out: {} has it on standby", evidence.lister,
                               evidence.group.empty() ? "its group" : evidence.group)};
  }
  return Finding{Reason::kDeregistered, fmt::format("{} leaves it out, and it is {}",
                                                    evidence.lister, evidence.ec2_state)};
}

// What may be a deploy's doing.
bool may_be_deploy(Reason reason) {
  return reason == Reason::kScaleIn || reason == Reason::kTerminatedByUser ||
         reason == Reason::kDeregistered || reason == Reason::kStopped;
}

}  // namespace

bool has_ended(const std::string& ec2_state) {
  return ec2_state == "terminated" || ec2_state == "shutting-down" || stopped(ec2_state);
}

bool wants_more(const Evidence& evidence) {
  return !of_spot(evidence) && evidence.cause.empty() && evidence.stop_code.empty();
}

Departure explain(const Evidence& evidence, Time at) {
  for (const auto find : {of_task, of_spot, of_interruption, of_activity, of_release,
                          of_recommendation, of_ec2, of_lister}) {
    std::optional<Finding> found = find(evidence);
    if (!found) continue;
    if (!evidence.newer.empty() && may_be_deploy(found->reason)) {
      return {Reason::kDeploy, fmt::format("{}; {}", evidence.newer, found->detail), at};
    }
    return {found->reason, std::move(found->detail), at};
  }
  return {Reason::kUnexplained,
          fmt::format("{} leaves it out, and EC2 does not know it any more", evidence.lister), at};
}

}  // namespace livesonic::discovery
