// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/sns.h"

#include <gtest/gtest.h>

#include "livesonic/aws/fake_transport.h"

namespace livesonic::aws {
namespace {

using Answers = std::vector<Result<HttpResponse>>;

constexpr const char* kTopic = "arn:aws:sns:ap-northeast-1:123456789012:alerts";

TEST(Sns, publishes_a_message_and_gives_its_id) {
  TestBench bench(Answers{http(
      200,
      "<PublishResponse xmlns=\"https://sns.amazonaws.com/doc/2010-03-31/\"><PublishResult>"
      "<MessageId>567910cd</MessageId></PublishResult><ResponseMetadata><RequestId>r</RequestId>"
      "</ResponseMetadata></PublishResponse>")});
  const auto id =
      Sns(bench.client)
          .publish({.topic_arn = kTopic, .text = "web is down & out", .subject = "web"});
  ASSERT_TRUE(id) << id.error().message;
  EXPECT_EQ(*id, "567910cd");
  EXPECT_EQ(bench.transport.requests.at(0).body,
            "Action=Publish&Version=2010-03-31&"
            "TopicArn=arn%3Aaws%3Asns%3Aap-northeast-1%3A123456789012%3Aalerts&"
            "Message=web%20is%20down%20%26%20out&Subject=web");
  EXPECT_EQ(bench.transport.requests.at(0).url, "https://sns.ap-northeast-1.amazonaws.com/");
}

TEST(Sns, keeps_the_order_of_messages_where_the_topic_does) {
  TestBench bench(Answers{refusal(404, "NotFound")});
  const auto id = Sns(bench.client)
                      .publish({.topic_arn = kTopic,
                                .text = "x",
                                .group_id = "web",
                                .deduplication_id = "incident-7"});
  EXPECT_EQ(id.error().kind, ErrorKind::kNotFound);
  EXPECT_TRUE(bench.transport.requests.at(0).body.ends_with(
      "&Message=x&MessageGroupId=web&MessageDeduplicationId=incident-7"));
}

TEST(Sns, takes_an_answer_without_an_id_for_an_error) {
  for (const char* body : {"", "<PublishResponse/>",
                           "<PublishResponse><PublishResult/>"
                           "</PublishResponse>"}) {
    TestBench bench(Answers{http(200, body)});
    EXPECT_FALSE(Sns(bench.client).publish({.topic_arn = kTopic, .text = "x"})) << body;
  }
}

}  // namespace
}  // namespace livesonic::aws
