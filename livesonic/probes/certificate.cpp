// SPDX-License-Identifier: Apache-2.0
#include "livesonic/probes/certificate.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <ctime>
#include <memory>
#include <system_error>
#include <utility>

#include "livesonic/base/text.h"
#include "livesonic/probes/tcp.h"

namespace livesonic::probes {
namespace {

using std::chrono::steady_clock;

// A handshake takes some 5 KB; OpenSSL itself takes no more than 100 KB of certificates.
constexpr std::size_t kMostBytes = std::size_t{512} * 1024;

template <auto Free>
struct Freer {
  template <typename T>
  void operator()(T* one) const {
    Free(one);
  }
};
using Context = std::unique_ptr<SSL_CTX, Freer<SSL_CTX_free>>;
using Session = std::unique_ptr<SSL, Freer<SSL_free>>;
using Certificate = std::unique_ptr<X509, Freer<X509_free>>;

std::string last_openssl_error() {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  return reason == nullptr ? "the TLS handshake failed" : std::string("TLS: ") + reason;
}

// A handshake over buffers of our own: OpenSSL's sockets would raise SIGPIPE, and know no deadline.
class Handshake {
 public:
  Handshake(SSL* session, int file, Deadline deadline, const std::stop_token& stop)
      : session_(session), file_(file), deadline_(deadline), stop_(stop) {
    in_ = BIO_new(BIO_s_mem());
    out_ = BIO_new(BIO_s_mem());
    BIO_set_mem_eof_return(in_, -1);
    SSL_set_bio(session_, in_, out_);  // which owns them from now on
    SSL_set_connect_state(session_);
  }

  Result<void> run() {
    for (;;) {
      ERR_clear_error();
      const int done = SSL_do_handshake(session_);
      const int error = SSL_get_error(session_, done);
      const std::string reason =
          done == 1 || error == SSL_ERROR_WANT_READ ? "" : last_openssl_error();
      if (auto sent = send_all(); !sent) return sent;
      if (done == 1) return {};
      if (error != SSL_ERROR_WANT_READ) return fail(ErrorKind::kUnavailable, reason);
      if (auto got = receive(); !got) return got;
    }
  }

 private:
  Result<void> send_all() {
    std::array<char, 4096> buffer{};
    int count = 0;
    while ((count = BIO_read(out_, buffer.data(), static_cast<int>(buffer.size()))) > 0) {
      std::size_t sent = 0;
      while (sent < static_cast<std::size_t>(count)) {
        if (auto ready = wait_for(POLLOUT); !ready) return ready;
        const ssize_t some =
            send(file_, buffer.data() + sent, static_cast<std::size_t>(count) - sent, MSG_NOSIGNAL);
        if (some > 0) {
          sent += static_cast<std::size_t>(some);
        } else if (errno != EAGAIN && errno != EINTR) {
          return broken();
        }
      }
    }
    return {};
  }

  Result<void> receive() {
    std::array<char, 8192> buffer{};
    for (;;) {
      if (auto ready = wait_for(POLLIN); !ready) return ready;
      const ssize_t some = recv(file_, buffer.data(), buffer.size(), 0);
      if (some == 0) {
        return fail(ErrorKind::kUnavailable, "the connection was closed during the TLS handshake");
      }
      if (some > 0) {
        taken_ += static_cast<std::size_t>(some);
        if (taken_ > kMostBytes) {
          return fail(ErrorKind::kUnavailable, "the TLS handshake does not end");
        }
        BIO_write(in_, buffer.data(), static_cast<int>(some));
        return {};
      }
      if (errno != EAGAIN && errno != EINTR) return broken();
    }
  }

  Result<void> wait_for(short events) {
    const auto ready = wait_until(file_, events, deadline_, stop_);
    if (!ready) return fail(ready.error());
    if (*ready) return {};
    return fail(ErrorKind::kTimeout, "connected, but the TLS handshake took too long");
  }

  static Result<void> broken() {
    return fail(ErrorKind::kUnavailable,
                "during the TLS handshake: " + std::generic_category().message(errno));
  }

  SSL* const session_;
  const int file_;
  const Deadline deadline_;
  const std::stop_token& stop_;
  BIO* in_ = nullptr;
  BIO* out_ = nullptr;
  std::size_t taken_ = 0;
};

Result<Context> make_context() {
  Context context(SSL_CTX_new(TLS_client_method()));
  if (!context) return fail(ErrorKind::kInternal, last_openssl_error());
  // To read a date, any version and any strength will do.
  SSL_CTX_set_min_proto_version(context.get(), TLS1_VERSION);
  SSL_CTX_set_security_level(context.get(), 0);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_NONE, nullptr);
  // Without a store of certificates every one has a problem, and says so.
  SSL_CTX_set_default_verify_paths(context.get());
  ERR_clear_error();
  return context;
}

// The certificate is to be of this host: a name, which the server is told, or an address.
bool wants(SSL* session, const std::string& host) {
  if (remote::literal_endpoint(host, 0)) {
    return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), host.c_str()) == 1;
  }
  return SSL_set_tlsext_host_name(session, host.c_str()) == 1 &&
         SSL_set1_host(session, host.c_str()) == 1;
}

std::string entry_of(const X509_NAME* name, int id) {
  const int at = X509_NAME_get_index_by_NID(name, id, -1);
  if (at < 0) return {};
  unsigned char* text = nullptr;
  const int length =
      ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
  if (length < 0) {
    ERR_clear_error();
    return {};
  }
  const std::string entry(reinterpret_cast<const char*>(text), static_cast<std::size_t>(length));
  OPENSSL_free(text);
  return printable(shorten(to_valid_utf8(entry), 128));
}

Result<SeenCertificate> read(SSL* session) {
  const Certificate certificate(SSL_get1_peer_certificate(session));
  if (!certificate) return fail(ErrorKind::kUnavailable, "the host shows no certificate");
  std::tm parts{};
  if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate.get()), &parts) != 1 || parts.tm_year < 70 ||
      parts.tm_year > 9999 - 1900) {
    ERR_clear_error();
    return fail(ErrorKind::kInvalidInput, "the certificate's date of expiry makes no sense");
  }
  SeenCertificate seen;
  seen.expires_at = Time{std::chrono::seconds{timegm(&parts)}};
  const X509_NAME* issuer = X509_get_issuer_name(certificate.get());
  seen.issuer = entry_of(issuer, NID_organizationName);
  if (seen.issuer.empty()) seen.issuer = entry_of(issuer, NID_commonName);
  const long verdict = SSL_get_verify_result(session);
  if (verdict != X509_V_OK) seen.problem = X509_verify_cert_error_string(verdict);
  return seen;
}

}  // namespace

Result<SeenCertificate> TlsCertificates::fetch(const std::string& host,
                                               const std::stop_token& stop) {
  const Deadline deadline = steady_clock::now() + settings_.timeout;
  auto endpoints = settings_.resolve(host, settings_.port);
  if (!endpoints) return fail(endpoints.error());
  const auto connected = connect_tcp(std::move(*endpoints), deadline, stop);
  if (!connected) return fail(connected.error());
  const Socket socket(*connected);

  const auto context = make_context();
  if (!context) return fail(context.error());
  const Session session(SSL_new(context->get()));
  if (!session || !wants(session.get(), host)) {
    return fail(ErrorKind::kInvalidInput, last_openssl_error());
  }
  const auto shaken = Handshake(session.get(), socket.file(), deadline, stop).run();
  auto seen = read(session.get());
  // A server that wants a certificate of ours has shown its own before it gives up.
  if (!seen && !shaken) return fail(shaken.error());
  return seen;
}

}  // namespace livesonic::probes
