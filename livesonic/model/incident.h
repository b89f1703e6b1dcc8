// SPDX-License-Identifier: Apache-2.0
// What a person is told about, what leads up to it, and the messages that tell. Plain values.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"

namespace livesonic {

// What is wrong: the name of the rule that says so (model/rule.h), with the check's name where it
// is about one: "score", "service:NAME". Or of no cluster: what is about to expire ("domain:NAME",
// "certificate:HOST"), and what is wrong with our own sight ("monitor", "aws:ACCOUNT").
using Cause = std::string;
inline constexpr std::string_view kScoreCause = "score";
inline constexpr std::string_view kUnreachableCause = "unreachable";
inline constexpr std::string_view kUnscoredCause = "unscored";
inline constexpr std::string_view kHostKeyCause = "host-key";
inline Cause service_cause(std::string_view service) {
  return "service:" + std::string(service);
}
inline constexpr std::string_view kDomainCause = "domain:";
inline constexpr std::string_view kCertificateCause = "certificate:";
inline Cause domain_cause(std::string_view name) {
  return std::string(kDomainCause) + std::string(name);
}
inline Cause certificate_cause(std::string_view host) {
  return std::string(kCertificateCause) + std::string(host);
}

// How one instance stands with regard to one cause, between polls. Kept only while it matters:
// while the last reading was bad, or while it fires.
struct Condition {
  std::string cluster;
  std::string instance;
  Cause cause;
  int bad_polls = 0;   // in a row, up to the last one
  int good_polls = 0;  // in a row, up to the last one
  bool firing = false;
  Time since{};                                   // of the first bad poll
  std::string detail;                             // what the last bad reading said
  std::optional<Time> good_since = std::nullopt;  // firing, and the first good poll of the row
  friend bool operator==(const Condition&, const Condition&) = default;
};

// An instance within an incident.
struct IncidentMember {
  std::string instance;
  std::string label;   // its name for people
  std::string detail;  // what was wrong, last time it was
  Time since{};
  std::optional<Time> until;  // it is well again, or gone
  friend bool operator==(const IncidentMember&, const IncidentMember&) = default;
};

enum class Severity { kInfo, kWarning, kCritical };

std::string_view to_string(Severity severity);  // "info", "warning" or "critical"
Result<Severity> parse_severity(std::string_view text);

// Somebody sees to it: nobody is told again while that is so.
struct Acknowledgement {
  std::string by;
  Time at{};
  std::optional<Time> until;  // none: until the incident closes
  std::string comment;
  friend bool operator==(const Acknowledgement&, const Acknowledgement&) = default;
};

struct Comment {
  std::string by;
  Time at{};
  std::string text;
  friend bool operator==(const Comment&, const Comment&) = default;
};

// One per cluster and cause, however many instances suffer; or one per finding.
struct Incident {
  std::string id;
  std::string cluster;  // empty: it is about none
  Cause cause;
  Time opened_at{};
  std::optional<Time> closed_at;
  std::string summary;  // one sentence
  std::vector<IncidentMember> members;
  std::vector<std::string> channels;  // told of its opening; exactly these are told of its closing

  Severity severity = Severity::kWarning;
  std::string runbook;                 // a URL; empty: none
  std::optional<Time> flapping_since;  // it comes and goes; neither is told
  std::optional<Time> well_since;      // flapping, and nothing is wrong since then
  std::string muted;                   // why nobody is told for now; empty: they are
  std::optional<Acknowledgement> acknowledged;
  std::vector<Comment> comments;
  std::optional<Time> told_at;            // the last message that began or repeated it
  std::optional<Severity> told_severity;  // the highest that was told
  int escalation = 0;                     // steps taken

  [[nodiscard]] bool open() const { return !closed_at.has_value(); }
  friend bool operator==(const Incident&, const Incident&) = default;
};

// Something wrong that is no cluster's and that no poll found. It has an incident of its own for as
// long as it is found.
struct Finding {
  Cause cause;
  std::string subject;  // what it is wrong with
  std::string summary;  // one sentence, beginning with the subject
  std::string detail;
  Severity severity = Severity::kWarning;
};

// An update tells of an open incident that it is worse, that it flaps, or that it is still there. A
// report is of no incident.
enum class DeliveryKind { kOpening, kUpdate, kClosing, kReport };

// A message on its way to one channel. It stays in the store until the channel has accepted it.
struct Delivery {
  std::string id;  // the same at each attempt, so that receivers can drop duplicates
  std::string channel;
  std::string incident;  // its id; empty: a report
  DeliveryKind kind = DeliveryKind::kOpening;
  std::string payload;  // the message's body, JSON
  Time created_at{};
  Time next_attempt_at{};
  int attempts = 0;
  std::optional<Time> delivered_at;
  std::string last_error;
  int refusals = 0;                // attempts that were refused for good
  std::optional<Time> dead_at;     // given up
  std::optional<Time> retried_at;  // taken up again: what counts towards giving up counts from here
  friend bool operator==(const Delivery&, const Delivery&) = default;
};

std::string_view to_string(DeliveryKind kind);  // "opening", "update", "closing" or "report"
Result<DeliveryKind> parse_delivery_kind(std::string_view text);

}  // namespace livesonic
