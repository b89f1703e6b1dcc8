// SPDX-License-Identifier: Apache-2.0
// For tests: Debian's OpenSSH server as a child process on loopback, with its own keys and files;
// and servers that misbehave.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace livesonic::remote {

// A temporary directory, gone with its object.
class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  [[nodiscard]] std::filesystem::path operator/(const std::string& name) const {
    return path_ / name;
  }

 private:
  std::filesystem::path path_;
};

// Runs a program to its end; its exit status, or -1.
int run_program(const std::vector<std::string>& arguments);
// "…/name" and "…/name.pub", as ssh-keygen makes them.
void make_key(const std::filesystem::path& file, const std::string& type = "ed25519",
              const std::string& passphrase = "");
// Signs "…/name.pub" with the authority's private key, for this user: "…/name-cert.pub".
void certify(const std::filesystem::path& key, const std::filesystem::path& authority,
             const std::string& user, const std::string& validity = "-5m:+1h");
std::string fingerprint_of_file(const std::filesystem::path& public_key);
std::string current_user();

// Throws when there is no sshd: these tests must not pass without it.
class SshdForTest {
 public:
  explicit SshdForTest(const std::string& more_config = "");
  ~SshdForTest();
  SshdForTest(const SshdForTest&) = delete;
  SshdForTest& operator=(const SshdForTest&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  // The private key that it lets in.
  [[nodiscard]] std::filesystem::path identity() const { return dir_ / "identity"; }
  [[nodiscard]] std::string host_fingerprint() const;
  [[nodiscard]] std::string host_public_key() const;  // "ssh-ed25519 AAAA…"
  [[nodiscard]] std::filesystem::path file(const std::string& name) const { return dir_ / name; }

  // All that serve sessions are killed; the listener goes on.
  void kill_sessions();
  // The listener, and all that serve sessions, are killed.
  void kill();
  void start();
  void new_host_key();

 private:
  TempDir dir_;
  std::uint16_t port_ = 0;
  pid_t pid_ = -1;
};

// Debian's ssh-agent as a child process.
class AgentForTest {
 public:
  AgentForTest();
  ~AgentForTest();
  AgentForTest(const AgentForTest&) = delete;
  AgentForTest& operator=(const AgentForTest&) = delete;

  [[nodiscard]] std::filesystem::path socket() const { return dir_ / "agent"; }
  // The private key, with its certificate where there is one.
  void add(const std::filesystem::path& key) const;
  // Neither answers nor closes anything, until it is let go on.
  void stop() const;
  void go_on() const;

 private:
  TempDir dir_;
  pid_t pid_ = -1;
};

// Accepts connections on loopback and lets `serve` have each of them on a thread of its own, which
// should end when the peer hangs up.
class BadServer {
 public:
  using Serve = std::function<void(int socket)>;
  explicit BadServer(Serve serve);
  ~BadServer();
  BadServer(const BadServer&) = delete;
  BadServer& operator=(const BadServer&) = delete;
  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  void accept_all();

  const Serve serve_;
  std::uint16_t port_ = 0;
  int listener_ = -1;
  std::vector<std::jthread> serving_;
  std::jthread accepting_;
};

// Reads until the peer hangs up.
void read_to_the_end(int socket);
// False when the peer has hung up.
bool send_all(int socket, const std::string& bytes);
// A port of loopback where nobody listens.
std::uint16_t unused_port();

}  // namespace livesonic::remote
