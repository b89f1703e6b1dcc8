// SPDX-License-Identifier: Apache-2.0
// The forms in which Slack, PagerDuty and Alertmanager want to be told.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "livesonic/notify/alertmanager.h"
#include "livesonic/notify/message_for_test.h"
#include "livesonic/notify/pagerduty.h"
#include "livesonic/notify/slack.h"

namespace livesonic::notify {
namespace {

using namespace std::chrono_literals;
using Json = nlohmann::json;

Json slack(const Message& message) {
  return Json::parse(slack_json(message, {}, "chat")).at("attachments").at(0);
}

TEST(Slack, is_told_in_the_colour_of_the_severity_and_green_when_it_is_over) {
  const Json opening = slack(a_message());
  EXPECT_EQ(opening.at("color"), "#c62828");
  EXPECT_EQ(opening.at("title"), "[CRITICAL] web: low score on 1 of 3 instances");
  EXPECT_EQ(opening.at("title_link"), "https://monitor.example/clusters/web");
  EXPECT_EQ(opening.at("text"), "• web-1 (i-1): score 12 is below 40\n");
  EXPECT_EQ(slack(a_message(DeliveryKind::kClosing)).at("color"), "#2e7d32");
}

TEST(Slack, no_text_mentions_anybody) {
  EXPECT_EQ(slack_json(a_hostile_message(), {}, "chat").find("<!channel>"), std::string::npos);
  EXPECT_NE(slack_json(a_hostile_message(), {}, "chat").find("&lt;!channel&gt;"),
            std::string::npos);
}

Json pagerduty(const Message& message) {
  return Json::parse(pagerduty_json(message, Secret("key"), {}, "pager"));
}

TEST(Pagerduty, all_that_is_told_of_an_incident_is_one_alert) {
  const Json trigger = pagerduty(a_message());
  EXPECT_EQ(trigger.at("event_action"), "trigger");
  EXPECT_EQ(trigger.at("dedup_key"), "livesonic/n1/pager");
  EXPECT_EQ(trigger.at("routing_key"), "key");
  EXPECT_EQ(trigger.at("payload").at("severity"), "critical");
  EXPECT_EQ(trigger.at("payload").at("source"), "web");
  EXPECT_EQ(trigger.at("links").at(0).at("href"), "https://wiki.example/low-score");
  EXPECT_EQ(pagerduty(a_message(DeliveryKind::kUpdate)).at("event_action"), "acknowledge");
  const Json resolve = pagerduty(a_message(DeliveryKind::kClosing));
  EXPECT_EQ(resolve.at("event_action"), "resolve");
  EXPECT_EQ(resolve.at("dedup_key"), trigger.at("dedup_key"));
  Message worse = a_message(DeliveryKind::kUpdate);
  worse.incident.acknowledged.reset();
  EXPECT_EQ(pagerduty(worse).at("event_action"), "trigger");
  worse.incident.summary = std::string(5000, 'x');
  EXPECT_LE(pagerduty(worse).at("payload").at("summary").get<std::string>().size(), 1024U);
}

Json alert(const Message& message, Time now) {
  return Json::parse(alertmanager_json({message}, now, 5min)).at(0);
}

TEST(Alertmanager, an_open_incident_ends_later_and_a_closed_one_when_it_did) {
  const Time now = a_message().incident.opened_at + 20min;
  const Json open = alert(a_message(), now);
  EXPECT_EQ(open.at("labels"), (Json{{"alertname", "LivesonicScore"},
                                     {"source", "livesonic"},
                                     {"cluster", "web"},
                                     {"cause", "score"},
                                     {"severity", "critical"}}));
  EXPECT_EQ(open.at("startsAt"), "2026-03-01T08:30:00Z");
  EXPECT_EQ(open.at("endsAt"), "2026-03-01T08:55:00Z");
  const Json closed = alert(a_message(DeliveryKind::kClosing), now);
  EXPECT_EQ(closed.at("labels"), open.at("labels"));
  EXPECT_EQ(closed.at("endsAt"), "2026-03-01T08:40:00Z");
}

TEST(Alertmanager, alerts_are_named_after_their_causes) {
  Message message = a_message();
  for (const auto& [cause, name] : std::vector<std::pair<std::string, std::string>>{
           {"host-key", "LivesonicHostKey"},
           {"service:nginx", "LivesonicService"},
           {"certificate:example.com", "LivesonicCertificate"}}) {
    message.incident.cause = cause;
    message.incident.cluster.clear();
    const Json labels = alert(message, message.incident.opened_at).at("labels");
    EXPECT_EQ(labels.at("alertname"), name);
    EXPECT_EQ(labels.at("cause"), cause);
    EXPECT_FALSE(labels.contains("cluster"));
  }
}

}  // namespace
}  // namespace livesonic::notify
