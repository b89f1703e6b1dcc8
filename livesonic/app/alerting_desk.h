// SPDX-License-Identifier: Apache-2.0
// What the API can do about incidents, done by alerting.
#pragma once

#include <utility>

#include "livesonic/app/core.h"
#include "livesonic/config/config.h"
#include "livesonic/web/incident_desk.h"

namespace livesonic::app {

// Thread-safe; what it is given must outlive it. Messages that follow are sent at once.
class AlertingDesk final : public web::IncidentDesk {
 public:
  AlertingDesk(Core& core, const config::Config& config) : core_(core), config_(config) {}

  Result<Incident> acknowledge(const std::string& id, const std::string& by,
                               std::optional<Time> until, const std::string& comment) override {
    return told(core_.alerting.acknowledge(id, {by, core_.clock.now(), until, comment}));
  }
  Result<Incident> unacknowledge(const std::string& id) override {
    return told(core_.alerting.unacknowledge(id, core_.clock.now()));
  }
  Result<Incident> comment(const std::string& id, const std::string& by,
                           const std::string& text) override {
    return told(core_.alerting.comment(id, {by, core_.clock.now(), text}));
  }
  Result<Silence> silence(const Silence& silence) override {
    return told(core_.alerting.silence(silence, core_.clock.now()));
  }
  Result<Silence> end_silence(const std::string& id) override {
    return told(core_.alerting.end_silence(id, core_.clock.now()));
  }
  Result<std::vector<Silence>> silences() override {
    return core_.alerting.silences(core_.clock.now());
  }
  Result<std::vector<Incident>> preview(const Silence& silence) override {
    return core_.alerting.preview(silence);
  }
  std::vector<Rule> rules() override { return core_.alerting.rules()->rules; }
  Result<Rule> put_rule(const std::string& definition, bool replace) override {
    auto rule = config::parse_rule(definition, config_);
    if (!rule) return rule;
    return core_.alerting.put_rule(std::move(*rule), replace, core_.clock.now());
  }
  Result<void> remove_rule(const std::string& name) override {
    return told(core_.alerting.remove_rule(name, core_.clock.now()));
  }
  Judging judging() override {
    const auto rules = core_.alerting.rules();
    return {rules->suffering_below, rules->boot_grace};
  }

 private:
  template <typename T>
  Result<T> told(Result<T> result) {
    if (result) core_.outbox.wake();
    return result;
  }

  Core& core_;
  const config::Config& config_;
};

}  // namespace livesonic::app
