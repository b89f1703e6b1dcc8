// SPDX-License-Identifier: Apache-2.0
// A fleet in a backtest: instances boot, serve, are reclaimed and drain, and every minute is paid.
#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "livesonic/model/scaling.h"
#include "livesonic/scaling/bounds.h"
#include "livesonic/scaling/market.h"
#include "livesonic/scaling/market_trace.h"

namespace livesonic::scaling {

// The spot market of a backtest. Where an availability is recorded, each pool has it from another
// point of the recording on, so that pools fail at different times.
struct Market {
  std::vector<Pool> pools;
  std::optional<Availability> availability;
};

struct Bill {  // USD
  double on_demand = 0;
  double spot = 0;
  double booting = 0;   // until they serve; likewise in none of the other parts
  double draining = 0;  // after they served
  [[nodiscard]] double sum() const { return on_demand + spot + booting + draining; }
};

struct FleetRecord {
  Bill bill;
  double instance_minutes = 0;  // all that is paid for
  int launches = 0;
  int ends = 0;
  int changes = 0;  // minutes with a launch or an end
  int interruptions = 0;
};

// Time goes by in minutes: begin_minute(), resize(), end_minute(), over and over. Not thread-safe.
class SimulatedFleet {
 public:
  // What is given must outlive it. `all_on_demand` buys nothing else, whatever the policy says.
  SimulatedFleet(const ScalingPolicy& policy, const Market& market, double on_demand_price,
                 bool all_on_demand, int instances);

  // Booted instances begin to serve, and the market takes what it takes.
  void begin_minute();
  // Launches or ends so that there will be `total`. Where no pool is to be had, on-demand is bought
  // after the policy's wait, or at once if it is urgent.
  void resize(int total, const Bounds& bounds, bool urgent);
  void end_minute();

  [[nodiscard]] int owned() const;    // without those that have notice
  [[nodiscard]] int serving() const;  // with those that have notice
  [[nodiscard]] int reclaimed_lately() const { return reclaimed_lately_; }  // not yet replaced
  [[nodiscard]] double hourly_price() const;
  [[nodiscard]] const FleetRecord& record() const { return record_; }
  void forget_record() { record_ = {}; }

 private:
  struct Lot {
    long due;  // the minute in which it begins to serve, or is gone
    int pool;  // -1: on-demand
    int count;
    bool swap;  // takes an on-demand instance's place when it serves
  };

  [[nodiscard]] bool available(std::size_t pool) const;
  [[nodiscard]] Holding owned_by_pool() const;
  [[nodiscard]] double price_of(int pool) const;
  void reclaim(std::size_t pool);
  void launch(int pool, int count, bool swap);
  void end(int pool, int count);
  void buy(int total, const Bounds& bounds, bool urgent);
  void give_up(int total);
  void back_to_spot(int total, const Bounds& bounds);

  const ScalingPolicy& policy_;
  const Market& market_;
  double on_demand_price_;
  bool all_on_demand_;
  int boot_;
  double drain_minutes_;
  long minute_ = -1;
  int on_demand_;
  std::vector<int> spot_;
  std::vector<Pool> pools_;  // as they are now
  std::vector<bool> was_available_;
  std::vector<double> events_;
  std::vector<double> instance_hours_;
  std::vector<long> barred_for_;
  std::vector<long> barred_until_;
  std::vector<Lot> booting_;  // the newest last
  std::vector<Lot> leaving_;  // have notice, and serve until then
  std::deque<Lot> lost_;      // reclaimed, until what replaces them serves
  int reclaimed_lately_ = 0;
  long unfilled_since_ = -1;
  long swapped_at_ = 0;
  bool changed_ = false;
  FleetRecord record_;
};

}  // namespace livesonic::scaling
