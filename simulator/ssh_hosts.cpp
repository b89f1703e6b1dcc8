// SPDX-License-Identifier: Apache-2.0
#include "simulator/ssh_hosts.h"

#include <fmt/format.h>
#include <libssh/libssh.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <vector>

#include "livesonic/base/text.h"
#include "simulator/host_key.h"
#include "simulator/ssh_reactor.h"

namespace livesonic::simulator {
namespace {

constexpr int kPortAttempts = 20;

// A port that was free on one address a moment ago; another may take it, hence the attempts.
Result<std::uint16_t> propose_port() {
  const auto probe = listen_on("127.88.0.1", 0);
  if (!probe) return fail(probe.error());
  sockaddr_in name{};
  socklen_t size = sizeof name;
  if (getsockname(probe->get(), reinterpret_cast<sockaddr*>(&name), &size) != 0) {
    return fail(ErrorKind::kInternal, "asking for the port that was bound failed");
  }
  return ntohs(name.sin_port);
}

Result<SshKey> parse_authorized(const std::string& line) {
  const auto words = split(trim(line), ' ');
  ssh_key key = nullptr;
  if (words.size() < 2 ||
      ssh_pki_import_pubkey_base64(std::string(words[1]).c_str(),
                                   ssh_key_type_from_name(std::string(words[0]).c_str()),
                                   &key) != SSH_OK) {
    return fail(
        ErrorKind::kInvalidInput,
        fmt::format("'{}' is no public key: a line of a .pub file is expected", shorten(line, 40)));
  }
  return SshKey(key);
}

class Hosts final : public SshHosts {
 public:
  Hosts(Simulation& simulation, SshKey authorized)
      : simulation_(simulation), authorized_(std::move(authorized)) {}

  ~Hosts() override { simulation_.on_change({}); }
  Hosts(const Hosts&) = delete;
  Hosts& operator=(const Hosts&) = delete;

  Result<void> open(std::uint16_t port, int threads) {
    port_ = port;
    reactors_.clear();
    for (int i = 0; i < threads; ++i) {
      auto& reactor = reactors_.emplace_back(std::make_unique<SshReactor>(
          simulation_, port, authorized_.get(), static_cast<std::uint64_t>(i),
          static_cast<std::uint64_t>(threads)));
      if (auto opened = reactor->open(); !opened) return opened;
    }
    return {};
  }

  void run() {
    for (const auto& reactor : reactors_) reactor->run();
    const auto settle = [this] {
      for (const auto& reactor : reactors_) reactor->settle();
    };
    simulation_.on_change(settle);
    settle();  // what changed before anybody listened
  }

  [[nodiscard]] std::uint16_t port() const override { return port_; }

 private:
  Simulation& simulation_;
  const SshKey authorized_;
  std::uint16_t port_ = 0;
  std::vector<std::unique_ptr<SshReactor>> reactors_;
};

}  // namespace

Result<std::unique_ptr<SshHosts>> SshHosts::start(Simulation& simulation,
                                                  const SshOptions& options) {
  SshKey authorized;
  if (!options.authorized_key.empty()) {
    auto parsed = parse_authorized(options.authorized_key);
    if (!parsed) return fail(parsed.error());
    authorized = std::move(*parsed);
  }
  auto hosts = std::make_unique<Hosts>(simulation, std::move(authorized));
  Result<void> opened;
  for (int attempt = 0; attempt < kPortAttempts; ++attempt) {
    auto port = options.port == 0 ? propose_port() : Result<std::uint16_t>(options.port);
    if (!port) return fail(port.error());
    opened = hosts->open(*port, options.threads);
    const bool taken = !opened && opened.error().kind == ErrorKind::kConflict;
    if (opened || !taken || options.port != 0) break;
  }
  if (!opened) return fail(opened.error());
  hosts->run();
  return std::unique_ptr<SshHosts>(std::move(hosts));
}

}  // namespace livesonic::simulator
