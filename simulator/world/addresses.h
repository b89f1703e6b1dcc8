// SPDX-License-Identifier: Apache-2.0
// The addresses of instances: loopback ones far from those that people use, so that each host can
// listen on the same port. Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace livesonic::simulator {

// Of the instance that was launched as the so-manieth.
std::string address_of(std::uint64_t ordinal);

// The other way round; nullopt for addresses of others.
std::optional<std::uint64_t> ordinal_of(const std::string& address);

}  // namespace livesonic::simulator
