// SPDX-License-Identifier: Apache-2.0
// Random histories of everything that happens to incidents at once: polls, flapping, silences,
// acknowledgements, rule edits, removed clusters, restarts, writes that fail. Whatever comes, each
// channel that was told of an opening is told of exactly one closing, when the incident closes.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <map>
#include <memory>
#include <random>

#include "livesonic/alerting/alerting.h"
#include "livesonic/alerting/memory_incidents.h"
#include "livesonic/alerting/rules_for_test.h"

namespace livesonic::alerting {
namespace {

using namespace std::chrono_literals;

class DeafEvents final : public EventSink {
 public:
  void publish(const Event&) override {}
};

// What one channel heard of one incident.
struct Heard {
  int openings = 0;
  int closings = 0;
  bool in_order = true;
};

class World {
 public:
  explicit World(unsigned seed) : random_(seed) {
    store_.clusters = {"web", "db"};
    restart();
  }

  void step() {
    now_ += std::chrono::seconds{1 + random_() % 90};
    switch (random_() % 20) {
      case 0:
        restart();
        break;
      case 1:
        silence();
        break;
      case 2:
        acknowledge();
        break;
      case 3:
        remove();
        break;
      case 4:
        store_.failing = random_() % 2 == 0;
        break;
      case 5:
      case 6:
        (void)alerting_->tick(now_);
        break;
      default:
        poll(random_() % 2 == 0 ? "web" : "db");
    }
  }

  // All is well, everything is written, and time passes.
  void end() {
    store_.failing = false;
    restart();
    for (int i = 0; i < 40; ++i) {
      now_ += 60s;
      for (const char* cluster : {"web", "db"}) poll(cluster, true);
      ASSERT_TRUE(alerting_->tick(now_));
    }
  }

  void check() const {
    std::map<std::pair<std::string, std::string>, Heard> heard;
    for (const Delivery& delivery : store_.deliveries) {
      Heard& one = heard[{delivery.incident, delivery.channel}];
      if (delivery.kind == DeliveryKind::kOpening) {
        one.in_order &= one.openings == 0 && one.closings == 0;
        ++one.openings;
      } else if (delivery.kind == DeliveryKind::kClosing) {
        one.in_order &= one.openings == 1;
        ++one.closings;
      } else {
        one.in_order &= one.openings == 1 && one.closings == 0;
      }
    }
    for (const Incident& incident : store_.all) {
      ASSERT_FALSE(incident.open()) << incident.summary;
      for (const std::string& channel : incident.channels) {
        ASSERT_EQ((heard[{incident.id, channel}].openings), 1) << channel;
      }
    }
    for (const auto& [key, one] : heard) {
      ASSERT_TRUE(one.in_order);
      ASSERT_EQ(one.openings, 1);
      ASSERT_EQ(one.closings, 1);
    }
  }

  [[nodiscard]] std::size_t incidents() const { return store_.all.size(); }
  [[nodiscard]] std::size_t messages() const { return store_.deliveries.size(); }

 private:
  // Also what a crash leaves, and another process that takes over with other rules.
  void restart() {
    Basics basics;
    basics.polls_to_open = 1 + static_cast<int>(random_() % 3);
    basics.polls_to_close = 1 + static_cast<int>(random_() % 3);
    basics.unreachable = random_() % 3 != 0;
    std::vector<Rule> own;
    if (random_() % 2 == 0) {
      Rule rule;
      rule.name = "slow";
      rule.kind = random_() % 2 == 0 ? RuleKind::kScore : RuleKind::kClusterMean;
      rule.below = 60;
      rule.well_at = 70;
      rule.channels = {"chat"};
      rule.escalate = {{3min, {"phone"}}};
      rule.repeat = 5min;
      own.push_back(rule);
    }
    Rules rules;
    rules.rules = with_basics(basics, own);
    rules.flapping.openings = 2 + static_cast<int>(random_() % 3);
    if (random_() % 2 == 0) rules.depends_on = {{"web", {"db"}}};
    std::vector<std::string> channels{"mail"};
    if (random_() % 2 == 0) channels.push_back("chat");
    alerting_ = std::make_unique<Alerting>(Alerting::Parts{store_, history_, events_},
                                           std::move(rules), std::move(channels));
  }

  void silence() {
    Silence silence;
    silence.matchers = {{"cluster", Matcher::Op::kEqual, random_() % 2 == 0 ? "web" : "db"}};
    silence.starts_at = now_;
    silence.ends_at = now_ + std::chrono::seconds{30 + random_() % 600};
    if (random_() % 2 == 0 || store_.kept.empty()) {
      (void)alerting_->silence(silence, now_);
    } else {
      (void)alerting_->end_silence(store_.kept.back().id, now_);
    }
  }

  void acknowledge() {
    const std::vector<Incident> open = store_.all_open_incidents().value();
    for (const Incident& incident : open) {
      if (random_() % 2 == 0) continue;
      if (random_() % 3 == 0) {
        (void)alerting_->unacknowledge(incident.id, now_);
      } else {
        (void)alerting_->acknowledge(incident.id, {"ann", now_, now_ + 4min, "on it"});
      }
      (void)alerting_->comment(incident.id, {"bob", now_, "hm"});
      return;
    }
  }

  void remove() {
    const std::string cluster = random_() % 2 == 0 ? "web" : "db";
    if (!alerting_->close_cluster(cluster, "the cluster was removed", now_)) return;
    store_.stored[cluster].clear();
  }

  void poll(const std::string& cluster, bool well = false) {
    Round round;
    round.cluster.name = cluster;
    round.at = now_;
    for (int i = 0; i < 3; ++i) {
      if (!well && random_() % 15 == 0) continue;
      Instance instance;
      instance.cluster = cluster;
      instance.id = "i-" + std::to_string(i);
      round.instances.push_back(instance);
      InstanceReadings readings;
      readings.score = {cluster, instance.id, now_, {}, Outcome::kOk, 95, ""};
      if (!well) {
        const auto dice = random_() % 10;
        if (dice < 4) readings.score.score = 10 + static_cast<int>(random_() % 60);
        if (dice == 4)
          readings.score = {cluster, instance.id, now_, {}, Outcome::kUnreachable, {}, "no"};
        if (dice == 5)
          readings.score = {cluster, instance.id, now_, {}, Outcome::kNotRun, {}, "no"};
      }
      round.readings.push_back(readings);
    }
    round.partial = !well && random_() % 5 == 0;
    if (!round.partial) round.point = summarize(now_, round.readings);
    const auto done = alerting_->finish(round);
    ASSERT_TRUE(!well || done);
  }

  std::mt19937 random_;
  Time now_{1'770'000'000s};
  MemoryIncidents store_;
  MemoryHistory history_;
  DeafEvents events_;
  std::unique_ptr<Alerting> alerting_;
};

// LIVESONIC_HISTORIES asks for more.
int histories() {
  const char* asked = std::getenv("LIVESONIC_HISTORIES");
  if (asked != nullptr) return std::atoi(asked);
  return LIVESONIC_SANITIZED ? 15 : 300;
}

TEST(Histories, every_opening_has_exactly_one_closing_whatever_happens) {
  std::size_t incidents = 0;
  std::size_t messages = 0;
  for (int history = 0; history < histories(); ++history) {
    World world(static_cast<unsigned>(history));
    for (int step = 0; step < 60; ++step) world.step();
    world.end();
    world.check();
    ASSERT_FALSE(testing::Test::HasFatalFailure()) << "history " << history;
    incidents += world.incidents();
    messages += world.messages();
  }
  EXPECT_GT(incidents, static_cast<std::size_t>(histories()));
  EXPECT_GT(messages, incidents);
}

}  // namespace
}  // namespace livesonic::alerting
