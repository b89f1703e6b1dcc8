// SPDX-License-Identifier: Apache-2.0
#include "livesonic/model/verdict.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace livesonic {
namespace {

bool starts(std::string_view text, std::string_view with) {
  return text.starts_with(with);
}

// Our own witness: what is wrong, in words; empty when nothing is. Nullopt: it can't tell.
std::optional<std::string> suffering(const ScoreReading& score,
                                     const std::vector<const CheckReading*>& checks, int below) {
  if (score.outcome == Outcome::kNotRun) return std::nullopt;
  if (score.score && *score.score < below) return fmt::format("its score is {}", *score.score);
  for (const CheckReading* check : checks) {
    if (is_failed_check(check->outcome)) {
      return fmt::format("service {}: {}", check->service, check->detail);
    }
  }
  if (!score.score) return score.detail;
  return "";
}

std::string balancer_says(const Instance& instance) {
  if (instance.balancer_state.empty()) return "there is no balancer to ask";
  std::string words = "the balancer says " + instance.balancer_state;
  const std::string& why = instance.balancer_description;
  if (!why.empty() && why != "N/A") words += " (" + why + ")";
  return words;
}

}  // namespace

std::string_view to_string(VerdictKind kind) {
  switch (kind) {
    case VerdictKind::kUnknown:
      return "unknown";
    case VerdictKind::kSound:
      return "sound";
    case VerdictKind::kBooting:
      return "booting";
    case VerdictKind::kBeingReplaced:
      return "being_replaced";
    case VerdictKind::kEc2Fault:
      return "ec2_fault";
    case VerdictKind::kDying:
      return "dying";
    case VerdictKind::kOutOfRotation:
      return "out_of_rotation";
    case VerdictKind::kFailing:
      return "failing";
    case VerdictKind::kPathBroken:
      return "path_broken";
    case VerdictKind::kUnreachable:
      return "unreachable";
  }
  return "unknown";
}

bool is_leaving(const Instance& instance) {
  const std::string& group = instance.standing.group_state;
  if (starts(group, "Terminating") || starts(group, "Terminated") || starts(group, "Detach") ||
      group == "Standby" || group == "EnteringStandby") {
    return true;
  }
  const std::string& ec2 = instance.ec2_state;
  if (ec2 == "shutting-down" || ec2 == "terminated" || ec2 == "stopping" || ec2 == "stopped") {
    return true;
  }
  if (instance.balancer_state == "draining") return true;
  const auto& notice = instance.standing.notice;
  return notice && notice->interruption;
}

Duration age_of(const Instance& instance, Time now) {
  return now - instance.launched_at.value_or(instance.first_seen);
}

Verdict verdict_of(const Instance& instance, const ScoreReading* score,
                   const std::vector<const CheckReading*>& checks, Time now,
                   const Judging& judging) {
  if (is_leaving(instance)) {
    std::string how =
        instance.standing.notice && instance.standing.notice->interruption
            ? in_words(*instance.standing.notice)
        : !instance.standing.group_state.empty() && instance.standing.group_state != "InService"
            ? "its group says " + instance.standing.group_state
        : instance.balancer_state == "draining" ? "it is draining"
                                                : "EC2 says " + instance.ec2_state;
    return {VerdictKind::kBeingReplaced, "on its way out: " + how};
  }
  if (instance.standing.status_checks == "impaired") {
    return {VerdictKind::kEc2Fault, "EC2's status checks say impaired; " + balancer_says(instance)};
  }
  if (score == nullptr) return {VerdictKind::kUnknown, "not looked at yet"};

  const bool served = is_in_service(instance.balancer_state);
  const bool unreachable = is_transport_failure(score->outcome);
  const auto wrong = suffering(*score, checks, judging.suffering_below);
  const bool young = age_of(instance, now) < judging.boot_grace;
  if (young && (unreachable || !wrong || !wrong->empty() || !served)) {
    return {VerdictKind::kBooting, "booting: not sound yet; " + balancer_says(instance)};
  }
  if (unreachable) {
    if (served) {
      return {VerdictKind::kPathBroken,
              "unreachable from here, served well by the balancer: our way there is broken (" +
                  score->detail + ")"};
    }
    return {VerdictKind::kUnreachable,
            "unreachable (" + score->detail + "), and " + balancer_says(instance)};
  }
  if (!wrong) return {VerdictKind::kUnknown, "could not be looked at: " + score->detail};
  if (!wrong->empty()) {
    if (served) return {VerdictKind::kDying, "in rotation but dying: " + *wrong};
    return {VerdictKind::kFailing, "failing: " + *wrong + "; " + balancer_says(instance)};
  }
  if (!served && !instance.balancer_state.empty()) {
    return {VerdictKind::kOutOfRotation, "healthy, yet " + balancer_says(instance)};
  }
  return {VerdictKind::kSound, "sound"};
}

}  // namespace livesonic
