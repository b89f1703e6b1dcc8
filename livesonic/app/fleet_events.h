// SPDX-License-Identifier: Apache-2.0
// What AWS tells unasked, brought to those whom it concerns: discovery's kept looks are out of
// date, notices are kept, and the monitor looks at the clusters at once.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "livesonic/base/clock.h"
#include "livesonic/discovery/aws_fleet.h"
#include "livesonic/discovery/concerned.h"
#include "livesonic/discovery/event_queue.h"
#include "livesonic/discovery/notices.h"
#include "livesonic/monitoring/monitor.h"
#include "livesonic/storage/inventory.h"

namespace livesonic::app {

// Thread-safe; does not own what it is given.
class FleetEvents final : public discovery::EventTarget {
 public:
  FleetEvents(storage::Inventory& inventory, discovery::AwsFleet& source,
              discovery::Notices& notices, monitoring::Monitor& monitor, const Clock& clock);

  Result<std::set<std::string>> heard(const discovery::CloudEvent& event) override;
  void refresh(const std::string& cluster, std::function<void(bool well)> done) override;
  // A host says that AWS announced this to it. It may say so again and again.
  void announced(const std::string& cluster, const std::string& instance, const Notice& notice);

 private:
  Result<discovery::Whereabouts> look_up();
  struct Looks;
  static void look_at(monitoring::Monitor& monitor, const std::shared_ptr<Looks>& looks,
                      const std::string& cluster);

  storage::Inventory& inventory_;
  discovery::AwsFleet& source_;
  discovery::Notices& notices_;
  monitoring::Monitor& monitor_;
  const Clock& clock_;

  // At clusters whose hosts said something. Shared with the monitor's tasks, which may end later.
  const std::shared_ptr<Looks> looks_;

  std::mutex mutex_;  // guards what follows
  std::optional<discovery::Whereabouts> whereabouts_;
  Time looked_up_at_{};
};

}  // namespace livesonic::app
