// SPDX-License-Identifier: Apache-2.0
// Out of the balancer, and back.
#include <algorithm>

#include "livesonic/actions/deed.h"

namespace livesonic::actions {
namespace {

class Deregister final : public Deed {
 public:
  // `drained`: until nothing is left of it there.
  explicit Deregister(bool drained) : drained_(drained) {}

  Result<void> call(Work& work) override {
    return work.means.cloud.deregister(work.cluster, {work.instance()}, work.stop);
  }
  Result<Evidence> look(Work& work) override {
    const auto seats = work.means.cloud.seats(work.cluster, work.instance(), work.stop);
    if (!seats) return fail(seats.error());
    const bool seated = std::ranges::any_of(
        *seats, [](const Seat& seat) { return !seat.state.empty() && !seat.draining; });
    if (seated) return Evidence::kNotDone;
    const bool draining = std::ranges::any_of(*seats, &Seat::draining);
    return drained_ && draining ? Evidence::kUnderWay : Evidence::kDone;
  }
  [[nodiscard]] std::string told(const Work&) const override {
    return drained_ ? "deregistered, and drained" : "deregistered";
  }

 private:
  const bool drained_;
};

class Enroll final : public Deed {
 public:
  Result<void> call(Work& work) override {
    return work.means.cloud.enroll(work.cluster, {work.instance()}, work.stop);
  }
  Result<Evidence> look(Work& work) override {
    const auto seats = work.means.cloud.seats(work.cluster, work.instance(), work.stop);
    if (!seats) return fail(seats.error());
    const bool everywhere = std::ranges::all_of(
        *seats, [](const Seat& seat) { return !seat.state.empty() && !seat.draining; });
    return everywhere ? Evidence::kDone : Evidence::kNotDone;
  }
  [[nodiscard]] std::string told(const Work&) const override { return "registered"; }
};

}  // namespace

std::unique_ptr<Deed> make_balancer_deed(ActionKind kind) {
  if (kind == ActionKind::kDeregister) return std::make_unique<Deregister>(false);
  if (kind == ActionKind::kDrain) return std::make_unique<Deregister>(true);
  if (kind == ActionKind::kRegister) return std::make_unique<Enroll>();
  return nullptr;
}

}  // namespace livesonic::actions
