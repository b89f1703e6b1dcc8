// SPDX-License-Identifier: Apache-2.0
// A small web service, as seen by its users: requests arrive at a steady rate, and each computes,
// touches fresh memory and writes durably. How long each took tells how fast this host serves a
// typical request, whatever else it does meanwhile.
//
//   fidelity_probe calibrate                           prints the rounds that compute for 2 ms
//   fidelity_probe serve ROUNDS RATE SECONDS FILE      prints a line a request
//
// A line holds the milliseconds of computing, of touching memory, and of writing.
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::duration<double, std::milli>;

constexpr double kComputeMs = 2;
constexpr std::size_t kMemory = std::size_t{8} << 20;
constexpr std::size_t kPage = 4096;
constexpr std::size_t kWrite = std::size_t{16} << 10;
constexpr int kWritesPerFile = 64;
struct Request {
  double compute_ms = 0;
  double memory_ms = 0;
  double write_ms = 0;
};

[[noreturn]] void fail(const std::string& what) {
  std::perror(("fidelity_probe: " + what).c_str());
  std::_Exit(1);
}

// Xorshift: cheap rounds of which each needs the one before.
std::uint64_t compute(std::uint64_t rounds) {
  std::uint64_t x = 88172645463325252U;
  for (std::uint64_t i = 0; i < rounds; ++i) {
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
  }
  return x;
}

void touch_fresh_memory() {
  void* memory =
      ::mmap(nullptr, kMemory, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) fail("mmap");
  volatile char* bytes = static_cast<char*>(memory);
  for (std::size_t at = 0; at < kMemory; at += kPage) bytes[at] = 1;
  ::munmap(memory, kMemory);
}

// Appends, as a log does; begins anew before the file gets large.
void write_durably(int file, int& writes) {
  static const std::array<char, kWrite> kContent{};
  const off_t at = static_cast<off_t>(writes % kWritesPerFile) * static_cast<off_t>(kWrite);
  if (at == 0 && ::ftruncate(file, 0) != 0) fail("ftruncate");
  ++writes;
  if (::pwrite(file, kContent.data(), kContent.size(), at) != static_cast<ssize_t>(kWrite)) {
    fail("write");
  }
  if (::fsync(file) != 0) fail("fsync");
}

Request serve(std::uint64_t rounds, int file, int& writes) {
  static std::atomic<std::uint64_t> kept{0};  // so that no compiler drops the computing
  const auto begin = Clock::now();
  kept ^= compute(rounds);
  const auto computed = Clock::now();
  touch_fresh_memory();
  const auto touched = Clock::now();
  write_durably(file, writes);
  const auto end = Clock::now();
  return {.compute_ms = Milliseconds(computed - begin).count(),
          .memory_ms = Milliseconds(touched - computed).count(),
          .write_ms = Milliseconds(end - touched).count()};
}

// One worker, as in most services, that keeps its place in the scheduler's books from one request
// to the next. Requests that come while it is far behind are turned away.
std::vector<Request> work(std::uint64_t rounds, Milliseconds period, Milliseconds duration,
                          int file) {
  std::vector<Request> served;
  int writes = 0;
  // A jitter of its own keeps the requests out of step with whatever else is periodic.
  std::uint32_t random = 2463534242U;
  const auto begin = Clock::now();
  for (int request = 0; period * request < duration; ++request) {
    random ^= random << 13;
    random ^= random >> 17;
    random ^= random << 5;
    const Milliseconds jitter = period * (static_cast<double>(random % 1000) / 1000);
    const auto arrival =
        begin + std::chrono::duration_cast<Clock::duration>(period * request + jitter);
    if (Clock::now() > arrival + period) continue;
    std::this_thread::sleep_until(arrival);
    served.push_back(serve(rounds, file, writes));
  }
  return served;
}

void calibrate() {
  constexpr std::uint64_t kRounds = 1'000'000;
  double best_ms = 1e9;
  for (int attempt = 0; attempt < 50; ++attempt) {
    const auto begin = Clock::now();
    volatile std::uint64_t kept = compute(kRounds);
    (void)kept;
    best_ms = std::min(best_ms, Milliseconds(Clock::now() - begin).count());
  }
  std::printf("%.0f\n", static_cast<double>(kRounds) * kComputeMs / best_ms);
}

void serve_all(std::uint64_t rounds, double rate, double seconds, const std::string& path) {
  const int file = ::open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  if (file < 0) fail("open " + path);
  for (const Request& request :
       work(rounds, Milliseconds(1000 / rate), Milliseconds(1000 * seconds), file)) {
    std::printf("%.3f %.3f %.3f\n", request.compute_ms, request.memory_ms, request.write_ms);
  }
  ::close(file);
  ::unlink(path.c_str());
}

}  // namespace

int main(int count, char** arguments) {
  const std::string_view verb = count > 1 ? arguments[1] : "";
  if (verb == "calibrate" && count == 2) {
    calibrate();
  } else if (verb == "serve" && count == 6) {
    serve_all(std::strtoull(arguments[2], nullptr, 10), std::strtod(arguments[3], nullptr),
              std::strtod(arguments[4], nullptr), arguments[5]);
  } else {
    std::fputs("usage: fidelity_probe calibrate | serve ROUNDS RATE SECONDS FILE\n", stderr);
    return 2;
  }
  return 0;
}
