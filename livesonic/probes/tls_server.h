// SPDX-License-Identifier: Apache-2.0
// For tests: a server on the loopback interface that treats each connection as it is told, and a
// certificate made on the spot.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace livesonic::probes {

// Self-signed, for `host`, issued by "Test & Co".
class MadeCertificate {
 public:
  MadeCertificate(const std::string& host, long seconds_left) : key_(EVP_EC_gen("P-256")) {
    certificate_ = X509_new();
    X509_set_version(certificate_, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate_), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate_), -86'400L * 365);
    X509_gmtime_adj(X509_getm_notAfter(certificate_), seconds_left);
    X509_set_pubkey(certificate_, key_);
    X509_NAME* name = X509_get_subject_name(certificate_);
    add(name, "O", "Test & Co");
    add(name, "CN", host);
    X509_set_issuer_name(certificate_, name);
    X509_EXTENSION* names =
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, ("DNS:" + host).c_str());
    X509_add_ext(certificate_, names, -1);
    X509_EXTENSION_free(names);
    X509_sign(certificate_, key_, EVP_sha256());
  }
  ~MadeCertificate() {
    X509_free(certificate_);
    EVP_PKEY_free(key_);
  }
  MadeCertificate(const MadeCertificate&) = delete;
  MadeCertificate& operator=(const MadeCertificate&) = delete;

  [[nodiscard]] X509* certificate() const { return certificate_; }
  [[nodiscard]] EVP_PKEY* key() const { return key_; }
  void write(const std::string& file) const {
    FILE* out = std::fopen(file.c_str(), "w");
    PEM_write_X509(out, certificate_);
    std::fclose(out);
  }

 private:
  static void add(X509_NAME* name, const char* field, const std::string& value) {
    X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(value.c_str()), -1, -1, 0);
  }
  EVP_PKEY* key_;
  X509* certificate_;
};

class LoopbackPeer {
 public:
  using Treat = std::function<void(int file, const std::stop_token& stop)>;

  explicit LoopbackPeer(Treat treat) : treat_(std::move(treat)) {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    (void)bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address);
    (void)listen(listener_, 16);
    socklen_t length = sizeof address;
    (void)getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length);
    port_ = ntohs(address.sin_port);
    thread_ = std::jthread([this](const std::stop_token& stop) {
      while (!stop.stop_requested()) {
        pollfd entry{listener_, POLLIN, 0};
        if (poll(&entry, 1, 20) <= 0) continue;
        const int file = accept(listener_, nullptr, nullptr);
        if (file < 0) continue;
        timeval patience{2, 0};
        setsockopt(file, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        treat_(file, stop);
        close(file);
      }
    });
  }
  ~LoopbackPeer() {
    thread_.request_stop();
    thread_.join();
    close(listener_);
  }
  LoopbackPeer(const LoopbackPeer&) = delete;
  LoopbackPeer& operator=(const LoopbackPeer&) = delete;
  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  const Treat treat_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::jthread thread_;
};

// Does TLS, as `adjust` has the server set up, and remembers which names were asked for.
class TlsPeer {
 public:
  explicit TlsPeer(const MadeCertificate& made, const std::function<void(SSL_CTX*)>& adjust = {})
      : context_(SSL_CTX_new(TLS_server_method())),
        peer_([this](int file, const std::stop_token&) { serve(file); }) {
    SSL_CTX_use_certificate(context_, made.certificate());
    SSL_CTX_use_PrivateKey(context_, made.key());
    SSL_CTX_set_tlsext_servername_callback(context_, &TlsPeer::on_name);
    SSL_CTX_set_tlsext_servername_arg(context_, this);
    if (adjust) adjust(context_);
  }
  ~TlsPeer() { SSL_CTX_free(context_); }
  TlsPeer(const TlsPeer&) = delete;
  TlsPeer& operator=(const TlsPeer&) = delete;
  [[nodiscard]] std::uint16_t port() const { return peer_.port(); }
  std::vector<std::string> asked() {
    const std::lock_guard lock(mutex_);
    return asked_;
  }

 private:
  void serve(int file) {
    SSL* session = SSL_new(context_);
    SSL_set_fd(session, file);
    (void)SSL_accept(session);
    SSL_free(session);
  }

  // Called at the client's first word, so before it has seen the certificate.
  static int on_name(SSL* session, int*, void* self) {
    auto* peer = static_cast<TlsPeer*>(self);
    const char* name = SSL_get_servername(session, TLSEXT_NAMETYPE_host_name);
    const std::lock_guard lock(peer->mutex_);
    peer->asked_.emplace_back(name == nullptr ? "" : name);
    return SSL_TLSEXT_ERR_OK;
  }

  SSL_CTX* context_;
  std::mutex mutex_;
  std::vector<std::string> asked_;  // guarded by mutex_
  LoopbackPeer peer_;               // the last: its thread uses the others
};

}  // namespace livesonic::probes
