// SPDX-License-Identifier: Apache-2.0
// Our private key, read from its file with the same care that ssh takes. Pure but for the reading.
#pragma once

#include <filesystem>
#include <memory>

#include "livesonic/base/result.h"
#include "livesonic/base/secret.h"

struct ssh_key_struct;

namespace livesonic::remote {

struct KeyDeleter {
  void operator()(ssh_key_struct* key) const;
};
using Key = std::unique_ptr<ssh_key_struct, KeyDeleter>;

// An Ed25519, ECDSA or RSA key in OpenSSH's or PEM form; "~" in `file` is expanded. An error names
// the file and the remedy: missing, unreadable, ours but open to others, a public key, no key at
// all, passphrase needed or wrong, of a kind that can't be used. Never asks on a terminal.
Result<Key> load_identity(const std::filesystem::path& file, const Secret& passphrase);

}  // namespace livesonic::remote
