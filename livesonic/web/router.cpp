// SPDX-License-Identifier: Apache-2.0
#include "livesonic/web/router.h"

#include <fmt/format.h>

#include <optional>
#include <string_view>

#include "livesonic/base/text.h"
#include "livesonic/httpd/error_response.h"

namespace livesonic::web {
namespace {

struct Status {
  int code;
  std::string_view kind;
};

Status status_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kInvalidInput:
      return {400, "invalid_input"};
    case ErrorKind::kPermission:
      return {403, "permission"};
    case ErrorKind::kNotFound:
      return {404, "not_found"};
    case ErrorKind::kConflict:
      return {409, "conflict"};
    case ErrorKind::kUnavailable:
    case ErrorKind::kTimeout:
    case ErrorKind::kThrottled:
      return {502, "unavailable"};
    case ErrorKind::kInternal:
      break;
  }
  return {500, "internal"};
}

std::optional<std::map<std::string, std::string>> match(std::string_view pattern,
                                                        std::string_view path) {
  const auto wanted = split(pattern, '/');
  const auto given = split(path, '/');
  if (wanted.size() != given.size()) return std::nullopt;
  std::map<std::string, std::string> captures;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i].starts_with('{')) {
      if (given[i].empty()) return std::nullopt;
      captures.emplace(wanted[i].substr(1, wanted[i].size() - 2), given[i]);
    } else if (wanted[i] != given[i]) {
      return std::nullopt;
    }
  }
  return captures;
}

}  // namespace

httpd::Response json_response(const Json& json, int status) {
  httpd::Response response;
  response.status = status;
  response.body = dump(json);
  return response;
}

httpd::Response error_response(const Error& error) {
  const Status status = status_of(error.kind);
  return httpd::error_response(status.code, status.kind, error.message);
}

Action while_slots_last(std::shared_ptr<Slots> slots, Action action) {
  return [slots = std::move(slots), action = std::move(action)](const Call& call) -> Answer {
    if (!slots->try_acquire()) {
      return httpd::error_response(503, "busy",
                                   "too many such requests are under way already; try again later");
    }
    const std::unique_ptr<Slots, void (*)(Slots*)> taken(slots.get(),
                                                         [](Slots* used) { used->release(); });
    return action(call);
  };
}

void Router::add(std::string method, std::string pattern, Action action, std::size_t body_limit) {
  routes_.push_back({std::move(method), std::move(pattern), std::move(action), body_limit});
}

httpd::Response Router::route(const httpd::Request& request) const {
  std::string allowed;
  for (const Route& route : routes_) {
    auto captures = match(route.pattern, request.path);
    if (!captures) continue;
    if (route.method != request.method) {
      allowed += (allowed.empty() ? "" : ", ") + route.method;
      continue;
    }
    if (request.body.size() > route.body_limit) {
      return httpd::error_response(
          413, "too_large", fmt::format("the body is larger than {} bytes", route.body_limit));
    }
    auto answer = route.action({request, *std::move(captures)});
    return answer ? *std::move(answer) : error_response(answer.error());
  }
  const std::string path = printable(shorten(request.path, 200));
  if (allowed.empty()) {
    return httpd::error_response(404, "not_found", fmt::format("there is no {}", path));
  }
  httpd::Response response = httpd::error_response(
      405, "method_not_allowed",
      fmt::format("{} takes {}, not {}", path, allowed, printable(shorten(request.method, 20))));
  response.headers["Allow"] = allowed;
  return response;
}

std::vector<std::pair<std::string, std::string>> Router::routes() const {
  std::vector<std::pair<std::string, std::string>> all;
  for (const Route& route : routes_) all.emplace_back(route.method, route.pattern);
  return all;
}

}  // namespace livesonic::web
