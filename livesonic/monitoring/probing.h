// SPDX-License-Identifier: Apache-2.0
// The probes of a cluster's round: who is asked, by a few threads with deadlines, and what the
// answers mean.
#pragma once

#include <cstddef>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "livesonic/base/bounded_queue.h"
#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"
#include "livesonic/base/worker_pool.h"
#include "livesonic/model/cluster.h"
#include "livesonic/model/probe.h"
#include "livesonic/model/reading.h"
#include "livesonic/probes/prober.h"

namespace livesonic::monitoring {

// What came of a probe. Pure: anything may be in the answer. That the other side does not answer is
// what a probe is there to find: unlike with hosts it is a failed check.
CheckReading judge_probe(const std::string& cluster, const Probe& probe,
                         const probes::Answer& answer, Time at);

// What monitoring needs to know of AWS: the DNS name of the balancer that a cluster stands behind.
// Thread-safe.
class BalancerNames {
 public:
  virtual ~BalancerNames() = default;
  // The error says why there is none, as a sentence.
  virtual Result<std::string> balancer_of(const Cluster& cluster, const std::stop_token& stop) = 0;
};

// Thread-safe; does not own what it is given. The destructor doesn't wait long for name lookups
// under way: the system's resolver can't be interrupted.
class Probing {
 public:
  // `names` may be null: then no balancer is known.
  Probing(std::shared_ptr<probes::Prober> prober, BalancerNames* names, const Clock& clock);
  ~Probing();
  Probing(const Probing&) = delete;
  Probing& operator=(const Probing&) = delete;

  // One cluster's probes under way.
  class Batch {
   public:
    // What all have found, in their order; what hasn't ended by its deadline has timed out. Empty
    // when a stop was requested.
    std::vector<CheckReading> wait(const std::stop_token& stop);

   private:
    friend class Probing;
    struct Answered {
      std::size_t index;
      probes::Answer answer;
    };
    Batch(std::string cluster, const std::vector<Probe>& probes, const Clock& clock);
    std::string cluster_;
    std::vector<Probe> probes_;
    std::shared_ptr<BoundedQueue<Answered>> answers_;  // shared with threads that may be late
    std::vector<CheckReading> readings_;               // as they are if nothing comes
    std::size_t expected_ = 0;
    Duration patience_{};
    const Clock& clock_;
  };
  // Begins all of them, which are the cluster's.
  Batch begin(const Cluster& cluster, const std::vector<Probe>& probes,
              const std::stop_token& stop);

 private:
  const std::shared_ptr<probes::Prober> prober_;
  BalancerNames* const names_;
  const Clock& clock_;
  std::unique_ptr<WorkerPool> pool_;
};

}  // namespace livesonic::monitoring
