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

}  // namespace
}  // namespace livesonic::aws
