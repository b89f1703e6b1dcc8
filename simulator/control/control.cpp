// SPDX-License-Identifier: Apache-2.0
#include "simulator/control/control.h"

#include <nlohmann/json.hpp>
#include <string_view>

#include "simulator/control/changes.h"
#include "simulator/world/json.h"

namespace livesonic::simulator {
namespace {

using nlohmann::json;

constexpr std::string_view kPrefix = "/sim/";

int status_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kInvalidInput:
      return 400;
    case ErrorKind::kNotFound:
      return 404;
    case ErrorKind::kConflict:
      return 409;
    default:
      return 500;
  }
}

httpd::Response reply(int status, const json& body) {
  return {status,
          "application/json",
          body.dump(-1, ' ', false, json::error_handler_t::replace) + "\n",
          {}};
}

httpd::Response reply(const Error& error) {
  return reply(status_of(error.kind), {{"error", {{"message", error.message}}}});
}

}  // namespace

httpd::Response Control::handle(const httpd::Request& request) {
  const std::string_view path = std::string_view(request.path).substr(kPrefix.size());
  if (request.method == "GET" && path == "world") {
    return reply(
        200, simulation_.look([](const World& world, Time now) { return to_json(world, now); }));
  }
  const json body =
      request.body.empty() ? json::object() : json::parse(request.body, nullptr, false);
  if (!body.is_object()) {
    return reply(Error{ErrorKind::kInvalidInput, "the body must be a JSON object"});
  }
  // A page in a browser can't send this type without asking first.
  if (request.method == "POST" && !request.header("content-type").starts_with("application/json")) {
    return reply(Error{ErrorKind::kInvalidInput, "the content type must be application/json"});
  }
  Fields fields(body);
  const Result<Change> change = read_change(request.method, path, fields);
  if (!change) return reply(change.error());
  const Result<json> made =
      simulation_.change([&](World& world, Time now) { return (*change)(world, now); });
  return made ? reply(200, *made) : reply(made.error());
}

}  // namespace livesonic::simulator
