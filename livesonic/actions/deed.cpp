// SPDX-License-Identifier: Apache-2.0
#include "livesonic/actions/deed.h"

#include "livesonic/base/log.h"

namespace livesonic::actions {
namespace {

// Of no kind that there is.
class NoDeed final : public Deed {
 public:
  Result<void> call(Work& work) override {
    return fail(ErrorKind::kInternal,
                "nobody knows how to " + std::string(to_string(work.action.request.kind)));
  }
  Result<Evidence> look(Work&) override { return Evidence::kUnknown; }
};

}  // namespace

std::string Deed::told(const Work&) const {
  return "done";
}

std::unique_ptr<Deed> make_deed(ActionKind kind) {
  for (const auto make :
       {make_balancer_deed, make_instance_deed, make_group_deed, make_launch_deed,
        make_replace_deed, make_roll_back_deed, make_host_deed, make_message_deed}) {
    if (auto deed = make(kind)) return deed;
  }
  return std::make_unique<NoDeed>();
}

}  // namespace livesonic::actions
