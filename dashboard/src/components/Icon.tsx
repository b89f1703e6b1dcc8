// SPDX-License-Identifier: Apache-2.0
// The few signs of the page. Each has a shape of its own, so that none is told by colour alone.

const kShapes = {
  ok: <path d="M4 8.5l2.6 2.6L12 5.6" />,
  warning: <path d="M8 2.5l6 10.5H2L8 2.5zM8 6.5v3M8 11.2v.1" />,
  bad: <path d="M4.5 4.5l7 7M11.5 4.5l-7 7" />,
  unreachable: <path d="M3 3l10 10M8 2.5a5.5 5.5 0 0 1 5 7.7M10.5 13a5.5 5.5 0 0 1-7.6-7.4" />,
  unknown: <path d="M5.8 6a2.2 2.2 0 1 1 3.1 2c-.6.3-.9.7-.9 1.4M8 12v.1" />,
  pending: <path d="M8 4v4l2.5 1.5M8 2.2a5.8 5.8 0 1 1 0 11.6A5.8 5.8 0 0 1 8 2.2z" />,
  gone: <path d="M4 8h8" />,
  up: <path d="M4.5 9.5L8 6l3.5 3.5" />,
  down: <path d="M4.5 6.5L8 10l3.5-3.5" />,
  right: <path d="M6.5 4.5L10 8l-3.5 3.5" />,
  plus: <path d="M8 3.5v9M3.5 8h9" />,
  close: <path d="M4.5 4.5l7 7M11.5 4.5l-7 7" />,
  refresh: <path d="M12.8 6.2A5.2 5.2 0 1 0 13 9.5M13 2.8v3.5H9.5" />,
} as const;

export type IconName = keyof typeof kShapes;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class={`icon icon-${name}`} viewBox="0 0 16 16" aria-hidden="true">
      {kShapes[name]}
    </svg>
  );
}
