// SPDX-License-Identifier: Apache-2.0
#include "livesonic/remote/sshd_for_test.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <pwd.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "livesonic/base/file.h"
#include "livesonic/base/text.h"

extern char** environ;

namespace livesonic::remote {
namespace {

constexpr const char* kSshd = "/usr/sbin/sshd";

pid_t spawn(const std::vector<std::string>& arguments, const std::string& log) {
  std::vector<char*> argv;
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, 1, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  posix_spawn_file_actions_adddup2(&files, 1, 2);
  pid_t pid = -1;
  const int code = posix_spawnp(&pid, argv[0], &files, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  return code == 0 ? pid : -1;
}

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

int bound_socket(std::uint16_t& port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  if (bind(socket, reinterpret_cast<sockaddr*>(&address), size) != 0) {
    throw std::runtime_error("cannot bind a port on loopback");
  }
  getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
  port = ntohs(address.sin_port);
  return socket;
}

bool is_listening(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(port);
  const bool connected =
      connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  close(socket);
  return connected;
}

// The children of a process, and theirs.
std::vector<pid_t> descendants(pid_t root) {
  std::vector<pid_t> found{root};
  for (std::size_t i = 0; i < found.size(); ++i) {
    std::ifstream children(fmt::format("/proc/{0}/task/{0}/children", found[i]));
    for (pid_t child = 0; children >> child;) found.push_back(child);
  }
  found.erase(found.begin());
  return found;
}

}  // namespace

TempDir::TempDir() {
  std::string name = (std::filesystem::temp_directory_path() / "livesonic-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make " + name);
  path_ = name;
}

TempDir::~TempDir() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

int run_program(const std::vector<std::string>& arguments) {
  const pid_t pid = spawn(arguments, "/dev/null");
  int status = 0;
  if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status)) return -1;
  return WEXITSTATUS(status);
}

void make_key(const std::filesystem::path& file, const std::string& type,
              const std::string& passphrase) {
  std::filesystem::remove(file);
  if (run_program({"ssh-keygen", "-q", "-t", type, "-N", passphrase, "-C", "test", "-f",
                   file.string()}) != 0) {
    throw std::runtime_error("ssh-keygen failed: these tests need Debian's openssh-client");
  }
}

void certify(const std::filesystem::path& key, const std::filesystem::path& authority,
             const std::string& user, const std::string& validity) {
  if (run_program({"ssh-keygen", "-q", "-s", authority.string(), "-I", "test", "-n", user, "-V",
                   validity, key.string() + ".pub"}) != 0) {
    throw std::runtime_error("ssh-keygen does not sign");
  }
}

std::string fingerprint_of_file(const std::filesystem::path& public_key) {
  TempDir dir;
  const std::string out = (dir / "out").string();
  const pid_t pid = spawn({"ssh-keygen", "-l", "-f", public_key.string()}, out);
  int status = 0;
  waitpid(pid, &status, 0);
  const std::string line = read_file(out).value();  // "256 SHA256:… comment (ED25519)"
  return std::string(split(line, ' ').at(1));
}

std::string current_user() {
  std::array<char, 4096> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  getpwuid_r(getuid(), &entry, buffer.data(), buffer.size(), &found);
  return found != nullptr ? found->pw_name : "root";
}

SshdForTest::SshdForTest(const std::string& more_config) {
  if (access(kSshd, X_OK) != 0) {
    throw std::runtime_error(
        "these tests need a real sshd: install Debian's openssh-server (it need not run)");
  }
  mkdir("/run/sshd", 0755);  // where root's sshd puts its unprivileged part
  new_host_key();
  make_key(identity());
  std::filesystem::copy_file(dir_ / "identity.pub", dir_ / "authorized_keys");
  std::ofstream(dir_ / "conf") << more_config << "\nHostKey " << (dir_ / "host_key").string()
                               << "\nAuthorizedKeysFile " << (dir_ / "authorized_keys").string()
                               << "\nListenAddress 127.0.0.1\nPidFile none\nUsePAM no\n"
                                  "StrictModes no\nPermitRootLogin prohibit-password\n"
                                  "PasswordAuthentication no\nKbdInteractiveAuthentication no\n"
                                  "MaxStartups 200\nLogLevel VERBOSE\n"
                                  // Without it, bash reads the user's .bashrc for each command.
                                  "SetEnv SHLVL=9\n";
  start();
}

SshdForTest::~SshdForTest() {
  kill();
}

void SshdForTest::new_host_key() {
  make_key(dir_ / "host_key");
}

std::string SshdForTest::host_fingerprint() const {
  return fingerprint_of_file(dir_ / "host_key.pub");
}

std::string SshdForTest::host_public_key() const {
  std::ifstream file(dir_ / "host_key.pub");
  std::string type;
  std::string key;
  file >> type >> key;
  return type + " " + key;
}

void SshdForTest::start() {
  for (int attempt = 0; attempt < 5; ++attempt) {
    if (port_ == 0) port_ = unused_port();
    pid_ = spawn({kSshd, "-D", "-e", "-f", (dir_ / "conf").string(), "-p", std::to_string(port_)},
                 (dir_ / "log").string());
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds{10};
    while (pid_ > 0 && std::chrono::steady_clock::now() < give_up) {
      int status = 0;
      if (waitpid(pid_, &status, WNOHANG) == pid_) {  // another took the port meanwhile?
        pid_ = -1;
      } else if (is_listening(port_)) {
        return;
      } else {
        std::this_thread::sleep_for(std::chrono::milliseconds{2});
      }
    }
    kill();
    port_ = 0;
  }
  throw std::runtime_error("sshd does not start: " +
                           read_file(dir_ / "log").value_or("it left no log"));
}

void SshdForTest::kill_sessions() {
  for (const pid_t pid : descendants(pid_)) ::kill(pid, SIGKILL);
}

void SshdForTest::kill() {
  if (pid_ <= 0) return;
  const std::vector<pid_t> serving = descendants(pid_);
  ::kill(pid_, SIGKILL);
  for (const pid_t pid : serving) ::kill(pid, SIGKILL);
  int status = 0;
  waitpid(pid_, &status, 0);
  pid_ = -1;
}

AgentForTest::AgentForTest() {
  pid_ = spawn({"ssh-agent", "-D", "-a", socket().string()}, (dir_ / "log").string());
  for (int i = 0; i < 2000; ++i) {
    if (run_program({"env", "SSH_AUTH_SOCK=" + socket().string(), "ssh-add", "-l"}) == 1) return;
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
  throw std::runtime_error("ssh-agent does not start");
}

AgentForTest::~AgentForTest() {
  ::kill(pid_, SIGKILL);
  int status = 0;
  waitpid(pid_, &status, 0);
}

void AgentForTest::add(const std::filesystem::path& key) const {
  if (run_program({"env", "SSH_AUTH_SOCK=" + socket().string(), "ssh-add", "-q", key.string()}) !=
      0) {
    throw std::runtime_error("ssh-add failed");
  }
}

void AgentForTest::stop() const {
  ::kill(pid_, SIGSTOP);
}

void AgentForTest::go_on() const {
  ::kill(pid_, SIGCONT);
}

BadServer::BadServer(Serve serve) : serve_(std::move(serve)), listener_(bound_socket(port_)) {
  if (listen(listener_, 64) != 0) throw std::runtime_error("cannot listen on loopback");
  accepting_ = std::jthread([this] { accept_all(); });
}

BadServer::~BadServer() {
  shutdown(listener_, SHUT_RDWR);
  accepting_.join();
  serving_.clear();
  close(listener_);
}

void BadServer::accept_all() {
  for (;;) {
    const int socket = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) return;
    serving_.emplace_back([this, socket] {
      serve_(socket);
      close(socket);
    });
  }
}

void read_to_the_end(int socket) {
  std::array<char, 65536> chunk{};
  while (recv(socket, chunk.data(), chunk.size(), 0) > 0) {
  }
}

bool send_all(int socket, const std::string& bytes) {
  for (std::size_t sent = 0; sent < bytes.size();) {
    const ssize_t count = send(socket, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (count <= 0) return false;
    sent += static_cast<std::size_t>(count);
  }
  return true;
}

std::uint16_t unused_port() {
  std::uint16_t port = 0;
  close(bound_socket(port));
  return port;
}

}  // namespace livesonic::remote
