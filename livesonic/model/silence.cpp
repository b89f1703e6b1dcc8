// SPDX-License-Identifier: Apache-2.0
#include "livesonic/model/silence.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <optional>

#include "livesonic/base/text.h"

namespace livesonic {
namespace {

constexpr std::array<std::string_view, 5> kLabels{"cluster", "cause", "severity", "instance",
                                                  "name"};
constexpr std::string_view kTag = "tag:";
constexpr std::size_t kLongestValue = 1000;
constexpr std::size_t kLongestKey = 512;  // AWS: 128 characters

RE2::Options quietly() {
  RE2::Options options;
  options.set_log_errors(false);
  return options;
}

bool is_pattern(const Matcher& matcher) {
  return matcher.op == Matcher::Op::kMatches || matcher.op == Matcher::Op::kMatchesNot;
}

// Compares values with a matcher's; its pattern is compiled once, for incidents have many members.
class Comparison {
 public:
  explicit Comparison(const Matcher& matcher) : matcher_(matcher) {
    if (is_pattern(matcher)) pattern_.emplace(matcher.value, quietly());
  }
  [[nodiscard]] bool holds(std::string_view value) const {
    const bool same = pattern_
                          ? RE2::FullMatch(re2::StringPiece(value.data(), value.size()), *pattern_)
                          : value == matcher_.value;
    const bool negated =
        matcher_.op == Matcher::Op::kNotEqual || matcher_.op == Matcher::Op::kMatchesNot;
    return same != negated;
  }

 private:
  const Matcher& matcher_;
  std::optional<RE2> pattern_;
};

std::string_view sign(Matcher::Op op) {
  switch (op) {
    case Matcher::Op::kEqual:
      return "=";
    case Matcher::Op::kNotEqual:
      return "!=";
    case Matcher::Op::kMatches:
      return "=~";
    case Matcher::Op::kMatchesNot:
      return "!~";
  }
  return "=";
}

bool is_tag(const Matcher& matcher) {
  return matcher.label.starts_with(kTag);
}

// Where the label ends, and the comparison begins; npos: there is none.
std::size_t end_of_label(std::string_view text) {
  const std::string quoted = std::string(kTag) + '"';
  std::size_t from = std::min(text.find_first_not_of(' '), text.size());
  if (text.substr(from).starts_with(quoted)) {
    from = text.find('"', from + quoted.size());
    if (from == std::string_view::npos) return from;
  }
  return text.find_first_of("=!", from);
}

// Without the quotes that there may be around the key of a tag.
std::string label_of(std::string_view text) {
  text = trim(text);
  const std::size_t least = kTag.size() + 2;
  if (text.starts_with(kTag) && text.size() >= least && text[kTag.size()] == '"' &&
      text.back() == '"') {
    return std::string(kTag) + std::string(text.substr(kTag.size() + 1, text.size() - least));
  }
  return std::string(text);
}

const std::string& value_of(const Matcher& matcher, const IncidentMember& member,
                            const MemberTags& tags) {
  static const std::string none;
  if (matcher.label == "name") return member.label;
  if (!is_tag(matcher)) return member.instance;
  const auto known = tags.find(member.instance);
  if (known == tags.end()) return none;
  const auto found = known->second.find(matcher.label.substr(kTag.size()));
  return found == known->second.end() ? none : found->second;
}

bool holds(const Matcher& matcher, const Incident& incident, const MemberTags& tags) {
  const Comparison comparison(matcher);
  if (matcher.label == "cluster") return comparison.holds(incident.cluster);
  if (matcher.label == "cause") return comparison.holds(incident.cause);
  if (matcher.label == "severity") return comparison.holds(to_string(incident.severity));
  // When nobody suffers any more (it is flapping, or closing), those who did count.
  const bool anybody = std::any_of(incident.members.begin(), incident.members.end(),
                                   [](const IncidentMember& member) { return !member.until; });
  return std::all_of(incident.members.begin(), incident.members.end(),
                     [&](const IncidentMember& member) {
                       if (anybody && member.until) return true;
                       return comparison.holds(value_of(matcher, member, tags));
                     });
}

}  // namespace

Result<Matcher> parse_matcher(std::string_view text) {
  const auto wrong = [&](std::string_view why) {
    return fail(ErrorKind::kInvalidInput,
                fmt::format("'{}': {}", printable(shorten(text, 100)), why));
  };
  const std::size_t at = end_of_label(text);
  if (at == std::string_view::npos) {
    return wrong("is no matcher: LABEL=VALUE, LABEL!=VALUE, LABEL=~REGEX or LABEL!~REGEX");
  }
  Matcher matcher;
  matcher.label = label_of(text.substr(0, at));
  if (is_tag(matcher)) {
    if (matcher.label.size() == kTag.size()) return wrong("names no tag: tag:KEY=VALUE");
    if (matcher.label.size() > kTag.size() + kLongestKey) {
      return wrong("its tag's key is too long");
    }
  } else if (std::find(kLabels.begin(), kLabels.end(), matcher.label) == kLabels.end()) {
    return wrong(
        "there is no such label: there are cluster, cause, severity, instance, name and tag:KEY");
  }
  std::string_view rest = text.substr(at);
  std::size_t length = 2;
  if (rest.starts_with("=~")) {
    matcher.op = Matcher::Op::kMatches;
  } else if (rest.starts_with("!~")) {
    matcher.op = Matcher::Op::kMatchesNot;
  } else if (rest.starts_with("!=")) {
    matcher.op = Matcher::Op::kNotEqual;
  } else if (rest.starts_with("=")) {
    length = 1;
  } else {
    return wrong("after the label comes =, !=, =~ or !~");
  }
  rest = trim(rest.substr(length));
  if (rest.size() >= 2 && rest.front() == '"' && rest.back() == '"') {
    rest = rest.substr(1, rest.size() - 2);
  }
  if (rest.size() > kLongestValue) return wrong("its value is too long");
  matcher.value = std::string(rest);
  if (is_pattern(matcher)) {
    const RE2 pattern(matcher.value, quietly());
    if (!pattern.ok()) {
      return wrong("RE2 does not take its pattern: " + printable(shorten(pattern.error(), 200)));
    }
  }
  return matcher;
}

std::string to_string(const Matcher& matcher) {
  // In quotes, so that it is read as it is.
  if (is_tag(matcher) && matcher.label.find_first_of("=! ") != std::string::npos) {
    return fmt::format("{}\"{}\"{}\"{}\"", kTag, matcher.label.substr(kTag.size()),
                       sign(matcher.op), matcher.value);
  }
  return fmt::format("{}{}\"{}\"", matcher.label, sign(matcher.op), matcher.value);
}

std::string_view to_string(SilenceKind kind) {
  switch (kind) {
    case SilenceKind::kSilence:
      return "silence";
    case SilenceKind::kMaintenance:
      return "maintenance";
    case SilenceKind::kDeploy:
      return "deploy";
  }
  return "silence";
}

Result<SilenceKind> parse_silence_kind(std::string_view text) {
  for (const SilenceKind kind :
       {SilenceKind::kSilence, SilenceKind::kMaintenance, SilenceKind::kDeploy}) {
    if (text == to_string(kind)) return kind;
  }
  return fail(ErrorKind::kInvalidInput,
              fmt::format("'{}' is neither silence nor maintenance nor deploy",
                          printable(shorten(text, 80))));
}

bool compares_tags(const Silence& silence) {
  return std::any_of(silence.matchers.begin(), silence.matchers.end(), is_tag);
}

bool hits(const Silence& silence, const Incident& incident, const MemberTags& tags) {
  return !silence.matchers.empty() &&
         std::all_of(silence.matchers.begin(), silence.matchers.end(),
                     [&](const Matcher& matcher) { return holds(matcher, incident, tags); });
}

}  // namespace livesonic
