// SPDX-License-Identifier: Apache-2.0
// A notifier that POSTs the message as JSON to a URL. Accepted is any 2xx.
#pragma once

#include <memory>
#include <string>

#include "livesonic/base/clock.h"
#include "livesonic/base/secret.h"
#include "livesonic/notify/notifier.h"

namespace livesonic::notify {

// The headers `Idempotency-Key` and `X-Livesonic-Delivery` carry the delivery's id, the same at
// each attempt. TLS certificates are verified; redirects are not followed; `timeout` covers the
// whole exchange. Errors never contain the URL, for it may carry a token.
std::unique_ptr<Notifier> make_webhook(std::string name, Secret url, Duration timeout);

}  // namespace livesonic::notify
