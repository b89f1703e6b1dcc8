// SPDX-License-Identifier: Apache-2.0
// What is run on hosts: registered commands, and what a host says of itself.
#include <fmt/format.h>

#include <array>

#include "livesonic/actions/deed.h"
#include "livesonic/base/text.h"

namespace livesonic::actions {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kCommandOutput = std::size_t{16} * 1024;
constexpr Duration kDiagnosisTimeout = 15s;

struct Question {
  const char* title;
  const char* line;
};
// Nothing that changes anything, and nothing that asks for more rights than a check has.
constexpr std::array kDiagnosis{
    Question{"uptime", "uptime"},
    Question{"serverscore", "serverscore --explain"},
    Question{"top", "COLUMNS=200 top -b -n 1 | head -n 40"},
    Question{"memory", "free -m"},
    Question{"disks", "df -h"},
    Question{"inodes", "df -i"},
    Question{"sockets", "ss -s"},
    Question{"processes that wait for a disk",
             "ps -eo state,pid,user,wchan:24,args | grep '^D' | head -n 20"},
    Question{"failed units", "systemctl --failed --no-legend | head -n 20"},
    Question{"kernel", "dmesg | tail -n 60"},
};

// What can't be begun surely wasn't done; what has begun may have been.
tl::unexpected<Error> unfinished(const HostOutput& output) {
  return fail(output.begun ? ErrorKind::kTimeout : ErrorKind::kConflict,
              output.detail.empty() ? "the host did not answer" : output.detail);
}

Result<HostOutput> ask(Work& work, const std::string& line, Duration timeout, std::size_t limit) {
  if (work.means.hosts == nullptr) {
    return fail(ErrorKind::kInvalidInput, "the configuration says that hosts are not asked");
  }
  return work.means.hosts->run(work.cluster, work.instance(), line, timeout, limit, work.stop);
}

class Run final : public Deed {
 public:
  Result<void> call(Work& work) override {
    const NamedCommand* command = work.means.settings.command(work.action.request.target);
    if (command == nullptr) {
      return fail(ErrorKind::kConflict,
                  fmt::format("the configuration has no command called '{}' any more",
                              work.action.request.target));
    }
    const auto output = ask(work, command->line, command->timeout, kCommandOutput);
    if (!output) return fail(ErrorKind::kConflict, output.error().message);
    work.action.output = to_valid_utf8(output->out);
    if (!output->err.empty()) {
      work.action.output += "\n--- stderr ---\n" + to_valid_utf8(output->err);
    }
    if (output->truncated) work.action.output += "\n… and more";
    if (!output->exit_status) return unfinished(*output);
    if (*output->exit_status != 0) {
      return fail(ErrorKind::kConflict,
                  fmt::format("it ended with exit status {}", *output->exit_status));
    }
    ended_ = true;
    return {};
  }
  Result<Evidence> look(Work&) override { return ended_ ? Evidence::kDone : Evidence::kUnknown; }
  [[nodiscard]] bool repeatable() const override { return false; }
  [[nodiscard]] std::string told(const Work&) const override {
    return "it ended with exit status 0";
  }

 private:
  bool ended_ = false;
};

class Diagnose final : public Deed {
 public:
  Result<void> call(Work& work) override {
    std::string all;
    int answered = 0;
    std::string last_error;
    for (const Question& question : kDiagnosis) {
      if (work.stop.stop_requested()) {
        return fail(ErrorKind::kUnavailable, "given up, because a stop was asked for");
      }
      const auto output = ask(work, question.line, kDiagnosisTimeout, kCommandOutput / 2);
      if (!output) return fail(ErrorKind::kConflict, output.error().message);
      all += fmt::format("=== {} ({})\n", question.title, question.line);
      if (!output->exit_status) {
        last_error = output->detail;
        all += fmt::format("no answer: {}\n\n", printable(shorten(output->detail, 200)));
        // A host that can't be reached now can't be a moment later, and the rest would be the same.
        if (!output->begun) break;
        continue;
      }
      ++answered;
      all += to_valid_utf8(output->out);
      all += to_valid_utf8(output->err);
      all += output->truncated ? "\n… and more\n\n" : "\n";
    }
    if (answered == 0) {
      return fail(ErrorKind::kConflict,
                  last_error.empty() ? "the host did not answer" : last_error);
    }
    work.action.output = shorten(all, Action::kLongestOutput);
    answered_ = answered;
    return {};
  }
  Result<Evidence> look(Work&) override {
    return answered_ > 0 ? Evidence::kDone : Evidence::kNotDone;
  }
  [[nodiscard]] std::string told(const Work&) const override {
    return fmt::format("{} of {} questions answered", answered_, kDiagnosis.size());
  }

 private:
  int answered_ = 0;
};

}  // namespace

std::unique_ptr<Deed> make_host_deed(ActionKind kind) {
  if (kind == ActionKind::kRun) return std::make_unique<Run>();
  if (kind == ActionKind::kDiagnose) return std::make_unique<Diagnose>();
  return nullptr;
}

}  // namespace livesonic::actions
