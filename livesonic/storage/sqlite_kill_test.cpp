// SPDX-License-Identifier: Apache-2.0
// What was acknowledged survives kill -9 at any moment.
#include <random>
#include <string>
#include <vector>

#include "livesonic/base/text.h"
#include "livesonic/storage/child_process.h"
#include "livesonic/storage/contract.h"
#include "livesonic/storage/sqlite.h"

namespace livesonic::storage {
namespace {

using namespace std::chrono_literals;

const Time kBegin = parse_iso8601("2026-03-01T00:00:00Z").value();

Time time_of(int number) {
  return kBegin + number * 1s;
}

InstanceReadings reading_of(int number) {
  InstanceReadings reading;
  reading.score = {"web", "i-1", time_of(number), 1ms, Outcome::kOk, 1 + number % 100, ""};
  return reading;
}

RoundOutcome round_of(int number) {
  const std::string id = std::to_string(number);
  Incident incident;
  incident.id = "incident " + id;
  incident.cluster = "web";
  incident.cause = "score";
  incident.opened_at = time_of(number);
  Delivery delivery;
  delivery.id = "message " + id;
  delivery.channel = "hook";
  delivery.incident = incident.id;
  delivery.payload = std::string(20'000, 'x');  // soon a checkpoint, which must be safe too
  delivery.created_at = time_of(number);
  return {"web",
          ClusterPoint{time_of(number), 50, 50, 50, 0, 1, 1},
          {{"web", "i-1", "score", number, 0, true, kBegin, ""}},
          {incident},
          {delivery}};
}

// An action that was asked for, and whose intent was written.
bool begin_action(Store& store, int number) {
  Action action;
  action.id = "action " + std::to_string(number);
  action.request.cluster = "web";
  action.state = ActionState::kApproved;
  if (!store.add_action(action)) return false;
  action.state = ActionState::kExecuting;
  action.started_at = time_of(number);
  return store.begin_action(action).has_value();
}

// A second of an instance, billed after those before it.
bool bill_a_second(Store& store) {
  const auto until = store.billed_until("web");
  if (!until) return false;
  const Time from = until->value_or(kBegin);
  CostLine line;
  line.hour = std::chrono::floor<std::chrono::hours>(from);
  line.type = "m6i.large";
  line.ran = 1s;
  line.usd = 1;
  return store.bill("web", *until, from + 1s, {line}).has_value();
}

// Stores numbers from `first` on, telling each when the store has acknowledged it.
void store_numbers(const std::filesystem::path& directory, int first,
                   const ChildProcess::Tell& tell) {
  const std::unique_ptr<Store> store = open_sqlite(directory).value();
  for (int number = first;; ++number) {
    if (!store->record({reading_of(number)}) || !store->commit_round(round_of(number)) ||
        !store->pin_key("i-" + std::to_string(number), "SHA256:x", kBegin) ||
        !begin_action(*store, number) || !bill_a_second(*store)) {
      return;
    }
    tell(std::to_string(number) + "\n");
  }
}

TEST(KilledStore, has_every_row_that_it_acknowledged_and_is_valid) {
  const TemporaryDirectory directory;
  const std::filesystem::path data = directory.path() / "data";
  {
    Cluster cluster;
    cluster.name = "web";
    ASSERT_TRUE(open_sqlite(data).value()->put_cluster(cluster));
  }
  // The seed only spreads the kills; where in a write one hits is up to the scheduler.
  std::minstd_rand random(std::random_device{}());
  std::vector<int> acknowledged;
  for (int kills = 0; kills < 12; ++kills) {
    const std::size_t enough = acknowledged.size() + 1 + random() % 30;
    // A number that was stored but not acknowledged is left out, its ids being taken.
    const int first = acknowledged.empty() ? 0 : acknowledged.back() + 2;
    ChildProcess child([&](const ChildProcess::Tell& tell) { store_numbers(data, first, tell); });
    std::string unread;
    for (;;) {
      const std::string part = child.read_some();
      ASSERT_FALSE(part.empty()) << "the child has ended by itself: " << unread;
      unread += part;
      for (std::size_t end = unread.find('\n'); end != std::string::npos; end = unread.find('\n')) {
        acknowledged.push_back(std::stoi(unread.substr(0, end)));
        unread.erase(0, end + 1);
      }
      if (acknowledged.size() >= enough) break;
    }
    const auto spin_until = std::chrono::steady_clock::now() + random() % 3000 * 1us;
    while (std::chrono::steady_clock::now() < spin_until) {
    }
    child.kill();
    unread += child.read_all();  // told before it died
    for (const std::string_view line : split(unread, '\n')) {
      if (!line.empty()) acknowledged.push_back(std::stoi(std::string(line)));
    }
  }

  {
    const auto database = Database::open(data / "livesonic.db").value();
    const Result<std::optional<std::string>> verdict =
        database->prepare("PRAGMA integrity_check").first([](Statement& row) {
          std::string text;
          row.read(text);
          return Result<std::string>(text);
        });
    EXPECT_EQ(verdict.value(), "ok");
    EXPECT_EQ(database->number("SELECT count(*) FROM pragma_foreign_key_check"), 0);
  }
  const std::unique_ptr<Store> store = open_sqlite(data).value();
  for (const int number : acknowledged) {
    const Time time = time_of(number);
    const std::string id = std::to_string(number);
    EXPECT_EQ(store->instance_history("web", "i-1", {time, time + 1ms}).value().size(), 1U) << id;
    EXPECT_EQ(store->cluster_history("web", {time, time + 1ms}).value().size(), 1U) << id;
    EXPECT_TRUE(store->incident("incident " + id)) << id;
    EXPECT_TRUE(store->pinned_key("i-" + id).value()) << id;
    EXPECT_EQ(store->action("action " + id).value().state, ActionState::kExecuting) << id;
  }
  // A round is there as a whole or not at all: no incident without its message.
  EXPECT_EQ(store->incidents({std::nullopt, std::nullopt, 1000}).value().size(),
            store->undelivered().value().size());
  // Each second was billed once, whether its bill was acknowledged or not.
  const Time billed = store->billed_until("web").value().value();
  EXPECT_GE(billed, kBegin + static_cast<std::int64_t>(acknowledged.size()) * 1s);
  Duration ran{};
  const std::vector<CostLine> lines = store->costs({{"web"}, kBegin, billed}).value();
  for (const CostLine& line : lines) ran += line.ran;
  EXPECT_EQ(ran, billed - kBegin);
  EXPECT_EQ(store->spent("web", kBegin, billed).value(),
            static_cast<double>((billed - kBegin) / 1s));
  EXPECT_GE(store->conditions("web").value().at(0).bad_polls, acknowledged.back());
}

}  // namespace
}  // namespace livesonic::storage
