// SPDX-License-Identifier: Apache-2.0
#include <optional>
#include <string>
#include <tuple>

#include "livesonic/web/api_fixture.h"

namespace livesonic::web {
namespace {

using namespace std::chrono_literals;

class CostsRoute : public ApiTest {
 protected:
  CostsRoute() {
    Dependencies all = dependencies();
    all.costs = [this](const std::optional<std::string>& cluster, Time from,
                       Time to) -> Result<nlohmann::ordered_json> {
      if (cluster == "none") return fail(ErrorKind::kNotFound, "no such cluster");
      asked = {cluster.value_or("all"), from, to};
      return nlohmann::ordered_json{{"clusters", nlohmann::ordered_json::array()}};
    };
    api = make_api(all);
  }
  std::tuple<std::string, Time, Time> asked;
};

TEST_F(CostsRoute, is_of_all_clusters_and_the_last_week_unless_told_otherwise) {
  const Time to = clock.now() + 1ms;
  EXPECT_TRUE(get("/costs").json["clusters"].empty());
  EXPECT_EQ(asked, std::make_tuple("all", to - 7 * 24h, to));
  EXPECT_EQ(get("/costs?cluster=web&last=2h").status, 200);
  EXPECT_EQ(asked, std::make_tuple("web", to - 2h, to));
  EXPECT_EQ(get("/costs?from=2026-02-01T00:00:00Z&to=2026-02-02T00:00:00Z").status, 200);
  EXPECT_EQ(std::get<2>(asked) - std::get<1>(asked), 24h);
}

TEST_F(CostsRoute, says_what_is_wrong) {
  refused(get("/costs?from=yesterday"), 400, "invalid_input");
  refused(get("/costs?cluster=none"), 404, "not_found");
}

}  // namespace
}  // namespace livesonic::web
