// SPDX-License-Identifier: Apache-2.0
// Random histories of everything that happens to incidents at once (random_history.h). Whatever
// comes, each channel that was told of an opening is told of exactly one closing, when the incident
// closes; and what is open, and who is told, is what a naive reading of the documentation says.
#include <gtest/gtest.h>

#include <cstdlib>

#include "livesonic/alerting/naive_oracle.h"
#include "livesonic/alerting/random_history.h"

namespace livesonic::alerting {
namespace {

// LIVESONIC_HISTORIES asks for more.
int histories() {
  const char* asked = std::getenv("LIVESONIC_HISTORIES");
  if (asked != nullptr) return std::atoi(asked);
  return LIVESONIC_SANITIZED ? 15 : 300;
}

TEST(Histories, every_opening_has_exactly_one_closing_whatever_happens) {
  std::size_t incidents = 0;
  std::size_t messages = 0;
  for (int seed = 0; seed < histories(); ++seed) {
    RandomHistory history(static_cast<unsigned>(seed));
    for (int step = 0; step < 60; ++step) history.step();
    ASSERT_TRUE(history.end()) << "history " << seed;
    ASSERT_EQ(history.broken(), Broken{}) << "history " << seed;
    incidents += history.store().all.size();
    messages += history.store().deliveries.size();
  }
  EXPECT_GT(incidents, static_cast<std::size_t>(histories()));
  EXPECT_GT(messages, incidents);
}

TEST(Histories, what_is_open_and_who_is_told_is_what_the_documentation_says) {
  for (int seed = 0; seed < histories(); ++seed) {
    NaiveOracle oracle;
    RandomHistory history(static_cast<unsigned>(seed), &oracle);
    for (int step = 0; step < 60; ++step) {
      history.step();
      ASSERT_EQ(oracle.differs(history.store()), "") << "history " << seed << ", step " << step;
    }
    ASSERT_TRUE(history.end());
    ASSERT_EQ(oracle.differs(history.store()), "") << "history " << seed << ", in the end";
  }
}

}  // namespace
}  // namespace livesonic::alerting
