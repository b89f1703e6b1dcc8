// SPDX-License-Identifier: Apache-2.0
// A notifier that POSTs the message as JSON to a URL, signed where there is a secret for it.
#pragma once

#include <memory>
#include <string>

#include "livesonic/base/clock.h"
#include "livesonic/base/secret.h"
#include "livesonic/notify/http_request.h"

namespace livesonic::notify {

// The headers `Idempotency-Key` and `X-Livesonic-Delivery` carry the delivery's id, the same at
// each attempt. With a secret, `X-Livesonic-Timestamp` is when the attempt was made, in seconds
// since 1970, and `X-Livesonic-Signature` is signature() over both, so that a receiver can refuse
// what is forged or played back later. `clock` must outlive it.
std::unique_ptr<Notifier> make_webhook(std::string name, Endpoint endpoint, Secret secret,
                                       const Clock& clock);

// "v1=" and the HMAC-SHA256 of "TIMESTAMP.BODY" in hexadecimal digits.
std::string signature(const Secret& secret, const std::string& timestamp, const std::string& body);

}  // namespace livesonic::notify
