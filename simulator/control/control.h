// SPDX-License-Identifier: Apache-2.0
// The control API below /sim/: lets a test or a person see the truth and change it. JSON over the
// same port as the simulated AWS; docs/simulator.md lists the requests.
#pragma once

#include <string>

#include "livesonic/httpd/message.h"
#include "simulator/simulation.h"

namespace livesonic::simulator {

// Thread-safe. `simulation` must outlive it.
class Control {
 public:
  explicit Control(Simulation& simulation) : simulation_(simulation) {}
  httpd::Response handle(const httpd::Request& request);

 private:
  Simulation& simulation_;
};

}  // namespace livesonic::simulator
