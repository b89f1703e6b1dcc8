// SPDX-License-Identifier: Apache-2.0
#include "simulator/ssh_reactor.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <vector>

#include "livesonic/base/log.h"
#include "simulator/host_key.h"
#include "simulator/random.h"

namespace livesonic::simulator {
namespace {

constexpr std::size_t kMostSessionsPerHost = 128;
constexpr int kBacklog = 128;
constexpr std::chrono::seconds kLongestSettling{2};

std::string reason(int code) {
  return std::system_category().message(code);
}

void watch_fd(int epoll, int operation, int descriptor, std::uint32_t events, std::uint64_t key) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = key;
  epoll_ctl(epoll, operation, descriptor, &event);
}

struct BindDeleter {
  void operator()(ssh_bind bind) const { ssh_bind_free(bind); }
};

// libssh's half of an accepted connection, showing the host key of `seed`. Null when out of memory.
ssh_session make_session(std::uint64_t key_seed, Descriptor connection) {
  auto key = make_host_key(key_seed);
  if (!key) {
    log::error("ssh: {}", key.error().message);
    return nullptr;
  }
  const std::unique_ptr<std::remove_pointer_t<ssh_bind>, BindDeleter> bind(ssh_bind_new());
  const ssh_session session = ssh_new();
  const bool no_config = false;
  if (!bind || session == nullptr ||
      ssh_bind_options_set(bind.get(), SSH_BIND_OPTIONS_PROCESS_CONFIG, &no_config) != SSH_OK ||
      ssh_bind_options_set(bind.get(), SSH_BIND_OPTIONS_IMPORT_KEY, key->get()) != SSH_OK) {
    ssh_free(session);
    return nullptr;
  }
  (void)key->release();  // it is the bind's now
  if (ssh_bind_accept_fd(bind.get(), session, connection.get()) != SSH_OK) {
    ssh_free(session);
    return nullptr;
  }
  (void)connection.release();  // it is the session's now
  return session;
}

}  // namespace

Result<Descriptor> listen_on(const std::string& address, std::uint16_t port) {
  Descriptor listener(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_port = htons(port);
  inet_pton(AF_INET, address.c_str(), &name.sin_addr);
  const int yes = 1;
  if (!listener || setsockopt(listener.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0 ||
      bind(listener.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name) != 0 ||
      listen(listener.get(), kBacklog) != 0) {
    const int code = errno;
    return fail(code == EADDRINUSE ? ErrorKind::kConflict : ErrorKind::kUnavailable,
                fmt::format("listening for ssh on {}:{}: {}", address, port, reason(code)));
  }
  return listener;
}

SshReactor::SshReactor(Simulation& simulation, std::uint16_t port, ssh_key authorized,
                       std::uint64_t share, std::uint64_t reactors)
    : simulation_(simulation),
      port_(port),
      authorized_(authorized),
      share_(share),
      reactors_(reactors),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      wake_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  watch_fd(epoll_.get(), EPOLL_CTL_ADD, wake_.get(), EPOLLIN, 0);
}

SshReactor::~SshReactor() {
  if (thread_.joinable()) {
    thread_.request_stop();
    wake_up();
    thread_.join();
  }
}

Result<void> SshReactor::open() {
  return reconcile();
}

void SshReactor::run() {
  thread_ = std::jthread([this](const std::stop_token& stop) { loop(stop); });
}

void SshReactor::wake_up() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = write(wake_.get(), &one, sizeof one);
}

void SshReactor::settle() {
  std::unique_lock lock(mutex_);
  const std::uint64_t ticket = ++asked_;
  wake_up();
  settled_.wait_for(lock, kLongestSettling, [&] { return followed_ >= ticket || ended_; });
}

void SshReactor::follow() {
  std::unique_lock lock(mutex_);
  const std::uint64_t ticket = asked_;
  lock.unlock();
  if (const auto done = reconcile(); !done) log::warning("{}", done.error().message);
  lock.lock();
  followed_ = ticket;
  lock.unlock();
  settled_.notify_all();
}

void SshReactor::loop(const std::stop_token& stop) {
  std::array<epoll_event, 64> events{};
  while (!stop.stop_requested()) {
    const int ready = epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()),
                                 wait_ms(Steady::now()));
    bool changed = next_change_ && simulation_.now() >= *next_change_;
    for (int i = 0; i < ready; ++i) {
      const std::uint64_t key = events[static_cast<std::size_t>(i)].data.u64;
      if (key == 0) {
        std::uint64_t count = 0;
        [[maybe_unused]] const auto got = read(wake_.get(), &count, sizeof count);
        changed = true;
      } else if (const auto listener = listeners_.find(key); listener != listeners_.end()) {
        accept_all(*listener->second);
      } else {
        proceed(key);
      }
    }
    const auto now = Steady::now();
    while (!timers_.empty() && timers_.begin()->first <= now) {
      const std::uint64_t key = timers_.begin()->second;
      timers_.erase(timers_.begin());
      proceed(key);
    }
    if (changed) follow();
  }
  while (!sessions_.empty()) {
    sessions_.begin()->second.ssh->break_off();
    end(sessions_.begin()->first);
  }
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  settled_.notify_all();
}

int SshReactor::wait_ms(Steady::time_point now) const {
  auto wait = std::chrono::milliseconds::max();
  if (next_change_) wait = *next_change_ - simulation_.now();
  if (!timers_.empty()) {
    wait =
        std::min(wait, std::chrono::ceil<std::chrono::milliseconds>(timers_.begin()->first - now));
  }
  if (wait == std::chrono::milliseconds::max()) return -1;
  return static_cast<int>(std::clamp<std::int64_t>(wait.count(), 0, 60'000));
}

Result<void> SshReactor::reconcile() {
  struct Wanted {
    std::string address;
    std::uint64_t seed;
    HostFault fault;
  };
  std::map<std::string, Wanted> wanted;
  simulation_.look([&](const World& world, Time now) {
    for (const Instance* instance : world.instances(now)) {
      if (instance->ordinal % reactors_ != share_ ||
          world.state(*instance, now) != InstanceState::kRunning) {
        continue;
      }
      const HostView host = world.host(*instance, now);
      wanted.emplace(instance->id, Wanted{host.address, host.seed, host.fault});
    }
    next_change_ = world.next_change(now);
  });
  for (auto at = hosts_.begin(); at != hosts_.end();) {
    if (wanted.contains(at->first)) {
      ++at;
      continue;
    }
    std::erase_if(listeners_, [&](const auto& entry) { return entry.second == at->second.get(); });
    cut_off(*at->second);
    at = hosts_.erase(at);
  }
  Result<void> outcome;
  for (const auto& [id, want] : wanted) {
    auto& host = hosts_[id];
    const bool is_new = host == nullptr;
    if (is_new) {
      host = std::make_unique<Host>();
      host->id = id;
      host->address = want.address;
      host->seed = want.seed;
      host->surroundings.authorized = authorized_;
      host->surroundings.pushed = [this, id = id](std::string_view user, std::string_view key) {
        return simulation_.look([&](const World& world, Time now) {
          return is_pushed(world.pushed_keys, id, user, key, now);
        });
      };
      host->surroundings.host = [this, id = id]() -> std::optional<HostView> {
        return simulation_.look([&](const World& world, Time now) -> std::optional<HostView> {
          const Instance* instance = world.find(id, now);
          return instance == nullptr ? std::nullopt : std::optional(world.host(*instance, now));
        });
      };
    }
    if (is_new || host->fault != want.fault || !host->listener) {
      if (auto done = apply(*host, want.fault); !done) outcome = done;
    }
  }
  return outcome;
}

// Opens or closes the door, and lets those who are inside feel the change.
Result<void> SshReactor::apply(Host& host, HostFault fault) {
  const HostFault before = std::exchange(host.fault, fault);
  const auto needs_new_sessions = [](HostFault kind) {
    return kind == HostFault::kRefuseConnections || kind == HostFault::kRefuseKeys ||
           kind == HostFault::kChangedHostKey;
  };
  if (before != fault && (needs_new_sessions(before) || needs_new_sessions(fault))) cut_off(host);
  std::erase_if(listeners_, [&](const auto& entry) { return entry.second == &host; });
  if (fault == HostFault::kRefuseConnections) {
    host.listener.reset();
    return {};
  }
  if (!host.listener) {
    auto listener = listen_on(host.address, port_);
    if (!listener) return fail(listener.error());
    host.listener = std::move(*listener);
  } else {
    epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, host.listener.get(), nullptr);
  }
  const std::vector<std::uint64_t> inside(host.sessions.begin(), host.sessions.end());
  if (fault == HostFault::kIgnoreEverything) {
    // The kernel still takes connections, but nobody ever speaks on them.
    for (const std::uint64_t key : inside) watch(key, sessions_.at(key));
    return {};
  }
  const std::uint64_t key = next_key_++;
  listeners_.emplace(key, &host);
  watch_fd(epoll_.get(), EPOLL_CTL_ADD, host.listener.get(), EPOLLIN, key);
  if (before == HostFault::kIgnoreEverything) {
    for (const std::uint64_t session : inside) proceed(session);
  }
  return {};
}

void SshReactor::accept_all(Host& host) {
  while (host.listener) {
    Descriptor connection(
        accept4(host.listener.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!connection) return;
    if (host.sessions.size() < kMostSessionsPerHost) begin(host, std::move(connection));
  }
}

void SshReactor::begin(Host& host, Descriptor connection) {
  const int yes = 1;
  setsockopt(connection.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  const bool other_key = host.fault == HostFault::kChangedHostKey;
  const ssh_session ssh = make_session(
      other_key ? mix(host.seed, "other key") : host_key_seed(host.seed), std::move(connection));
  if (ssh == nullptr) return;
  const std::uint64_t key = next_key_++;
  Session& session = sessions_[key];
  session.host = &host;
  session.ssh = std::make_unique<SshSession>(ssh, host.surroundings);
  host.sessions.insert(key);
  proceed(key);
}

void SshReactor::proceed(std::uint64_t key) {
  const auto found = sessions_.find(key);
  if (found == sessions_.end()) return;  // an event or timer of one that has ended
  Session& session = found->second;
  if (session.host->fault == HostFault::kIgnoreEverything) return;
  if (!session.ssh->proceed()) {
    end(key);
    return;
  }
  watch(key, session);
  const auto due = session.ssh->next_due();
  if (due && due != session.due) timers_.emplace(*due, key);
  session.due = due;
}

void SshReactor::watch(std::uint64_t key, Session& session) {
  std::uint32_t events = EPOLLIN | (session.ssh->wants_write() ? EPOLLOUT : 0u);
  if (session.host->fault == HostFault::kIgnoreEverything) events = 0;
  if (events == session.events) return;
  const int operation = events == 0           ? EPOLL_CTL_DEL
                        : session.events == 0 ? EPOLL_CTL_ADD
                                              : EPOLL_CTL_MOD;
  watch_fd(epoll_.get(), operation, session.ssh->descriptor(), events, key);
  session.events = events;
}

void SshReactor::end(std::uint64_t key) {
  const auto found = sessions_.find(key);
  // libssh may have closed the descriptor already, in which case epoll has forgotten it.
  if (const int descriptor = found->second.ssh->descriptor(); descriptor >= 0) {
    epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, descriptor, nullptr);
  }
  found->second.host->sessions.erase(key);
  sessions_.erase(found);
}

void SshReactor::cut_off(Host& host) {
  while (!host.sessions.empty()) {
    const std::uint64_t key = *host.sessions.begin();
    sessions_.at(key).ssh->break_off();
    end(key);
  }
}

}  // namespace livesonic::simulator
