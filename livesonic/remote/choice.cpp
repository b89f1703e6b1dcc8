// SPDX-License-Identifier: Apache-2.0
#include "livesonic/remote/choice.h"

#include <utility>

namespace livesonic::remote {
namespace {

class Choice final : public Remote {
 public:
  explicit Choice(Ways ways) : ways_(std::move(ways)) {}

  void run(Host host, std::vector<Command> commands, Done done) override {
    Remote* const way = way_of(host);
    if (way != nullptr) {
      way->run(std::move(host), std::move(commands), std::move(done));
      return;
    }
    CommandResult result;
    result.detail = "this Livesonic does not reach hosts that way";
    done(std::vector<CommandResult>(commands.size(), result));
  }

  StreamId stream(Host host, StreamCommand command, std::shared_ptr<LineSink> sink) override {
    Remote* const way = way_of(host);
    if (way == nullptr) return Remote::stream(std::move(host), std::move(command), std::move(sink));
    return way->stream(std::move(host), std::move(command), std::move(sink));
  }

  // SSH alone has streams.
  void end_stream(const std::string& host_id, StreamId id) override {
    if (ways_.ssh != nullptr) ways_.ssh->end_stream(host_id, id);
  }

  void forget(const std::string& host_id) override {
    for (Remote* way : {ways_.ssh.get(), ways_.ssm.get(), ways_.local.get()}) {
      if (way != nullptr) way->forget(host_id);
    }
  }

 private:
  [[nodiscard]] Remote* way_of(const Host& host) const {
    switch (host.way) {
      case Way::kSsh:
        return ways_.ssh.get();
      case Way::kSsm:
        return ways_.ssm.get();
      case Way::kLocal:
        return ways_.local.get();
    }
    return nullptr;
  }

  const Ways ways_;
};

}  // namespace

std::unique_ptr<Remote> make_choice(Ways ways) {
  return std::make_unique<Choice>(std::move(ways));
}

}  // namespace livesonic::remote
