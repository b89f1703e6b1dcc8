// SPDX-License-Identifier: Apache-2.0
#include "livesonic/discovery/event_queue.h"

#include <algorithm>

#include "livesonic/base/log.h"
#include "livesonic/base/text.h"

namespace livesonic::discovery {
namespace {

using namespace std::chrono_literals;

// How many unreadable messages the log tells of.
constexpr int kToldOf = 10;

}  // namespace

EventQueue::EventQueue(const aws::Sqs& sqs, EventTarget& target, const Clock& clock,
                       std::string account, std::string queue_url, Duration pause)
    : sqs_(sqs), target_(target), clock_(clock), pause_(pause) {
  state_.account = std::move(account);
  state_.queue_url = std::move(queue_url);
}

EventQueue::~EventQueue() {
  stop();
}

void EventQueue::start() {
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

EventQueueState EventQueue::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

void EventQueue::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    receive(stop);
    look(stop);
    remove_done(stop);
    const std::lock_guard lock(mutex_);
    state_.waiting = static_cast<std::int64_t>(backlog_.waiting());
  }
}

// While looks are under way their end is waited for, too.
std::chrono::seconds EventQueue::patience() const {
  if (backlog_.looking()) return 1s;
  const auto due = backlog_.next_due();
  if (!due) return aws::Sqs::kLongestWait;
  const auto wait = std::chrono::ceil<std::chrono::seconds>(*due - clock_.now());
  return std::clamp(wait, std::chrono::seconds{0}, aws::Sqs::kLongestWait);
}

void EventQueue::rest(Duration wait, const std::stop_token& stop) {
  std::unique_lock lock(mailbox_->mutex);
  mailbox_->changed.wait_for(lock, stop, wait, [&] { return !mailbox_->finished.empty(); });
}

void EventQueue::receive(const std::stop_token& stop) {
  if (backlog_.full()) return rest(pause_, stop);
  const auto wait = patience();
  const auto asked_at = std::chrono::steady_clock::now();
  const auto messages =
      sqs_.receive({.queue_url = state_.queue_url, .wait = wait, .hidden_for = kHidden}, stop);
  if (stop.stop_requested()) return;
  if (!messages) return failed(messages.error(), stop);
  {
    const std::lock_guard lock(mutex_);
    if (!state_.error.empty()) {
      log::info("AWS's events are heard again from {}", state_.queue_url);
    }
    state_.error.clear();
    state_.last_answer = clock_.now();
  }
  backoff_ = {};
  for (const aws::SqsMessage& message : *messages) take(message);
  const bool early = std::chrono::steady_clock::now() - asked_at < wait / 2;
  // A queue that answers at once although it was asked to wait is not to be asked without end.
  if (messages->empty() && wait > 0s && early) rest(pause_, stop);
}

void EventQueue::failed(const Error& error, const std::stop_token& stop) {
  {
    const std::lock_guard lock(mutex_);
    if (state_.error.empty()) {
      log::warning("AWS's events can't be heard, changes are seen at the next poll: {}",
                   error.message);
    }
    state_.error = error.message;
  }
  backoff_ = std::clamp(backoff_ * 2, pause_, kLongestBackoff);
  rest(backoff_, stop);
}

void EventQueue::take(const aws::SqsMessage& message) {
  const Time now = clock_.now();
  const auto event = parse_cloud_event(message.body);
  if (!event) {
    const std::lock_guard lock(mutex_);
    // Somebody who fills the queue is not to fill the log, too.
    if (++state_.unreadable <= kToldOf) {
      log::warning("a message in {} is no event of AWS's: {}", state_.queue_url,
                   shorten(event.error().message, 200));
    }
    if (message.receive_count >= kDropAfter) doomed_.push_back(message.receipt_handle);
    return;
  }
  {
    const std::lock_guard lock(mutex_);
    ++state_.messages;
    state_.last_message = now;
  }
  const auto concerned = target_.heard(*event);
  if (!concerned) {
    log::warning("an event of AWS's could not be acted on: {}", concerned.error().message);
    return;
  }
  backlog_.add(event->id.empty() ? message.id : event->id, message.receipt_handle, *concerned, now);
}

void EventQueue::look(const std::stop_token& stop) {
  if (stop.stop_requested()) return;
  for (const std::string& cluster : backlog_.start_due(clock_.now())) {
    target_.refresh(cluster, [mailbox = mailbox_, cluster](bool well) {
      {
        const std::lock_guard lock(mailbox->mutex);
        mailbox->finished.emplace_back(cluster, well);
      }
      mailbox->changed.notify_all();
    });
  }
  std::vector<std::pair<std::string, bool>> finished;
  {
    const std::lock_guard lock(mailbox_->mutex);
    finished = std::exchange(mailbox_->finished, {});
  }
  for (const auto& [cluster, well] : finished) backlog_.finished(cluster, well, clock_.now());
}

void EventQueue::remove_done(const std::stop_token& stop) {
  for (std::string& receipt : backlog_.take_done()) doomed_.push_back(std::move(receipt));
  if (doomed_.empty() || stop.stop_requested()) return;
  const auto removed = sqs_.delete_messages(state_.queue_url, doomed_, stop);
  // They will come again, and be known.
  doomed_.clear();
  if (!removed) failed(removed.error().context("deleting messages"), stop);
}

std::string region_of_queue(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme == std::string_view::npos) return "";
  std::string_view host = url.substr(scheme + 3);
  host = host.substr(0, host.find_first_of("/:"));
  const std::vector<std::string_view> labels = split(host, '.');
  const auto is_region = [](std::string_view label) {
    return std::count(label.begin(), label.end(), '-') >= 2 && label.back() >= '0' &&
           label.back() <= '9';
  };
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const bool service = labels[i] == "sqs" || labels[i] == "sqs-fips";
    if (service && i + 1 < labels.size() && is_region(labels[i + 1])) {
      return std::string(labels[i + 1]);
    }
    // "ap-northeast-1.queue.amazonaws.com", as it was once.
    if (labels[i] == "queue" && i == 1 && is_region(labels[0])) return std::string(labels[0]);
  }
  return "";
}

}  // namespace livesonic::discovery
