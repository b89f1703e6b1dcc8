// SPDX-License-Identifier: Apache-2.0
#include "livesonic/web/bodies.h"
#include "livesonic/web/routes.h"

namespace livesonic::web {

void add_host_key_routes(Router& router, const Dependencies& d) {
  router.add("DELETE", "/api/v1/host-keys/{instance}", [&d](const Call& call) -> Answer {
    if (auto empty = read_empty_body(call.request.body); !empty) return fail(empty.error());
    if (auto forgotten = d.host_keys.forget_key(call["instance"]); !forgotten) {
      return fail(forgotten.error());
    }
    return json_response({{"removed", call["instance"]}});
  });
}

}  // namespace livesonic::web
