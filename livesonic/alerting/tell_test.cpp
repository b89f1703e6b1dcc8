// SPDX-License-Identifier: Apache-2.0
#include "livesonic/alerting/tell.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace livesonic::alerting {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const Time kStart = Time{1'770'000'000s};
const std::vector<std::string> kChannels{"mail"};

Incident incident() {
  Incident incident;
  incident.id = "id";
  incident.cluster = "web";
  incident.cause = "score";
  incident.opened_at = kStart;
  incident.members.push_back({"i-1", "web-1", "score 3", kStart, {}});
  return incident;
}

Incident told(const Rule* rule = nullptr) {
  Incident one = incident();
  tell(nullptr, one, rule, kChannels, kStart);
  return one;
}

TEST(Tell, each_channel_of_the_opening_once) {
  Incident one = incident();
  EXPECT_THAT(tell(nullptr, one, nullptr, {"mail", "chat"}, kStart),
              ElementsAre(Telling{"mail", DeliveryKind::kOpening, ""},
                          Telling{"chat", DeliveryKind::kOpening, ""}));
  const Incident before = one;
  EXPECT_THAT(tell(&before, one, nullptr, {"mail", "chat"}, kStart + 1h), IsEmpty());
}

TEST(Tell, the_closing_to_those_who_heard_of_the_opening_even_when_muted) {
  Incident one = told();
  const Incident before = one;
  one.closed_at = kStart + 1min;
  one.muted = "silence";
  one.acknowledged = Acknowledgement{"ann", kStart, {}, ""};
  EXPECT_THAT(tell(&before, one, nullptr, {"other"}, kStart + 1min),
              ElementsAre(Telling{"mail", DeliveryKind::kClosing, ""}));
}

TEST(Tell, nothing_of_what_opened_and_closed_unheard) {
  Incident one = incident();
  one.muted = "silence";
  EXPECT_THAT(tell(nullptr, one, nullptr, kChannels, kStart), IsEmpty());
  const Incident before = one;
  one.closed_at = kStart + 1min;
  EXPECT_THAT(tell(&before, one, nullptr, kChannels, kStart + 1min), IsEmpty());
}

TEST(Tell, of_what_is_still_open_when_the_silence_ends) {
  Incident one = incident();
  one.muted = "silence";
  tell(nullptr, one, nullptr, kChannels, kStart);
  const Incident before = one;
  one.muted.clear();
  EXPECT_THAT(tell(&before, one, nullptr, kChannels, kStart + 1h),
              ElementsAre(Telling{"mail", DeliveryKind::kOpening, ""}));
}

TEST(Tell, more_people_as_time_goes_by_unless_somebody_sees_to_it) {
  Rule rule;
  rule.channels = {"mail"};
  rule.escalate = {{15min, {"boss"}}, {1h, {"board", "boss"}}};
  Incident one = told(&rule);
  EXPECT_THAT(tell(&one, one, &rule, kChannels, kStart + 14min), IsEmpty());
  EXPECT_THAT(tell(&one, one, &rule, kChannels, kStart + 15min),
              ElementsAre(Telling{"boss", DeliveryKind::kOpening, ""}));
  EXPECT_EQ(one.escalation, 1);
  Incident before = one;
  one.acknowledged = Acknowledgement{"ann", kStart + 20min, kStart + 2h, "on it"};
  const auto heard = tell(&before, one, &rule, kChannels, kStart + 20min);
  ASSERT_THAT(heard, SizeIs(2));
  EXPECT_EQ(heard[0], (Telling{"mail", DeliveryKind::kUpdate, "acknowledged by ann: on it"}));
  before = one;
  EXPECT_THAT(tell(&before, one, &rule, kChannels, kStart + 90min), IsEmpty());
  const auto expired = tell(&before, one, &rule, kChannels, kStart + 2h);
  EXPECT_FALSE(one.acknowledged);
  EXPECT_THAT(expired, testing::Contains(Telling{"board", DeliveryKind::kOpening, ""}));
  EXPECT_THAT(expired, testing::Contains(
                           Telling{"mail", DeliveryKind::kUpdate, "it is no longer acknowledged"}));
}

TEST(Tell, again_when_the_rule_says_so) {
  Rule rule;
  rule.repeat = 4h;
  Incident one = told(&rule);
  const Incident before = one;
  EXPECT_THAT(tell(&before, one, &rule, kChannels, kStart + 4h - 1s), IsEmpty());
  const auto again = tell(&before, one, &rule, kChannels, kStart + 4h);
  ASSERT_THAT(again, SizeIs(1));
  EXPECT_THAT(again[0].note, HasSubstr("still so after 4h"));
  EXPECT_THAT(tell(&before, one, &rule, kChannels, kStart + 5h), IsEmpty());
}

TEST(Tell, that_it_is_worse_but_not_that_it_is_better) {
  Incident one = told();
  Incident before = one;
  one.severity = Severity::kCritical;
  EXPECT_THAT(tell(&before, one, nullptr, kChannels, kStart + 1min),
              ElementsAre(Telling{"mail", DeliveryKind::kUpdate, "it is critical now"}));
  before = one;
  one.severity = Severity::kWarning;
  EXPECT_THAT(tell(&before, one, nullptr, kChannels, kStart + 2min), IsEmpty());
  before = one;
  one.severity = Severity::kCritical;
  EXPECT_THAT(tell(&before, one, nullptr, kChannels, kStart + 3min), IsEmpty());
}

Silence silence(std::vector<Matcher> matchers) {
  Silence silence;
  silence.matchers = std::move(matchers);
  silence.starts_at = kStart;
  silence.ends_at = kStart + 1h;
  silence.comment = "load test";
  return silence;
}

TEST(Muted, is_what_a_silence_in_effect_hits) {
  const Rules rules;
  const auto web = silence({parse_matcher("cluster=web").value()});
  EXPECT_THAT(muted_by(incident(), {}, {web}, {}, rules, kStart), HasSubstr("load test"));
  EXPECT_EQ(muted_by(incident(), {}, {web}, {}, rules, kStart - 1s), "");
  EXPECT_EQ(muted_by(incident(), {}, {web}, {}, rules, kStart + 1h), "");
}

TEST(Muted, is_nothing_that_one_more_host_suffers_from) {
  const Rules rules;
  const auto host = silence({parse_matcher("instance=~\"i-1|i-2\"").value()});
  Incident one = incident();
  EXPECT_NE(muted_by(one, {}, {host}, {}, rules, kStart), "");
  one.members.push_back({"i-3", "web-3", "score 3", kStart, {}});
  EXPECT_EQ(muted_by(one, {}, {host}, {}, rules, kStart), "");
  one.members.back().until = kStart + 1s;
  EXPECT_NE(muted_by(one, {}, {host}, {}, rules, kStart + 2s), "");
}

TEST(Muted, is_what_suffers_on_instances_of_a_tag) {
  const Rules rules;
  const auto workers = silence({parse_matcher("tag:role=worker").value()});
  EXPECT_NE(muted_by(incident(), {{"i-1", {{"role", "worker"}}}}, {workers}, {}, rules, kStart),
            "");
  EXPECT_EQ(muted_by(incident(), {{"i-1", {{"role", "web"}}}}, {workers}, {}, rules, kStart), "");
}

TEST(Muted, is_what_depends_on_a_cluster_in_trouble) {
  Rules rules;
  rules.depends_on["web"] = {"db"};
  EXPECT_EQ(muted_by(incident(), {}, {}, {"cache"}, rules, kStart), "");
  EXPECT_THAT(muted_by(incident(), {}, {}, {"db"}, rules, kStart),
              HasSubstr("db, on which it depends"));
}

}  // namespace
}  // namespace livesonic::alerting
