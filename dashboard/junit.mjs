// SPDX-License-Identifier: Apache-2.0
// A reporter for node --test that writes JUnit's XML; Node 18 has none of its own.
const escape = (text) =>
  String(text)
    .replace(/[<>&"]/g, (char) => `&#${char.charCodeAt(0)};`)
    .replace(/[^\n\x20-\uffff]/g, '');

export default async function* junit(events) {
  yield '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites><testsuite name="dashboard">\n';
  for await (const { type, data } of events) {
    // A file of tests is reported as a test too; only what is in it counts, unless it broke.
    const whole = /\.mjs$/.test(data?.name ?? '');
    if (!['test:pass', 'test:fail'].includes(type) || (whole && type === 'test:pass')) continue;
    const seconds = ((data.details?.duration_ms ?? 0) / 1_000).toFixed(3);
    yield `<testcase classname="dashboard" name="${escape(data.name)}" time="${seconds}">`;
    if (data.skip !== undefined && data.skip !== false) yield '<skipped/>';
    if (type === 'test:fail')
      yield `<failure>${escape(data.details?.error?.cause ?? '')}</failure>`;
    yield '</testcase>\n';
  }
  yield '</testsuite></testsuites>\n';
}
