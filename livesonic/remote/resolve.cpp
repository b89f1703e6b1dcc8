// SPDX-License-Identifier: Apache-2.0
#include "livesonic/remote/resolve.h"

#include <fmt/format.h>
#include <netdb.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "livesonic/base/text.h"

namespace livesonic::remote {
namespace {

constexpr std::size_t kMaxEndpoints = 8;

// The endpoints, or getaddrinfo's error code.
tl::expected<std::vector<Endpoint>, int> look_up(const std::string& address, std::uint16_t port,
                                                 int flags) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags | AI_NUMERICSERV;
  addrinfo* list = nullptr;
  const int code = getaddrinfo(address.c_str(), fmt::format("{}", port).c_str(), &hints, &list);
  if (code != 0) return tl::unexpected<int>(code);
  std::vector<Endpoint> found;
  for (const addrinfo* one = list; one != nullptr && found.size() < kMaxEndpoints;
       one = one->ai_next) {
    Endpoint endpoint;
    std::memcpy(&endpoint.address, one->ai_addr, one->ai_addrlen);
    endpoint.length = one->ai_addrlen;
    std::array<char, NI_MAXHOST> name{};
    getnameinfo(one->ai_addr, one->ai_addrlen, name.data(), name.size(), nullptr, 0,
                NI_NUMERICHOST);
    endpoint.text = fmt::format("{} port {}", name.data(), port);
    found.push_back(std::move(endpoint));
  }
  freeaddrinfo(list);
  return found;
}

}  // namespace

std::optional<Endpoint> literal_endpoint(const std::string& address, std::uint16_t port) {
  auto found = look_up(address, port, AI_NUMERICHOST);
  if (!found || found->empty()) return std::nullopt;
  return std::move(found->front());
}

Result<std::vector<Endpoint>> resolve(const std::string& address, std::uint16_t port) {
  if (address.empty()) return fail(ErrorKind::kNotFound, "the host has no address");
  auto found = look_up(address, port, AI_ADDRCONFIG);
  if (found && !found->empty()) return std::move(*found);
  const int code = found ? EAI_NONAME : found.error();
  return fail(ErrorKind::kNotFound,
              fmt::format("cannot resolve {}: {}", printable(shorten(address, 255)),
                          code == EAI_SYSTEM ? std::generic_category().message(errno)
                                             : std::string(gai_strerror(code))));
}

}  // namespace livesonic::remote
