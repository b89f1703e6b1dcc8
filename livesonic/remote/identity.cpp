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

#include "livesonic/base/base64.h"
#include "livesonic/base/file.h"
#include "livesonic/base/text.h"

namespace livesonic::remote {
namespace {

constexpr std::size_t kMaxCertificate = std::size_t{64} << 10;

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
    return take_key(key);
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
  return take_key(key);
}

// "ssh-ed25519-cert-v01@openssh.com AAAA… comment"
Result<Key> import_certificate(const std::string& content, const std::string& path) {
  const auto words = split(trim(content), ' ');
  const auto type = words.size() < 2 ? SSH_KEYTYPE_UNKNOWN
                                     : ssh_key_type_from_name(std::string(words[0]).c_str());
  ssh_key key = nullptr;
  if (type == SSH_KEYTYPE_UNKNOWN || words[0].find("-cert-v01@") == std::string_view::npos ||
      ssh_pki_import_cert_base64(std::string(words[1]).c_str(), type, &key) != SSH_OK) {
    return fail(ErrorKind::kInvalidInput,
                fmt::format("{} is no certificate such as ssh-keygen -s writes", path));
  }
  return take_key(key);
}

std::string_view skip_text(std::string_view blob) {
  if (blob.size() < 4) return {};
  std::size_t size = 0;
  for (const char c : blob.substr(0, 4)) size = (size << 8U) | static_cast<unsigned char>(c);
  return size > blob.size() - 4 ? std::string_view() : blob.substr(4 + size);
}

// A certificate is its kind, a nonce, and then the key as it stands in a public key behind the
// kind. libssh compares keys, not what they are of.
bool certifies(std::string_view certificate, std::string_view public_key) {
  const std::string_view key = skip_text(public_key);
  return !key.empty() && skip_text(skip_text(certificate)).starts_with(key);
}

std::string public_blob(ssh_key key) {
  char* base64 = nullptr;
  if (ssh_pki_export_pubkey_base64(key, &base64) != SSH_OK) return {};
  const std::string blob = from_base64(base64).value_or(std::string());
  ssh_string_free_char(base64);
  return blob;
}

}  // namespace

Key take_key(ssh_key_struct* key) {
  return {key, [](ssh_key_struct* owned) { ssh_key_free(owned); }};
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

Result<std::string> load_public_blob(const std::filesystem::path& file) {
  const std::string path = expand_home(file).string();
  auto content = read_file(path, kMaxCertificate);
  if (!content) return fail(content.error());
  const auto words = split(trim(*content), ' ');
  auto blob = words.size() < 2 ? std::nullopt : from_base64(words[1]);
  if (!blob || ssh_key_type_from_name(std::string(words[0]).c_str()) == SSH_KEYTYPE_UNKNOWN) {
    return fail(ErrorKind::kInvalidInput,
                fmt::format("{} is no public key such as ssh-keygen writes into FILE.pub", path));
  }
  return std::move(*blob);
}

std::filesystem::path certificate_of(const std::filesystem::path& file) {
  return expand_home(file).string() + "-cert.pub";
}

Result<LoginKeys> load_login_keys(const std::filesystem::path& file, const Secret& passphrase) {
  LoginKeys keys;
  const auto path = certificate_of(file);
  std::error_code ignored;
  if (std::filesystem::exists(path, ignored)) {
    auto content = read_file(path, kMaxCertificate);
    if (!content) return fail(content.error().context("the certificate of the identity file"));
    const auto certificate = import_certificate(*content, path.string());
    if (!certificate) return fail(certificate.error());
    auto certified = load_identity(file, passphrase);
    if (!certified) return fail(certified.error());
    if (!certifies(public_blob(certificate->get()), public_blob(certified->get())) ||
        ssh_pki_copy_cert_to_privkey(certificate->get(), certified->get()) != SSH_OK) {
      return fail(ErrorKind::kInvalidInput, fmt::format("{} is not a certificate of the key in {}",
                                                        path.string(), expand_home(file).string()));
    }
    keys.push_back(std::move(*certified));
  }
  auto key = load_identity(file, passphrase);
  if (!key) return fail(key.error());
  keys.push_back(std::move(*key));
  return keys;
}

Result<FreshKey> make_fresh_key() {
  ssh_key made = nullptr;
  char* base64 = nullptr;
  if (ssh_pki_generate(SSH_KEYTYPE_ED25519, 0, &made) != SSH_OK) {
    return fail(ErrorKind::kInternal, "cannot make a key");
  }
  FreshKey fresh{take_key(made), {}};
  if (ssh_pki_export_pubkey_base64(made, &base64) != SSH_OK) {
    return fail(ErrorKind::kInternal, "cannot write a key");
  }
  fresh.public_line = fmt::format("ssh-ed25519 {} livesonic", base64);
  ssh_string_free_char(base64);
  return fresh;
}

}  // namespace livesonic::remote
