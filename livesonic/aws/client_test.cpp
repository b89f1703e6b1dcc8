// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "livesonic/aws/fake_transport.h"

namespace livesonic::aws {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

using Answers = std::vector<Result<HttpResponse>>;

constexpr Service kService{.id = "ec2", .api_version = "2016-11-15"};
constexpr Service kGlobal{.id = "route53", .api_version = "2013-04-01", .global = true};

Result<Reply> ask(const Client& client, const std::stop_token& stop = {}) {
  return client.query(kService, "DescribeThings", {{"Name", "a b"}}, stop);
}

std::string header_of(const HttpRequest& request, std::string_view name) {
  for (const auto& [field, value] : request.headers) {
    if (field == name) return value;
  }
  return "(none)";
}

TEST(Client, posts_a_signed_form_to_the_services_endpoint) {
  TestBench bench(Answers{http(200, "<ok/>", {{"x-amzn-RequestId", "r-1"}})});
  const Result<Reply> reply = ask(bench.client);
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->body, "<ok/>");
  EXPECT_EQ(reply->request_id, "r-1");
  const HttpRequest& request = bench.transport.requests.at(0);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.url, "https://ec2.ap-northeast-1.amazonaws.com/");
  EXPECT_EQ(request.body, "Action=DescribeThings&Version=2016-11-15&Name=a%20b");
  EXPECT_EQ(header_of(request, "Host"), "ec2.ap-northeast-1.amazonaws.com");
  EXPECT_EQ(header_of(request, "X-Amz-Date"), "20150830T123600Z");
  EXPECT_THAT(header_of(request, "Authorization"),
              HasSubstr("Credential=AKIDEXAMPLE/20150830/ap-northeast-1/ec2/aws4_request, "
                        "SignedHeaders=content-type;host;x-amz-date, "));
}

TEST(Client, gets_from_a_global_service_with_its_own_signing_region) {
  TestBench bench(Answers{http(200, "<ok/>")});
  ASSERT_TRUE(bench.client.rest_get(kGlobal, "List", "/2013-04-01/x", {{"marker", "a/b"}}, {}));
  const HttpRequest& request = bench.transport.requests.at(0);
  EXPECT_EQ(request.method, "GET");
  EXPECT_EQ(request.url, "https://route53.amazonaws.com/2013-04-01/x?marker=a%2Fb");
  EXPECT_THAT(header_of(request, "Authorization"), HasSubstr("/us-east-1/route53/aws4_request"));
}

TEST(Client, tries_again_after_a_moment_when_aws_throttles_or_fails) {
  TestBench bench(Answers{refusal(400, "Throttling"), http(503, "busy"),
                          fail(ErrorKind::kTimeout, "no answer"), http(200, "<ok/>")});
  EXPECT_TRUE(ask(bench.client));
  EXPECT_EQ(bench.waits, (std::vector<Duration>{500ms, 1s, 2s}));
}

TEST(Client, gives_up_after_four_attempts_and_says_so) {
  TestBench bench(Answers{refusal(503, "RequestLimitExceeded")});
  const Result<Reply> reply = ask(bench.client);
  ASSERT_FALSE(reply);
  EXPECT_EQ(bench.transport.requests.size(), 4U);
  EXPECT_EQ(reply.error().kind, ErrorKind::kThrottled);
  EXPECT_EQ(reply.error().message,
            "DescribeThings: RequestLimitExceeded: That won't do. (HTTP 503, request id req-1), "
            "after 4 attempts");
}

TEST(Client, does_not_repeat_what_would_fail_again) {
  TestBench bench(Answers{refusal(403, "UnauthorizedOperation")});
  const Result<Reply> reply = ask(bench.client);
  ASSERT_FALSE(reply);
  EXPECT_EQ(bench.transport.requests.size(), 1U);
  EXPECT_EQ(reply.error().kind, ErrorKind::kPermission);
}

TEST(Client, waits_as_long_as_aws_asks) {
  TestBench bench(Answers{http(503, "", {{"Retry-After", "7"}}), http(200, "<ok/>")});
  EXPECT_TRUE(ask(bench.client));
  EXPECT_EQ(bench.waits, (std::vector<Duration>{7s}));
}

TEST(Client, reports_the_failure_when_aws_asks_for_more_than_the_call_may_take) {
  TestBench bench(Answers{http(503, "", {{"Retry-After", "3600"}}), http(200, "<ok/>")});
  EXPECT_FALSE(ask(bench.client));
  EXPECT_TRUE(bench.waits.empty());
}

TEST(Client, stops_retrying_when_everything_keeps_failing) {
  TestBench bench(Answers{http(500, "")});
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(ask(bench.client));
  // 500 tokens at 5 a retry are 100 retries, not 300.
  EXPECT_EQ(bench.transport.requests.size(), 200U);
}

TEST(Client, shares_what_is_known_of_a_service_with_the_accounts_other_clients_there) {
  ServiceStates states;
  const ClientSettings tokyo{.region = "ap-northeast-1", .max_attempts = 4};
  TestBench bench(Answers{http(500, "")});
  ClientParts parts = bench.parts();
  parts.states = &states;
  const Client one(tokyo, parts);
  const Client two(tokyo, parts);
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(ask(i % 2 == 0 ? one : two));
  EXPECT_EQ(bench.transport.requests.size(), 200U) << "one quota of 100 retries";

  ClientSettings elsewhere = tokyo;
  elsewhere.region = "us-east-1";
  ClientSettings somebody = tokyo;
  somebody.account = "other";
  for (const ClientSettings& settings : {elsewhere, somebody}) {
    bench.transport.requests.clear();
    EXPECT_FALSE(ask(Client(settings, parts)));
    EXPECT_EQ(bench.transport.requests.size(), 4U);
  }
}

TEST(Client, ends_soon_after_a_stop_is_requested) {
  std::stop_source stop;
  TestBench bench([&](const HttpRequest&) -> Result<HttpResponse> {
    stop.request_stop();
    return fail(ErrorKind::kUnavailable, "stopped");
  });
  const Result<Reply> reply = ask(bench.client, stop.get_token());
  ASSERT_FALSE(reply);
  EXPECT_THAT(reply.error().message, HasSubstr("a stop was asked for"));
  EXPECT_EQ(bench.transport.requests.size(), 1U);
}

TEST(Client, dates_requests_by_the_clock_of_aws_once_ours_turns_out_wrong) {
  TestBench bench(
      Answers{refusal(403, "SignatureDoesNotMatch", {{"Date", "Sun, 30 Aug 2015 13:06:00 GMT"}}),
              http(200, "<ok/>")});
  EXPECT_TRUE(ask(bench.client));
  EXPECT_TRUE(bench.waits.empty());
  EXPECT_EQ(header_of(bench.transport.requests.at(1), "X-Amz-Date"), "20150830T130600Z");
}

TEST(Client, does_not_blame_the_clock_when_it_is_right) {
  TestBench bench(
      Answers{refusal(403, "SignatureDoesNotMatch", {{"Date", "Sun, 30 Aug 2015 12:37:00 GMT"}})});
  const Result<Reply> reply = ask(bench.client);
  ASSERT_FALSE(reply);
  EXPECT_EQ(bench.transport.requests.size(), 1U);
  EXPECT_THAT(reply.error().message, HasSubstr("check the secret access key"));
}

TEST(Client, corrects_its_clock_for_each_service_by_itself) {
  TestBench bench([](const HttpRequest& request) -> Result<HttpResponse> {
    const std::string date = header_of(request, "X-Amz-Date");
    if (request.url.find("route53") == std::string::npos) return http(200, "<ok/>");
    if (date == "20150830T130600Z") return http(200, "<ok/>");
    return refusal(400, "RequestTimeTooSkewed", {{"Date", "Sun, 30 Aug 2015 13:06:00 GMT"}});
  });
  EXPECT_TRUE(bench.client.rest_get(kGlobal, "List", "/x", {}, {}));
  EXPECT_TRUE(ask(bench.client));
  EXPECT_EQ(header_of(bench.transport.requests.back(), "X-Amz-Date"), "20150830T123600Z");
}

TEST(Client, speaks_the_json_protocols) {
  constexpr Service kEcs{
      .id = "ecs", .api_version = {}, .json_target = "AmazonEC2ContainerServiceV20141113"};
  TestBench bench(Answers{
      http(400, R"({"__type": "com.amazonaws.ecs#ClusterNotFoundException", "message": "No."})",
           {{"x-amzn-RequestId", "r-9"}})});
  const auto reply = bench.client.json(kEcs, "ListTasks", R"({"cluster": "web"})", {});
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(reply.error().message,
            "ListTasks: ClusterNotFoundException: No. (HTTP 400, request id r-9)");
  const HttpRequest& request = bench.transport.requests.at(0);
  EXPECT_EQ(request.body, R"({"cluster": "web"})");
  EXPECT_EQ(header_of(request, "X-Amz-Target"), "AmazonEC2ContainerServiceV20141113.ListTasks");
  EXPECT_EQ(header_of(request, "Content-Type"), "application/x-amz-json-1.1");
  EXPECT_THAT(header_of(request, "Authorization"), HasSubstr(";x-amz-target, "));
}

TEST(Client, sends_what_needs_no_proof_unsigned) {
  TestBench bench(Answers{http(200, "<ok/>")});
  EXPECT_TRUE(bench.client.query(kService, "Open", {}, {}, Signing::kUnsigned));
  EXPECT_EQ(header_of(bench.transport.requests.at(0), "Authorization"), "(none)");
  EXPECT_EQ(header_of(bench.transport.requests.at(0), "X-Amz-Date"), "(none)");
}

TEST(Client, sends_documents_by_other_methods) {
  TestBench bench(Answers{http(200, "<ok/>")});
  EXPECT_TRUE(bench.client.rest_send(kGlobal, "Change", "POST", "/2013-04-01/x", "<c/>", {}));
  EXPECT_EQ(bench.transport.requests.at(0).method, "POST");
  EXPECT_EQ(bench.transport.requests.at(0).body, "<c/>");
}

TEST(Client, counts_calls_attempts_throttles_and_errors) {
  TestBench bench(Answers{refusal(400, "Throttling"), http(200, "<ok/>"),
                          refusal(403, "UnauthorizedOperation")});
  EXPECT_TRUE(ask(bench.client));
  EXPECT_FALSE(ask(bench.client));
  const auto counted = bench.statistics.snapshot();
  ASSERT_EQ(counted.size(), 1U);
  const auto& [key, counts] = counted.front();
  EXPECT_EQ(key, (OperationKey{"default", "ap-northeast-1", "ec2", "DescribeThings"}));
  EXPECT_EQ(counts.calls, 2U);
  EXPECT_EQ(counts.attempts, 3U);
  EXPECT_EQ(counts.throttles, 1U);
  EXPECT_EQ(counts.latency_sum, 500ms);
  EXPECT_EQ(counts.errors, (std::map<std::string, std::uint64_t>{{"UnauthorizedOperation", 1}}));
}

TEST(Client, takes_no_time_back_when_the_clock_is_set_back) {
  FakeClock* clock = nullptr;
  TestBench bench([&](const HttpRequest&) -> Result<HttpResponse> {
    clock->advance(-1h);
    return http(200, "<ok/>");
  });
  clock = &bench.clock;
  EXPECT_TRUE(ask(bench.client));
  EXPECT_EQ(bench.statistics.snapshot().at(0).second.latency_sum, 0ms);
}

TEST(Client, in_the_adaptive_mode_slows_down_while_aws_throttles) {
  bool throttling = true;
  const auto answers = [&](const HttpRequest&) -> Result<HttpResponse> {
    return throttling ? refusal(400, "Throttling") : http(200, "<ok/>");
  };
  TestBench standard(answers, {.region = "us-east-1"});
  TestBench adaptive(answers, {.region = "us-east-1", .retry_mode = RetryMode::kAdaptive});
  for (TestBench* bench : {&standard, &adaptive}) {
    throttling = true;
    EXPECT_FALSE(ask(bench->client));
    throttling = false;
    bench->waits.clear();
    for (int i = 0; i < 4; ++i) EXPECT_TRUE(ask(bench->client));
  }
  EXPECT_TRUE(standard.waits.empty());
  EXPECT_GE(adaptive.waits.size(), 3U);
}

class RotatingCredentials final : public CredentialSource {
 public:
  Result<Credentials> get(const std::stop_token& /*stop*/) override {
    return Credentials{.access_key_id = rejected ? "NEW" : "OLD",
                       .secret_access_key = Secret("s"),
                       .session_token = Secret("t"),
                       .expires_at = {}};
  }
  void reject(const Credentials& /*credentials*/) override { rejected = true; }
  bool rejected = false;
};

TEST(Client, asks_for_new_credentials_when_the_old_ones_have_expired) {
  RotatingCredentials credentials;
  FakeTransport transport(Answers{refusal(403, "ExpiredToken"), http(200, "<ok/>")});
  const SystemClock clock;
  const Client client({.region = "us-east-1", .endpoints = {.url = "http://127.0.0.1:5000/aws"}},
                      {.transport = transport, .credentials = &credentials, .clock = clock});
  EXPECT_TRUE(ask(client));
  EXPECT_EQ(transport.requests.at(1).url, "http://127.0.0.1:5000/aws/");
  EXPECT_THAT(header_of(transport.requests.at(1), "Authorization"), HasSubstr("Credential=NEW/"));
  EXPECT_EQ(header_of(transport.requests.at(1), "X-Amz-Security-Token"), "t");
}

TEST(Sleep, ends_at_once_when_a_stop_is_requested) {
  std::stop_source stop;
  stop.request_stop();
  EXPECT_FALSE(sleep_for(1min, stop.get_token()));
  EXPECT_TRUE(sleep_for(1ms, {}));
}

TEST(Random, is_a_part_of_one) {
  for (int i = 0; i < 100; ++i) {
    const double random = random_unit();
    EXPECT_GE(random, 0.0);
    EXPECT_LT(random, 1.0);
  }
}

}  // namespace
}  // namespace livesonic::aws
