// SPDX-License-Identifier: Apache-2.0
#include "simulator/base64.h"

#include <openssl/evp.h>

namespace livesonic::simulator {

std::string to_base64(std::string_view bytes) {
  std::string encoded(4 * (bytes.size() / 3 + 1) + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(encoded.data()),
                                   reinterpret_cast<const unsigned char*>(bytes.data()),
                                   static_cast<int>(bytes.size()));
  encoded.resize(static_cast<std::size_t>(size));
  return encoded;
}

}  // namespace livesonic::simulator
