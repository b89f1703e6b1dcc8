// SPDX-License-Identifier: Apache-2.0
// For tests: a program whose API answers what it was told to, and a command run against it.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "livesonic/base/time_text.h"
#include "livesonic/cli/program.h"
#include "livesonic/cli/run.h"
#include "livesonic/cli/screen.h"

namespace livesonic::cli {

class FakeProgram final : public Program {
 public:
  int serve(const config::Config& config, bool standby) override {
    served = config;
    stood_by = standby;
    return 0;
  }
  std::optional<std::string> running_server(const config::Config&) override { return server; }
  Result<std::unique_ptr<LocalApi>> open_local(const config::Config&) override {
    if (!local_error.empty()) return fail(ErrorKind::kUnavailable, local_error);
    return std::make_unique<Api>(*this);
  }
  std::string iam_policy(const config::Config&) override { return "{\"Version\": \"x\"}\n"; }

  void answer(const std::string& request, std::string body, int status = 200) {
    answers[request] = {status, "application/json", std::move(body), {}};
  }

  std::map<std::string, httpd::Response> answers;  // by "GET /api/v1/status"
  std::vector<httpd::Request> requests;
  std::optional<std::string> server;
  std::optional<config::Config> served;
  bool stood_by = false;
  std::string local_error;

 private:
  class Api final : public LocalApi {
   public:
    explicit Api(FakeProgram& program) : program_(program) {}
    httpd::Response handle(const httpd::Request& request) override {
      program_.requests.push_back(request);
      const auto found = program_.answers.find(request.method + " " + request.path);
      if (found != program_.answers.end()) return found->second;
      return {404,
              "application/json",
              R"({"error":{"kind":"not_found","message":"there is no such thing"}})",
              {}};
    }

   private:
    FakeProgram& program_;
  };
};

class CommandTest : public testing::Test {
 protected:
  // The exit status; what was written is in `out` and `err`.
  int run(const std::vector<std::string>& words) {
    std::ostringstream out_stream;
    std::ostringstream err_stream;
    Screen screen(out_stream, err_stream, colours, width);
    const config::Environment environment = [this](const std::string& name) {
      const auto found = variables.find(name);
      return found == variables.end() ? std::nullopt : std::optional(found->second);
    };
    const int status = run_command(words, program, screen, clock, environment);
    out = out_stream.str();
    err = err_stream.str();
    return status;
  }

  FakeProgram program;
  FakeClock clock{parse_iso8601("2026-03-01T12:00:00Z").value()};
  std::map<std::string, std::string> variables;
  bool colours = false;
  std::optional<std::size_t> width;
  std::string out;
  std::string err;
};

}  // namespace livesonic::cli
