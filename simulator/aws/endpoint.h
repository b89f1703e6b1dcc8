// SPDX-License-Identifier: Apache-2.0
// The simulated AWS behind an HTTP server: finds the service and operation of a request, lets the
// injected faults have their turn, and answers.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>

#include "livesonic/httpd/server.h"
#include "simulator/aws/operations.h"
#include "simulator/simulation.h"

namespace livesonic::simulator {

// Thread-safe. `simulation` must outlive it.
class AwsEndpoint final : public httpd::Handler {
 public:
  // `known_key` empty: any access key will do. Signatures are read but not checked.
  AwsEndpoint(Simulation& simulation, std::string known_key)
      : simulation_(simulation), known_key_(std::move(known_key)) {}

  httpd::Response handle(const httpd::Request& request) override;

  // Ends calls that an injected fault made hang, now and from now on.
  void stop();

 private:
  httpd::Response suffer(const AwsFault& fault, const AwsCall& call);
  httpd::Response answer(const AwsCall& call, bool empty_balancers);
  httpd::Response await(const AwsCall& call);
  bool hang(Duration lasting);  // true when it was told to stop

  Simulation& simulation_;
  const std::string known_key_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
};

}  // namespace livesonic::simulator
