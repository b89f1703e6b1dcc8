// SPDX-License-Identifier: Apache-2.0
// From method and path to the function that answers.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <semaphore>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "livesonic/base/result.h"
#include "livesonic/httpd/message.h"
#include "livesonic/web/to_json.h"

namespace livesonic::web {

// A request whose path fitted a pattern.
struct Call {
  const httpd::Request& request;
  std::map<std::string, std::string> captures;  // by the names in the pattern

  [[nodiscard]] const std::string& operator[](const std::string& name) const {
    return captures.at(name);
  }
};

using Answer = Result<httpd::Response>;
using Action = std::function<Answer(const Call&)>;

httpd::Response json_response(const Json& json, int status = 200);
// With the status and kind that docs/api.md has for the error.
httpd::Response error_response(const Error& error);

// How many requests may wait at a time for AWS or hosts. Of the server's handlers (app/serve.cpp
// has how many) some must be left for whoever only wants to read.
using Slots = std::counting_semaphore<>;
// The action, unless all slots are taken: then 503 at once.
Action while_slots_last(std::shared_ptr<Slots> slots, Action action);

// Immutable once set up, then thread-safe.
class Router {
 public:
  static constexpr std::size_t kSmallBody = std::size_t{64} * 1024;

  // `pattern` is "/api/v1/clusters/{name}": a part in braces takes any one part of a path. Bodies
  // larger than `body_limit` bytes are refused.
  void add(std::string method, std::string pattern, Action action,
           std::size_t body_limit = kSmallBody);

  [[nodiscard]] httpd::Response route(const httpd::Request& request) const;

  // Method and pattern of each route, in the order they were added.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> routes() const;

 private:
  struct Route {
    std::string method;
    std::string pattern;
    Action action;
    std::size_t body_limit;
  };
  std::vector<Route> routes_;
};

}  // namespace livesonic::web
