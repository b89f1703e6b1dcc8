// SPDX-License-Identifier: Apache-2.0
// How each kind of action is done, and how it is told afterwards whether it was: what makes a
// program that was killed in the middle of one know whether to go on.
#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "livesonic/actions/cloud.h"
#include "livesonic/actions/hosts.h"
#include "livesonic/actions/settings.h"
#include "livesonic/base/clock.h"
#include "livesonic/model/action.h"

namespace livesonic::actions {

// Waits; false when a stop was requested meanwhile. Callable from any thread.
using Sleeper = std::function<bool(Duration, const std::stop_token&)>;

// What actions reach for. All must outlive who is given it.
struct Means {
  Cloud& cloud;
  Hosts* hosts;  // null when nothing is asked of the hosts
  Caller& caller;
  const Settings& settings;
  const Clock& clock;
  Sleeper sleep;
};

// One action that is being carried out, by one thread.
struct Work {
  Action& action;
  const Cluster& cluster;
  const std::vector<std::string>& members;  // ids of the watched ones
  const Means& means;
  std::function<Result<void>()> save;  // makes action.progress durable
  const std::stop_token& stop;

  [[nodiscard]] const std::string& instance() const { return action.request.instance; }
  std::string& note(const char* name) { return action.progress[name]; }
};

enum class Evidence {
  kDone,
  kUnderWay,  // AWS is at it
  kNotDone,   // surely
  kUnknown,   // nobody can tell
};

// Made anew for each action, and after a restart: what must outlive that is in the notes.
class Deed {
 public:
  virtual ~Deed() = default;
  // Before the intent is written: what has to be known to recognise the deed afterwards.
  virtual Result<void> prepare(Work& /*work*/) { return {}; }
  // Does it. Where it fails with kUnavailable or kTimeout it may have been done all the same.
  virtual Result<void> call(Work& work) = 0;
  virtual Result<Evidence> look(Work& work) = 0;
  // May call() be made again when look() says that it wasn't done?
  [[nodiscard]] virtual bool repeatable() const { return true; }
  // What has come of it, once it is done.
  [[nodiscard]] virtual std::string told(const Work& work) const;
};

std::unique_ptr<Deed> make_deed(ActionKind kind);

// Each family in a file of its own; null for kinds of the others.
std::unique_ptr<Deed> make_balancer_deed(ActionKind kind);
std::unique_ptr<Deed> make_instance_deed(ActionKind kind);
std::unique_ptr<Deed> make_group_deed(ActionKind kind);
std::unique_ptr<Deed> make_launch_deed(ActionKind kind);
std::unique_ptr<Deed> make_replace_deed(ActionKind kind);
std::unique_ptr<Deed> make_roll_back_deed(ActionKind kind);
std::unique_ptr<Deed> make_host_deed(ActionKind kind);
std::unique_ptr<Deed> make_message_deed(ActionKind kind);

}  // namespace livesonic::actions
