// SPDX-License-Identifier: Apache-2.0
#include "serverscore/program/stream.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <string>
#include <utility>

#include "serverscore/cloud/instance_metadata.h"
#include "serverscore/print/brief.h"
#include "serverscore/print/json.h"
#include "serverscore/print/notices.h"
#include "serverscore/program/line_writer.h"
#include "serverscore/program/watch.h"
#include "serverscore/state/state_file.h"

namespace serverscore {
namespace {

constexpr short kBroken = POLLERR | POLLHUP | POLLNVAL;

// AWS recommends to look for notices every five seconds. Where nobody ever answered, each question
// costs its whole time limit.
constexpr std::chrono::seconds kAskCloudEvery{5};
constexpr std::chrono::seconds kAskNobodyEvery{60};

// Even the shortest interval is judged by as many looks at the run queue as a single run.
constexpr int kLeastInstants = 5;

// Takes what there is. False when it is at its end.
bool drain(const pollfd& in) {
  if ((in.revents & POLLIN) == 0) return (in.revents & kBroken) == 0;
  std::array<char, 4096> thrown_away;
  const ssize_t got = ::read(in.fd, thrown_away.data(), thrown_away.size());
  return got > 0 || (got < 0 && (errno == EINTR || errno == EAGAIN));
}

Answer unwritable() {
  return {.out = {}, .err = std::string(kCannotWriteText), .status = kCannotWrite};
}

class Stream {
 public:
  Stream(const Options& options, int out, StreamClock& clock)
      : options_(options),
        clock_(clock),
        writer_(out),
        plan_(*options.stream, Instant{}),
        watch_(options.root, static_cast<std::size_t>(std::max(kLeastInstants, plan_.samples()))) {
    past_ = load_past(state_path(options));
  }

  // False when there is nothing to read.
  bool begin(const CapturePlan& plan) {
    const Capture& found = watch_.first(plan);
    if (!readable(found)) return false;
    judge_now(found);
    plan_ = StreamPlan(*options_.stream, clock_.now());
    return true;
  }

  LineWriter::Sent print() { return writer_.send(line(), clock_.now()); }

  LineWriter::Sent heartbeat() {
    if (options_.format != Format::kJson) return writer_.send("\n", clock_.now());
    JsonWriter json(JsonWriter::Layout::kOneLine);
    json.open("", '{');
    json.number("t", static_cast<double>(clock_.unix_ms()));
    json.boolean("heartbeat", true);
    json.close('}');
    return writer_.send(json.finish(), clock_.now());
  }

  // Does what is due.
  LineWriter::Sent go_on() {
    const StreamPlan::Due due = plan_.reached(clock_.now());
    if (due.sample) watch_.sample();
    if (due.line) {
      judge_now(watch_.look(contained_));
      return print();
    }
    return due.heartbeat ? heartbeat() : LineWriter::Sent::kSent;
  }

  [[nodiscard]] Instant next() const { return plan_.next(); }

 private:
  void judge_now(const Capture& found) {
    const Inputs inputs = interpret(found, past_);
    contained_ = inputs.contained;
    verdict_ = judge(inputs);
    past_ = remember(std::move(past_), inputs.boot, inputs.look);
  }

  std::string line() {
    if (options_.format == Format::kNumber) return std::to_string(verdict_.score) + "\n";
    if (options_.cloud) ask_cloud();
    const Notices* const notices = options_.cloud ? &notices_ : nullptr;
    return options_.format == Format::kBrief ? to_brief_line(verdict_, notices)
                                             : to_json_line(verdict_, clock_.unix_ms(), notices);
  }

  void ask_cloud() {
    if (clock_.now() < ask_cloud_at_) return;
    notices_ = keep_known(std::move(notices_), read_notices());
    cloud_answers_ = cloud_answers_ || notices_.unavailable.empty();
    ask_cloud_at_ = clock_.now() + (cloud_answers_ ? kAskCloudEvery : kAskNobodyEvery);
  }

  const Options& options_;
  StreamClock& clock_;
  LineWriter writer_;
  StreamPlan plan_;
  Watch watch_;
  Past past_;
  bool contained_ = false;
  Verdict verdict_;
  Notices notices_;
  bool cloud_answers_ = false;  // it has, completely
  Instant ask_cloud_at_{};
};

}  // namespace

Instant SystemClock::now() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::chrono::seconds{now.tv_sec} + std::chrono::nanoseconds{now.tv_nsec};
}

long long SystemClock::unix_ms() {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return static_cast<long long>(now.tv_sec) * 1000 + now.tv_nsec / 1'000'000;
}

void SystemClock::wait(std::span<pollfd> files, Instant until) {
  const Instant left = std::max(until - now(), Instant{0});
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(left);
  timespec time{};
  time.tv_sec = static_cast<std::time_t>(seconds.count());
  time.tv_nsec = static_cast<long>((left - seconds).count());
  if (::ppoll(files.data(), files.size(), &time, nullptr) > 0) return;
  for (pollfd& file : files) file.revents = 0;
}

Answer stream(const Options& options, int in, int out, StreamClock& clock, CapturePlan plan) {
  using Sent = LineWriter::Sent;
  std::array<pollfd, 2> files = {pollfd{.fd = in, .events = POLLIN, .revents = 0},
                                 pollfd{.fd = out, .events = 0, .revents = 0}};
  const auto broken = [&] { return !drain(files[0]) || (files[1].revents & kBroken) != 0; };
  // Takes what comes in once; whoever sends without end must not keep us busy.
  const auto gone = [&](Instant until) {
    files[0].events = POLLIN;
    clock.wait(files, until);
    if (broken()) return true;
    if (files[0].revents == 0) return false;
    files[0].events = 0;
    clock.wait(files, until);
    return broken();
  };
  const bool nobody = gone(clock.now());
  if ((files[1].revents & POLLNVAL) != 0) return unwritable();
  if (nobody) return {};

  Stream stream(options, out, clock);
  if (!stream.begin(plan)) return nothing_to_read(options);
  for (Sent sent = stream.print();; sent = stream.go_on()) {
    // Whoever doesn't read our lines may not read complaints either: nothing is said.
    if (sent == Sent::kStuck) return {.out = {}, .err = {}, .status = kCannotWrite};
    if (sent == Sent::kFailed) return unwritable();
    if (sent == Sent::kGone || gone(stream.next())) return {};
  }
}

}  // namespace serverscore
