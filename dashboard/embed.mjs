// SPDX-License-Identifier: Apache-2.0
// Writes the files of the built page as C++: node embed.mjs FOLDER SOURCE.cpp
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';

const kTypes = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};
const [folder, source] = process.argv.slice(2);

// One string literal; octal escapes can't run on into what follows.
function literal(bytes) {
  const escaped = Array.from(bytes, (byte) => {
    const plain = byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c && byte !== 0x3f;
    return plain ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, '0')}`;
  }).join('');
  return `std::string_view("${escaped}", ${bytes.length})`;
}

function asset(path, file, immutable) {
  const type = kTypes[extname(file)];
  if (!type) throw new Error(`${file}: no content type is known for it`);
  return `    {"${path}", "${type}", ${literal(readFileSync(file))}, ${immutable}},\n`;
}

const named = readdirSync(join(folder, 'assets')).sort();
const assets = [
  asset('/', join(folder, 'index.html'), false),
  ...named.map((name) => asset(`/assets/${name}`, join(folder, 'assets', name), true)),
];
writeFileSync(
  source,
  `// Written by dashboard/embed.mjs.
#include "livesonic_dashboard/assets.h"

namespace livesonic::dashboard {
namespace {
constexpr web::Asset kAssets[] = {
${assets.join('')}};
}  // namespace

std::span<const web::Asset> assets() { return kAssets; }

}  // namespace livesonic::dashboard
`,
);
