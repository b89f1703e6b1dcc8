// SPDX-License-Identifier: Apache-2.0
// The rules by which incidents are opened. What one may say is the configuration's business; here
// it is an object with a name.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "livesonic/web/bodies.h"
#include "livesonic/web/object_reader.h"
#include "livesonic/web/routes.h"

namespace livesonic::web {
namespace {

bool is_an_operators(const Dependencies& d, const std::string& name) {
  const auto rules = d.desk.rules();
  return std::any_of(rules.begin(), rules.end(), [&](const Rule& rule) {
    return rule.name == name && rule.origin == RuleOrigin::kOperator;
  });
}

// The object in the body, with this name where there is one in the path.
Result<nlohmann::json> read_definition(const Call& call, const std::string& name) {
  auto body = parse_json(call.request.body);
  if (!body) return fail(body.error());
  if (!body->is_object()) return fail(ErrorKind::kInvalidInput, "a rule is a JSON object");
  if (name.empty()) return body;
  const auto own = body->find("name");
  if (own == body->end()) {
    (*body)["name"] = name;
  } else if (*own != name) {
    return fail(ErrorKind::kInvalidInput, "name: is another one than in the path");
  }
  return body;
}

Answer put_rule(const Dependencies& d, const Call& call, const std::string& name, bool replace) {
  const auto definition = read_definition(call, name);
  if (!definition) return fail(definition.error());
  const auto given = definition->find("name");
  const bool known = given != definition->end() && given->is_string() &&
                     is_an_operators(d, given->get<std::string>());
  const auto rule = d.desk.put_rule(definition->dump(), replace);
  if (!rule) return fail(rule.error());
  return json_response(to_json(*rule), known ? 200 : 201);
}

}  // namespace

void add_rule_routes(Router& router, const Dependencies& d) {
  router.add("GET", "/api/v1/rules", [&d](const Call&) -> Answer {
    return json_response({{"rules", to_json_list(d.desk.rules())}});
  });
  router.add("POST", "/api/v1/rules",
             [&d](const Call& call) { return put_rule(d, call, "", false); });
  router.add("PUT", "/api/v1/rules/{name}",
             [&d](const Call& call) { return put_rule(d, call, call["name"], true); });
  router.add("DELETE", "/api/v1/rules/{name}", [&d](const Call& call) -> Answer {
    if (auto empty = read_empty_body(call.request.body); !empty) return fail(empty.error());
    if (auto removed = d.desk.remove_rule(call["name"]); !removed) return fail(removed.error());
    return json_response({{"removed", call["name"]}});
  });
}

}  // namespace livesonic::web
