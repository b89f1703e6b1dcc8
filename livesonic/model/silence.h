// SPDX-License-Identifier: Apache-2.0
// Times in which nobody is told of certain incidents: a silence, a maintenance, a deploy. They
// always end by themselves. Plain values; the incidents exist and close as ever.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"
#include "livesonic/model/incident.h"

namespace livesonic {

// One label of an incident compared, as in Alertmanager: cluster="web", cause!="score",
// instance=~"i-0.*", tag:role="worker". Labels: cluster, cause, severity, and of its members
// instance, name and each of their AWS tags as tag:KEY. Patterns are RE2 and match the whole value.
struct Matcher {
  enum class Op { kEqual, kNotEqual, kMatches, kMatchesNot };
  std::string label;
  Op op = Op::kEqual;
  std::string value;
  friend bool operator==(const Matcher&, const Matcher&) = default;
};

// "cluster=web", "cause!~service:.*", "tag:role=worker"; quotes around the value are allowed, and
// around the key of a tag, which needs them when it contains = or !. Errors name what is wrong: an
// unknown label, a pattern that RE2 does not take.
Result<Matcher> parse_matcher(std::string_view text);
std::string to_string(const Matcher& matcher);

enum class SilenceKind { kSilence, kMaintenance, kDeploy };

struct Silence {
  std::string id;
  SilenceKind kind = SilenceKind::kSilence;
  std::vector<Matcher> matchers;  // all must hold; never none
  Time starts_at{};
  Time ends_at{};  // exclusive
  std::string by;
  std::string comment;

  [[nodiscard]] bool active(Time now) const { return starts_at <= now && now < ends_at; }
  friend bool operator==(const Silence&, const Silence&) = default;
};

std::string_view to_string(SilenceKind kind);  // "silence", "maintenance" or "deploy"
Result<SilenceKind> parse_silence_kind(std::string_view text);

// The AWS tags of an incident's members, by their ids; one that is not in it has none.
using MemberTags = std::map<std::string, std::map<std::string, std::string>>;

// Does it compare tags, so that hits() must be given them?
bool compares_tags(const Silence& silence);

// Does it hit the incident? What it says of instances must hold for each that still suffers, so
// that one more host going down is told of. A tag that an instance lacks is empty.
bool hits(const Silence& silence, const Incident& incident, const MemberTags& tags);

}  // namespace livesonic
