import type { StudyResult } from '../result/study.js';
import { html, jsonForScript, trusted } from './html.js';
import { SCRIPT, scriptHash } from './script.js';
import { accuracySection } from './sections/accuracy.js';
import { againSection } from './sections/again.js';
import { comparisonsSection } from './sections/comparisons.js';
import { curvesSection } from './sections/curves.js';
import { doseSection } from './sections/dose.js';
import { examplesSection } from './sections/examples.js';
import { glanceSection } from './sections/glance.js';
import { measuresSection } from './sections/measures.js';
import { robustnessSection } from './sections/robustness.js';
import { searchSection } from './sections/search.js';
import { settingsSection } from './sections/settings.js';
import { factsSection, summarySection } from './sections/summary.js';
import { STYLE } from './style.js';

/** The browser itself refuses whatever would reach outside the page, and every script but the page's own. */
const policy = (script: string) =>
  `default-src 'none'; style-src 'unsafe-inline'; script-src ${script}; img-src data:; base-uri 'none'; form-action 'none'`;

/**
 * A study as one self-contained HTML page: no fonts, nothing fetched, and complete without its script. It shows the numbers of the result and
 * computes none; the result itself is embedded as JSON in `script#result`.
 */
export async function renderStudyPage(result: StudyResult): Promise<string> {
  const sections = [
    summarySection(result),
    await glanceSection(result),
    await robustnessSection(result),
    accuracySection(result),
    comparisonsSection(result),
    await doseSection(result),
    await measuresSection(result),
    await examplesSection(result),
    await curvesSection(result),
    factsSection(result),
    searchSection(result),
    settingsSection(result),
    againSection(result),
  ];
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy(await scriptHash())}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${result.title}</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
<main>
${sections}
</main>
<script type="application/json" id="result">${jsonForScript(result)}</script>
<script>${trusted(SCRIPT)}</script>
</body>
</html>
`.markup;
}
