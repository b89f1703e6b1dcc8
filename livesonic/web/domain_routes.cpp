// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <memory>

#include "livesonic/web/bodies.h"
#include "livesonic/web/parameters.h"
#include "livesonic/web/routes.h"

namespace livesonic::web {
namespace {

constexpr std::ptrdiff_t kSyncsAtOnce = 2;

}  // namespace

void add_domain_routes(Router& router, const Dependencies& d) {
  router.add("GET", "/api/v1/domains", [&d](const Call& call) -> Answer {
    const auto with_gone = read_flag(call.request, "gone");
    if (!with_gone) return fail(with_gone.error());
    auto domains = d.domains.domains();
    if (!domains) return fail(domains.error());
    std::erase_if(*domains, [&](const Domain& domain) { return domain.gone_at && !*with_gone; });
    return json_response({{"domains", to_json_list(*domains)}});
  });
  const auto sync = [&d](const Call& call) -> Answer {
    if (auto empty = read_empty_body(call.request.body); !empty) return fail(empty.error());
    const auto summary = d.operations.sync_domains();
    if (!summary) return fail(summary.error());
    return json_response(to_json(*summary));
  };
  router.add("POST", "/api/v1/domains/sync",
             while_slots_last(std::make_shared<Slots>(kSyncsAtOnce), sync));
}

}  // namespace livesonic::web
