// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "livesonic/web/bodies.h"
#include "livesonic/web/routes.h"

namespace livesonic::web {
namespace {

// Clusters polled at once for one request: a poll mostly waits for AWS and for hosts.
constexpr std::size_t kAtOnce = 8;
// Requests for polls that are under way at a time.
constexpr std::ptrdiff_t kRequestsAtOnce = 8;

Answer poll_one(const Dependencies& dependencies, const Call& call) {
  if (auto empty = read_empty_body(call.request.body); !empty) return fail(empty.error());
  const auto cluster = dependencies.inventory.cluster(call["name"]);
  if (!cluster) return fail(cluster.error());
  const auto summary = dependencies.operations.poll(cluster->name);
  if (!summary) return fail(summary.error());
  return json_response(to_json(*summary));
}

// One cluster that cannot be polled doesn't take the others' results away.
PollSummary poll_or_tell(Operations& operations, const std::string& cluster) {
  auto summary = operations.poll(cluster);
  if (summary) return *std::move(summary);
  PollSummary failed;
  failed.cluster = cluster;
  failed.error = summary.error().message;
  return failed;
}

Answer poll_all(const Dependencies& dependencies, const Call& call) {
  if (auto empty = read_empty_body(call.request.body); !empty) return fail(empty.error());
  const auto clusters = dependencies.inventory.clusters();
  if (!clusters) return fail(clusters.error());
  std::vector<PollSummary> polls(clusters->size());
  std::atomic<std::size_t> next = 0;
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < std::min(kAtOnce, polls.size()); ++i) {
      threads.emplace_back([&] {
        for (std::size_t k = next++; k < polls.size(); k = next++) {
          polls[k] = poll_or_tell(dependencies.operations, (*clusters)[k].name);
        }
      });
    }
  }
  return json_response({{"polls", to_json_list(polls)}});
}

}  // namespace

void add_poll_routes(Router& router, const Dependencies& d) {
  const auto slots = std::make_shared<Slots>(kRequestsAtOnce);
  router.add("POST", "/api/v1/clusters/{name}/poll",
             while_slots_last(slots, [&d](const Call& call) { return poll_one(d, call); }));
  router.add("POST", "/api/v1/poll",
             while_slots_last(slots, [&d](const Call& call) { return poll_all(d, call); }));
}

}  // namespace livesonic::web
