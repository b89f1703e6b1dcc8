// SPDX-License-Identifier: Apache-2.0
// The rules by which incidents are opened, in words.

import type { Rule } from '../api';
import { compact, span } from '../format';
import { useMessages, type Messages } from '../i18n';

const list = (names: string[], m: Messages) =>
  new Intl.ListFormat(m.locale, { type: 'conjunction' }).format(names);

// What is bad: "score below 40, until it is 50".
export function condition(rule: Rule, m: Messages): string {
  const words = m.rules.conditions[rule.kind];
  const below = compact(rule.below, m.locale);
  let text = words ? words(below) : rule.kind;
  if (rule.part) text = m.rules.partBelow(m.score.parts[rule.part] ?? rule.part, below);
  if (rule.services.length > 0) text += m.rules.ofServices(list(rule.services, m));
  if (rule.well_at !== null) text += m.rules.wellAt(compact(rule.well_at, m.locale));
  if (rule.burn_rate) {
    const { factor, long_window_ms, short_window_ms, objective } = rule.burn_rate;
    text += m.rules.burning(
      compact(factor, m.locale),
      span(long_window_ms, m.locale),
      span(short_window_ms, m.locale),
      compact(objective, m.locale),
    );
  }
  return text;
}

// "5 min, 3 polls"
export function lasting(ms: number, polls: number, m: Messages): string {
  const parts = ms > 0 ? [span(ms, m.locale)] : [];
  if (polls > 1 || parts.length === 0) parts.push(m.rules.polls(polls));
  return parts.join(m.rules.comma);
}

function remedy(action: Rule['actions'][number], m: Messages): string {
  const name = m.actions.kinds[action.kind] ?? m.rules.remedies[action.kind] ?? action.kind;
  const more = action.target ?? (action.add ? `${action.add > 0 ? '+' : ''}${action.add}` : '');
  return more ? `${name} (${more})` : name;
}

function Told({ rule }: { rule: Rule }) {
  const m = useMessages();
  return (
    <>
      {rule.channels.length > 0 ? list(rule.channels, m) : m.rules.everybody}
      {rule.escalate.map((step) => (
        <div class="muted" key={step.after_ms}>
          {m.rules.escalates(span(step.after_ms, m.locale), list(step.channels, m))}
        </div>
      ))}
      {rule.repeat_ms > 0 && (
        <div class="muted">{m.rules.repeats(span(rule.repeat_ms, m.locale))}</div>
      )}
    </>
  );
}

export function RuleTable({ rules }: { rules: Rule[] }) {
  const m = useMessages();
  if (rules.length === 0) return null;
  return (
    <section class="rules">
      <h2>{m.rules.title}</h2>
      <table class="rules">
        <thead>
          <tr>
            <th scope="col">{m.rules.name}</th>
            <th scope="col">{m.rules.condition}</th>
            <th scope="col">{m.rules.clusters}</th>
            <th scope="col" class="wide">{m.rules.opens}</th>
            <th scope="col" class="wide">{m.rules.closes}</th>
            <th scope="col" class="wide">{m.rules.severity}</th>
            <th scope="col" class="wide">{m.rules.told}</th>
            <th scope="col">{m.rules.actions}</th>
          </tr>
        </thead>
        <tbody>
          {rules.map((rule) => (
            <tr key={rule.name} data-rule={rule.name}>
              <td>
                {rule.runbook ? <a href={rule.runbook} rel="noreferrer">{rule.name}</a> : rule.name}
                <div class="muted">{m.rules.origins[rule.origin]}</div>
              </td>
              <td>{condition(rule, m)}</td>
              <td>{rule.clusters.length > 0 ? rule.clusters.join(', ') : m.common.all}</td>
              <td class="wide">{lasting(rule.for_ms, rule.polls, m)}</td>
              <td class="wide">{lasting(rule.well_for_ms, rule.well_polls, m)}</td>
              <td class="wide">{m.rules.severities[rule.severity]}</td>
              <td class="wide">
                <Told rule={rule} />
              </td>
              <td>{rule.actions.map((action) => remedy(action, m)).join(m.rules.then) || '–'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
