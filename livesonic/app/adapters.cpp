// SPDX-License-Identifier: Apache-2.0
#include "livesonic/app/adapters.h"

namespace livesonic::app {

void StreamedScores::seen(const std::string& cluster, std::vector<ScoreReading> scores, Time at) {
  Round round;
  auto known = inventory_.cluster(cluster);
  auto instances = inventory_.instances(cluster, storage::Which::kWatched);
  if (!known || !instances) return;  // it was removed, or the next round says what is wrong
  round.cluster = std::move(*known);
  round.instances = std::move(*instances);
  round.at = at;
  round.partial = true;
  for (ScoreReading& score : scores) round.readings.push_back({std::move(score), {}});
  const auto judged = alerting_.finish(round);
  if (judged) {
    outbox_.wake();
  } else if (judged.error().kind != ErrorKind::kNotFound) {
    log::error("{}: scores were not judged: {}", cluster, judged.error().message);
  }
}

}  // namespace livesonic::app
