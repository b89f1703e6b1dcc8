// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/pricing.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <optional>

#include "livesonic/aws/json_calls.h"

namespace livesonic::aws {
namespace {

constexpr Service kPricing{.id = "pricing",
                           .api_version = {},
                           .host = "api.pricing",
                           .json_target = "AWSPriceListService"};
constexpr int kPageSize = 100;  // the largest

std::optional<double> to_price(const std::string& text) {
  double price = 0;
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, price);
  const bool is_price =
      error == std::errc{} && stopped == end && std::isfinite(price) && price >= 0;
  return is_price ? std::optional(price) : std::nullopt;
}

void read_dimension(const json::Value& dimension, std::vector<OnDemandPrice>& prices) {
  for (const auto& [currency, amount] : dimension.child("pricePerUnit").members()) {
    const std::optional<double> price = to_price(amount.value());
    if (!price) {
      dimension.complain("pricePerUnit", "is no price");
      return;
    }
    prices.push_back({.unit = dimension.text("unit"),
                      .currency = currency,
                      .price = *price,
                      .description = dimension.text("description")});
  }
}

Product read_product(const json::Value& root) {
  const json::Value described = root.required_child("product");
  Product product;
  product.sku = described.required_text("sku");
  product.family = described.text("productFamily");
  for (const auto& [name, value] : described.child("attributes").members()) {
    product.attributes.insert_or_assign(name, value.value());
  }
  for (const auto& [code, term] : root.child("terms").child("OnDemand").members()) {
    for (const auto& [rate, dimension] : term.child("priceDimensions").members()) {
      read_dimension(dimension, product.on_demand);
    }
  }
  return product;
}

// The list's items are texts, each of which is a JSON document.
void read_products(const json::Value& root, std::vector<Product>& products) {
  for (const json::Value& item : root.required_list("PriceList")) {
    const Result<json::Document> document = json::Document::parse(item.value());
    if (!document) {
      root.complain("PriceList", document.error().message);
      return;
    }
    products.push_back(read_product(document->root()));
    if (document->complaint()) root.complain("PriceList", *document->complaint());
  }
}

}  // namespace

Result<std::vector<Product>> Pricing::get_products(
    const std::string& service_code,
    const std::vector<std::pair<std::string, std::string>>& attributes,
    const std::stop_token& stop) const {
  nlohmann::json filters = nlohmann::json::array();
  for (const auto& [name, value] : attributes) {
    filters.push_back({{"Type", "TERM_MATCH"}, {"Field", name}, {"Value", value}});
  }
  std::vector<Product> products;
  const auto asked =
      ask_pages(*client_,
                {.service = kPricing,
                 .operation = "GetProducts",
                 .body = {{"ServiceCode", service_code},
                          {"Filters", std::move(filters)},
                          {"FormatVersion", "aws_v1"},
                          {"MaxResults", kPageSize}},
                 .marker = "NextToken",
                 .next_marker = "NextToken"},
                stop, [&](const json::Value& root) { read_products(root, products); });
  return asked.map([&] { return std::move(products); });
}

}  // namespace livesonic::aws
