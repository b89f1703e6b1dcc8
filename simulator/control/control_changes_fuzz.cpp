// SPDX-License-Identifier: Apache-2.0
// The first line is a request's method and path, what follows its body.
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string_view>

#include "simulator/control/changes.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::string_view line = input.substr(0, input.find('\n'));
  const std::string_view method = line.substr(0, line.find(' '));
  const std::string_view path =
      line.size() > method.size() ? line.substr(method.size() + 1) : std::string_view();
  const std::string_view rest =
      input.size() > line.size() ? input.substr(line.size() + 1) : std::string_view();
  const nlohmann::json body = nlohmann::json::parse(rest, nullptr, false);
  if (!body.is_object()) return 0;
  livesonic::simulator::Fields fields(body);
  (void)livesonic::simulator::read_change(method, path, fields);
  (void)fields.culprit();
  return 0;
}
