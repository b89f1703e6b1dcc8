// SPDX-License-Identifier: Apache-2.0
// What people do about incidents: the interface that web declares and app supplies.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "livesonic/base/result.h"
#include "livesonic/model/incident.h"
#include "livesonic/model/rule.h"
#include "livesonic/model/silence.h"
#include "livesonic/model/verdict.h"

namespace livesonic::web {

// Thread-safe. Each call is durable when it returns.
class IncidentDesk {
 public:
  virtual ~IncidentDesk() = default;
  // kNotFound; kConflict when the incident is closed. `until`: none for good.
  virtual Result<Incident> acknowledge(const std::string& id, const std::string& by,
                                       std::optional<Time> until, const std::string& comment) = 0;
  virtual Result<Incident> unacknowledge(const std::string& id) = 0;
  virtual Result<Incident> comment(const std::string& id, const std::string& by,
                                   const std::string& text) = 0;  // of closed ones, too

  // In effect at once, or from its start on; it gets an id.
  virtual Result<Silence> silence(const Silence& silence) = 0;
  virtual Result<Silence> end_silence(const std::string& id) = 0;  // now
  virtual Result<std::vector<Silence>> silences() = 0;             // in effect or to come
  virtual Result<std::vector<Incident>> preview(const Silence& silence) = 0;  // what it would hit

  virtual std::vector<Rule> rules() = 0;
  // `definition` is a JSON object of a rule's keys in the configuration file, with its name. In
  // force from the next round on. With `replace` an operator's rule of this name gives way.
  // kInvalidInput; kConflict when there is another one, or the name is one of the file's.
  virtual Result<Rule> put_rule(const std::string& definition, bool replace) = 0;
  // Its incidents end at once. kNotFound; kConflict when it is no operator's.
  virtual Result<void> remove_rule(const std::string& name) = 0;
  virtual Judging judging() = 0;  // how an instance's verdict is come to
};

}  // namespace livesonic::web
