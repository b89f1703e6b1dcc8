// SPDX-License-Identifier: Apache-2.0
#include "simulator/world/instant_fleet.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "simulator/random.h"
#include "simulator/world/prices.h"
#include "simulator/world/world.h"

namespace livesonic::simulator {
namespace {

constexpr std::size_t kRememberedTokens = 10'000;
constexpr double kAlmost = 1e-9;
constexpr double kMostAtOnce = 10'000;  // of one pool

// A pool in one zone, at today's price.
struct Offer {
  const FleetPool* pool = nullptr;
  const TemplateVersion* version = nullptr;
  std::string type, zone;
  double price = 0;
};

// So many of an offer are to be launched.
struct Share {
  const Offer* offer = nullptr;
  int count = 0;
};

std::vector<std::string> zones_of(const World& world, const FleetPool& pool) {
  if (!pool.zone.empty()) return {pool.zone};
  std::vector<std::string> zones;
  for (const char letter : {'a', 'c', 'd'}) zones.push_back(world.region() + letter);
  // There are no subnets; one that is named lies in the same zone each time.
  if (!pool.subnet.empty()) return {zones[mix(world.seed(), pool.subnet) % zones.size()]};
  return zones;
}

std::vector<Offer> offers_of(const World& world, const FleetRequest& request, bool spot, Time now) {
  std::vector<Offer> offers;
  for (const FleetPool& pool : request.pools) {
    const LaunchTemplate* used = find_template(world.groups, pool.launch_template);
    const TemplateVersion* version = used == nullptr ? nullptr : find_version(*used, pool.version);
    if (version == nullptr) continue;
    Offer offer{&pool, version, pool.type.empty() ? version->type : pool.type, "", 0};
    if (offer.type.empty()) offer.type = "m1.small";  // AWS's own, of old
    for (const std::string& zone : zones_of(world, pool)) {
      offer.zone = zone;
      offer.price =
          spot ? spot_price(world.spot_market, offer.type, zone, now) : on_demand_price(offer.type);
      offers.push_back(offer);
    }
  }
  return offers;
}

// The offers in the order in which they are to be tried.
void put_in_order(std::vector<Offer>& offers, const World& world, const FleetMarket& market,
                  bool spot) {
  const auto price = [](const Offer& offer) { return offer.price / offer.pool->weight; };
  const auto priority = [](const Offer& offer) { return offer.pool->priority.value_or(1e9); };
  std::ranges::stable_sort(offers, {}, price);
  if (market.strategy == "prioritized" || market.strategy == "capacity-optimized-prioritized") {
    std::ranges::stable_sort(offers, {}, priority);
  }
  if (market.strategy.find("capacity-optimized") != std::string::npos) {
    std::ranges::stable_sort(offers, std::greater{}, [&](const Offer& offer) {
      return world.capacity(offer.type, offer.zone, spot);
    });
  }
}

void note(FleetOutcome& outcome, const FleetPool& pool, bool spot, std::string code,
          std::string message) {
  const bool known = std::ranges::any_of(outcome.failed, [&](const FleetFailure& failure) {
    return failure.spot == spot && failure.code == code && failure.message == message;
  });
  if (!known) outcome.failed.push_back({pool, spot, std::move(code), std::move(message)});
}

void note_shortage(FleetOutcome& outcome, const Offer& offer, bool spot) {
  if (spot) {
    note(
        outcome, *offer.pool, spot, "InsufficientInstanceCapacity",
        fmt::format("We currently do not have sufficient {} Spot capacity in the Availability Zone "
                    "you requested ({}).",
                    offer.type, offer.zone));
  } else {
    note(outcome, *offer.pool, spot, "InsufficientInstanceCapacity",
         fmt::format("We currently do not have sufficient {} capacity in the Availability Zone you "
                     "requested ({}). Our system will be working on provisioning additional "
                     "capacity.",
                     offer.type, offer.zone));
  }
}

std::vector<Share> divide(const std::vector<Offer>& offers, const World& world,
                          const FleetMarket& market, bool spot, FleetOutcome& outcome) {
  std::vector<Share> shares;
  double left = market.target;
  double money = market.total_price.value_or(1e12);
  std::size_t untried = offers.size();
  for (const Offer& offer : offers) {
    const std::size_t others = --untried;
    if (left <= kAlmost) break;
    if (spot && offer.pool->max_price && *offer.pool->max_price < offer.price) {
      note(outcome, *offer.pool, spot, "SpotMaxPriceTooLow",
           fmt::format("Your Spot request price of {} is lower than the minimum required Spot "
                       "request fulfillment price of {:.6f}.",
                       *offer.pool->max_price, offer.price));
      continue;
    }
    const double part =
        market.strategy == "diversified" ? left / static_cast<double>(others + 1) : left;
    const int wanted =
        static_cast<int>(std::min(kMostAtOnce, std::ceil(part / offer.pool->weight - kAlmost)));
    const int affordable = static_cast<int>(std::min(kMostAtOnce, money / offer.price));
    const int available = world.capacity(offer.type, offer.zone, spot);
    if (available < std::min(wanted, affordable)) note_shortage(outcome, offer, spot);
    const int count = std::min({wanted, affordable, available});
    if (count <= 0) continue;
    shares.push_back({&offer, count});
    left -= count * offer.pool->weight;
    money -= count * offer.price;
  }
  return shares;
}

LaunchPlan plan_of(const FleetRequest& request, const Offer& offer, bool spot,
                   const std::string& fleet) {
  LaunchPlan plan;
  plan.cluster = "launched";
  plan.usual_tags = false;
  plan.type = offer.type;
  plan.zone = offer.zone;
  plan.image = offer.version->image;
  plan.spot = spot;
  if (spot) {
    plan.max_price = offer.pool->max_price ? offer.pool->max_price : offer.version->max_price;
  }
  plan.launch_template = offer.pool->launch_template;
  plan.template_version = offer.version->number;
  plan.tags = offer.version->tags;
  for (const auto& [key, value] : request.tags) plan.tags[key] = value;
  plan.tags["aws:ec2:fleet-id"] = fleet;
  plan.tags["aws:ec2launchtemplate:id"] = offer.pool->launch_template;
  plan.tags["aws:ec2launchtemplate:version"] = std::to_string(offer.version->number);
  return plan;
}

void fill(World& world, const FleetRequest& request, bool spot, Time now, FleetOutcome& outcome) {
  const FleetMarket& market = spot ? request.spot : request.on_demand;
  if (market.target <= 0) return;
  auto offers = offers_of(world, request, spot, now);
  put_in_order(offers, world, market, spot);
  const auto shares = divide(offers, world, market, spot, outcome);
  double reached = 0;
  for (const Share& share : shares) reached += share.count * share.offer->pool->weight;
  if (reached < market.least) return;
  for (const Share& share : shares) {
    LaunchPlan plan = plan_of(request, *share.offer, spot, outcome.id);
    plan.count = share.count;
    auto ids = world.launch(plan, now);
    if (!ids) {
      note_shortage(outcome, *share.offer, spot);  // two offers had counted on the same capacity
      continue;
    }
    outcome.launched.push_back(
        {*share.offer->pool, spot, share.offer->type, share.offer->zone, std::move(*ids)});
  }
}

}  // namespace

FleetOutcome launch_fleet(World& world, const FleetRequest& request, Time now) {
  auto& seen = world.fleets.by_token;
  if (const auto before = seen.find(request.token);
      !request.token.empty() && before != seen.end()) {
    return before->second;
  }
  FleetOutcome outcome;
  outcome.id = fmt::format("fleet-{:08x}-0000-4000-8000-{:012x}", world.fresh_word() & 0xffffffffU,
                           world.fresh_word() & 0xffffffffffffU);
  fill(world, request, true, now, outcome);
  fill(world, request, false, now, outcome);
  if (!request.token.empty()) {
    if (seen.size() >= kRememberedTokens) seen.clear();
    seen.emplace(request.token, outcome);
  }
  return outcome;
}

}  // namespace livesonic::simulator
