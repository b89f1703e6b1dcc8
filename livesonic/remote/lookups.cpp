// SPDX-License-Identifier: Apache-2.0
#include "livesonic/remote/lookups.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <thread>
#include <utility>

namespace livesonic::remote {
namespace {

constexpr std::size_t kResolverThreads = 8;
// Reading a known_hosts file ends within this; a name server that is silent does not.
constexpr std::chrono::milliseconds kResolverPatience{200};
constexpr std::size_t kQueued = 20'000;
constexpr Duration kAgentPatience = std::chrono::seconds{5};

constexpr std::size_t threads_of(std::size_t pool) {
  constexpr std::size_t kThreads[] = {2, 8, 2};
  return kThreads[pool];
}

Failure our_side(const Error& error) {
  return {End::kNotTried, "the host key could not be checked: " + error.message};
}

std::optional<Failure> check_key(KeyMemory& keys, Consoles* consoles, const Presented& host,
                                 const std::stop_token& stop) {
  if (consoles != nullptr) {
    const auto pinned = keys.pinned(host.id);
    if (!pinned) return our_side(pinned.error());
    if (!*pinned) {
      const auto console = consoles->read(host.id, stop);
      if (!console) {
        return Failure{
            console.error().kind == ErrorKind::kNotFound ? End::kHostKeyUnknown : End::kNotTried,
            "the host key could not be checked: " + console.error().message};
      }
      if (auto failure = judge_console(host, *console)) return failure;
    }
  }
  const auto pinned = keys.pin(host.id, host.fingerprint);
  if (!pinned) return our_side(pinned.error());
  return judge_pinned(host, *pinned);
}

std::filesystem::path agent_socket(const SshSettings& settings) {
  if (!settings.agent_socket.empty()) return settings.agent_socket;
  const char* const set =
      std::getenv("SSH_AUTH_SOCK");  // NOLINT(concurrency-mt-unsafe): none sets it
  return set != nullptr ? set : "";
}

Result<std::vector<AgentKey>> list_keys(const std::filesystem::path& socket,
                                        const std::filesystem::path& wanted) {
  const auto answer = ask_agent(socket, identities_request(), kAgentPatience);
  if (!answer) return fail(answer.error());
  auto keys = parse_identities(*answer);
  if (!keys || wanted.empty()) return keys;
  const auto blob = load_public_blob(wanted);
  if (!blob) return fail(blob.error().context("ssh.agent_key"));
  std::erase_if(*keys, [&](const AgentKey& key) { return key.blob != *blob; });
  if (keys->empty()) {
    return fail(ErrorKind::kNotFound,
                "the ssh-agent does not have the key of ssh.agent_key, " + wanted.string());
  }
  return keys;
}

}  // namespace

Lookups::Lookups(const SshSettings& settings, KeyMemory& keys, Outside outside,
                 std::shared_ptr<EventLoop> loop)
    : settings_(settings),
      keys_(keys),
      outside_(outside),
      loop_(std::move(loop)),
      resolver_(std::make_unique<WorkerPool>(kResolverThreads, kQueued)),
      pools_(3) {}

Lookups::~Lookups() {
  pools_.clear();
  if (resolver_->settle(kResolverPatience)) return;
  // Its work holds nothing of ours but a weak reference to the loop.
  std::thread([pool = std::move(resolver_)]() mutable { pool.reset(); }).detach();
}

void Lookups::find(const Ticket& ticket, const std::string& address, std::uint16_t port,
                   bool resolve_name, const Answer<Found>& answer) {
  const bool needs_keys = settings_.host_keys == HostKeyPolicy::kKnownHosts;
  if (!needs_keys) {
    if (!resolve_name) {
      answer({Directions{}, End::kNoAddress});
      return;
    }
    if (auto literal = literal_endpoint(address, port)) {
      answer({Directions{{std::move(*literal)}, {}}, End::kNoAddress});
      return;
    }
  }
  const bool queued = resolver_->submit(
      [weak = std::weak_ptr(loop_), ticket, address, port, resolve_name, needs_keys, answer,
       known_hosts = settings_.known_hosts](const std::stop_token&) {
        Found found;
        if (resolve_name) {
          auto endpoints = resolve(address, port);
          if (endpoints) {
            found.directions->endpoints = std::move(*endpoints);
          } else {
            found.directions = fail(endpoints.error());
          }
        }
        if (found.directions && needs_keys) {
          auto keys = read_known_hosts(known_hosts, address, port);
          if (keys) {
            found.directions->known_keys = std::move(*keys);
          } else {
            found.end_if_failed = End::kNotTried;
            found.directions = fail(keys.error());
          }
        }
        const auto loop = weak.lock();
        if (!loop) return;
        (void)loop->post([ticket, answer, found = std::move(found)]() mutable {
          if (ticket.lock()) answer(std::move(found));
        });
      });
  if (!queued) {
    answer({fail(ErrorKind::kUnavailable, "too many name lookups are waiting"), End::kNoAddress});
  }
}

template <typename T>
void Lookups::off_thread(Pool pool, const Ticket& ticket,
                         std::function<T(const std::stop_token&)> work, Answer<T> answer,
                         T if_too_many) {
  const auto index = static_cast<std::size_t>(pool);
  std::unique_ptr<WorkerPool>& workers = pools_[index];
  if (!workers) workers = std::make_unique<WorkerPool>(threads_of(index), kQueued);
  const auto tell = [loop = loop_, ticket, answer = std::move(answer)](T value) {
    (void)loop->post([ticket, answer, value = std::move(value)]() mutable {
      if (ticket.lock()) answer(std::move(value));
    });
  };
  const bool queued = workers->submit(
      [tell, work = std::move(work)](const std::stop_token& stop) { tell(work(stop)); });
  if (!queued) tell(std::move(if_too_many));
}

void Lookups::check(const Ticket& ticket, const Presented& host, bool by_console,
                    const Answer<std::optional<Failure>>& answer) {
  Consoles* const consoles = by_console ? outside_.consoles : nullptr;
  off_thread<std::optional<Failure>>(
      by_console ? Pool::kCloud : Pool::kPins, ticket,
      [&keys = keys_, consoles, host](const std::stop_token& stop) {
        return check_key(keys, consoles, host, stop);
      },
      answer, Failure{End::kNotTried, "too many host keys are being checked"});
}

void Lookups::agent_keys(const Ticket& ticket,
                         const Answer<Result<std::vector<AgentKey>>>& answer) {
  off_thread<Result<std::vector<AgentKey>>>(
      Pool::kAgent, ticket,
      [socket = agent_socket(settings_), wanted = settings_.agent_key](const std::stop_token&) {
        return list_keys(socket, wanted);
      },
      answer, fail(ErrorKind::kUnavailable, "too many ask the ssh-agent"));
}

void Lookups::agent_signature(const Ticket& ticket, const std::string& request,
                              const Answer<Result<std::string>>& answer) {
  off_thread<Result<std::string>>(
      Pool::kAgent, ticket,
      [socket = agent_socket(settings_), request](const std::stop_token&) {
        return ask_agent(socket, request, kAgentPatience);
      },
      answer, fail(ErrorKind::kUnavailable, "too many ask the ssh-agent"));
}

void Lookups::push_key(const Ticket& ticket, const std::string& host_id, const std::string& user,
                       const Answer<Result<std::shared_ptr<const LoginKeys>>>& answer) {
  using Pushed = Result<std::shared_ptr<const LoginKeys>>;
  off_thread<Pushed>(
      Pool::kCloud, ticket,
      [pusher = outside_.key_pusher, host_id, user](const std::stop_token& stop) -> Pushed {
        if (pusher == nullptr) {
          return fail(ErrorKind::kInternal, "nothing here can push keys through AWS");
        }
        auto fresh = make_fresh_key();
        if (!fresh) return fail(fresh.error());
        if (auto pushed = pusher->push(host_id, user, fresh->public_line, stop); !pushed) {
          return fail(pushed.error().context("EC2 Instance Connect"));
        }
        return std::make_shared<const LoginKeys>(LoginKeys{std::move(fresh->key)});
      },
      answer, fail(ErrorKind::kUnavailable, "too many keys are being pushed"));
}

}  // namespace livesonic::remote
