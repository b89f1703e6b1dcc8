// SPDX-License-Identifier: Apache-2.0
#include "simulator/aws/xml_writer.h"

#include "livesonic/base/text.h"

namespace livesonic::simulator {
namespace {

void append_escaped(std::string& out, std::string_view value) {
  for (const char c : value) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\r':
        out += "&#13;";
        break;
      default:
        // XML 1.0 has no way to write the other control characters.
        if (static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t') out += c;
    }
  }
}

}  // namespace

void XmlWriter::text(std::string_view name, std::string_view value) {
  if (value.empty()) {
    text_.append("<").append(name).append("/>");
    return;
  }
  open(name, {});
  append_escaped(text_, to_valid_utf8(value));
  close(name);
}

void XmlWriter::open(std::string_view name, std::string_view name_space) {
  text_.append("<").append(name);
  if (!name_space.empty()) text_.append(" xmlns=\"").append(name_space).append("\"");
  text_.append(">");
}

void XmlWriter::close(std::string_view name) {
  text_.append("</").append(name).append(">");
}

}  // namespace livesonic::simulator
