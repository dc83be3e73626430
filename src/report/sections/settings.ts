import type { StudyResult } from '../../result/study.js';
import { formatCount, formatSetting } from '../format.js';
import { type Html, html } from '../html.js';
import { scrollable, section } from './section.js';

/** What each model is, and exactly how it was set; settings that differ between models are marked. */
export function settingsSection(result: StudyResult): Html {
  const names = [...new Set(result.models.flatMap((model) => Object.keys(model.settings)))];
  const rows = names.map((name) =>
    settingRow(
      name,
      result.models.map((model) => ownSetting(model.settings, name)),
    ),
  );
  const parameters = settingRow(
    'parameters',
    result.models.map((model) => formatCount(model.parameters)),
  );
  return section(
    'settings',
    'Settings',
    html`<dl class="models">${result.models.map((model) => html`<div><dt>${model.label}</dt><dd>${model.description}</dd></div>`)}</dl>`,
    html`<p>Rows with a <span class="differs">≠</span> differ between the models.</p>`,
    scrollable(
      'Settings by model',
      html`<table class="settings">
<thead><tr><th scope="col">Setting</th>${result.models.map((model) => html`<th scope="col">${model.label}</th>`)}</tr></thead>
<tbody>${[...rows, parameters]}</tbody>
</table>`,
    ),
  );
}

function ownSetting(settings: Record<string, string | number | boolean>, name: string): string {
  return formatSetting(Object.hasOwn(settings, name) ? settings[name] : undefined);
}

function settingRow(name: string, values: string[]): Html {
  const differs = new Set(values).size > 1;
  const mark = differs ? html` <span class="differs" role="img" aria-label="differs">≠</span>` : html``;
  return html`<tr><th scope="row">${name}${mark}</th>${values.map((value) => html`<td>${value}</td>`)}</tr>`;
}
