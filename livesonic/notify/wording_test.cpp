// SPDX-License-Identifier: Apache-2.0
#include "livesonic/notify/wording.h"

#include <gtest/gtest.h>

#include "livesonic/base/template_text.h"
#include "livesonic/model/channel.h"
#include "livesonic/notify/message_for_test.h"

namespace livesonic::notify {
namespace {

const Wording kInEnglish;
const Wording kInJapanese{Language::kJapanese, TimeZone::find("Asia/Tokyo").value(), "", ""};

TEST(Wording, a_title_says_how_bad_it_is_or_that_it_is_over) {
  EXPECT_EQ(title_of(a_message(), Language::kEnglish),
            "[CRITICAL] web: low score on 1 of 3 instances");
  EXPECT_EQ(title_of(a_message(DeliveryKind::kUpdate), Language::kEnglish),
            "[UPDATE] web: low score on 1 of 3 instances");
  EXPECT_EQ(title_of(a_message(DeliveryKind::kClosing), Language::kEnglish),
            "[RESOLVED] web: low score is over");
  EXPECT_EQ(title_of(a_message(), Language::kJapanese),
            "【重大】web: 1 台のスコアが低下しています");
  EXPECT_EQ(title_of(a_message(DeliveryKind::kUpdate), Language::kJapanese),
            "【続報】web: 1 台のスコアが低下しています");
  EXPECT_EQ(title_of(a_message(DeliveryKind::kClosing), Language::kJapanese),
            "【復旧】web: スコアの低下は解消しました");
}

TEST(Wording, the_text_has_all_that_is_known) {
  EXPECT_EQ(text_of(a_message(DeliveryKind::kClosing), kInEnglish, "mail"),
            "web: low score is over\n\n"
            "Why: it is worse\n"
            "Severity: critical\n"
            "Cluster: web\n"
            "Cause: score\n"
            "Opened: 2026-03-01 08:30:00 UTC\n"
            "Closed: 2026-03-01 08:40:00 UTC\n"
            "Lasted: 10m 0s\n"
            "Flapping since: 2026-03-01 08:32:00 UTC\n"
            "Acknowledged by: hanako: on it\n"
            "Runbook: https://wiki.example/low-score\n"
            "Dashboard: https://monitor.example/clusters/web\n\n"
            "Instances:\n"
            "- web-1 (i-1): score 12 is below 40\n");
  const std::string japanese = text_of(a_message(), kInJapanese, "mail");
  EXPECT_NE(japanese.find("重要度: 重大\n"), std::string::npos) << japanese;
  EXPECT_NE(japanese.find("発生: 2026-03-01 17:30:00 JST\n"), std::string::npos) << japanese;
}

TEST(Wording, every_cause_has_japanese_words) {
  Message message = a_message();
  for (const char* cause : {"score", "unreachable", "unscored", "host-key", "service:nginx",
                            "domain:example.com", "certificate:example.com", "channel:ops"}) {
    message.incident.cause = cause;
    for (const DeliveryKind kind : {DeliveryKind::kOpening, DeliveryKind::kClosing}) {
      message.kind = kind;
      EXPECT_EQ(title_of(message, Language::kJapanese).find(message.incident.summary),
                std::string::npos)
          << cause;
    }
  }
  message.incident.cause = "something new";
  EXPECT_NE(title_of(message, Language::kJapanese).find(message.incident.summary),
            std::string::npos);
}

TEST(Wording, templates_take_the_place_of_the_built_in_texts) {
  Wording wording;
  wording.subject = "{cluster}/{severity}\r\nX: {kind}";
  wording.text = "{count} on {cluster} since {opened_at}:\n{members}\nby {channel}";
  EXPECT_EQ(subject_of(a_message(), wording, "ops"), "web/critical\\r\\nX: opening");
  EXPECT_EQ(text_of(a_message(), wording, "ops"),
            "1 on web since 2026-03-01 08:30:00 UTC:\nweb-1 (i-1): score 12 is below 40\nby ops");
}

TEST(Wording, every_placeholder_stands_for_something) {
  for (const std::string_view name : kMessagePlaceholders) {
    Wording wording;
    wording.text = "{" + std::string(name) + "}";
    ASSERT_TRUE(check_template(wording.text, kMessagePlaceholders));
    EXPECT_NE(text_of(a_message(DeliveryKind::kClosing), wording, "ops"), "") << name;
  }
}

TEST(Wording, many_instances_are_counted) {
  Message message = a_message();
  message.incident.members.resize(25, message.incident.members[0]);
  EXPECT_EQ(member_lines(message, kInEnglish).size(), 21U);
  EXPECT_EQ(member_lines(message, kInEnglish).back(), "and 5 more");
  EXPECT_EQ(member_lines(message, kInJapanese).back(), "ほか 5 台");
}

TEST(Wording, nothing_in_a_message_makes_a_line_of_its_own) {
  EXPECT_EQ(title_of(a_hostile_message(), Language::kEnglish).find('\n'), std::string::npos);
  for (const auto& [name, value] : facts_of(a_hostile_message(), kInEnglish)) {
    EXPECT_EQ(value.find_first_of("\r\n\x1b"), std::string::npos) << name;
  }
}

}  // namespace
}  // namespace livesonic::notify
