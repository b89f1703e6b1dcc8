// SPDX-License-Identifier: Apache-2.0
#include "livesonic/storage/handling_json.h"

#include <fmt/format.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "livesonic/base/text.h"
#include "livesonic/storage/json_columns.h"

namespace livesonic::storage {
namespace {

using Object = nlohmann::json;

tl::unexpected<Error> damaged(std::string_view text) {
  return fail(ErrorKind::kInvalidInput,
              fmt::format("how an incident is dealt with can't be read, the database may be "
                          "damaged: {}",
                          printable(shorten(text, 100))));
}

std::int64_t milliseconds(Time time) {
  return time.time_since_epoch().count();
}

void put(Object& object, const char* key, const std::optional<Time>& time) {
  if (time) object[key] = milliseconds(*time);
}
void put(Object& object, const char* key, const std::string& text) {
  if (!text.empty()) object[key] = text;
}

// Each reads one key if it is there; false when it is of another form than it is written in.
bool get(const Object& object, const char* key, std::optional<Time>& into) {
  const auto found = object.find(key);
  if (found == object.end()) return true;
  if (!found->is_number_integer()) return false;
  into = Time{Duration{found->get<std::int64_t>()}};
  return true;
}
bool get(const Object& object, const char* key, std::string& into) {
  const auto found = object.find(key);
  if (found == object.end()) return true;
  if (!found->is_string()) return false;
  into = found->get<std::string>();
  return true;
}
bool get(const Object& object, const char* key, std::optional<Severity>& into) {
  std::string text;
  if (!get(object, key, text)) return false;
  if (text.empty()) return true;
  const auto known = parse_severity(text);
  if (known) into = *known;
  return known.has_value();
}
bool get(const Object& object, const char* key, Time& into) {
  std::optional<Time> time;
  if (!get(object, key, time) || !time) return false;
  into = *time;
  return true;
}

bool read_acknowledgement(const Object& object, Incident& incident) {
  const auto found = object.find("acknowledged");
  if (found == object.end()) return true;
  if (!found->is_object()) return false;
  Acknowledgement acknowledged;
  const bool read = get(*found, "by", acknowledged.by) && get(*found, "at", acknowledged.at) &&
                    get(*found, "until", acknowledged.until) &&
                    get(*found, "comment", acknowledged.comment);
  incident.acknowledged = std::move(acknowledged);
  return read;
}

bool read_comments(const Object& object, Incident& incident) {
  const auto found = object.find("comments");
  if (found == object.end()) return true;
  if (!found->is_array()) return false;
  for (const Object& entry : *found) {
    Comment comment;
    if (!entry.is_object() || !get(entry, "by", comment.by) || !get(entry, "at", comment.at) ||
        !get(entry, "text", comment.text)) {
      return false;
    }
    incident.comments.push_back(std::move(comment));
  }
  return true;
}

}  // namespace

std::string handling_to_json(const Incident& incident) {
  Object object{{"severity", to_string(incident.severity)}};
  put(object, "runbook", incident.runbook);
  put(object, "flapping_since", incident.flapping_since);
  put(object, "well_since", incident.well_since);
  put(object, "muted", incident.muted);
  put(object, "told_at", incident.told_at);
  if (incident.told_severity) object["told_severity"] = to_string(*incident.told_severity);
  if (incident.escalation != 0) object["escalation"] = incident.escalation;
  if (const auto& acknowledged = incident.acknowledged) {
    Object one{{"at", milliseconds(acknowledged->at)}};
    put(one, "by", acknowledged->by);
    put(one, "until", acknowledged->until);
    put(one, "comment", acknowledged->comment);
    object["acknowledged"] = std::move(one);
  }
  for (const Comment& comment : incident.comments) {
    Object one{{"at", milliseconds(comment.at)}};
    put(one, "by", comment.by);
    put(one, "text", comment.text);
    object["comments"].push_back(std::move(one));
  }
  return object.dump(-1, ' ', false, Object::error_handler_t::replace);
}

Result<void> handling_from_json(std::string_view text, Incident& incident) {
  const Object object = Object::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!object.is_object()) return damaged(text);
  std::optional<Severity> severity;
  bool read = get(object, "severity", severity) && get(object, "runbook", incident.runbook) &&
              get(object, "flapping_since", incident.flapping_since) &&
              get(object, "well_since", incident.well_since) &&
              get(object, "muted", incident.muted) && get(object, "told_at", incident.told_at) &&
              get(object, "told_severity", incident.told_severity) &&
              read_acknowledgement(object, incident) && read_comments(object, incident);
  if (const auto found = object.find("escalation"); found != object.end()) {
    read = read && found->is_number_unsigned() && found->get<std::uint64_t>() <= 1000;
    if (read) incident.escalation = found->get<int>();
  }
  if (!read) return damaged(text);
  if (severity) incident.severity = *severity;
  return {};
}

std::string matchers_to_json(const std::vector<Matcher>& matchers) {
  std::vector<std::string> texts;
  for (const Matcher& matcher : matchers) texts.push_back(to_string(matcher));
  return names_to_json(texts);
}

Result<std::vector<Matcher>> matchers_from_json(std::string_view text) {
  const auto texts = names_from_json(text);
  if (!texts) return fail(texts.error());
  std::vector<Matcher> matchers;
  for (const std::string& one : *texts) {
    auto matcher = parse_matcher(one);
    if (!matcher) return fail(matcher.error());
    matchers.push_back(std::move(*matcher));
  }
  return matchers;
}

}  // namespace livesonic::storage
