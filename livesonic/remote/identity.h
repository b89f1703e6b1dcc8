// SPDX-License-Identifier: Apache-2.0
// Our private key, read from its file with the same care that ssh takes. Pure but for the reading.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "livesonic/base/result.h"
#include "livesonic/base/secret.h"

struct ssh_key_struct;

namespace livesonic::remote {

using Key = std::shared_ptr<ssh_key_struct>;
Key take_key(ssh_key_struct* key);

// What a host is offered, one after the other.
using LoginKeys = std::vector<Key>;

// An Ed25519, ECDSA or RSA key in OpenSSH's or PEM form; "~" in `file` is expanded. An error names
// the file and the remedy: missing, unreadable, ours but open to others, a public key, no key at
// all, passphrase needed or wrong, of a kind that can't be used. Never asks on a terminal.
Result<Key> load_identity(const std::filesystem::path& file, const Secret& passphrase);

// The same key, and where FILE-cert.pub is there, first the key with that certificate: hosts that
// trust the authority behind it need not know the key. An error names the certificate's file when
// it can't be read, or belongs to another key.
Result<LoginKeys> load_login_keys(const std::filesystem::path& file, const Secret& passphrase);
std::filesystem::path certificate_of(const std::filesystem::path& file);

// A public key or certificate of a file such as FILE.pub, as SSH sends it.
Result<std::string> load_public_blob(const std::filesystem::path& file);

// A fresh Ed25519 key, and its line for authorized_keys.
struct FreshKey {
  Key key;
  std::string public_line;  // "ssh-ed25519 AAAA… livesonic"
};
Result<FreshKey> make_fresh_key();

}  // namespace livesonic::remote
