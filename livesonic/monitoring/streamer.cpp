// SPDX-License-Identifier: Apache-2.0
#include "livesonic/monitoring/streamer.h"

#include <condition_variable>
#include <map>
#include <mutex>
#include <random>
#include <tuple>
#include <utility>

#include "livesonic/base/log.h"
#include "livesonic/monitoring/judge.h"
#include "livesonic/monitoring/score_line.h"
#include "livesonic/monitoring/stream_plan.h"

namespace livesonic::monitoring {
namespace {

using namespace std::chrono_literals;

// Of one instance between two ticks; more than that are not stored.
constexpr std::size_t kMostPending = 64;
// What start-up files print before the first score is not held against a stream for so long.
constexpr int kMostChatter = 100;
// What is worth showing at once waits so long, so that a storm of it is shown together.
constexpr Duration kGathered = 100ms;

using Key = std::pair<std::string, std::string>;  // cluster, instance

}  // namespace

// One instance's stream, as the hub knows it.
struct Streamer::Feed {
  Key key;
  Instance instance;
  remote::Host host;
  std::string command;
  std::uint64_t attempt = 0;  // which of its streams is listened to; 0: none
  remote::StreamId id = 0;
  bool open = false;
  std::optional<Time> retry_at;
  int failures = 0;
  int chatter = 0;
  bool had_scores = false;  // this stream
  std::optional<ScoreReading> last;
  std::optional<ScoreReading> kept;
  std::vector<InstanceReadings> pending;
  std::optional<Notice> notice;  // the last that was told
  StreamState state;
};

struct Streamer::Hub {
  mutable std::mutex mutex;
  std::map<Key, std::shared_ptr<Feed>> feeds;
  std::uint64_t attempts = 0;
  std::mt19937_64 random{std::random_device{}()};
  Tally* tally = nullptr;
  std::set<std::string> lost;  // clusters of hosts that can't be talked to any more, since shown
  std::vector<std::pair<Key, Notice>> announced;  // by hosts, since last told
  double shown_below = 0;                         // a score below this is worth showing
  bool urgent = false;  // there is something to show that wasn't when last shown
  std::condition_variable_any woken;

  // The feed's last reading is another now.
  void taken(Feed& feed, std::optional<int> score_before) {
    const ScoreReading& reading = *feed.last;
    if (tally != nullptr) tally->streamed(reading.outcome);
    if (worth_keeping(feed.kept, reading) && feed.pending.size() < kMostPending) {
      feed.kept = reading;
      feed.pending.push_back({reading, {}});
    }
    const bool was_low = score_before && *score_before < shown_below;
    if (!was_low && reading.score && *reading.score < shown_below) wake();
  }
  void wake() {
    urgent = true;
    woken.notify_one();
  }
  void set_state(Feed& feed, bool live, const std::string& detail, Time now) {
    if (feed.state.live != live) feed.state.since = now;
    feed.state.live = live;
    feed.state.detail = detail;
  }
};

// Called by the remote. The feed may be gone by then, or on to another attempt.
class Streamer::Sink final : public remote::LineSink {
 public:
  Sink(std::shared_ptr<Hub> hub, std::shared_ptr<Feed> feed, std::uint64_t attempt,
       const Clock& clock)
      : hub_(std::move(hub)), feed_(std::move(feed)), attempt_(attempt), clock_(clock) {}

  void on_line(std::string_view line) override {
    auto said = parse_score_line(line);
    const std::lock_guard lock(hub_->mutex);
    Feed& feed = *feed_;
    if (feed.attempt != attempt_) return;
    if (!said) {
      ++feed.chatter;
      return;
    }
    const Time now = clock_.now();
    if (said->notice && said->notice != feed.notice) {
      feed.notice = said->notice;
      hub_->announced.emplace_back(feed.key, std::move(*said->notice));
      hub_->wake();
    }
    feed.had_scores = true;
    feed.failures = 0;
    feed.chatter = 0;
    hub_->set_state(feed, true, "", now);
    const auto before = feed.last ? feed.last->score : std::nullopt;
    // In place: this is done for each host each second.
    ScoreReading& reading = feed.last ? *feed.last : feed.last.emplace();
    if (reading.instance.empty()) std::tie(reading.cluster, reading.instance) = feed.key;
    reading.at = now;
    reading.outcome = Outcome::kOk;
    reading.score = said->score;
    reading.parts = said->parts;
    reading.detail.clear();
    hub_->taken(feed, before);
  }

  void on_end(const remote::CommandResult& result) override {
    const std::lock_guard lock(hub_->mutex);
    Feed& feed = *feed_;
    if (feed.attempt != attempt_) return;
    const Time now = clock_.now();
    const StreamEnd end{result, feed.had_scores};
    if (!feed.had_scores) ++feed.failures;
    feed.open = false;
    const ScoreReading reading = judge_score(feed.instance, result, now);
    hub_->set_state(feed, false, reading.detail, now);
    feed.retry_at = now + retry_delay(end, feed.failures, hub_->random());
    // Where only the stream is not to be had, a poll says how the host is.
    if (!cannot_stream(end) && reading.outcome != Outcome::kNotRun) {
      const auto before = feed.last ? feed.last->score : std::nullopt;
      feed.last = reading;
      hub_->taken(feed, before);
    }
    if (feed.had_scores && is_transport_failure(reading.outcome)) {
      hub_->lost.insert(feed.key.first);
      hub_->wake();
    }
    feed.last.reset();
  }

 private:
  const std::shared_ptr<Hub> hub_;
  const std::shared_ptr<Feed> feed_;
  const std::uint64_t attempt_;
  const Clock& clock_;
};

Streamer::Streamer(Parts parts, Duration start)
    : parts_(parts), start_(start), hub_(std::make_shared<Hub>()) {
  hub_->tally = parts.tally;
}

void Streamer::stop() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
}

Streamer::~Streamer() {
  stop();
  store();
  const std::lock_guard lock(hub_->mutex);
  for (const auto& [key, feed] : hub_->feeds) feed->attempt = 0;
  hub_->feeds.clear();
}

void Streamer::start() {
  thread_ = std::jthread([this](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      tick();
      std::unique_lock lock(hub_->mutex);
      hub_->woken.wait_for(lock, stop, kGathered, [] { return false; });
      hub_->woken.wait_for(lock, stop, kHeartbeat - kGathered, [this] { return hub_->urgent; });
    }
  });
}

void Streamer::tick() {
  {
    const std::lock_guard lock(hub_->mutex);
    hub_->urgent = false;
  }
  retry_due();
  store();
  tell_notices();
  show();
}

void Streamer::tell_notices() {
  std::vector<std::pair<Key, Notice>> announced;
  {
    const std::lock_guard lock(hub_->mutex);
    announced.swap(hub_->announced);
  }
  if (parts_.notices == nullptr) return;
  for (const auto& [key, notice] : announced) {
    parts_.notices->announced(key.first, key.second, notice);
  }
}

void Streamer::show() {
  if (parts_.watcher == nullptr) return;
  const ScoreWatcher::Interest interest = parts_.watcher->interest();
  std::map<std::string, std::vector<ScoreReading>> scores;
  std::set<std::string> lost;
  {
    const std::lock_guard lock(hub_->mutex);
    lost.swap(hub_->lost);
    hub_->shown_below = interest.below;
    for (const auto& [key, feed] : hub_->feeds) {
      if (!feed->open || !feed->last || !feed->last->score) continue;
      const bool low = *feed->last->score < interest.below;
      if (low || (!interest.instances.empty() && interest.instances.contains(key))) {
        scores[key.first].push_back(*feed->last);
      }
    }
  }
  const Time now = parts_.clock.now();
  for (auto& [cluster, seen] : scores) parts_.watcher->seen(cluster, std::move(seen), now);
  for (const std::string& cluster : lost) parts_.watcher->lost(cluster);
}

void Streamer::offer(const Instance& instance, const remote::Host& host,
                     const std::string& score_command) {
  const std::lock_guard lock(hub_->mutex);
  auto& known = hub_->feeds[{instance.cluster, instance.id}];
  if (!known) known = std::make_shared<Feed>();
  Feed& feed = *known;
  feed.key = {instance.cluster, instance.id};
  const bool moved = !(feed.host == host);
  if (feed.state.instance.empty()) {
    feed.state = {instance.cluster, instance.id, false, parts_.clock.now(), ""};
  }
  feed.instance = instance;
  feed.host = host;
  feed.command = score_command;
  if (!feed.open && (moved || !feed.retry_at)) feed.retry_at = parts_.clock.now();
}

void Streamer::keep_only(const std::string& cluster, const std::set<std::string>& instances) {
  std::vector<std::pair<std::string, remote::StreamId>> ended;
  {
    const std::lock_guard lock(hub_->mutex);
    std::erase_if(hub_->feeds, [&](const auto& entry) {
      const auto& [key, feed] = entry;
      if (key.first != cluster || instances.contains(key.second)) return false;
      if (feed->open) ended.emplace_back(feed->host.id, feed->id);
      feed->attempt = 0;
      return true;
    });
  }
  for (const auto& [host, id] : ended) parts_.remote.end_stream(host, id);
}

void Streamer::retry_due() {
  struct Due {
    std::shared_ptr<Feed> feed;
    std::uint64_t attempt;
    remote::Host host;
    std::string command;
  };
  std::vector<Due> due;
  std::vector<std::pair<std::string, remote::StreamId>> hopeless;
  {
    const std::lock_guard lock(hub_->mutex);
    const Time now = parts_.clock.now();
    for (const auto& [key, shared] : hub_->feeds) {
      Feed& feed = *shared;
      if (feed.open && feed.chatter > kMostChatter) {
        hopeless.emplace_back(feed.host.id, feed.id);
        feed.open = false;
        feed.attempt = 0;
        feed.retry_at = now + retry_delay({remote::CommandResult{}, false}, 10, hub_->random());
        hub_->set_state(feed, false, "what its serverscore prints is no score", now);
      }
      if (feed.open || !feed.retry_at || *feed.retry_at > now) continue;
      feed.retry_at.reset();
      feed.open = true;
      feed.had_scores = false;
      feed.chatter = 0;
      feed.id = 0;
      feed.attempt = ++hub_->attempts;
      due.push_back({shared, feed.attempt, feed.host, feed.command});
    }
  }
  for (const auto& [host, id] : hopeless) parts_.remote.end_stream(host, id);
  for (Due& one : due) {
    auto sink = std::make_shared<Sink>(hub_, one.feed, one.attempt, parts_.clock);
    const std::string host = one.host.id;
    const remote::StreamId id = parts_.remote.stream(
        std::move(one.host), stream_command(one.command, start_), std::move(sink));
    bool gone = false;
    {
      const std::lock_guard lock(hub_->mutex);
      gone = one.feed->attempt != one.attempt;
      if (!gone) one.feed->id = id;
    }
    if (gone) parts_.remote.end_stream(host, id);
  }
}

void Streamer::store() {
  std::vector<InstanceReadings> readings;
  std::set<std::string> clusters;
  {
    const std::lock_guard lock(hub_->mutex);
    for (const auto& [key, feed] : hub_->feeds) {
      if (feed->pending.empty()) continue;
      clusters.insert(key.first);
      std::move(feed->pending.begin(), feed->pending.end(), std::back_inserter(readings));
      feed->pending.clear();
    }
  }
  if (readings.empty()) return;
  if (const auto stored = parts_.history.record(readings); !stored) {
    log::error("{} streamed readings are lost: {}", readings.size(), stored.error().message);
  }
  for (const std::string& cluster : clusters) {
    parts_.events.publish({"readings", cluster, "", "", parts_.clock.now()});
  }
}

std::optional<ScoreReading> Streamer::fresh(const std::string& cluster,
                                            const std::string& instance) const {
  const std::lock_guard lock(hub_->mutex);
  const auto found = hub_->feeds.find({cluster, instance});
  if (found == hub_->feeds.end()) return std::nullopt;
  const auto& last = found->second->last;
  if (!found->second->open || !last || !last->score) return std::nullopt;
  const Duration age = parts_.clock.now() - last->at;
  return age <= kGap + kHeartbeat ? last : std::nullopt;
}

std::vector<StreamState> Streamer::states() const {
  const std::lock_guard lock(hub_->mutex);
  std::vector<StreamState> states;
  for (const auto& [key, feed] : hub_->feeds) states.push_back(feed->state);
  return states;
}

}  // namespace livesonic::monitoring
