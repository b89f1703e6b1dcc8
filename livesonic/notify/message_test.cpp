// SPDX-License-Identifier: Apache-2.0
#include "livesonic/notify/message.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "livesonic/notify/message_for_test.h"

namespace livesonic::notify {
namespace {

TEST(MessageJson, reads_as_it_was_written_whatever_is_told) {
  for (const DeliveryKind kind :
       {DeliveryKind::kOpening, DeliveryKind::kUpdate, DeliveryKind::kClosing}) {
    const Message message = a_message(kind);
    const auto read = parse_message(message_json(message));
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->incident, message.incident);
    EXPECT_EQ(message_json(*read), message_json(message));
    EXPECT_EQ(read->note, message.note);
    EXPECT_EQ(read->opening_id, message.opening_id);
    EXPECT_EQ(read->history.size(), 5U);
  }
}

TEST(MessageJson, bytes_that_are_no_text_are_replaced) {
  const auto read = parse_message(message_json(a_hostile_message()));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_NE(read->incident.members[0].detail.find("\xef\xbf\xbd"), std::string::npos);
}

TEST(MessageJson, what_was_written_before_there_were_severities_is_read) {
  const auto read = parse_message(
      R"({"version":1,"delivery_id":"d","kind":"opening","incident":{"id":"n","cluster":"web",)"
      R"("cause":"score","summary":"s","opened_at":"2026-03-01T08:30:00Z","closed_at":null,)"
      R"("members":[{"instance":"i","label":"l","detail":"d","since":"2026-03-01T08:30:00Z",)"
      R"("until":null}]}})");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->incident.severity, Severity::kWarning);
  EXPECT_TRUE(read->history.empty());
}

TEST(MessageJson, what_has_no_value_is_null) {
  Message message = a_message();
  message.link.clear();
  message.incident.runbook.clear();
  const auto json = nlohmann::json::parse(message_json(message));
  EXPECT_EQ(json.at("version"), 1);
  for (const char* key : {"note", "opening_id", "link"}) EXPECT_TRUE(json.at(key).is_null()) << key;
  for (const char* key : {"runbook", "closed_at", "flapping_since", "acknowledged"}) {
    EXPECT_TRUE(json.at("incident").at(key).is_null()) << key;
  }
}

TEST(MessageJson, what_is_none_is_refused_and_says_where) {
  EXPECT_EQ(parse_message("{").error().message, "the message is no JSON");
  const auto changed = [](const char* pointer, const nlohmann::json& value) {
    auto json = nlohmann::json::parse(message_json(a_message(DeliveryKind::kClosing)));
    json[nlohmann::json::json_pointer(pointer)] = value;
    const auto read = parse_message(json.dump());
    return read ? "(read)" : read.error().message;
  };
  EXPECT_EQ(changed("/version", 2), "the message has no valid 'version'");
  EXPECT_EQ(changed("/kind", "closed"), "the message has no valid 'kind'");
  EXPECT_EQ(changed("/incident", 1), "the message has no valid 'incident.'");
  EXPECT_EQ(changed("/incident/opened_at", "today"),
            "the message has no valid 'incident.opened_at'");
  EXPECT_EQ(changed("/incident/severity", 3), "the message has no valid 'incident.severity'");
  EXPECT_EQ(changed("/incident/members/0/since", nullptr),
            "the message has no valid 'incident.members.since'");
  EXPECT_EQ(changed("/history/0/mean", "x"), "the message has no valid 'history.mean'");
  EXPECT_EQ(changed("/history", nlohmann::json::object()), "the message has no valid 'history'");
}

}  // namespace
}  // namespace livesonic::notify
