// SPDX-License-Identifier: Apache-2.0
// Random histories of the real alerting beside the naive oracle: `alert-histories FIRST COUNT` goes
// through those with the seeds from FIRST on, and prints one JSON object of what it found.
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>

#include "livesonic/alerting/naive_oracle.h"
#include "livesonic/alerting/random_history.h"

namespace {

using livesonic::alerting::Broken;
using livesonic::alerting::NaiveOracle;
using livesonic::alerting::RandomHistory;

constexpr int kSteps = 60;

struct Tally {
  int histories = 0;
  std::size_t incidents = 0;
  std::size_t messages = 0;
  Broken broken;
  int mismatches = 0;  // histories in which something differed, once
  std::string first;   // what differed first
};

// What differed, in words; empty when nothing did.
std::string go_through(RandomHistory& history, NaiveOracle& oracle) {
  for (int step = 0; step < kSteps; ++step) {
    history.step();
    if (auto words = oracle.differs(history.store()); !words.empty()) {
      return "step " + std::to_string(step) + ":\n" + words;
    }
  }
  return "";
}

void add(Tally& tally, unsigned seed) {
  NaiveOracle oracle;
  RandomHistory history(seed, &oracle);
  std::string words = go_through(history, oracle);
  const bool ended = history.end();
  if (!ended) words += "what has to be written was refused\n";
  if (words.empty()) words = oracle.differs(history.store());
  if (!words.empty()) {
    ++tally.mismatches;
    if (tally.first.empty()) tally.first = "history " + std::to_string(seed) + ", " + words;
  }
  const Broken broken = history.broken();
  tally.broken.lost_closings += broken.lost_closings;
  tally.broken.duplicate_openings += broken.duplicate_openings;
  tally.broken.out_of_order += broken.out_of_order;
  tally.broken.untold += broken.untold;
  tally.incidents += history.store().all.size();
  tally.messages += history.store().deliveries.size();
  ++tally.histories;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("usage: alert-histories FIRST COUNT\n", stderr);
    return 2;
  }
  const auto first = static_cast<unsigned>(std::strtoul(argv[1], nullptr, 10));
  const auto count = static_cast<unsigned>(std::strtoul(argv[2], nullptr, 10));
  Tally tally;
  for (unsigned i = 0; i < count; ++i) add(tally, first + i);
  const nlohmann::json found{{"histories", tally.histories},
                             {"incidents", tally.incidents},
                             {"messages", tally.messages},
                             {"lost_closings", tally.broken.lost_closings},
                             {"duplicate_openings", tally.broken.duplicate_openings},
                             {"out_of_order", tally.broken.out_of_order},
                             {"untold", tally.broken.untold},
                             {"mismatches", tally.mismatches},
                             {"first", tally.first}};
  std::printf("%s\n", found.dump().c_str());
  return 0;
}
