import type { StudyModel, StudyResult } from '../../result/study.js';
import { formatCount, formatSetting } from '../format.js';
import { type Html, html } from '../html.js';
import { scrollable, section } from './section.js';

/** What each model is, and exactly how it was set: what differs model by model, and what all share once. */
export function settingsSection({ models }: StudyResult): Html {
  const names = [...new Set(models.flatMap(({ settings }) => Object.keys(settings)))];
  const [shared, own] = [true, false].map((alike) =>
    names.filter((name) => new Set(models.map((model) => settingOf(model, name))).size <= 1 === alike),
  ) as [string[], string[]];
  const rows = models.map((model) => {
    const cells = own.map((name) => html`<td>${settingOf(model, name)}</td>`);
    return html`<tr><th scope="row">${model.label}</th>${cells}<td>${formatCount(model.parameters)}</td></tr>`;
  });
  const [any] = models;
  const alike =
    any === undefined ? [] : shared.map((name) => html`<div><dt>${name}</dt><dd>${settingOf(any, name)}</dd></div>`);
  return section(
    'settings',
    'Settings',
    html`<dl class="models">${models.map((model) => html`<div><dt>${model.label}</dt><dd>${model.description}</dd></div>`)}</dl>`,
    html`<h3>Different between the models</h3>`,
    scrollable(
      'Settings that differ, by model',
      html`<table class="settings">
<thead><tr><th scope="col">Model</th>${own.map((name) => html`<th scope="col">${name}</th>`)}<th scope="col">number of parameters</th></tr></thead>
<tbody>${rows}</tbody>
</table>`,
    ),
    html`<h3>The same for all</h3>`,
    html`<dl class="shared">${alike}</dl>`,
  );
}

function settingOf({ settings }: StudyModel, name: string): string {
  return formatSetting(Object.hasOwn(settings, name) ? settings[name] : undefined);
}
