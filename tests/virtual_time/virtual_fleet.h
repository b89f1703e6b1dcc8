// SPDX-License-Identifier: Apache-2.0
// A Livesonic that scales a cluster "web" of a simulated AWS, in virtual time: everything between
// the policy and the wire is the real one; only the hosts' scores are made up, of a load that is
// given.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "livesonic/app/core.h"
#include "livesonic/app/cost_desk.h"
#include "livesonic/app/fleet.h"
#include "livesonic/app/scaling_desk.h"
#include "livesonic/base/clock.h"
#include "livesonic/httpd/server.h"
#include "simulator/aws/endpoint.h"
#include "simulator/simulation.h"

namespace livesonic::virtual_time {

class VirtualFleet {
 public:
  // `kind`: of the cluster, as the simulator calls it; `policy`: YAML of one entry, without name.
  VirtualFleet(const std::string& kind, int instances, const std::string& policy);
  ~VirtualFleet();

  // A minute goes by: AWS is asked who is there, the hosts tell their scores, scaling decides, and
  // what it asked for is done. Then the promises are looked at.
  void minute();
  void minutes(int count) {
    for (int i = 0; i < count; ++i) minute();
  }

  // As after a crash of the program.
  void restart();
  // Livesonic's clock, which then differs from AWS's.
  void set_clock_wrong_by(Duration by) { wrong_by_ = by; }

  // What there is at AWS.
  struct Truth {
    int living = 0;      // of the cluster and launched by livesonic
    int ours = 0;        // of these those that bear the tag
    int in_service = 0;  // in the balancer, and running
    double price = 0;    // USD an hour for ours
    std::map<std::string, int> by_zone;
    int spot = 0;
  };
  Truth truth();
  std::vector<std::string> ours_in(const std::string& zone);
  ScalingPlan plan();
  std::vector<Action> actions(ActionKind kind);
  simulator::Simulation& simulation() { return *simulation_; }
  [[nodiscard]] Time now() const { return clock_.now(); }

  // In instances' worth, at a time of the day in hours.
  std::function<double(double hour)> load = [](double) { return 1.0; };
  // A minute, at the balancer, likewise; none: as the simulated hosts are busy.
  std::function<double(double hour)> requests;
  bool hosts_answer = true;
  int slow_minutes = 0;       // in which the load was more than those in service could bear
  double instance_hours = 0;  // all that ran
  double most_per_hour = 0;   // the promise that is looked at; 0: none
  int most = 0;               // likewise

 private:
  void open();
  void settle();
  void record_scores();
  [[nodiscard]] double hour() const;  // of the day
  void look_at_promises();

  const std::filesystem::path directory_;
  FakeClock aws_clock_;
  FakeClock clock_;
  Duration wrong_by_{};
  std::unique_ptr<simulator::Simulation> simulation_;
  std::unique_ptr<simulator::AwsEndpoint> endpoint_;
  std::unique_ptr<httpd::Server> server_;
  config::Config config_;
  std::unique_ptr<app::Core> core_;
  std::unique_ptr<app::Fleet> fleet_;
  std::unique_ptr<app::ScalingDesk> scaling_;
  std::unique_ptr<app::CostDesk> costs_;
  std::set<std::string> interrupted_;  // by AWS
  std::set<std::string> ended_;        // looked at already
};

}  // namespace livesonic::virtual_time
