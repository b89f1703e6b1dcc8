// SPDX-License-Identifier: Apache-2.0
// All private keys that hosts are logged in to with, by their files; each is read once, and read
// again when it or its certificate has changed, as certificates are made to expire.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "livesonic/base/result.h"
#include "livesonic/base/secret.h"
#include "livesonic/remote/event_loop.h"
#include "livesonic/remote/identity.h"

namespace livesonic::remote {

// Not thread-safe: belongs to the reactor's thread. Looking whether a file has changed is a stat of
// a local file, once in a while.
class IdentityBook {
 public:
  IdentityBook(std::filesystem::path own, Secret passphrase)
      : own_(std::move(own)), passphrase_(std::move(passphrase)) {}

  // Reads the settings' own key, so that what is wrong with it is known before anything else.
  Result<void> open(SteadyTime now);

  // The keys of `files`, in order; of the settings' own file when there are none. Of several files
  // those that can't be read are left out, as ssh does; an error when none can.
  Result<std::shared_ptr<const LoginKeys>> keys(const std::vector<std::string>& files,
                                                SteadyTime now);

 private:
  using Stamp = std::pair<std::filesystem::file_time_type, std::filesystem::file_time_type>;
  struct Entry {
    Result<std::shared_ptr<const LoginKeys>> keys;
    Stamp stamp;
    SteadyTime looked;
  };
  const Result<std::shared_ptr<const LoginKeys>>& read(const std::string& file, SteadyTime now);

  const std::filesystem::path own_;
  const Secret passphrase_;
  std::map<std::string, Entry> entries_;
};

}  // namespace livesonic::remote
