// SPDX-License-Identifier: Apache-2.0
#include "livesonic/httpd/connection.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <exception>
#include <utility>

#include "livesonic/base/log.h"
#include "livesonic/httpd/error_response.h"
#include "livesonic/httpd/response_text.h"

namespace livesonic::httpd {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

// How long the client of a finished connection may take to read the last answer and hang up.
constexpr Duration kLinger = std::chrono::seconds{1};

Time now() {
  return SystemClock().now();
}

// Handlers must not throw; should one do so all the same, one request fails and not the server.
template <typename Call, typename Fallback>
auto guarded(const Call& call, Fallback fallback) -> decltype(call()) {
  try {
    return call();
  } catch (const std::exception& problem) {
    log::error("a request's handler threw: {}", problem.what());
  } catch (...) {
    log::error("a request's handler threw");
  }
  return fallback;
}

}  // namespace

Connection::Connection(asio::ip::tcp::socket socket, Surroundings& surroundings)
    : surroundings_(surroundings),
      socket_(std::move(socket)),
      deadline_(surroundings.network),
      heartbeat_(surroundings.network),
      reader_(surroundings.options.body_limit) {}

void Connection::close() {
  if (closed_) return;
  closed_ = true;
  if (stream_) stream_->close();
  deadline_.cancel();
  heartbeat_.cancel();
  error_code ignored;
  socket_.close(ignored);
  surroundings_.closed(shared_from_this());
}

void Connection::arm(Duration limit) {
  deadline_.expires_after(limit);
  deadline_.async_wait([self = shared_from_this()](error_code error) {
    // Armed anew after this was queued already?
    const bool due = self->deadline_.expiry() <= std::chrono::steady_clock::now();
    if (!error && due) self->close();
  });
}

void Connection::next_request() {
  reader_ = RequestReader(surroundings_.options.body_limit);
  arm(surroundings_.options.idle_timeout);
  advance();
}

void Connection::advance() {
  std::size_t consumed = 0;
  const RequestReader::Progress progress = reader_.feed(unread_, consumed);
  unread_.erase(0, consumed);
  switch (progress) {
    case RequestReader::Progress::kMore:
      return read_more();
    case RequestReader::Progress::kContinue:
      return send_continue();
    case RequestReader::Progress::kDone:
      return dispatch();
    case RequestReader::Progress::kBad:
      return respond(reader_.refusal(), false);
  }
}

void Connection::read_more() {
  socket_.async_read_some(asio::buffer(chunk_),
                          [self = shared_from_this()](error_code error, std::size_t got) {
                            if (self->closed_) return;
                            if (error) return self->close();
                            self->unread_.append(self->chunk_.data(), got);
                            self->advance();
                          });
}

void Connection::send_continue() {
  outgoing_ = "HTTP/1.1 100 Continue\r\n\r\n";
  asio::async_write(socket_, asio::buffer(outgoing_),
                    [self = shared_from_this()](error_code error, std::size_t) {
                      if (self->closed_) return;
                      if (error) return self->close();
                      self->advance();
                    });
}

void Connection::dispatch() {
  disarm();
  asio::post(surroundings_.handlers,
             [self = shared_from_this(), request = reader_.take()] { self->answer(request); });
}

void Connection::answer(const Request& request) {
  const bool wants_stream = request.method == "GET" && !reader_.head_only() &&
                            request.header("accept").find("text/event-stream") != std::string::npos;
  if (wants_stream) {
    auto stream = std::make_shared<BufferedStream>(
        [executor = surroundings_.network.get_executor(), weak = weak_from_this()] {
          asio::post(executor, [weak] {
            if (const auto self = weak.lock()) self->flush_stream();
          });
        });
    if (guarded([&] { return surroundings_.handler.open_stream(request, stream); }, false)) {
      asio::post(surroundings_.network,
                 [self = shared_from_this(), stream] { self->begin_stream(stream); });
      return;
    }
    stream->close();
  }
  Response response = guarded([&] { return surroundings_.handler.handle(request); },
                              error_response(500, "internal", "the request could not be handled"));
  asio::post(surroundings_.network,
             [self = shared_from_this(), response = std::move(response)]() mutable {
               self->respond(std::move(response), self->reader_.keep_alive());
             });
}

void Connection::respond(Response response, bool keep_alive) {
  if (closed_) return;
  response_ = std::move(response);
  outgoing_ = response_head(response_, keep_alive, now());
  const bool bodiless = reader_.head_only() || response_.status == 204 || response_.status == 304;
  const std::array<asio::const_buffer, 2> parts{
      asio::buffer(outgoing_),
      asio::buffer(response_.body.data(), bodiless ? 0 : response_.body.size())};
  arm(surroundings_.options.idle_timeout);
  asio::async_write(socket_, parts,
                    [self = shared_from_this(), keep_alive](error_code error, std::size_t) {
                      if (self->closed_) return;
                      if (error) return self->close();
                      self->response_ = {};
                      if (keep_alive) return self->next_request();
                      error_code ignored;
                      self->socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
                      self->arm(std::min(kLinger, self->surroundings_.options.idle_timeout));
                      self->linger();
                    });
}

// Closing with bytes unread would reset the connection, and the client lose our last answer.
void Connection::linger() {
  socket_.async_read_some(asio::buffer(chunk_),
                          [self = shared_from_this()](error_code error, std::size_t) {
                            if (self->closed_) return;
                            if (error) return self->close();
                            self->linger();
                          });
}

void Connection::begin_stream(std::shared_ptr<BufferedStream> stream) {
  if (closed_) return stream->close();
  stream_ = std::move(stream);
  write_stream(stream_head(now()));
  watch_for_end();
  beat();
}

void Connection::watch_for_end() {
  socket_.async_read_some(asio::buffer(chunk_),
                          [self = shared_from_this()](error_code error, std::size_t) {
                            if (self->closed_) return;
                            if (error) return self->close();
                            self->watch_for_end();
                          });
}

void Connection::flush_stream() {
  if (closed_ || writing_ || !stream_) return;
  auto text = stream_->take();
  if (!text) return close();
  if (!text->empty()) write_stream(*std::move(text));
}

void Connection::write_stream(std::string text) {
  writing_ = true;
  outgoing_ = std::move(text);
  arm(surroundings_.options.idle_timeout);
  asio::async_write(socket_, asio::buffer(outgoing_),
                    [self = shared_from_this()](error_code error, std::size_t) {
                      if (self->closed_) return;
                      if (error) return self->close();
                      self->writing_ = false;
                      self->disarm();
                      self->flush_stream();
                    });
}

void Connection::beat() {
  heartbeat_.expires_after(surroundings_.options.heartbeat);
  heartbeat_.async_wait([self = shared_from_this()](error_code error) {
    if (error || self->closed_) return;
    if (!self->writing_) self->write_stream(":\n\n");
    self->beat();
  });
}

}  // namespace livesonic::httpd
