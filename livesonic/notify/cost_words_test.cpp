// SPDX-License-Identifier: Apache-2.0
#include "livesonic/notify/cost_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "livesonic/base/time_text.h"
#include "livesonic/notify/mail_text.h"
#include "livesonic/notify/slack.h"

namespace livesonic::notify {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

CostSummary a_week() {
  CostSummary costs;
  costs.from = parse_iso8601("2026-11-22T23:00:00Z").value();
  costs.to = parse_iso8601("2026-11-29T23:00:00Z").value();
  costs.before = 1000;
  CostSummary::Cluster& web = costs.clusters.emplace_back();
  web.name = "web";
  web.hours = 1680.5;
  web.unpriced_hours = 2;
  web.usd = 1120.5;
  web.lines = {{"on-demand", "m6i.large", 1000, 0, 1000.0}, {"spot", "c6i.large", 680.5, 2, 120.5}};
  web.savings = {{"spot", 700.25, "the on-demand hours at today's spot prices"}};
  CostSummary::Cluster& batch = costs.clusters.emplace_back();
  batch.name = "batch";
  batch.hours = batch.unpriced_hours = 3;
  return costs;
}

Message a_report() {
  Message message;
  message.delivery_id = "costs-29400000-mail";
  message.kind = DeliveryKind::kReport;
  message.costs = a_week();
  message.link = "https://monitor.example/scaling";
  return message;
}

Wording in(Language language) {
  Wording wording;
  wording.language = language;
  wording.zone = TimeZone::find("Asia/Tokyo").value();
  return wording;
}

TEST(CostWords, say_in_a_line_what_it_cost_and_how_that_compares) {
  EXPECT_EQ(cost_title(a_week(), in(Language::kEnglish)),
            "[COSTS] 2026-11-23 to 2026-11-30: 1,120.50 USD, 12 % more than before");
  EXPECT_EQ(cost_title(a_week(), in(Language::kJapanese)),
            "【費用】2026-11-23〜2026-11-30: 1,120.50 USD(前期間より 12 % 増)");
  CostSummary first = a_week();
  first.before.reset();
  EXPECT_EQ(cost_title(first, in(Language::kEnglish)),
            "[COSTS] 2026-11-23 to 2026-11-30: 1,120.50 USD");
}

TEST(CostWords, tell_of_each_cluster_what_its_instances_cost_and_what_would_have_cost_less) {
  const auto paragraphs = cost_paragraphs(a_week(), in(Language::kEnglish));
  ASSERT_EQ(paragraphs.size(), 2U);
  EXPECT_EQ(paragraphs[0].heading, "web: 1,120.50 USD, 1680.5 instance hours");
  EXPECT_THAT(paragraphs[0].lines,
              ElementsAre("m6i.large on-demand: 1,000.00 USD, 1000.0 instance hours",
                          "c6i.large spot: 120.50 USD, 680.5 instance hours",
                          "2.0 hours had no known price, and are not in it",
                          "700.25 USD less: the on-demand hours at today's spot prices"));
  EXPECT_EQ(paragraphs[1].heading, "batch: no known price, 3.0 instance hours");
  const std::string japanese = cost_text(a_week(), in(Language::kJapanese));
  EXPECT_THAT(japanese, HasSubstr("節約の見込み 700.25 USD: スポットインスタンスへの切り替え"));
  EXPECT_THAT(japanese, HasSubstr("c6i.large スポット: 120.50 USD, 680.5 時間"));
}

TEST(CostWords, of_very_many_clusters_are_bounded) {
  CostSummary costs = a_week();
  costs.clusters.resize(80, costs.clusters.front());
  const auto paragraphs = cost_paragraphs(costs, in(Language::kEnglish));
  EXPECT_EQ(paragraphs.size(), 51U);
  EXPECT_EQ(paragraphs.back().heading, "and 30 more");
}

TEST(CostReportMessage, is_the_same_when_it_is_read_again) {
  const std::string written = message_json(a_report());
  const auto read = parse_message(written);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->costs, a_week());
  EXPECT_EQ(message_json(*read), written);
  const auto json = nlohmann::json::parse(written);
  EXPECT_EQ(json.at("kind"), "report");
  EXPECT_TRUE(json.at("incident").is_null());
  EXPECT_EQ(json.at("costs").at("usd"), 1120.5);
  EXPECT_EQ(json.at("costs").at("clusters").at(1).at("usd"), nullptr);
}

TEST(CostReportMessage, needs_its_costs) {
  EXPECT_FALSE(parse_message(R"({"version": 1, "delivery_id": "d", "kind": "report"})"));
  EXPECT_FALSE(parse_message(R"({"version": 1, "delivery_id": "d", "kind": "report",
      "costs": {"from": "2026-01-01T00:00:00Z", "to": "2026-01-02T00:00:00Z",
      "clusters": [{"cluster": "web", "usd": "much", "instance_hours": 1,
                    "unpriced_hours": 0}]}})"));
}

TEST(CostReportMessage, is_a_mail_of_its_own_that_no_template_changes) {
  Wording wording = in(Language::kEnglish);
  wording.subject = "{title}";
  wording.text = "{members}";
  const std::string mail =
      mail_text(a_report(), wording, {"a@b.invalid", {"c@d.invalid"}, "mail", {}});
  EXPECT_EQ(subject_of(a_report(), wording, "mail"), cost_title(a_week(), wording));
  EXPECT_THAT(mail, HasSubstr("Subject: " + header_text(cost_title(a_week(), wording), 9)));
  EXPECT_THAT(mail, HasSubstr("Message-ID: <costs-29400000-mail@b.invalid>"));
  EXPECT_THAT(mail, Not(HasSubstr("X-Livesonic-Incident")));
  const std::string html = mail_html(a_report(), wording, "mail");
  EXPECT_THAT(html, HasSubstr("<b>web: 1,120.50 USD, 1680.5 instance hours</b>"));
  EXPECT_THAT(html, HasSubstr("https://monitor.example/scaling"));
  Message hostile = a_report();
  hostile.costs->clusters[0].name = "<script>\r\nBcc: x";
  EXPECT_THAT(mail_html(hostile, wording, "mail"), Not(HasSubstr("<script>")));
}

TEST(CostReportMessage, is_readable_in_slack) {
  const auto json = nlohmann::json::parse(slack_json(a_report(), in(Language::kEnglish), "chat"));
  EXPECT_THAT(json.at("text").get<std::string>(), HasSubstr("1,120.50 USD"));
  const auto& attachment = json.at("attachments").at(0);
  EXPECT_THAT(attachment.at("text").get<std::string>(), HasSubstr("*web: 1,120.50 USD"));
  EXPECT_EQ(attachment.at("title_link"), "https://monitor.example/scaling");
  EXPECT_EQ(attachment.at("ts"), 1795993200);
  Message hostile = a_report();
  hostile.costs->clusters[0].name = "<!channel>";
  EXPECT_EQ(slack_json(hostile, {}, "chat").find("<!channel>"), std::string::npos);
}

}  // namespace
}  // namespace livesonic::notify
