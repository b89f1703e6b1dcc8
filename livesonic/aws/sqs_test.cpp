// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/sqs.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "livesonic/aws/fake_transport.h"

namespace livesonic::aws {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

using Answers = std::vector<Result<HttpResponse>>;

constexpr const char* kQueue = "https://sqs.ap-northeast-1.amazonaws.com/123456789012/events";

nlohmann::json body_of(const HttpRequest& request) {
  return nlohmann::json::parse(request.body);
}

TEST(Sqs, receives_messages_and_waits_for_them) {
  TestBench bench(Answers{http(200, R"({"Messages": [{"MessageId": "m1", "ReceiptHandle": "r1",
      "MD5OfBody": "x", "Body": "{\"source\": \"aws.ec2\"}",
      "Attributes": {"SentTimestamp": "1772353800123", "ApproximateReceiveCount": "2"}},
      {"MessageId": "m2", "ReceiptHandle": "r2", "Body": ""}]})")});
  const auto found =
      Sqs(bench.client).receive({.queue_url = kQueue, .wait = 60s, .hidden_for = 30s});
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_THAT(
      *found,
      ElementsAre(
          SqsMessage{.id = "m1",
                     .receipt_handle = "r1",
                     .body = R"({"source": "aws.ec2"})",
                     .sent_at = *parse_iso8601("2026-03-01T08:30:00.123Z"),
                     .receive_count = 2},
          SqsMessage{.id = "m2", .receipt_handle = "r2", .body = "", .sent_at = std::nullopt}));
  const HttpRequest& request = bench.transport.requests.at(0);
  EXPECT_THAT(request.headers, testing::Contains(std::pair<std::string, std::string>(
                                   "X-Amz-Target", "AmazonSQS.ReceiveMessage")));
  EXPECT_THAT(request.headers, testing::Contains(std::pair<std::string, std::string>(
                                   "Content-Type", "application/x-amz-json-1.0")));
  EXPECT_EQ(body_of(request).at("WaitTimeSeconds"), 10);
  EXPECT_EQ(body_of(request).at("MaxNumberOfMessages"), 10);
  EXPECT_EQ(body_of(request).at("VisibilityTimeout"), 30);
  EXPECT_EQ(body_of(request).at("QueueUrl"), kQueue);
}

TEST(Sqs, receives_nothing_from_an_empty_queue) {
  TestBench bench(Answers{http(200, "{}")});
  const auto found = Sqs(bench.client).receive({.queue_url = kQueue});
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_TRUE(found->empty());
}

TEST(Sqs, says_that_a_queue_does_not_exist) {
  TestBench bench(Answers{
      http(400, R"({"__type": "com.amazonaws.sqs#QueueDoesNotExist", "message": "No such queue."})",
           {{"x-amzn-query-error", "AWS.SimpleQueueService.NonExistentQueue;Sender"}})});
  const Sqs sqs(bench.client);
  EXPECT_EQ(sqs.receive({.queue_url = kQueue}).error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(sqs.get_queue_url("events").error().kind, ErrorKind::kNotFound);
}

TEST(Sqs, finds_a_queues_url) {
  TestBench bench(Answers{http(200, fmt::format(R"({{"QueueUrl": "{}"}})", kQueue))});
  EXPECT_EQ(*Sqs(bench.client).get_queue_url("events"), kQueue);
}

TEST(Sqs, deletes_ten_messages_a_call) {
  std::vector<std::string> handles;
  for (int i = 0; i < 11; ++i) handles.push_back(fmt::format("r{:02}", i));
  TestBench bench(Answers{http(200, R"({"Successful": [{"Id": "0"}], "Failed": []})")});
  ASSERT_TRUE(Sqs(bench.client).delete_messages(kQueue, handles));
  ASSERT_EQ(bench.transport.requests.size(), 2U);
  EXPECT_EQ(body_of(bench.transport.requests.at(0)).at("Entries").size(), 10U);
  EXPECT_EQ(body_of(bench.transport.requests.at(1)).at("Entries"),
            nlohmann::json::parse(R"([{"Id": "0", "ReceiptHandle": "r10"}])"));
}

TEST(Sqs, says_that_a_message_could_not_be_deleted) {
  TestBench bench(Answers{http(200, R"({"Successful": [], "Failed": [{"Id": "0",
      "SenderFault": true, "Code": "ReceiptHandleIsInvalid", "Message": "It has expired."}]})")});
  const auto deleted = Sqs(bench.client).delete_messages(kQueue, {"r"});
  ASSERT_FALSE(deleted);
  EXPECT_THAT(deleted.error().message, HasSubstr("ReceiptHandleIsInvalid: It has expired."));
}

TEST(Sqs, refuses_messages_that_make_no_sense) {
  for (const char* messages :
       {"{}", "[1]", R"([{"MessageId": "m"}])", R"([{"ReceiptHandle": "r"}])",
        R"([{"MessageId": "m", "ReceiptHandle": "r", "Body": 1}])",
        R"([{"MessageId": "m", "ReceiptHandle": "r",
             "Attributes": {"SentTimestamp": "9223372036854775807"}}])",
        R"([{"MessageId": "m", "ReceiptHandle": "r", "Attributes": {"SentTimestamp": "x"}}])"}) {
    TestBench bench(Answers{http(200, fmt::format(R"({{"Messages": {}}})", messages))});
    EXPECT_FALSE(Sqs(bench.client).receive({.queue_url = kQueue})) << messages;
  }
}

}  // namespace
}  // namespace livesonic::aws
