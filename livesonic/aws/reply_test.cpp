// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/reply.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "livesonic/aws/fake_transport.h"

namespace livesonic::aws {
namespace {

using testing::HasSubstr;
using testing::Not;

Error explained(const HttpResponse& response) {
  return explain("DescribeThings", read_refusal(response));
}

TEST(Refusal, is_of_the_kind_that_its_code_says) {
  EXPECT_EQ(explained(refusal(400, "Throttling")).kind, ErrorKind::kThrottled);
  EXPECT_EQ(explained(refusal(400, "LoadBalancerNotFound")).kind, ErrorKind::kNotFound);
  EXPECT_EQ(explained(refusal(400, "InvalidInstanceID.NotFound")).kind, ErrorKind::kNotFound);
  EXPECT_EQ(explained(refusal(404, "NoSuchHostedZone")).kind, ErrorKind::kNotFound);
  EXPECT_EQ(explained(refusal(403, "InvalidClientTokenId")).kind, ErrorKind::kPermission);
  EXPECT_EQ(explained(refusal(401, "AuthFailure")).kind, ErrorKind::kPermission);
  EXPECT_EQ(explained(refusal(400, "ValidationError")).kind, ErrorKind::kInvalidInput);
  EXPECT_EQ(explained(refusal(500, "InternalFailure")).kind, ErrorKind::kUnavailable);
}

TEST(Refusal, by_something_that_is_not_aws_never_says_that_a_thing_does_not_exist) {
  const Error error = explained(http(404, "<html>\n<h1>Not Found</h1></html>"));
  EXPECT_EQ(error.kind, ErrorKind::kUnavailable);
  EXPECT_EQ(error.message,
            "DescribeThings: the answer is not one of AWS; is there a proxy in between, or a wrong "
            "endpoint_url? (HTTP 404)");
}

TEST(Refusal, shows_only_the_first_line_since_aws_quotes_the_request_below_it) {
  const Error error = explained(
      http(403,
           "<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code><Message>It does not "
           "match.\n\nThe Canonical String was\nx-amz-security-token:TOKEN</Message></Error>"
           "</ErrorResponse>"));
  EXPECT_THAT(error.message, HasSubstr("It does not match."));
  EXPECT_THAT(error.message, Not(HasSubstr("TOKEN")));
}

TEST(Refusal, is_short_and_printable_whatever_the_other_side_writes) {
  const Error error =
      explained(http(400, "<ErrorResponse><Error><Code>Bad\x1B[2J</Code><Message>" +
                              std::string(9000, 'x') + "</Message></Error></ErrorResponse>"));
  EXPECT_LT(error.message.size(), 1000U);
  EXPECT_THAT(error.message, Not(HasSubstr("\x1B")));
}

TEST(Reply, has_the_request_id_of_either_header) {
  EXPECT_EQ(request_id_of(http(200, "", {{"X-AMZN-REQUESTID", "a"}})), "a");
  EXPECT_EQ(request_id_of(http(200, "", {{"x-amz-request-id", "b"}})), "b");
  EXPECT_EQ(request_id_of(http(200, "")), "");
}

TEST(HttpDate, is_read_in_its_one_form) {
  EXPECT_EQ(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT"),
            *parse_iso8601("1994-11-06T08:49:37Z"));
  for (const char* text : {"", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 31 Feb 2026 00:00:00 GMT",
                           "Sun, 06 Xyz 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 JST"}) {
    EXPECT_FALSE(parse_http_date(text)) << text;
  }
}

TEST(Refusal, of_the_json_protocols_is_read_from_body_and_headers) {
  const Refusal ecs = read_refusal(
      {.status = 400,
       .headers = {{"x-amzn-RequestId", "r-1"}},
       .body = R"({"__type": "com.amazonaws.ecs#ThrottlingException", "message": "Slow down."})"});
  EXPECT_EQ(ecs.code, "ThrottlingException");
  EXPECT_EQ(ecs.message, "Slow down.");
  const Refusal header = read_refusal(
      {.status = 400,
       .headers = {{"x-amzn-ErrorType", "ValidationException:http://internal.example/"}},
       .body = R"({"Message": "No."})"});
  EXPECT_EQ(header.code, "ValidationException");
  EXPECT_EQ(header.message, "No.");
  const Refusal sqs = read_refusal(
      {.status = 400,
       .headers = {{"x-amzn-query-error", "AWS.SimpleQueueService.NonExistentQueue;Sender"}},
       .body = R"({"__type": "com.amazonaws.sqs#QueueDoesNotExist", "message": "Gone."})"});
  EXPECT_EQ(sqs.code, "AWS.SimpleQueueService.NonExistentQueue");
  EXPECT_EQ(explain("ReceiveMessage", sqs).kind, ErrorKind::kNotFound);
}

TEST(Refusal, that_is_hostile_says_as_much_as_can_be_known) {
  for (const std::string& body :
       {std::string(R"({"__type": 1, "message": []})"), std::string("{") + std::string(1000, '['),
        std::string(
            R"(<!DOCTYPE x [<!ENTITY a "b">]><ErrorResponse><Error><Code>&a;</Code></Error>)"
            "</ErrorResponse>"),
        std::string("\xFF\xFE"), std::string()}) {
    const Refusal refusal = read_refusal({.status = 500, .headers = {}, .body = body});
    EXPECT_EQ(refusal.code, "") << body;
    EXPECT_EQ(explain("X", refusal).kind, ErrorKind::kUnavailable);
  }
}

TEST(RequestId, has_beside_it_what_some_services_give_in_addition) {
  EXPECT_EQ(request_id_of({.status = 500,
                           .headers = {{"x-amz-request-id", "r-1"}, {"x-amz-id-2", "abc="}},
                           .body = {}}),
            "r-1 / abc=");
}

}  // namespace
}  // namespace livesonic::aws
