// SPDX-License-Identifier: Apache-2.0
#include "livesonic/notify/slack.h"

#include <fmt/format.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <utility>

#include "livesonic/base/text.h"
#include "livesonic/notify/cost_words.h"

namespace livesonic::notify {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kLongestText = 7000;  // Slack folds and cuts what is longer

std::string escaped(std::string_view text) {
  std::string safe;
  for (const char c : to_valid_utf8(text)) {
    if (c == '&') {
      safe += "&amp;";
    } else if (c == '<') {
      safe += "&lt;";
    } else if (c == '>') {
      safe += "&gt;";
    } else {
      safe += c;
    }
  }
  return safe;
}

std::string_view colour_of(const Message& message) {
  if (message.kind == DeliveryKind::kReport) return "#1565c0";
  if (message.kind == DeliveryKind::kClosing) return "#2e7d32";
  switch (message.incident.severity) {
    case Severity::kCritical:
      return "#c62828";
    case Severity::kWarning:
      return "#f9a825";
    case Severity::kInfo:
      break;
  }
  return "#1565c0";
}

void add_costs(Json& attachment, const CostSummary& costs, const Wording& wording) {
  std::string text;
  for (const CostParagraph& paragraph : cost_paragraphs(costs, wording)) {
    text += "*" + escaped(paragraph.heading) + "*\n";
    for (const std::string& line : paragraph.lines) text += "• " + escaped(line) + "\n";
  }
  attachment["text"] = shorten(text, kLongestText);
  attachment["mrkdwn_in"] = {"text"};
  Json fields = Json::array();
  for (const auto& [name, value] : cost_facts(costs, wording)) {
    fields.push_back({{"title", name}, {"value", escaped(value)}, {"short", value.size() <= 40}});
  }
  attachment["fields"] = std::move(fields);
}

class Slack final : public Notifier {
 public:
  Slack(std::string name, Endpoint endpoint, Wording wording)
      : name_(std::move(name)), endpoint_(std::move(endpoint)), wording_(std::move(wording)) {}
  [[nodiscard]] const std::string& name() const override { return name_; }
  Accepted deliver(const Delivery&, const Message& message, const std::stop_token& stop) override {
    return send(endpoint_, {.body = slack_json(message, wording_, name_)}, stop);
  }

 private:
  const std::string name_;
  const Endpoint endpoint_;
  const Wording wording_;
};

}  // namespace

std::string slack_json(const Message& message, const Wording& wording, std::string_view channel) {
  const std::string title = escaped(subject_of(message, wording, channel));
  const Time at = message.costs ? message.costs->to
                                : message.incident.closed_at.value_or(message.incident.opened_at);
  Json attachment{{"fallback", title}, {"color", colour_of(message)}, {"title", title}};
  if (!message.link.empty()) attachment["title_link"] = message.link;
  if (message.costs) {
    add_costs(attachment, *message.costs, wording);
  } else if (!wording.text.empty()) {
    attachment["text"] = escaped(text_of(message, wording, channel));
  } else {
    std::string lines;
    for (const std::string& line : member_lines(message, wording)) {
      lines += "• " + escaped(line) + "\n";
    }
    attachment["text"] = lines;
    Json fields = Json::array();
    for (const auto& [name, value] : facts_of(message, wording)) {
      fields.push_back({{"title", name}, {"value", escaped(value)}, {"short", value.size() <= 40}});
    }
    attachment["fields"] = std::move(fields);
  }
  attachment["footer"] = "Livesonic";
  attachment["ts"] = std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count();
  return Json{{"text", title}, {"attachments", Json::array({std::move(attachment)})}}.dump();
}

std::unique_ptr<Notifier> make_slack(std::string name, Endpoint endpoint, Wording wording) {
  return std::make_unique<Slack>(std::move(name), std::move(endpoint), std::move(wording));
}

}  // namespace livesonic::notify
