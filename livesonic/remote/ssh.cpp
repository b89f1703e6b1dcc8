// SPDX-License-Identifier: Apache-2.0
#include "livesonic/remote/ssh.h"

#include <thread>
#include <utility>

#include "livesonic/remote/engine.h"

namespace livesonic::remote {
namespace {

// The thread-safe front: everything is handed to the one reactor thread.
class Ssh final : public Remote {
 public:
  Ssh(SshSettings settings, Key identity, KeyMemory& keys, const std::shared_ptr<EventLoop>& loop)
      : loop_(loop),
        engine_(std::move(settings), std::move(identity), keys, loop),
        thread_([this] { loop_->run(); }) {}

  ~Ssh() override {
    (void)loop_->post([this] {
      engine_.shut_down();
      loop_->stop();
    });
    thread_.join();
  }

  void run(Host host, std::vector<Command> commands, Done done) override {
    auto run = std::make_shared<std::unique_ptr<Run>>(std::make_unique<Run>());
    (*run)->host = std::move(host);
    (*run)->commands = std::move(commands);
    (*run)->done = std::move(done);
    // A `done` that asks again while we stop is served, too: whatever could be posted is run.
    if (loop_->post([this, run] { engine_.accept(std::move(*run)); })) return;
    CommandResult result;
    result.detail = "Livesonic is stopping";
    (*run)->done(std::vector<CommandResult>((*run)->commands.size(), result));
  }

  void forget(const std::string& host_id) override {
    (void)loop_->post([this, host_id] { engine_.forget(host_id); });
  }

 private:
  const std::shared_ptr<EventLoop> loop_;
  Engine engine_;
  std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<Remote>> make_ssh(SshSettings settings, KeyMemory& keys) {
  auto identity = load_identity(settings.identity_file, settings.passphrase);
  if (!identity) return fail(identity.error());
  settings.passphrase = Secret();
  auto loop = EventLoop::create();
  if (!loop) return fail(loop.error());
  return std::make_unique<Ssh>(std::move(settings), std::move(*identity), keys, *loop);
}

}  // namespace livesonic::remote
