// SPDX-License-Identifier: Apache-2.0
#include "simulator/control/changes.h"

#include <array>
#include <nlohmann/json.hpp>

#include "livesonic/base/text.h"

namespace livesonic::simulator {

Result<nlohmann::json> answer_to(const Result<void>& done) {
  if (!done) return fail(done.error());
  return nlohmann::json::object();
}

Result<Change> read_change(std::string_view method, std::string_view path, Fields& fields) {
  std::string family;
  ChangeRequest request;
  request.post = method == "POST";
  for (const std::string_view part : split(path, '/')) {
    if (part.empty()) continue;
    if (family.empty()) {
      family = part;
    } else {
      request.rest.emplace_back(part);
    }
  }
  constexpr std::array kReaders{read_fleet_change, read_host_change, read_market_change,
                                read_name_change};
  for (const auto& read : kReaders) {
    if (!request.post && method != "DELETE") break;
    Change change = read(family, request, fields);
    if (!change) continue;
    if (auto error = fields.error()) return fail(std::move(*error));
    return change;
  }
  return fail(ErrorKind::kNotFound, "there is no such request; docs/simulator.md lists them");
}

}  // namespace livesonic::simulator
