// SPDX-License-Identifier: Apache-2.0
#include "livesonic/app/program.h"

#include <memory>
#include <optional>
#include <string>

#include "livesonic/app/data_dir_lock.h"
#include "livesonic/app/iam_policy.h"
#include "livesonic/app/local_api.h"
#include "livesonic/app/serve.h"
#include "livesonic/base/log.h"
#include "livesonic/cli/program.h"

namespace livesonic::app {
namespace {

class Livesonic final : public cli::Program {
 public:
  int serve(const config::Config& config, bool standby) override {
    if (const auto served = app::serve(config, standby); !served) {
      log::error("{}", served.error().message);
      return 1;
    }
    return 0;
  }

  std::optional<std::string> running_server(const config::Config& config) override {
    return announced_server(config.data_dir);
  }

  Result<std::unique_ptr<cli::LocalApi>> open_local(const config::Config& config) override {
    return open_local_api(config);
  }

  std::string iam_policy(const config::Config& config) override { return app::iam_policy(config); }
};

}  // namespace

int run_program(int argc, char** argv) {
  Livesonic program;
  return cli::run(argc, argv, program);
}

}  // namespace livesonic::app
