// SPDX-License-Identifier: Apache-2.0
// The whole program over trees/: what hosts of many kinds show below /proc and /sys/fs/cgroup. Each
// tree's NOTES say where it is from.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "serverscore/capture/capture.h"
#include "serverscore/program/program.h"
#include "serverscore/score/inputs.h"
#include "serverscore/score/score.h"

namespace serverscore {
namespace {

namespace fs = std::filesystem;
using testing::MatchesRegex;
using testing::UnorderedElementsAreArray;

constexpr CapturePlan kAtOnce{.span = std::chrono::microseconds{0}, .instants = 1};
const fs::path kTrees = fs::path(LIVESONIC_SOURCE_DIR) / "serverscore/testing/trees";

// What is to be said of a tree.
struct Expected {
  int least = 1;  // the score
  int most = 100;
  std::vector<std::string> dangers = {};
  bool estimated = false;  // the parts, for want of pressure stall information
  bool contained = false;
  int cpus = 2;
  std::vector<std::string> notes = {};
};

// Without pressure stall information.
constexpr bool kEstimated = true;
constexpr bool kContained = true;

const std::map<std::string, Expected> kExpected = {
    {"448-cpus", {90, 100, {}, false, false, 448}},
    {"amazon-linux-2-4.14", {95, 100, {}, kEstimated}},
    {"amazon-linux-2-5.10-psi-off", {35, 65, {}, kEstimated, false, 4}},
    {"amazon-linux-2023-6.1", {95, 100, {}}},
    {"centos7-3.10.0-1160", {15, 45, {}, kEstimated}},
    {"centos7-3.10.0-123",
     {95,
      100,
      {},
      kEstimated,
      false,
      4,
      {"/proc/meminfo: no MemAvailable; estimated from free memory and caches"}}},
    {"conntrack-half", {95, 100, {}}},
    {"conntrack-running-out", {1, 40, {"conntrack"}}},
    {"docker-cgroup1", {90, 100, {}, kEstimated, kContained, 8}},
    {"docker-cgroup2", {90, 100, {}, false, kContained, 8}},
    {"docker-cgroup2-at-its-limits", {1, 30, {"memory", "tasks"}, false, kContained, 8}},
    {"ecs-on-ec2-cgroup1", {90, 100, {}, kEstimated, false, 4}},
    {"ecs-on-ec2-cgroup2", {75, 100, {}, false, false, 4}},
    {"fargate", {95, 100, {}, kEstimated}},
    {"files-running-out", {1, 40, {"files"}}},
    {"graviton-aarch64", {95, 100, {}, false, false, 4}},
    {"gvisor", {95, 100, {}, kEstimated}},
    {"linux-6.18-cgroup1-limited", {1, 100, {}, false, kContained}},
    {"linux-6.18-cpu-overload", {15, 35, {}}},
    {"linux-6.18-idle", {70, 100, {}}},
    {"linux-6.18-memory-limited", {10, 90, {}}},
    // What lxcfs shows is the container's own: no limit is below it.
    {"lxc-lxcfs", {95, 100, {}}},
    {"pids-running-out", {1, 40, {"tasks"}}},
    {"readonly-by-design", {95, 100, {}}},
    {"readonly-root", {1, 50, {"read_only"}}},
    {"t3-nano-short-of-memory", {1, 35, {"memory"}, false, false, 1}},
    {"t3-out-of-credits", {40, 100, {}, kEstimated}},
    {"ubuntu-20.04-5.4", {95, 100, {}}},
    {"ubuntu-22.04-5.15", {35, 55, {}}},
};

std::vector<std::string> tree_names() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(kTrees)) names.push_back(entry.path().filename());
  std::sort(names.begin(), names.end());
  return names;
}

Answer run_on(const fs::path& root, std::vector<const char*> arguments) {
  const std::string path = root;
  arguments.insert(arguments.end(), {"--state", "none", "--root", path.c_str()});
  return run(arguments, kAtOnce);
}

nlohmann::json json_of(const fs::path& root) {
  const Answer answer = run_on(root, {"--json"});
  EXPECT_EQ(answer.status, kAnswered);
  EXPECT_EQ(answer.err, "");
  return nlohmann::json::parse(answer.out, nullptr, false);
}

// Less those of the disk on which this test happens to run.
std::vector<std::string> dangers_of(const nlohmann::json& document) {
  std::vector<std::string> names;
  for (const auto& danger : document["dangers"]) {
    const std::string name = danger["name"];
    if (name != "disk" && name != "inodes") names.push_back(name);
  }
  return names;
}

class Trees : public testing::TestWithParam<std::string> {
 protected:
  [[nodiscard]] static fs::path root() { return kTrees / GetParam(); }
};

TEST_P(Trees, say_where_they_are_from) {
  EXPECT_GT(fs::file_size(root() / "NOTES"), 20U);
}

TEST_P(Trees, get_an_answer_in_every_format) {
  EXPECT_THAT(run_on(root(), {}).out, MatchesRegex("(100|[1-9][0-9]?)\n"));
  for (const std::vector<const char*>& format :
       std::vector<std::vector<const char*>>{{},
                                             {"--json"},
                                             {"--explain"},
                                             {"--prometheus"},
                                             {"--containers"},
                                             {"--containers", "--json"},
                                             {"--containers", "--explain"},
                                             {"--containers", "--prometheus"}}) {
    const Answer answer = run_on(root(), format);
    EXPECT_EQ(answer.status, kAnswered);
    EXPECT_EQ(answer.err, "");
    EXPECT_TRUE(answer.out.ends_with('\n'));
    EXPECT_TRUE(std::all_of(answer.out.begin(), answer.out.end(), [](char c) {
      return c == '\n' || (c >= ' ' && c <= '~');
    })) << answer.out;
  }
  const Answer plugin = run_on(root(), {"--nagios", "-w", "60", "-c", "30"});
  const int score = std::stoi(run_on(root(), {}).out);
  EXPECT_EQ(plugin.status, score < 30 ? 2 : score < 60 ? 1 : 0) << plugin.out;
}

TEST_P(Trees, are_judged_as_people_would) {
  const auto found = kExpected.find(GetParam());
  ASSERT_NE(found, kExpected.end()) << "say in this file what is to be expected of it";
  const Expected& expected = found->second;
  const nlohmann::json document = json_of(root());
  ASSERT_TRUE(document.is_object());
  SCOPED_TRACE(document.dump(1));
  EXPECT_GE(document["score"], expected.least);
  EXPECT_LE(document["score"], expected.most);
  EXPECT_THAT(dangers_of(document), UnorderedElementsAreArray(expected.dangers));
  EXPECT_EQ(document["parts"]["cpu"]["estimated"], expected.estimated);
  EXPECT_EQ(document["inputs"]["contained"], expected.contained);
  EXPECT_EQ(document["cpus"], expected.cpus);
  EXPECT_EQ(document["notes"], expected.notes);
}

// A copy of a tree that may be spoilt.
class Copy {
 public:
  explicit Copy(const fs::path& original) {
    std::string pattern = (fs::temp_directory_path() / "serverscore-tree-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) std::abort();
    root_ = pattern;
    fs::copy(original, root_, fs::copy_options::recursive);
  }
  ~Copy() {
    std::error_code ignored;
    fs::remove_all(root_, ignored);
  }
  Copy(const Copy&) = delete;
  Copy& operator=(const Copy&) = delete;
  [[nodiscard]] const fs::path& root() const { return root_; }

  [[nodiscard]] std::vector<fs::path> files() const {
    std::vector<fs::path> found;
    for (const auto& entry : fs::recursive_directory_iterator(root_)) {
      if (entry.is_regular_file() && entry.path().filename() != "NOTES") {
        found.push_back(entry.path());
      }
    }
    return found;
  }

 private:
  fs::path root_;
};

std::string content_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write(const fs::path& file, const std::string& content) {
  std::ofstream(file, std::ios::binary) << content;
}

// What becomes of a file: empty, cut in its midst, without its end, of another kind, absurd.
std::vector<std::string> spoilt(const std::string& content) {
  std::string noise = content;
  for (std::size_t i = 0; i < noise.size(); i += 3) noise[i] = static_cast<char>(i * 37);
  std::string huge = content;
  std::replace_if(
      huge.begin(), huge.end(), [](char c) { return c >= '0' && c <= '8'; }, '9');
  std::string negative;
  for (const char c : content) {
    if (c == ' ')
      negative += " -";
    else
      negative += c;
  }
  return {"",
          content.substr(0, content.size() / 2),
          content.substr(0, content.size() / 7),
          std::string(5000, '\0'),
          "\x1b]0;\xff\xfe%s%n\n",
          noise,
          huge,
          negative};
}

TEST_P(Trees, get_a_score_whatever_file_is_missing_or_spoilt) {
  const Copy copy(root());
  const auto expect_a_score = [&](const fs::path& file) {
    SCOPED_TRACE(file);
    const Answer answer = run_on(copy.root(), {"--json", "--containers"});
    ASSERT_EQ(answer.status, kAnswered) << answer.err;
    const nlohmann::json document = nlohmann::json::parse(answer.out, nullptr, false);
    ASSERT_TRUE(document.is_object()) << answer.out;
    ASSERT_GE(document["score"], 1);
    ASSERT_LE(document["score"], 100);
  };
  for (const fs::path& file : copy.files()) {
    const std::string content = content_of(file);
    fs::remove(file);
    expect_a_score(file);
    fs::create_directory(file);
    expect_a_score(file);
    fs::remove(file);
    for (const std::string& other : spoilt(content)) {
      write(file, other);
      expect_a_score(file);
    }
    write(file, content);
  }
}

INSTANTIATE_TEST_SUITE_P(, Trees, testing::ValuesIn(tree_names()), [](const auto& instance) {
  std::string name = instance.param;
  std::replace_if(
      name.begin(), name.end(), [](char c) { return c == '-' || c == '.'; }, '_');
  return name;
});

TEST(Tree, what_is_expected_is_expected_of_a_tree_that_is_there) {
  for (const auto& [name, expected] : kExpected) EXPECT_TRUE(fs::exists(kTrees / name)) << name;
}

// A tree stands still; only a second one tells what went on meanwhile.
TEST(Tree, a_host_out_of_cpu_credits_is_slow_though_few_want_its_cpus) {
  const fs::path root = kTrees / "t3-out-of-credits";
  Capture found = capture(root, kAtOnce);
  found.stat_before = capture(root / "earlier", kAtOnce).stat_after;
  const Verdict verdict = judge(interpret(found));
  EXPECT_LE(verdict.score, 25);
  EXPECT_GE(verdict.cpu.slowdown, 4);
}

}  // namespace
}  // namespace serverscore
