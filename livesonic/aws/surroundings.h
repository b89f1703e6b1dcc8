// SPDX-License-Identifier: Apache-2.0
// What a provider of credentials may look at and ask.
#pragma once

#include "livesonic/aws/client_settings.h"
#include "livesonic/aws/environment.h"
#include "livesonic/aws/http.h"
#include "livesonic/aws/service_state.h"
#include "livesonic/aws/statistics.h"
#include "livesonic/base/clock.h"

namespace livesonic::aws {

// A value of borrowed things: all of it must outlive whoever is given it.
struct Surroundings {
  const Environment& environment;
  Transport& transport;
  const Clock& clock;
  Statistics* statistics;          // may be null
  ServiceStates* states;           // may be null
  const ClientSettings& settings;  // how STS and the SSO portal are asked: region, endpoints, …
};

}  // namespace livesonic::aws
