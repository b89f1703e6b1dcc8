// SPDX-License-Identifier: Apache-2.0
// What the API can do about incidents, done by alerting.
#pragma once

#include "livesonic/app/core.h"
#include "livesonic/web/incident_desk.h"

namespace livesonic::app {

// Thread-safe; `core` must outlive it. Messages that follow are sent at once.
class AlertingDesk final : public web::IncidentDesk {
 public:
  explicit AlertingDesk(Core& core) : core_(core) {}

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
  std::vector<Rule> rules() override { return core_.alerting.rules().rules; }
  Judging judging() override {
    return {core_.alerting.rules().suffering_below, core_.alerting.rules().boot_grace};
  }

 private:
  template <typename T>
  Result<T> told(Result<T> result) {
    if (result) core_.outbox.wake();
    return result;
  }

  Core& core_;
};

}  // namespace livesonic::app
