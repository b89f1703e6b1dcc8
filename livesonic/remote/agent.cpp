// SPDX-License-Identifier: Apache-2.0
#include "livesonic/remote/agent.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <optional>
#include <system_error>

#include "livesonic/base/text.h"

namespace livesonic::remote {
namespace {

using std::chrono::steady_clock;

constexpr char kRequestIdentities = 11;
constexpr char kIdentitiesAnswer = 12;
constexpr char kSignRequest = 13;
constexpr char kSignResponse = 14;
constexpr std::size_t kLongestMessage = std::size_t{256} << 10;
constexpr std::uint32_t kMostKeys = 1024;

void put_number(std::string& message, std::size_t number) {
  for (int shift = 24; shift >= 0; shift -= 8) {
    message +=
        static_cast<char>(static_cast<unsigned char>(number >> static_cast<unsigned>(shift)));
  }
}

void put_text(std::string& message, std::string_view text) {
  put_number(message, text.size());
  message += text;
}

std::optional<std::uint32_t> take_number(std::string_view& message) {
  if (message.size() < 4) return std::nullopt;
  std::uint32_t number = 0;
  for (int i = 0; i < 4; ++i) {
    number = (number << 8U) | static_cast<unsigned char>(message[static_cast<std::size_t>(i)]);
  }
  message.remove_prefix(4);
  return number;
}

std::optional<std::string_view> take_text(std::string_view& message) {
  const auto size = take_number(message);
  if (!size || *size > message.size()) return std::nullopt;
  const std::string_view text = message.substr(0, *size);
  message.remove_prefix(*size);
  return text;
}

class Descriptor {
 public:
  explicit Descriptor(int descriptor) : descriptor_(descriptor) {}
  ~Descriptor() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return descriptor_; }

 private:
  const int descriptor_;
};

bool wait_for(int socket, short events, steady_clock::time_point deadline) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - steady_clock::now());
    if (left.count() <= 0) return false;
    pollfd entry{socket, events, 0};
    const int count =
        poll(&entry, 1, static_cast<int>(std::min<std::int64_t>(left.count(), 60'000)));
    if (count > 0) return true;
    if (count < 0 && errno != EINTR) return false;
  }
}

bool send_by(int socket, std::string_view bytes, steady_clock::time_point deadline) {
  while (!bytes.empty()) {
    const ssize_t sent = send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    } else if (sent < 0 && errno == EINTR) {
      continue;
    } else if (errno != EAGAIN || !wait_for(socket, POLLOUT, deadline)) {
      return false;
    }
  }
  return true;
}

bool receive_by(int socket, std::string& into, std::size_t size,
                steady_clock::time_point deadline) {
  std::array<char, 4096> chunk{};
  const std::size_t wanted = into.size() + size;
  while (into.size() < wanted) {
    const ssize_t got = recv(socket, chunk.data(), std::min(chunk.size(), wanted - into.size()), 0);
    if (got > 0) {
      into.append(chunk.data(), static_cast<std::size_t>(got));
    } else if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
      return false;
    } else if (errno == EAGAIN && !wait_for(socket, POLLIN, deadline)) {
      return false;
    }
  }
  return true;
}

}  // namespace

std::string identities_request() {
  return {kRequestIdentities};
}

Result<std::vector<AgentKey>> parse_identities(std::string_view answer) {
  const auto unfit = [] {
    return fail(ErrorKind::kInvalidInput, "the ssh-agent's list of keys makes no sense");
  };
  if (answer.empty() || answer.front() != kIdentitiesAnswer) {
    return fail(ErrorKind::kUnavailable, "the ssh-agent does not tell which keys it has");
  }
  answer.remove_prefix(1);
  const auto count = take_number(answer);
  if (!count || *count > kMostKeys) return unfit();
  std::vector<AgentKey> keys;
  for (std::uint32_t i = 0; i < *count; ++i) {
    const auto blob = take_text(answer);
    const auto comment = blob ? take_text(answer) : std::nullopt;
    if (!comment || blob->empty()) return unfit();
    keys.push_back({std::string(*blob), std::string(*comment)});
  }
  if (!answer.empty()) return unfit();
  return keys;
}

std::string identities_answer(const std::vector<AgentKey>& keys) {
  std::string message(1, kIdentitiesAnswer);
  put_number(message, keys.size());
  for (const AgentKey& key : keys) {
    put_text(message, key.blob);
    put_text(message, key.comment);
  }
  return message;
}

bool is_signature(std::string_view answer) {
  if (answer.empty() || answer.front() != kSignResponse) return false;
  answer.remove_prefix(1);
  const auto signature = take_text(answer);
  return signature && !signature->empty() && answer.empty();
}

bool is_sign_request(std::string_view request) {
  return !request.empty() && request.front() == kSignRequest;
}

std::string framed(std::string_view message) {
  std::string bytes;
  put_text(bytes, message);
  return bytes;
}

std::vector<std::string> unframed(std::string_view bytes) {
  std::vector<std::string> messages;
  while (const auto message = take_text(bytes)) messages.emplace_back(*message);
  return messages;
}

Result<std::string> ask_agent(const std::filesystem::path& socket, const std::string& message,
                              Duration patience) {
  const auto deadline = steady_clock::now() + patience;
  const auto trouble = [&](const std::string& what) {
    return fail(
        ErrorKind::kUnavailable,
        fmt::format("the ssh-agent at {} {}", printable(shorten(socket.string(), 200)), what));
  };
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = socket.string();
  if (path.empty()) {
    return fail(ErrorKind::kInvalidInput,
                "no ssh-agent is known: SSH_AUTH_SOCK is not set, and neither is ssh.agent_socket");
  }
  if (path.size() >= sizeof address.sun_path) return trouble("cannot be: the path is too long");
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  const Descriptor descriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  // On a Unix socket connecting succeeds at once, or the agent's queue is full.
  if (descriptor.get() < 0 ||
      connect(descriptor.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    const int code = errno;
    return trouble(
        fmt::format("cannot be asked: {}; is it running?", std::generic_category().message(code)));
  }
  if (!send_by(descriptor.get(), framed(message), deadline)) return trouble("does not listen");
  std::string answer;
  if (!receive_by(descriptor.get(), answer, 4, deadline)) return trouble("does not answer");
  std::string_view head = answer;
  const std::size_t size = take_number(head).value_or(0);
  if (size == 0 || size > kLongestMessage) return trouble("answers what makes no sense");
  answer.clear();
  if (!receive_by(descriptor.get(), answer, size, deadline)) return trouble("does not answer");
  return answer;
}

}  // namespace livesonic::remote
