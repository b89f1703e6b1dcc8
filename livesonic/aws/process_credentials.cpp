// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/process_credentials.h"

#include <fmt/format.h>

#include <string_view>

#include "livesonic/aws/credential_json.h"
#include "livesonic/aws/shell_words.h"
#include "livesonic/base/text.h"

namespace livesonic::aws {

Result<Credentials> process_credentials(const std::string& command, const std::stop_token& stop,
                                        const RunLimits& limits) {
  const auto words = split_shell_words(command);
  if (!words || words->empty()) {
    return fail(ErrorKind::kInvalidInput,
                "credential_process is no command line: is a quotation mark missing?");
  }
  const Result<Output> output = run_program(*words, limits, stop);
  if (!output) return fail(output.error().context("credential_process"));
  if (output->status != 0) {
    const std::string_view complaint = trim(output->err);
    return fail(
        ErrorKind::kUnavailable,
        fmt::format("credential_process: '{}' ended with status {}{}{}", printable(words->front()),
                    output->status, complaint.empty() ? "" : ": ",
                    shorten(printable(complaint.substr(0, complaint.find('\n'))), 200)));
  }
  return parse_process_credentials(output->out);
}

}  // namespace livesonic::aws
