// SPDX-License-Identifier: Apache-2.0
#include "livesonic/cli/asking.h"

#include <fmt/format.h>

namespace livesonic::cli {

int ask(Session& session, const std::function<Result<ApiClient::Answer>(ApiClient&)>& question,
        const std::function<void(const Json&)>& show) {
  int status = kDone;
  auto api = session.connect(status);
  if (!api) return status;
  const auto answer = question(*api);
  if (!answer) return session.fail_with(answer.error());
  if (session.json()) return session.print_json(answer->body);
  show(answer->body);
  return kDone;
}

int ask_to_remove(Session& session, const std::string& path, const std::string& name) {
  return ask(
      session, [&](ApiClient& api) { return api.remove(path); },
      [&](const Json&) { session.screen().line({fmt::format("Removed {}.", name)}); });
}

}  // namespace livesonic::cli
