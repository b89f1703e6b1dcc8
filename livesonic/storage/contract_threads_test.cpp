// SPDX-License-Identifier: Apache-2.0
// The store used by many threads at once.
#include <atomic>
#include <latch>
#include <thread>

#include "livesonic/storage/contract.h"

namespace livesonic::storage {
namespace {

using namespace std::chrono_literals;

class ThreadsContract : public ContractTest {};
INSTANTIATE_TEST_SUITE_P(Stores, ThreadsContract, testing::ValuesIn(backends()), backend_name);

TEST_P(ThreadsContract, readers_see_rounds_as_a_whole_while_others_write) {
  constexpr int kRounds = 40;
  register_cluster("web");
  register_cluster("db");
  std::atomic<int> failures = 0;
  std::atomic<bool> writing = true;
  const auto expect = [&](bool right) {
    if (!right) ++failures;
  };

  std::vector<std::jthread> writers;
  for (const char* cluster : {"web", "db"}) {
    writers.emplace_back([&, cluster] {
      for (int round = 1; round <= kRounds; ++round) {
        RoundOutcome outcome;
        outcome.cluster = cluster;
        outcome.point = ClusterPoint{Time{round * 1s}, 50, 50, 50, 0, 1, 1};
        for (int i = 0; i < 5; ++i) {
          outcome.conditions.push_back(
              {cluster, "i-" + std::to_string(i), "score", round, 0, true, Time{1ms}, ""});
        }
        InstanceReadings reading;
        reading.score = {cluster, "i-1", Time{round * 1s}, 1ms, Outcome::kOk, 50, ""};
        expect(store().record({reading}).has_value());
        expect(store().commit_round(outcome).has_value());
      }
    });
  }
  std::vector<std::jthread> readers;
  for (int i = 0; i < 6; ++i) {
    readers.emplace_back([&, cluster = i % 2 == 0 ? "web" : "db"] {
      while (writing) {
        const auto conditions = store().conditions(cluster);
        expect(conditions && (conditions->empty() || conditions->size() == 5));
        for (const Condition& condition : conditions.value()) {
          expect(condition.bad_polls == conditions->front().bad_polls);
        }
        expect(store().clusters().value().size() == 2);
        expect(store().latest_scores(cluster).value().size() <= 1);
      }
    });
  }
  writers.clear();
  writing = false;
  readers.clear();
  EXPECT_EQ(failures, 0);
  for (const char* cluster : {"web", "db"}) {
    EXPECT_EQ(store().cluster_history(cluster, {Time{0s}, Time{1h}}).value().size(), 40U);
    EXPECT_EQ(store().instance_history(cluster, "i-1", {Time{0s}, Time{1h}}).value().size(), 40U);
  }
}

TEST_P(ThreadsContract, only_one_of_many_threads_pins_its_key) {
  constexpr int kThreads = 8;
  std::latch ready(kThreads);
  std::vector<std::string> pinned(kThreads);
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&, i] {
        ready.arrive_and_wait();
        pinned[static_cast<std::size_t>(i)] =
            store().pin_key("i-1", "SHA256:" + std::to_string(i), Time{1ms}).value();
      });
    }
  }
  for (const std::string& key : pinned) EXPECT_EQ(key, pinned.front());
}

}  // namespace
}  // namespace livesonic::storage
