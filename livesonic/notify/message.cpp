// SPDX-License-Identifier: Apache-2.0
#include "livesonic/notify/message.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "livesonic/base/text.h"
#include "livesonic/base/time_text.h"

namespace livesonic::notify {
namespace {

using Json = nlohmann::ordered_json;

Json time_or_null(const std::optional<Time>& time) {
  if (!time) return nullptr;
  return to_iso8601(*time);
}

Json text_or_null(const std::string& text) {
  if (text.empty()) return nullptr;
  return to_valid_utf8(text);
}

Json members_json(const Incident& incident) {
  Json members = Json::array();
  for (const IncidentMember& member : incident.members) {
    members.push_back({{"instance", to_valid_utf8(member.instance)},
                       {"label", to_valid_utf8(member.label)},
                       {"detail", to_valid_utf8(member.detail)},
                       {"since", to_iso8601(member.since)},
                       {"until", time_or_null(member.until)}});
  }
  return members;
}

Json acknowledged_json(const std::optional<Acknowledgement>& acknowledged) {
  if (!acknowledged) return nullptr;
  return {{"by", to_valid_utf8(acknowledged->by)},
          {"at", to_iso8601(acknowledged->at)},
          {"until", time_or_null(acknowledged->until)},
          {"comment", to_valid_utf8(acknowledged->comment)}};
}

Json usd_or_null(const std::optional<double>& usd) {
  if (!usd) return nullptr;
  return *usd;
}

Json costs_json(const CostSummary& costs) {
  Json clusters = Json::array();
  for (const CostSummary::Cluster& cluster : costs.clusters) {
    Json lines = Json::array();
    for (const CostSummary::Line& line : cluster.lines) {
      lines.push_back({{"lifecycle", to_valid_utf8(line.lifecycle)},
                       {"type", to_valid_utf8(line.type)},
                       {"instance_hours", line.hours},
                       {"unpriced_hours", line.unpriced_hours},
                       {"usd", usd_or_null(line.usd)}});
    }
    Json savings = Json::array();
    for (const CostSummary::Saving& saving : cluster.savings) {
      savings.push_back({{"what", to_valid_utf8(saving.what)},
                         {"usd", saving.usd},
                         {"how", to_valid_utf8(saving.how)}});
    }
    clusters.push_back({{"cluster", to_valid_utf8(cluster.name)},
                        {"usd", usd_or_null(cluster.usd)},
                        {"instance_hours", cluster.hours},
                        {"unpriced_hours", cluster.unpriced_hours},
                        {"lines", std::move(lines)},
                        {"savings", std::move(savings)}});
  }
  return {{"from", to_iso8601(costs.from)},
          {"to", to_iso8601(costs.to)},
          {"usd", costs.usd()},
          {"usd_before", usd_or_null(costs.before)},
          {"clusters", std::move(clusters)}};
}

Json incident_json(const Incident& incident) {
  return {{"id", to_valid_utf8(incident.id)},
          {"cluster", to_valid_utf8(incident.cluster)},
          {"cause", to_valid_utf8(incident.cause)},
          {"severity", to_string(incident.severity)},
          {"summary", to_valid_utf8(incident.summary)},
          {"runbook", text_or_null(incident.runbook)},
          {"opened_at", to_iso8601(incident.opened_at)},
          {"closed_at", time_or_null(incident.closed_at)},
          {"flapping_since", time_or_null(incident.flapping_since)},
          {"acknowledged", acknowledged_json(incident.acknowledged)},
          {"members", members_json(incident)}};
}

// Reads an object's fields; what is wrong with one is kept, and the rest left alone.
class Fields {
 public:
  Fields(const Json& object, std::string where, std::string& wrong)
      : object_(object), where_(std::move(where)), wrong_(wrong) {
    if (!object.is_object()) complain("");
  }
  [[nodiscard]] const Json& at(const char* key) const {
    static const Json kNothing;
    if (!object_.is_object()) return kNothing;
    const auto found = object_.find(key);
    return found == object_.end() ? kNothing : *found;
  }
  // Missing and null leave it as it is.
  void text(const char* key, std::string& into, bool required = false) {
    const Json& value = at(key);
    if (value.is_string()) {
      into = value.get<std::string>();
    } else if (!value.is_null() || required) {
      complain(key);
    }
  }
  void time(const char* key, std::optional<Time>& into) {
    std::string written;
    text(key, written);
    if (written.empty()) return;
    if (const auto parsed = parse_iso8601(written)) {
      into = *parsed;
    } else {
      complain(key);
    }
  }
  void time(const char* key, Time& into) {
    std::optional<Time> given;
    time(key, given);
    if (!given) return complain(key);
    into = *given;
  }
  template <typename Value>
  void parsed(const char* key, Value& into, Result<Value> (*parse)(std::string_view),
              bool required) {
    std::string written;
    text(key, written, required);
    if (written.empty()) return;
    if (const auto value = parse(written)) {
      into = *value;
    } else {
      complain(key);
    }
  }
  // Null leaves it unset.
  void number_or_null(const char* key, std::optional<double>& into) {
    if (at(key).is_null()) return;
    double number = 0;
    this->number(key, number);
    into = number;
  }
  template <typename Number>
  void number(const char* key, Number& into) {
    const Json& value = at(key);
    if (!value.is_number() || value.get<double>() < 0 || value.get<double>() > 1e9) {
      return complain(key);
    }
    into = value.get<Number>();
  }
  // Calls `read(item)` for each.
  template <typename Read>
  void list(const char* key, Read read) {
    const Json& items = at(key);
    if (items.is_null()) return;
    if (!items.is_array()) return complain(key);
    for (const Json& item : items) read(item);
  }
  void complain(const char* key) {
    if (wrong_.empty()) wrong_ = where_ + key;
  }

 private:
  const Json& object_;
  const std::string where_;
  std::string& wrong_;
};

void read_incident(const Json& json, Incident& incident, std::string& wrong) {
  Fields fields(json, "incident.", wrong);
  fields.text("id", incident.id, true);
  fields.text("cluster", incident.cluster, true);
  fields.text("cause", incident.cause, true);
  fields.text("summary", incident.summary, true);
  fields.text("runbook", incident.runbook);
  fields.parsed("severity", incident.severity, &parse_severity, false);
  fields.time("opened_at", incident.opened_at);
  fields.time("closed_at", incident.closed_at);
  fields.time("flapping_since", incident.flapping_since);
  if (const Json& given = fields.at("acknowledged"); !given.is_null()) {
    Fields acknowledged(given, "incident.acknowledged.", wrong);
    Acknowledgement& into = incident.acknowledged.emplace();
    acknowledged.text("by", into.by, true);
    acknowledged.time("at", into.at);
    acknowledged.time("until", into.until);
    acknowledged.text("comment", into.comment);
  }
  fields.list("members", [&](const Json& item) {
    Fields member(item, "incident.members.", wrong);
    IncidentMember& into = incident.members.emplace_back();
    member.text("instance", into.instance, true);
    member.text("label", into.label);
    member.text("detail", into.detail);
    member.time("since", into.since);
    member.time("until", into.until);
  });
}

void read_cluster(const Json& json, CostSummary::Cluster& into, std::string& wrong) {
  Fields cluster(json, "costs.clusters.", wrong);
  cluster.text("cluster", into.name, true);
  cluster.number_or_null("usd", into.usd);
  cluster.number("instance_hours", into.hours);
  cluster.number("unpriced_hours", into.unpriced_hours);
  cluster.list("lines", [&](const Json& item) {
    Fields line(item, "costs.clusters.lines.", wrong);
    CostSummary::Line& one = into.lines.emplace_back();
    line.text("lifecycle", one.lifecycle, true);
    line.text("type", one.type, true);
    line.number("instance_hours", one.hours);
    line.number("unpriced_hours", one.unpriced_hours);
    line.number_or_null("usd", one.usd);
  });
  cluster.list("savings", [&](const Json& item) {
    Fields saving(item, "costs.clusters.savings.", wrong);
    CostSummary::Saving& one = into.savings.emplace_back();
    saving.text("what", one.what, true);
    saving.number("usd", one.usd);
    saving.text("how", one.how);
  });
}

void read_costs(const Json& json, CostSummary& into, std::string& wrong) {
  Fields costs(json, "costs.", wrong);
  costs.time("from", into.from);
  costs.time("to", into.to);
  costs.number_or_null("usd_before", into.before);
  costs.list("clusters",
             [&](const Json& item) { read_cluster(item, into.clusters.emplace_back(), wrong); });
}

}  // namespace

std::string message_json(const Message& message) {
  Json history = Json::array();
  for (const ClusterPoint& point : message.history) {
    history.push_back({{"at", to_iso8601(point.at)},
                       {"mean", point.mean},
                       {"min", point.min},
                       {"max", point.max}});
  }
  Json json{{"version", 1},
            {"delivery_id", to_valid_utf8(message.delivery_id)},
            {"kind", to_string(message.kind)},
            {"note", text_or_null(message.note)},
            {"opening_id", text_or_null(message.opening_id)},
            {"link", text_or_null(message.link)},
            {"incident", message.costs ? Json(nullptr) : incident_json(message.incident)},
            {"history", std::move(history)}};
  if (message.costs) json["costs"] = costs_json(*message.costs);
  return json.dump();
}

std::string message_json(const std::string& delivery_id, DeliveryKind kind,
                         const Incident& incident, const std::string& note) {
  Message message;
  message.delivery_id = delivery_id;
  message.kind = kind;
  message.incident = incident;
  message.note = note;
  return message_json(message);
}

Result<Message> parse_message(std::string_view json) {
  const Json root = Json::parse(json, nullptr, /*allow_exceptions=*/false);
  Message message;
  std::string wrong;
  Fields fields(root, "", wrong);
  int version = 0;
  fields.number("version", version);
  if (wrong.empty() && version != 1) wrong = "version";
  fields.text("delivery_id", message.delivery_id, true);
  fields.parsed("kind", message.kind, &parse_delivery_kind, true);
  fields.text("note", message.note);
  fields.text("opening_id", message.opening_id);
  fields.text("link", message.link);
  if (message.kind == DeliveryKind::kReport) {
    read_costs(fields.at("costs"), message.costs.emplace(), wrong);
  } else {
    read_incident(fields.at("incident"), message.incident, wrong);
  }
  fields.list("history", [&](const Json& item) {
    Fields point(item, "history.", wrong);
    ClusterPoint& into = message.history.emplace_back();
    point.time("at", into.at);
    point.number("mean", into.mean);
    point.number("min", into.min);
    point.number("max", into.max);
  });
  if (root.is_discarded()) return fail(ErrorKind::kInvalidInput, "the message is no JSON");
  if (!wrong.empty()) {
    return fail(ErrorKind::kInvalidInput, "the message has no valid '" + wrong + "'");
  }
  return message;
}

}  // namespace livesonic::notify
