// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "livesonic/notify/mail_text.h"
#include "livesonic/notify/message.h"
#include "livesonic/notify/wording.h"

// What can be read can be written, reads the same again, and can be told in every form.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace livesonic::notify;
  const auto message = parse_message({reinterpret_cast<const char*>(data), size});
  if (!message) return 0;
  const std::string written = message_json(*message);
  const auto again = parse_message(written);
  if (!again || message_json(*again) != written) std::abort();
  for (const Language language : {Language::kEnglish, Language::kJapanese}) {
    const Wording wording{language, {}, "", ""};
    mail_text(*message, wording, {"a@b.invalid", {"c@d.invalid"}, "mail", {}});
    text_of(*message, wording, "mail");
  }
  return 0;
}
