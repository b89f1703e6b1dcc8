// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/cloudwatch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "livesonic/aws/fake_transport.h"

namespace livesonic::aws {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using Answers = std::vector<Result<HttpResponse>>;

const Time kNoon = *parse_iso8601("2015-08-30T12:00:00Z");

Metric requests_of(const std::string& balancer) {
  return {.name_space = "AWS/ELB",
          .metric = "RequestCount",
          .dimensions = {{"LoadBalancerName", balancer}}};
}

Result<std::vector<std::vector<Datapoint>>> ask(TestBench& bench) {
  return CloudWatch(bench.client)
      .get_metric_data({requests_of("web"), requests_of("api")}, kNoon, kNoon + 2min + 20s);
}

TEST(CloudWatch, asks_in_whole_minutes_for_each_metric_under_a_name_of_its_own) {
  TestBench bench(Answers{http(200, R"({"MetricDataResults": [], "Messages": []})")});
  ASSERT_TRUE(ask(bench));
  const HttpRequest& request = bench.transport.requests.at(0);
  EXPECT_EQ(request.url, "https://monitoring.ap-northeast-1.amazonaws.com/");
  EXPECT_THAT(request.headers, Contains(std::pair<std::string, std::string>(
                                   "X-Amz-Target", "GraniteServiceVersion20100801.GetMetricData")));
  EXPECT_THAT(request.headers, Contains(std::pair<std::string, std::string>(
                                   "Content-Type", "application/x-amz-json-1.0")));
  const auto body = nlohmann::json::parse(request.body);
  EXPECT_EQ(body.at("StartTime"), 1440936000);
  EXPECT_EQ(body.at("EndTime"), 1440936180);  // the begun minute is asked for, too
  EXPECT_EQ(body.at("MetricDataQueries").at(1), nlohmann::json::parse(R"({
      "Id": "m1", "ReturnData": true, "MetricStat": {"Period": 60, "Stat": "Sum", "Metric": {
      "Namespace": "AWS/ELB", "MetricName": "RequestCount",
      "Dimensions": [{"Name": "LoadBalancerName", "Value": "api"}]}}})"));
}

TEST(CloudWatch, joins_the_parts_of_a_metric_that_come_in_pages_and_in_any_order) {
  TestBench bench(Answers{http(200, R"({"NextToken": "more", "MetricDataResults": [
          {"Id": "m1", "StatusCode": "PartialData",
           "Timestamps": [1440936060, 1440936000.0], "Values": [7, 5.5]}]})"),
                          http(200, R"({"MetricDataResults": [
          {"Id": "m1", "StatusCode": "Complete",
           "Timestamps": ["2015-08-30T12:02:00Z"], "Values": [9]},
          {"Id": "m0", "StatusCode": "Complete", "Timestamps": [], "Values": []}]})")});
  const auto points = ask(bench);
  ASSERT_TRUE(points) << points.error().message;
  ASSERT_EQ(points->size(), 2U);
  EXPECT_THAT(points->at(0), IsEmpty());
  EXPECT_THAT(points->at(1), ElementsAre(Datapoint{kNoon, 5.5}, Datapoint{kNoon + 1min, 7},
                                         Datapoint{kNoon + 2min, 9}));
  EXPECT_EQ(nlohmann::json::parse(bench.transport.requests.at(1).body).at("NextToken"), "more");
}

TEST(CloudWatch, takes_no_answer_that_is_not_what_was_asked_for) {
  const std::pair<const char*, const char*> wrong[] = {
      {R"({})", "MetricDataResults"},
      {R"({"MetricDataResults": [{"Id": "m2"}]})", "was not asked for"},
      {R"({"MetricDataResults": [{"Id": "m0", "Timestamps": [1], "Values": []}]})",
       "has 0 values for 1 times"},
      {R"({"MetricDataResults": [{"Id": "m0", "Timestamps": [1], "Values": ["NaN"]}]})",
       "is no number"},
      {R"({"MetricDataResults": [{"Id": "m0", "Timestamps": [-1], "Values": [1]}]})", "is no time"},
      {R"({"MetricDataResults": [{"Id": "m0", "StatusCode": "InternalError"}]})",
       "is 'InternalError'"},
  };
  for (const auto& [body, why] : wrong) {
    TestBench bench(Answers{http(200, body)});
    const auto points = ask(bench);
    ASSERT_FALSE(points) << body;
    EXPECT_THAT(points.error().message, HasSubstr(why)) << body;
  }
}

TEST(CloudWatch, tells_which_permission_is_missing) {
  TestBench bench(Answers{http(400, R"({"__type": "com.amazonaws#AccessDeniedException",
      "message": "User: arn:aws:iam::1:user/x is not authorized to perform that"})")});
  const auto points = ask(bench);
  ASSERT_FALSE(points);
  EXPECT_THAT(points.error().message, HasSubstr("cloudwatch:GetMetricData"));
}

TEST(CloudWatch, asks_for_nothing_where_nothing_is_to_be_known) {
  TestBench bench(Answers{http(500, "")});
  EXPECT_TRUE(CloudWatch(bench.client).get_metric_data({}, kNoon, kNoon + 1min));
  EXPECT_THAT(bench.transport.requests, IsEmpty());
}

}  // namespace
}  // namespace livesonic::aws
