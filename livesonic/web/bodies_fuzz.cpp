// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>

#include "livesonic/web/bodies.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)livesonic::web::read_empty_body(text);
  (void)livesonic::web::read_cluster_body(text);
  (void)livesonic::web::read_service_body(text);
  const livesonic::Time now{std::chrono::seconds{1'770'000'000}};
  if (const auto silence = livesonic::web::read_silence_body(text, now)) {
    if (silence->silence.ends_at <= now || silence->silence.matchers.empty()) __builtin_trap();
  }
  (void)livesonic::web::read_acknowledgement_body(text, now);
  (void)livesonic::web::read_comment_body(text);
  (void)livesonic::web::read_probe_body(text);
  (void)livesonic::web::read_action_body(text);
  (void)livesonic::web::read_decision_body(text);
  const auto import = livesonic::web::read_history_body(text);
  if (!import) return 0;
  for (const auto& [id, points] : import->instances) {
    for (const auto& point : points) {
      if (point.score < 1 || point.score > 100) __builtin_trap();
    }
  }
  return 0;
}
