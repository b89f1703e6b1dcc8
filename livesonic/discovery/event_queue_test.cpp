// SPDX-License-Identifier: Apache-2.0
// The queue is a scripted transport: SQS's own protocol, without SQS.
#include "livesonic/discovery/event_queue.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <nlohmann/json.hpp>

#include "livesonic/aws/fake_transport.h"
#include "livesonic/discovery/event_samples.h"

namespace livesonic::discovery {
namespace {

using namespace std::chrono_literals;
using aws::HttpRequest;
using aws::HttpResponse;
using nlohmann::json;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* kUrl = "https://sqs.us-east-2.amazonaws.com/123456789012/events";

// A queue that gives what was put on it once, and says what was deleted. Thread-safe.
class ScriptedQueue final : public aws::Transport {
 public:
  Result<HttpResponse> send(const HttpRequest& request, const std::stop_token& stop) override {
    const std::string* target = nullptr;
    for (const auto& [name, value] : request.headers) {
      if (name == "X-Amz-Target") target = &value;
    }
    std::unique_lock lock(mutex_);
    if (target != nullptr && *target == "AmazonSQS.DeleteMessageBatch") {
      if (refuse_deletion) return aws::http(500, R"({"__type": "InternalError"})");
      const json body = json::parse(request.body);
      for (const json& one : body.at("Entries")) {
        deleted_.push_back(one.at("ReceiptHandle").get<std::string>());
      }
      changed_.notify_all();
      return aws::http(200, R"({"Successful": [], "Failed": []})");
    }
    ++asked_;
    changed_.notify_all();
    if (hangs) {
      changed_.wait(lock, stop, [] { return false; });
      return fail(ErrorKind::kUnavailable, "stopped");
    }
    if (!failures.empty()) {
      auto failure = failures.front();
      failures.pop_front();
      return failure;
    }
    if (messages_.empty()) {  // a long poll, made short
      changed_.wait_for(lock, stop, 10ms, [&] { return !messages_.empty(); });
    }
    json answer{{"Messages", json::array()}};
    while (!messages_.empty() && answer["Messages"].size() < 10) {
      answer["Messages"].push_back(messages_.front());
      messages_.pop_front();
    }
    return aws::http(200, answer.dump());
  }

  void put(const std::string& receipt, const std::string& body, int received = 1) {
    const std::lock_guard lock(mutex_);
    messages_.push_back({{"MessageId", "m-" + receipt},
                         {"ReceiptHandle", receipt},
                         {"Body", body},
                         {"Attributes", {{"ApproximateReceiveCount", fmt::to_string(received)}}}});
    changed_.notify_all();
  }

  template <typename Holds>
  testing::AssertionResult wait_until(const Holds& holds) {
    std::unique_lock lock(mutex_);
    if (changed_.wait_for(lock, 30s, holds)) return testing::AssertionSuccess();
    return testing::AssertionFailure() << "it did not come to that";
  }
  testing::AssertionResult wait_for_deletions(std::size_t count) {
    return wait_until([&] { return deleted_.size() >= count; });
  }
  testing::AssertionResult wait_until_asked() {
    return wait_until([&] { return asked_ > 0; });
  }
  // Those turns of the loop that begin from now on are over when this returns.
  testing::AssertionResult wait_for_turns(int count) {
    int from = 0;
    {
      const std::lock_guard lock(mutex_);
      from = asked_;
    }
    return wait_until([&] { return asked_ >= from + count; });
  }
  std::vector<std::string> deleted() {
    const std::lock_guard lock(mutex_);
    return deleted_;
  }

  // To be set before it is used.
  bool hangs = false;
  bool refuse_deletion = false;
  std::deque<Result<HttpResponse>> failures;

 private:
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<json> messages_;
  std::vector<std::string> deleted_;
  int asked_ = 0;
};

// Everything concerns the cluster "web"; looks end when they are told to. Thread-safe.
class ScriptedTarget final : public EventTarget {
 public:
  Result<std::set<std::string>> heard(const CloudEvent& event) override {
    const std::lock_guard lock(mutex_);
    heard_.push_back(event);
    if (store_fails) return fail(ErrorKind::kInternal, "the disk is full");
    if (event.kind == CloudEventKind::kOther) return std::set<std::string>{};
    return std::set<std::string>{"web"};
  }
  void refresh(const std::string& cluster, std::function<void(bool)> done) override {
    {
      const std::lock_guard lock(mutex_);
      looked_at_.push_back(cluster);
      if (holds) held_.push_back(done);
      changed_.notify_all();
    }
    if (!holds) done(well);
  }

  testing::AssertionResult wait_for_looks(std::size_t count) {
    std::unique_lock lock(mutex_);
    if (changed_.wait_for(lock, 30s, [&] { return looked_at_.size() >= count; })) {
      return testing::AssertionSuccess();
    }
    return testing::AssertionFailure() << "nobody has looked";
  }
  void let_go(bool as) {
    std::vector<std::function<void(bool)>> held;
    {
      const std::lock_guard lock(mutex_);
      held = std::exchange(held_, {});
    }
    for (const auto& done : held) done(as);
  }
  std::size_t looks() {
    const std::lock_guard lock(mutex_);
    return looked_at_.size();
  }
  std::vector<CloudEvent> heard_events() {
    const std::lock_guard lock(mutex_);
    return heard_;
  }

  // To be set before it is used.
  bool holds = false;
  bool well = true;
  bool store_fails = false;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<CloudEvent> heard_;
  std::vector<std::string> looked_at_;
  std::vector<std::function<void(bool)>> held_;
};

class EventQueueTest : public testing::Test {
 protected:
  void start() { queue_.start(); }

  ScriptedQueue transport_;
  aws::StaticCredentials credentials_{aws::Credentials{.access_key_id = "AKIDEXAMPLE",
                                                       .secret_access_key = Secret("secret"),
                                                       .session_token = {},
                                                       .expires_at = {}}};
  FakeClock clock_{*parse_iso8601("2026-03-01T08:30:00Z")};
  aws::Client client_{{.region = "us-east-2", .max_attempts = 1},
                      {.transport = transport_, .credentials = &credentials_, .clock = clock_}};
  aws::Sqs sqs_{client_};
  ScriptedTarget target_;
  EventQueue queue_{sqs_, target_, clock_, "default", kUrl, 1ms};
};

TEST_F(EventQueueTest, an_event_has_its_cluster_looked_at_and_its_message_deleted) {
  transport_.put("r1", samples::kInterruption);
  start();
  ASSERT_TRUE(transport_.wait_for_deletions(1));
  EXPECT_THAT(transport_.deleted(), ElementsAre("r1"));
  EXPECT_EQ(target_.looks(), 1U);
  EXPECT_EQ(target_.heard_events().at(0).instances,
            std::vector<std::string>{"i-1234567890abcdef0"});
  const EventQueueState state = queue_.state();
  EXPECT_EQ(state.messages, 1);
  EXPECT_EQ(state.last_message, clock_.now());
  EXPECT_EQ(state.last_answer, clock_.now());
  EXPECT_EQ(state.queue_url, kUrl);
  EXPECT_EQ(state.error, "");
}

TEST_F(EventQueueTest, a_message_stays_until_it_was_acted_on) {
  target_.holds = true;
  transport_.put("r1", samples::kInterruption);
  start();
  ASSERT_TRUE(target_.wait_for_looks(1));
  ASSERT_TRUE(transport_.wait_for_turns(3));
  EXPECT_THAT(transport_.deleted(), IsEmpty());
  target_.let_go(true);
  ASSERT_TRUE(transport_.wait_for_deletions(1));
}

TEST_F(EventQueueTest, a_look_that_failed_leaves_the_message_to_come_again) {
  target_.holds = true;
  transport_.put("r1", samples::kInterruption);
  start();
  ASSERT_TRUE(target_.wait_for_looks(1));
  target_.let_go(false);
  ASSERT_TRUE(transport_.wait_for_turns(3));
  EXPECT_THAT(transport_.deleted(), IsEmpty());
  // It does, when it is hidden no more.
  clock_.advance(EventQueue::kHidden);
  transport_.put("r2", samples::kInterruption, 2);
  ASSERT_TRUE(target_.wait_for_looks(2));
  target_.let_go(true);
  ASSERT_TRUE(transport_.wait_for_deletions(1));
  EXPECT_THAT(transport_.deleted(), ElementsAre("r2"));
}

TEST_F(EventQueueTest, what_comes_twice_is_acted_on_once_and_deleted_twice) {
  transport_.put("r1", samples::kInterruption);
  start();
  ASSERT_TRUE(transport_.wait_for_deletions(1));
  transport_.put("r2", samples::kInterruption);
  ASSERT_TRUE(transport_.wait_for_deletions(2));
  EXPECT_EQ(target_.looks(), 1U);
}

TEST_F(EventQueueTest, poison_is_left_for_the_dead_letter_queue_and_stops_nothing) {
  transport_.put("poison", "{\"detail-type\": ");
  transport_.put("more poison", std::string(300'000, '['));
  transport_.put("r1", samples::kState);
  start();
  ASSERT_TRUE(transport_.wait_for_deletions(1));
  ASSERT_TRUE(transport_.wait_for_turns(2));
  EXPECT_THAT(transport_.deleted(), ElementsAre("r1"));
  EXPECT_EQ(queue_.state().unreadable, 2);
  EXPECT_EQ(queue_.state().error, "");
}

TEST_F(EventQueueTest, poison_that_nobody_takes_away_is_dropped_in_the_end) {
  transport_.put("poison", "hello", EventQueue::kDropAfter);
  start();
  ASSERT_TRUE(transport_.wait_for_deletions(1));
  EXPECT_THAT(transport_.deleted(), ElementsAre("poison"));
}

TEST_F(EventQueueTest, what_concerns_nobody_is_deleted_without_a_look) {
  transport_.put("r1", R"({"detail-type": "x", "source": "com.example", "detail": {}})");
  start();
  ASSERT_TRUE(transport_.wait_for_deletions(1));
  EXPECT_EQ(target_.looks(), 0U);
}

TEST_F(EventQueueTest, errors_are_told_and_outlived) {
  transport_.failures = {
      aws::http(403, R"({"__type": "AccessDenied", "message": "no sqs:ReceiveMessage"})"),
      fail(ErrorKind::kTimeout, "no answer"), aws::http(200, "what?"),
      fail(ErrorKind::kUnavailable, "could not connect")};
  transport_.put("r1", samples::kState);
  start();
  ASSERT_TRUE(transport_.wait_for_deletions(1));
  EXPECT_EQ(queue_.state().error, "");
  EXPECT_EQ(queue_.state().messages, 1);
}

TEST_F(EventQueueTest, the_state_has_the_error_while_it_lasts) {
  const Result<HttpResponse> refusal =
      aws::http(400, R"({"__type": "com.amazonaws.sqs#QueueDoesNotExist", "message": "None."})");
  transport_.failures = std::deque<Result<HttpResponse>>(1000, refusal);
  start();
  ASSERT_TRUE(transport_.wait_for_turns(3));
  EXPECT_THAT(queue_.state().error, HasSubstr("QueueDoesNotExist"));
  EXPECT_FALSE(queue_.state().last_answer);
}

TEST_F(EventQueueTest, a_deletion_that_fails_makes_the_message_come_again_and_no_more) {
  transport_.refuse_deletion = true;
  transport_.put("r1", samples::kState);
  start();
  ASSERT_TRUE(target_.wait_for_looks(1));
  ASSERT_TRUE(transport_.wait_for_turns(3));
  transport_.put("r2", samples::kState);
  ASSERT_TRUE(transport_.wait_for_turns(3));
  EXPECT_EQ(target_.looks(), 1U);
}

TEST_F(EventQueueTest, the_stores_failure_leaves_the_message) {
  target_.store_fails = true;
  transport_.put("r1", samples::kState);
  start();
  ASSERT_TRUE(transport_.wait_for_turns(3));
  EXPECT_THAT(transport_.deleted(), Not(Contains("r1")));
}

TEST_F(EventQueueTest, a_queue_that_hangs_delays_no_end) {
  transport_.hangs = true;
  start();
  ASSERT_TRUE(transport_.wait_until_asked());
}

TEST_F(EventQueueTest, a_look_may_end_after_the_queue_is_gone) {
  target_.holds = true;
  transport_.put("r1", samples::kState);
  {
    EventQueue queue(sqs_, target_, clock_, "default", kUrl, 1ms);
    queue.start();
    ASSERT_TRUE(target_.wait_for_looks(1));
  }
  target_.let_go(true);
  EXPECT_THAT(transport_.deleted(), IsEmpty());
}

TEST_F(EventQueueTest, a_hundred_messages_are_few_looks) {
  for (int i = 0; i < 100; ++i) {
    json event = json::parse(samples::kState);
    event["id"] = fmt::format("event-{}", i);
    transport_.put(fmt::format("r{}", i), event.dump());
  }
  target_.holds = true;
  start();
  ASSERT_TRUE(target_.wait_for_looks(1));
  ASSERT_TRUE(transport_.wait_for_turns(12));
  target_.let_go(true);
  ASSERT_TRUE(transport_.wait_for_turns(3));
  clock_.advance(EventBacklog::kApart);
  ASSERT_TRUE(target_.wait_for_looks(2));
  target_.let_go(true);
  ASSERT_TRUE(transport_.wait_for_deletions(100));
  EXPECT_EQ(target_.looks(), 2U);
}

TEST(QueueUrl, says_its_region_where_it_is_amazons) {
  EXPECT_EQ(region_of_queue("https://sqs.ap-northeast-1.amazonaws.com/123456789012/events"),
            "ap-northeast-1");
  EXPECT_EQ(region_of_queue("https://sqs.cn-north-1.amazonaws.com.cn/123456789012/events"),
            "cn-north-1");
  EXPECT_EQ(region_of_queue("https://sqs-fips.us-gov-west-1.amazonaws.com/123456789012/events"),
            "us-gov-west-1");
  EXPECT_EQ(region_of_queue("https://eu-west-1.queue.amazonaws.com/123456789012/events"),
            "eu-west-1");
  EXPECT_EQ(region_of_queue("https://vpce-1.sqs.us-east-1.vpce.amazonaws.com/123456789012/events"),
            "us-east-1");
  EXPECT_EQ(region_of_queue("http://127.0.0.1:5000/123456789012/events"), "");
  EXPECT_EQ(region_of_queue("http://sqs/123456789012/events"), "");
  EXPECT_EQ(region_of_queue("nonsense"), "");
  EXPECT_EQ(region_of_queue("http://sqs./x"), "");
  EXPECT_EQ(region_of_queue(""), "");
}

}  // namespace
}  // namespace livesonic::discovery
