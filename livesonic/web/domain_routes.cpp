// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>

#include "livesonic/base/text.h"
#include "livesonic/web/bodies.h"
#include "livesonic/web/domain_view.h"
#include "livesonic/web/parameters.h"
#include "livesonic/web/routes.h"

namespace livesonic::web {
namespace {

constexpr std::ptrdiff_t kSyncsAtOnce = 2;

Result<DomainContext> read_context(const Dependencies& d) {
  DomainContext context;
  auto registered = d.domains.registered_domains();
  if (!registered) return fail(registered.error());
  context.registered = std::move(*registered);
  auto certificates = d.domains.certificates();
  if (!certificates) return fail(certificates.error());
  context.certificates = std::move(*certificates);
  return context;
}

Answer list(const Dependencies& d, const Call& call) {
  const auto with_gone = read_flag(call.request, "gone");
  if (!with_gone) return fail(with_gone.error());
  const auto domains = d.domains.domains();
  if (!domains) return fail(domains.error());
  auto context = read_context(d);
  if (!context) return fail(context.error());
  const auto cluster = call.request.parameter("cluster");
  Json list = Json::array();
  for (const Domain& domain : *domains) {
    if (domain.gone_at && !*with_gone) continue;
    if (cluster) {
      const std::vector<std::string> clusters = clusters_of(domain);
      if (std::find(clusters.begin(), clusters.end(), *cluster) == clusters.end()) continue;
    }
    list.push_back(domain_view(domain, *context));
  }
  std::erase_if(context->registered,
                [&](const RegisteredDomain& one) { return one.gone_at && !*with_gone; });
  return json_response(
      {{"domains", std::move(list)}, {"registrations", to_json_list(context->registered)}});
}

Answer show(const Dependencies& d, const Call& call) {
  const auto domains = d.domains.domains();
  if (!domains) return fail(domains.error());
  const auto found = std::find_if(domains->begin(), domains->end(), [&](const Domain& domain) {
    return domain.zone_id == call["zone"];
  });
  if (found == domains->end()) {
    return fail(ErrorKind::kNotFound,
                fmt::format("there is no zone '{}'", printable(shorten(call["zone"], 80))));
  }
  const auto context = read_context(d);
  if (!context) return fail(context.error());
  const auto counts = d.domains.record_counts(found->zone_id);
  if (!counts) return fail(counts.error());
  Json view = domain_view(*found, *context);
  view["record_counts"] = to_json_list(*counts);
  return json_response(view);
}

}  // namespace

void add_domain_routes(Router& router, const Dependencies& d) {
  router.add("GET", "/api/v1/domains", [&d](const Call& call) { return list(d, call); });
  router.add("GET", "/api/v1/domains/{zone}", [&d](const Call& call) { return show(d, call); });
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
