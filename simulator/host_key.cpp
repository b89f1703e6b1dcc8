// SPDX-License-Identifier: Apache-2.0
// libssh reads a private ed25519 key together with its public half only from OpenSSH's own file
// format (PROTOCOL.key in OpenSSH's sources), so that is what is written here, in memory.
#include "simulator/host_key.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <string_view>

#include "simulator/base64.h"
#include "simulator/random.h"

namespace livesonic::simulator {
namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kLineLength = 70;
constexpr std::string_view kType = "ssh-ed25519";

struct PkeyDeleter {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};

std::string number(std::size_t value) {
  std::string text;
  for (int shift = 24; shift >= 0; shift -= 8) text += static_cast<char>(value >> shift & 0xff);
  return text;
}

std::string counted(std::string_view text) {
  return number(text.size()).append(text);
}

std::string key_file(const std::string& secret, const std::string& open) {
  std::string hidden =
      number(1) + number(1) + counted(kType) + counted(open) + counted(secret + open) + counted("");
  for (char pad = 1; hidden.size() % 8 != 0; ++pad) hidden += pad;
  std::string whole = "openssh-key-v1";
  whole += '\0';
  whole += counted("none") + counted("none") + counted("") + number(1);
  whole += counted(counted(kType) + counted(open)) + counted(hidden);

  const std::string encoded = to_base64(whole);
  std::string file = "-----BEGIN OPENSSH PRIVATE KEY-----\n";
  for (std::size_t at = 0; at < encoded.size(); at += kLineLength) {
    file += encoded.substr(at, kLineLength) + "\n";
  }
  return file + "-----END OPENSSH PRIVATE KEY-----\n";
}

// Both halves of a key.
struct KeyBytes {
  std::string secret, open;
};

Result<KeyBytes> make_bytes(std::uint64_t seed) {
  KeyBytes bytes;
  for (std::size_t i = 0; i < kKeyBytes; ++i) {
    bytes.secret += static_cast<char>(mix(seed, i) & 0xff);
  }
  const std::unique_ptr<EVP_PKEY, PkeyDeleter> key(EVP_PKEY_new_raw_private_key(
      EVP_PKEY_ED25519, nullptr, reinterpret_cast<const unsigned char*>(bytes.secret.data()),
      bytes.secret.size()));
  bytes.open.assign(kKeyBytes, '\0');
  std::size_t size = bytes.open.size();
  if (!key || EVP_PKEY_get_raw_public_key(
                  key.get(), reinterpret_cast<unsigned char*>(bytes.open.data()), &size) != 1) {
    return fail(ErrorKind::kInternal, "OpenSSL could not make a host key");
  }
  return bytes;
}

}  // namespace

std::uint64_t host_key_seed(std::uint64_t host_seed) {
  return mix(host_seed, "host key");
}

Result<PublicHostKey> make_public_host_key(std::uint64_t seed) {
  const auto bytes = make_bytes(seed);
  if (!bytes) return fail(bytes.error());
  const std::string blob = counted(kType) + counted(bytes->open);
  std::array<unsigned char, 32> digest{};
  unsigned int size = 0;
  if (EVP_Digest(blob.data(), blob.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1) {
    return fail(ErrorKind::kInternal, "OpenSSL could not make a fingerprint");
  }
  std::string print =
      to_base64({reinterpret_cast<const char*>(digest.data()), static_cast<std::size_t>(size)});
  while (print.ends_with('=')) print.pop_back();
  return PublicHostKey{fmt::format("{} {}", kType, to_base64(blob)), "SHA256:" + print};
}

Result<SshKey> make_host_key(std::uint64_t seed) {
  const auto bytes = make_bytes(seed);
  if (!bytes) return fail(bytes.error());
  ssh_key parsed = nullptr;
  if (ssh_pki_import_privkey_base64(key_file(bytes->secret, bytes->open).c_str(), nullptr, nullptr,
                                    nullptr, &parsed) != SSH_OK) {
    return fail(ErrorKind::kInternal, "libssh could not read a host key that was just made");
  }
  return SshKey(parsed);
}

}  // namespace livesonic::simulator
