// SPDX-License-Identifier: Apache-2.0
// Times, durations and numbers for people. Pure.

const kSecond = 1_000;
const kMinute = 60 * kSecond;
const kHour = 60 * kMinute;
const kDay = 24 * kHour;

type Unit = 'second' | 'minute' | 'hour' | 'day';

// The largest unit of which there is at least one, and how many whole ones.
export function inUnits(ms: number): [number, Unit] {
  const size = Math.max(0, ms);
  if (size < kMinute) return [Math.floor(size / kSecond), 'second'];
  if (size < kHour) return [Math.floor(size / kMinute), 'minute'];
  if (size < 2 * kDay) return [Math.floor(size / kHour), 'hour'];
  return [Math.floor(size / kDay), 'day'];
}

// "5 min ago"; the first seconds are "just now".
export function ago(ms: number, locale: string, justNow: string): string {
  if (ms < 5 * kSecond) return justNow;
  const [count, unit] = inUnits(ms);
  const style = locale === 'ja' ? 'long' : 'short';
  return new Intl.RelativeTimeFormat(locale, { style, numeric: 'always' }).format(-count, unit);
}

// "12 days", "35 min"
export function span(ms: number, locale: string): string {
  const [count, unit] = inUnits(ms);
  const style = { style: 'unit', unit, unitDisplay: locale === 'ja' ? 'long' : 'short' } as const;
  return new Intl.NumberFormat(locale, style).format(count);
}

// A command's run time: "340 ms", "1.2 s".
export function took(ms: number): string {
  return ms < kSecond ? `${Math.round(ms)} ms` : `${(ms / kSecond).toFixed(1)} s`;
}

// "1 Mar 2026, 17:30:05" in the browser's time zone
export function dateTime(at: string | number | null, locale: string): string {
  if (at === null) return '';
  const options = { dateStyle: 'medium', timeStyle: 'medium' } as const;
  return new Intl.DateTimeFormat(locale, options).format(new Date(at));
}

// "17:30" today, "1 Mar, 17:30" else
export function shortTime(at: string, now: number, locale: string): string {
  const date = new Date(at);
  const sameDay = new Date(now).toDateString() === date.toDateString();
  const time = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  const options = sameDay ? time : ({ month: 'short', day: 'numeric', ...time } as const);
  return new Intl.DateTimeFormat(locale, options).format(date);
}

export function decimal(value: number, locale: string): string {
  const digits = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
  return value.toLocaleString(locale, digits);
}

// A measured number, short: 18,779 or 0.61 or 1.2M.
export function compact(value: number, locale: string): string {
  const large = Math.abs(value) >= 100_000;
  return value.toLocaleString(
    locale,
    large
      ? { notation: 'compact', maximumFractionDigits: 1 }
      : { maximumSignificantDigits: Math.abs(value) >= 1_000 ? 6 : 3 },
  );
}

// A sum: "$1,234" from a thousand dollars on, "$123.45" below.
export function money(usd: number, locale: string): string {
  const digits = Math.abs(usd) >= 1_000 ? 0 : 2;
  return inDollars(usd, locale, digits, digits);
}

// What an instance costs an hour: "$0.096", "$0.0312", "$2.40".
export function price(usd: number, locale: string): string {
  return inDollars(usd, locale, 2, 4);
}

function inDollars(usd: number, locale: string, least: number, most: number): string {
  return usd.toLocaleString(locale, {
    style: 'currency',
    currency: 'USD',
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: least,
    maximumFractionDigits: most,
  });
}

// A share of 0..1: "0.83%", "12.5%"; "<0.01%" for what is not quite nothing.
export function percent(share: number, locale: string): string {
  const said = (value: number) =>
    value.toLocaleString(locale, {
      style: 'percent',
      maximumFractionDigits: value >= 0.1 ? 1 : 2,
    });
  return share > 0 && share < 0.0001 ? `<${said(0.0001)}` : said(share);
}
