// SPDX-License-Identifier: Apache-2.0
#include "serverscore/cloud/instance_metadata.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "serverscore/cloud/http.h"

namespace serverscore {
namespace {

constexpr std::size_t kLongestToken = 1024;

// What became of a request. Without a reason there is a complete response.
struct Reply {
  HttpResponse response;
  std::string_view failure;  // empty: there is a response
};

constexpr std::string_view kOver = "no answer in time";

// Asks one thing after the other, over one connection for as long as the service keeps it.
class Client {
 public:
  Client(const Endpoint& endpoint, Deadline& deadline) : endpoint_(endpoint), deadline_(deadline) {}
  ~Client() { disconnect(); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // `request` is its line and fields up to Host, which is added.
  Reply ask(std::string_view request) {
    std::string text(request);
    text.append("Host: ").append(endpoint_.host).append("\r\n\r\n");
    const bool reused = socket_ >= 0;
    Reply reply = exchange(text);
    // The service may have closed the connection just when we asked again.
    if (reused && stale_) reply = exchange(text);
    if (!reply.failure.empty() || !reply.response.reusable) disconnect();
    return reply;
  }

 private:
  Reply exchange(std::string_view request) {
    stale_ = false;
    if (socket_ < 0) {
      if (const std::string_view failure = connect(); !failure.empty()) return {{}, failure};
    }
    if (const std::string_view failure = send(request); !failure.empty()) return {{}, failure};
    return receive();
  }

  // Waits for the socket; false when the time is over.
  bool wait(short events) {
    for (;;) {
      const auto left = deadline_.left();
      if (left.count() <= 0) return false;
      pollfd waited{.fd = socket_, .events = events, .revents = 0};
      const int ready = ::poll(&waited, 1, static_cast<int>(std::min<long>(left.count(), 60'000)));
      if (ready > 0) return true;
      if (ready < 0 && errno != EINTR) return false;
    }
  }

  std::string_view connect() {
    socket_ = ::socket(endpoint_.address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (socket_ < 0) return "no socket can be made";
    int error = 0;
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&endpoint_.address), endpoint_.size) !=
        0) {
      error = errno;
    }
    if (error == EINPROGRESS) {
      if (!wait(POLLOUT)) return "nothing answers there; is this an EC2 instance?";
      socklen_t size = sizeof error;
      if (::getsockopt(socket_, SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
    }
    if (error == 0) return {};
    if (error == ECONNREFUSED) return "the connection is refused; is this an EC2 instance?";
    if (error == ENETUNREACH || error == EHOSTUNREACH) {
      return "there is no route to it; is this an EC2 instance?";
    }
    return "no connection can be made";
  }

  std::string_view send(std::string_view text) {
    while (!text.empty()) {
      const ssize_t sent = ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
      if (sent > 0) {
        text.remove_prefix(static_cast<std::size_t>(sent));
      } else if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
        if (!wait(POLLOUT)) return kOver;
      } else if (sent == 0 || errno != EINTR) {
        return dropped();
      }
    }
    return {};
  }

  Reply receive() {
    std::string received;
    std::array<char, 4096> buffer;
    for (;;) {
      if (!wait(POLLIN)) return {{}, kOver};
      const ssize_t size = ::recv(socket_, buffer.data(), buffer.size(), 0);
      if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) continue;
      if (size <= 0 && received.empty()) return {{}, dropped()};
      if (size < 0) return {{}, "the answer breaks off"};
      received.append(buffer.data(), static_cast<std::size_t>(size));
      HttpResponse response = parse_response(received, size == 0);
      if (response.state == HttpState::kMalformed) {
        return {{}, size == 0 ? "the answer breaks off" : "the answer is not understood"};
      }
      if (response.state == HttpState::kComplete) return {std::move(response), {}};
    }
  }

  // Nothing was received, so it is safe to ask again over a new connection.
  std::string_view dropped() {
    disconnect();
    stale_ = true;
    return "the connection was closed without an answer";
  }

  void disconnect() {
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
  }

  const Endpoint& endpoint_;
  Deadline& deadline_;
  int socket_ = -1;
  bool stale_ = false;
};

// The reason a token or a document can't be had, given the status of the answer.
std::string refusal(int status) {
  std::string text = "status " + std::to_string(status);
  if (status == 401) return text + ", the token is not accepted";
  if (status == 403) return text + ", the metadata service is switched off for this instance";
  return text;
}

// It goes into a request: a token with line ends in it would be a request of somebody else's.
bool is_token(std::string_view text) {
  return !text.empty() && text.size() <= kLongestToken &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

// Empty, with `why` set, when there is none.
std::string fetch_token(Client& client, std::string& why) {
  // It is used at once and never kept.
  Reply reply = client.ask(
      "PUT /latest/api/token HTTP/1.1\r\n"
      "X-aws-ec2-metadata-token-ttl-seconds: 60\r\n"
      "Content-Length: 0\r\n");
  if (reply.failure == kOver) {
    why =
        "a connection is taken but not answered; in a container the service's hop limit must be "
        "at least 2";
  } else if (!reply.failure.empty()) {
    why = reply.failure;
  } else if (reply.response.status != 200) {
    why = "no token: " + refusal(reply.response.status);
  } else if (!is_token(reply.response.body)) {
    why = "no token: the answer is not understood";
  } else {
    return std::move(reply.response.body);
  }
  return {};
}

struct Document {
  std::string_view path;  // below /latest/meta-data/
  bool (*take)(std::string_view body, Notices& notices);
};

// The most urgent first: the time may end at any of them.
constexpr std::array kDocuments{
    Document{"spot/instance-action", take_spot_action},
    Document{"events/recommendations/rebalance", take_rebalance},
    Document{"autoscaling/target-lifecycle-state", take_lifecycle_state},
    Document{"events/maintenance/scheduled", take_maintenance},
};

}  // namespace

Notices read_notices(const Endpoint& endpoint, Deadline& deadline) {
  Notices notices;
  if (endpoint.size == 0) {
    notices.unavailable = endpoint.why_not;
    return notices;
  }
  Client client(endpoint, deadline);
  const std::string token = fetch_token(client, notices.unavailable);
  if (token.empty()) return notices;

  for (const Document& document : kDocuments) {
    std::string request("GET /latest/meta-data/");
    request.append(document.path).append(" HTTP/1.1\r\nX-aws-ec2-metadata-token: ");
    request.append(token).append("\r\n");
    const Reply reply = client.ask(request);
    const int status = reply.response.status;
    std::string why;
    if (!reply.failure.empty()) {
      why = reply.failure;
    } else if (status == 200) {
      if (!document.take(reply.response.body, notices)) why = "the content is not understood";
    } else if (status != 404) {  // 404: there is none
      why = refusal(status);
    }
    if (why.empty()) continue;
    if (!notices.unavailable.empty()) notices.unavailable += "; ";
    notices.unavailable.append(document.path).append(": ").append(why);
    if (reply.failure == kOver) break;
  }
  return notices;
}

Notices read_notices() {
  // NOLINTBEGIN(concurrency-mt-unsafe): nothing sets them
  const Endpoint endpoint = choose_endpoint(std::getenv("AWS_EC2_METADATA_DISABLED"),
                                            std::getenv("AWS_EC2_METADATA_SERVICE_ENDPOINT"));
  // NOLINTEND(concurrency-mt-unsafe)
  WallDeadline deadline(kNoticesTime);
  return read_notices(endpoint, deadline);
}

}  // namespace serverscore
