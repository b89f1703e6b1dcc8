// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iostream>

#include "livesonic/cli/commands.h"
#include "livesonic/cli/history_csv.h"

namespace livesonic::cli {
namespace {

constexpr std::size_t kBatch = 20'000;  // scores; about a megabyte

Result<std::vector<ClusterImport>> read_file_or_stdin(const std::string& file) {
  if (file == "-") return read_history_csv(std::cin, "(standard input)");
  std::ifstream csv(file, std::ios::binary);
  if (!csv) return fail(ErrorKind::kNotFound, fmt::format("cannot read {}", file));
  return read_history_csv(csv, file);
}

// Better to refuse before anything is sent than to stop in the middle.
Result<void> all_are_registered(ApiClient& api, const std::vector<ClusterImport>& imports) {
  const auto answer = api.get("/clusters");
  if (!answer) return fail(answer.error());
  const auto known = list_of(answer->body, "clusters");
  for (const ClusterImport& import : imports) {
    const bool found = std::any_of(known.begin(), known.end(), [&](const Json& cluster) {
      return text_of(cluster, "name") == import.cluster;
    });
    if (found) continue;
    return fail(ErrorKind::kNotFound,
                fmt::format("there is no cluster '{}'; nothing was imported. Register it first: "
                            "livesonic cluster add {} --elb BALANCER",
                            import.cluster, import.cluster));
  }
  return {};
}

int import_file(Session& session, const Arguments& arguments) {
  const auto imports = read_file_or_stdin(arguments.text("FILE"));
  if (!imports) return session.fail_with(imports.error());
  int status = kDone;
  auto api = session.connect(status);
  if (!api) return status;
  if (const auto known = all_are_registered(*api, *imports); !known) {
    return session.fail_with(known.error());
  }
  std::size_t scores = 0;
  std::size_t instances = 0;
  std::int64_t imported = 0;
  for (const ClusterImport& import : *imports) {
    const std::string path = "/clusters/" + import.cluster + "/history";
    const auto sent = send_in_batches(import, kBatch, [&](const Json& body) -> Result<void> {
      const auto answer = api->post(path, body);
      if (!answer) return fail(answer.error());
      imported += integer_of(answer->body, "imported");
      return {};
    });
    if (!sent) return session.fail_with(sent.error().context("importing into " + import.cluster));
    scores += import.scores.size();
    instances += import.instances.size();
  }
  if (session.json()) return session.print_json({{"imported", imported}});
  session.screen().line({fmt::format("Imported {} scores of {} instances into {} clusters.", scores,
                                     instances, imports->size())});
  return kDone;
}

}  // namespace

Command history_import_command() {
  return {
      .name = "import",
      .summary = "add scores of another origin, from a CSV file",
      .help =
          "Lines are time,cluster,instance,score: the time as 2026-03-01T08:30:00Z or in\n"
          "seconds since 1970, the score from 1 to 100. Scores of one cluster with the same\n"
          "time become one point of the cluster's history. The whole file is checked before\n"
          "anything is imported; importing it again changes nothing.",
      .examples = {"livesonic history import scores.csv",
                   "zcat scores.csv.gz | livesonic history import -"},
      .parameters = {{Parameter::Kind::kPositional, "FILE", "", "the file; - is standard input",
                      true}},
      .run = import_file,
      .subcommands = {},
  };
}

}  // namespace livesonic::cli
