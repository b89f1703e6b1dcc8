// SPDX-License-Identifier: Apache-2.0
#include "livesonic/notify/wording.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "livesonic/base/template_text.h"
#include "livesonic/base/text.h"
#include "livesonic/base/time_text.h"
#include "livesonic/notify/cost_words.h"
#include "livesonic/notify/japanese.h"

namespace livesonic::notify {
namespace {

constexpr std::size_t kMembersTold = 20;

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return out;
}

// The word in front: how bad it is, or that it is over.
std::string mark_of(const Message& message, Language language) {
  const bool japanese = language == Language::kJapanese;
  switch (message.kind) {
    case DeliveryKind::kClosing:
      return japanese ? "復旧" : "RESOLVED";
    case DeliveryKind::kUpdate:
      return japanese ? "続報" : "UPDATE";
    case DeliveryKind::kOpening:
    case DeliveryKind::kReport:
      break;
  }
  return japanese ? std::string(japanese_word(to_string(message.incident.severity)))
                  : upper(to_string(message.incident.severity));
}

std::string lasted(const Incident& incident) {
  return incident.closed_at ? format_age(*incident.closed_at - incident.opened_at) : "";
}

std::string one_line(std::string_view text) {
  return printable(text);
}

std::string summary_of(const Message& message, Language language) {
  return one_line(language == Language::kJapanese ? japanese_summary(message)
                                                  : message.incident.summary);
}

std::string value_of(std::string_view name, const Message& message, const Wording& wording,
                     std::string_view channel) {
  const Incident& incident = message.incident;
  const auto time = [&](const std::optional<Time>& at) {
    return at ? wall_clock(*at, wording.zone) : std::string();
  };
  if (name == "title") return title_of(message, wording.language);
  if (name == "kind") return std::string(to_string(message.kind));
  if (name == "state") return incident.open() ? "open" : "closed";
  if (name == "severity") return std::string(to_string(incident.severity));
  if (name == "cluster") return one_line(incident.cluster);
  if (name == "cause") return one_line(incident.cause);
  if (name == "summary") return summary_of(message, wording.language);
  if (name == "note") return one_line(message.note);
  if (name == "opened_at") return time(incident.opened_at);
  if (name == "closed_at") return time(incident.closed_at);
  if (name == "duration") return lasted(incident);
  if (name == "members") return fmt::format("{}", fmt::join(member_lines(message, wording), "\n"));
  if (name == "count") return std::to_string(incident.members.size());
  if (name == "runbook") return one_line(incident.runbook);
  if (name == "link") return one_line(message.link);
  if (name == "id") return one_line(incident.id);
  if (name == "channel") return std::string(channel);
  if (name == "acknowledged_by") {
    return incident.acknowledged ? one_line(incident.acknowledged->by) : "";
  }
  return {};
}

}  // namespace

std::string_view word(std::string_view english, Language language) {
  return language == Language::kJapanese ? japanese_word(english) : english;
}

std::string title_of(const Message& message, Language language) {
  if (message.costs) {
    Wording wording;
    wording.language = language;
    return cost_title(*message.costs, wording);
  }
  const std::string mark = mark_of(message, language);
  const std::string summary = summary_of(message, language);
  return language == Language::kJapanese ? fmt::format("【{}】{}", mark, summary)
                                         : fmt::format("[{}] {}", mark, summary);
}

std::string subject_of(const Message& message, const Wording& wording, std::string_view channel) {
  if (message.costs) return cost_title(*message.costs, wording);
  if (wording.subject.empty()) return title_of(message, wording.language);
  return one_line(fill_template(wording.subject, [&](std::string_view name) {
    return value_of(name, message, wording, channel);
  }));
}

Facts facts_of(const Message& message, const Wording& wording) {
  const Incident& incident = message.incident;
  Facts facts;
  const auto add = [&](std::string_view name, std::string value) {
    if (!value.empty()) facts.emplace_back(word(name, wording.language), std::move(value));
  };
  add("Why", one_line(message.note));
  add("Severity", std::string(word(to_string(incident.severity), wording.language)));
  add("Cluster", one_line(incident.cluster));
  add("Cause", one_line(incident.cause));
  add("Opened", wall_clock(incident.opened_at, wording.zone));
  if (incident.closed_at) add("Closed", wall_clock(*incident.closed_at, wording.zone));
  add("Lasted", lasted(incident));
  if (incident.flapping_since) {
    add("Flapping since", wall_clock(*incident.flapping_since, wording.zone));
  }
  if (incident.acknowledged) {
    const std::string& comment = incident.acknowledged->comment;
    add("Acknowledged by",
        one_line(incident.acknowledged->by) + (comment.empty() ? "" : ": " + one_line(comment)));
  }
  add("Runbook", one_line(incident.runbook));
  add("Dashboard", one_line(message.link));
  return facts;
}

std::vector<std::string> member_lines(const Message& message, const Wording& wording) {
  const auto& members = message.incident.members;
  std::vector<std::string> lines;
  for (const IncidentMember& member : members) {
    if (lines.size() == kMembersTold) {
      lines.push_back(fmt::format(fmt::runtime(word("and {} more", wording.language)),
                                  members.size() - kMembersTold));
      break;
    }
    std::string line = one_line(member.label.empty() ? member.instance : member.label);
    if (!member.label.empty() && member.label != member.instance && !member.instance.empty()) {
      line += fmt::format(" ({})", one_line(member.instance));
    }
    if (!member.detail.empty()) line += ": " + one_line(shorten(member.detail, 400));
    lines.push_back(std::move(line));
  }
  return lines;
}

std::string text_of(const Message& message, const Wording& wording, std::string_view channel) {
  if (message.costs) {
    return cost_title(*message.costs, wording) + "\n\n" + cost_text(*message.costs, wording) +
           (message.link.empty() ? "" : "\n" + one_line(message.link) + "\n");
  }
  if (!wording.text.empty()) {
    return to_valid_utf8(fill_template(wording.text, [&](std::string_view name) {
      return value_of(name, message, wording, channel);
    }));
  }
  std::string text = summary_of(message, wording.language) + "\n\n";
  for (const auto& [name, value] : facts_of(message, wording)) {
    text += fmt::format("{}: {}\n", name, value);
  }
  const auto members = member_lines(message, wording);
  if (!members.empty()) text += fmt::format("\n{}:\n", word("Instances", wording.language));
  for (const std::string& line : members) text += "- " + line + "\n";
  return text;
}

}  // namespace livesonic::notify
