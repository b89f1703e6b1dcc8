// SPDX-License-Identifier: Apache-2.0
#include "livesonic/remote/identity.h"

#include <fmt/format.h>
#include <libssh/libssh.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <string_view>
#include <system_error>

#include "livesonic/base/file.h"

namespace livesonic::remote {
namespace {

// libssh asks this for a passphrase. Without it, OpenSSL would ask on the terminal.
int refuse_to_answer(const char*, char*, std::size_t, int, int, void* asked) {
  *static_cast<bool*>(asked) = true;
  return -1;
}

Result<void> check_file(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) {
    const int code = errno;
    return fail(code == ENOENT ? ErrorKind::kNotFound : ErrorKind::kPermission,
                fmt::format("cannot read the identity file {}: {}; create one with `ssh-keygen -t "
                            "ed25519 -f {}` or set ssh.identity_file to yours",
                            path, std::generic_category().message(code), path));
  }
  if (!S_ISREG(status.st_mode)) {
    return fail(ErrorKind::kInvalidInput,
                fmt::format("the identity file {} is not a regular file", path));
  }
  // As ssh does: a file that belongs to another user (root, a secrets mount) is that user's affair.
  if (status.st_uid == getuid() && (status.st_mode & 077U) != 0) {
    return fail(ErrorKind::kPermission,
                fmt::format("the identity file {} can be read by others (mode {:04o}), so the key "
                            "is not used; run `chmod 600 {}`",
                            path, status.st_mode & 07777U, path));
  }
  return {};
}

Result<Key> import(const std::string& content, const std::string& path, const Secret& passphrase) {
  bool encrypted = false;
  ssh_key key = nullptr;
  if (ssh_pki_import_privkey_base64(content.c_str(), nullptr, refuse_to_answer, &encrypted, &key) ==
      SSH_OK) {
    return Key(key);
  }
  if (!encrypted) {
    const bool is_public = content.starts_with("ssh-") || content.starts_with("ecdsa-sha2-") ||
                           content.find("BEGIN PUBLIC KEY") != std::string::npos;
    return fail(ErrorKind::kInvalidInput,
                is_public ? fmt::format("{} is a public key; ssh.identity_file must name the "
                                        "private one (often the same name without .pub)",
                                        path)
                          : fmt::format("{} is no private key: expected OpenSSH's form or PEM, as "
                                        "ssh-keygen writes them",
                                        path));
  }
  if (passphrase.empty()) {
    return fail(ErrorKind::kInvalidInput,
                fmt::format("the identity file {} needs a passphrase and none is set", path));
  }
  if (ssh_pki_import_privkey_base64(content.c_str(), passphrase.reveal().c_str(), refuse_to_answer,
                                    &encrypted, &key) != SSH_OK) {
    return fail(ErrorKind::kInvalidInput,
                fmt::format("the passphrase of the identity file {} is wrong", path));
  }
  return Key(key);
}

}  // namespace

void KeyDeleter::operator()(ssh_key_struct* key) const {
  ssh_key_free(key);
}

Result<Key> load_identity(const std::filesystem::path& file, const Secret& passphrase) {
  const std::string path = expand_home(file).string();
  if (path.empty()) {
    return fail(ErrorKind::kInvalidInput, "no identity file is set: ssh.identity_file");
  }
  if (auto checked = check_file(path); !checked) return fail(checked.error());
  auto content = read_file(path);
  if (!content) return fail(content.error().context("the identity file"));
  auto key = import(*content, path, passphrase);
  if (!key) return key;
  switch (ssh_key_type(key->get())) {
    case SSH_KEYTYPE_ED25519:
    case SSH_KEYTYPE_ECDSA_P256:
    case SSH_KEYTYPE_ECDSA_P384:
    case SSH_KEYTYPE_ECDSA_P521:
    case SSH_KEYTYPE_RSA:
      return key;
    default:
      return fail(ErrorKind::kInvalidInput,
                  fmt::format("the identity file {} holds a {} key; use Ed25519, ECDSA or RSA",
                              path, ssh_key_type_to_char(ssh_key_type(key->get()))));
  }
}

}  // namespace livesonic::remote
