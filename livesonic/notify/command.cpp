// SPDX-License-Identifier: Apache-2.0
#include "livesonic/notify/command.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "livesonic/base/subprocess.h"
#include "livesonic/base/text.h"

namespace livesonic::notify {
namespace {

using Variables = std::vector<std::pair<std::string, std::string>>;

constexpr std::size_t kLongestVariable = std::size_t{32} * 1024;

void add(Variables& variables, const std::string& name, std::string value) {
  std::replace(value.begin(), value.end(), '\0', ' ');
  variables.emplace_back("LIVESONIC_" + name, shorten(to_valid_utf8(value), kLongestVariable));
}

Variables environment_of(const Message& message, const std::string& channel) {
  Variables variables;
  for (const char* name : {"PATH", "HOME", "USER", "LANG", "LC_ALL", "TZ", "TMPDIR"}) {
    const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): none sets it
    if (value != nullptr) variables.emplace_back(name, value);
  }
  const Incident& incident = message.incident;
  add(variables, "CHANNEL", channel);
  add(variables, "DELIVERY_ID", message.delivery_id);
  add(variables, "KIND", std::string(to_string(message.kind)));
  add(variables, "INCIDENT", incident.id);
  add(variables, "CLUSTER", incident.cluster);
  add(variables, "CAUSE", incident.cause);
  add(variables, "SEVERITY", std::string(to_string(incident.severity)));
  add(variables, "SUMMARY", incident.summary);
  add(variables, "NOTE", message.note);
  add(variables, "RUNBOOK", incident.runbook);
  add(variables, "LINK", message.link);
  return variables;
}

class Command final : public Notifier {
 public:
  Command(std::string name, std::vector<std::string> words, Duration timeout)
      : name_(std::move(name)), words_(std::move(words)), timeout_(timeout) {}
  [[nodiscard]] const std::string& name() const override { return name_; }
  Accepted deliver(const Delivery&, const Message& message, const std::stop_token& stop) override {
    RunInput input;
    input.text = message_json(message);
    input.environment = environment_of(message, name_);
    input.ours_too = false;
    RunLimits limits;
    limits.time = timeout_;
    const auto output = run_program(words_, limits, stop, input);
    if (!output) return refused(output.error().message);
    if (output->status == 0) return {};
    const std::string_view complaint = trim(output->err);
    return refused(fmt::format("the command ended with status {}{}{}", output->status,
                               complaint.empty() ? "" : ": ",
                               shorten(printable(complaint.substr(0, complaint.find('\n'))), 200)));
  }

 private:
  const std::string name_;
  const std::vector<std::string> words_;
  const Duration timeout_;
};

}  // namespace

std::unique_ptr<Notifier> make_command(std::string name, std::vector<std::string> words,
                                       Duration timeout) {
  return std::make_unique<Command>(std::move(name), std::move(words), timeout);
}

}  // namespace livesonic::notify
