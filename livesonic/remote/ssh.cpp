// SPDX-License-Identifier: Apache-2.0
#include "livesonic/remote/ssh.h"

#include <atomic>
#include <chrono>
#include <thread>
#include <utility>

#include "livesonic/base/destination.h"
#include "livesonic/base/file.h"
#include "livesonic/base/log.h"
#include "livesonic/remote/engine.h"

namespace livesonic::remote {
namespace {

// The thread-safe front: everything is handed to the one reactor thread.
class Ssh final : public Remote {
 public:
  Ssh(SshSettings settings, RouteRules rules, IdentityBook identities, KeyMemory& keys,
      Outside outside, const std::shared_ptr<EventLoop>& loop)
      : loop_(loop),
        engine_(std::move(settings), std::move(rules), std::move(identities), keys, outside, loop),
        thread_([this] { loop_->run(); }) {}

  ~Ssh() override {
    (void)loop_->post([this] {
      engine_.shut_down();
      loop_->stop();
    });
    thread_.join();
  }

  void run(Host host, std::vector<Command> commands, Done done) override {
    accept(make_task(std::move(host), std::move(commands), std::move(done)));
  }

  StreamId stream(Host host, StreamCommand command, std::shared_ptr<LineSink> sink) override {
    const StreamId id = ++last_stream_;
    accept(make_task(std::move(host), Stream{id, std::move(command), std::move(sink)}));
    return id;
  }

  void end_stream(const std::string& host_id, StreamId id) override {
    (void)loop_->post([this, host_id, id] { engine_.end_stream(host_id, id); });
  }

  void forget(const std::string& host_id) override {
    (void)loop_->post([this, host_id] { engine_.forget(host_id); });
  }

 private:
  void accept(std::unique_ptr<Task> made) {
    auto task = std::make_shared<std::unique_ptr<Task>>(std::move(made));
    // A `done` that asks again while we stop is served, too: whatever could be posted is run.
    if (loop_->post([this, task] { engine_.accept(std::move(*task)); })) return;
    refuse(**task, "Livesonic is stopping");
  }

  std::atomic<StreamId> last_stream_{0};
  const std::shared_ptr<EventLoop> loop_;
  Engine engine_;
  std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<Remote>> make_ssh(SshSettings settings, KeyMemory& keys, Outside outside) {
  RouteRules rules;
  rules.jump = settings.jump;
  rules.local_user = local_user();
  rules.home = expand_home("~").string();
  if (auto hops = parse_jump(rules.jump.empty() ? "none" : rules.jump); !hops) {
    return fail(hops.error().context("ssh.jump"));
  }
  if (!settings.ssh_config.empty()) {
    auto config = load_ssh_config(settings.ssh_config);
    if (!config) return fail(config.error());
    for (const std::string& note : config->notes) log::info("{}", note);
    rules.config = std::move(*config);
  }
  IdentityBook identities(settings.identity_file, std::move(settings.passphrase));
  settings.passphrase = Secret();
  const bool needs_file =
      settings.identity == IdentityKind::kFile ||
      (settings.identity == IdentityKind::kInstanceConnect && !rules.jump.empty());
  if (needs_file) {
    if (auto opened = identities.open(std::chrono::steady_clock::now()); !opened) {
      return fail(opened.error());
    }
  }
  auto loop = EventLoop::create();
  if (!loop) return fail(loop.error());
  return std::make_unique<Ssh>(std::move(settings), std::move(rules), std::move(identities), keys,
                               outside, *loop);
}

}  // namespace livesonic::remote
