import { describe, expect, it } from 'vitest';
import { syntheticStudy } from '../../test/support/synthetic-study.js';
import type { StudyResult } from '../result/study.js';
import { conditionLabel, conditionsOf } from './conditions.js';
import {
  formatAccuracy,
  formatCount,
  formatDifference,
  formatDuration,
  formatFixed,
  formatRange,
  formatSignificant,
} from './format.js';
import { escapeHtml } from './html.js';
import { renderStudyPage } from './page.js';
import { SCRIPT, scriptHash } from './script.js';

const VOID = new Set(['meta', 'link', 'br', 'hr', 'img', 'input']);

/** The names of elements that are left open or closed out of order; none in a well-formed page. */
function unbalanced(page: string): string[] {
  const open: string[] = [];
  const markup = page.replace(/<(script|style)\b[^>]*>[\s\S]*?<\/\1>/g, '').replace(/<!doctype html>/i, '');
  for (const [, closing, name = '', attributes = ''] of markup.matchAll(
    /<(\/?)([a-zA-Z][\w-]*)((?:"[^"]*"|[^">])*)>/g,
  )) {
    if (closing && open.pop() !== name) return [name, ...open];
    if (!closing && !VOID.has(name) && !attributes.endsWith('/')) open.push(name);
  }
  return open;
}

function embedded(page: string): unknown {
  return JSON.parse(/<script type="application\/json" id="result">([\s\S]*?)<\/script>/.exec(page)?.[1] ?? '');
}

/** The text of a page's tables alone, a space for each tag. */
function tableText(page: string): string {
  return [...page.matchAll(/<table[\s\S]*?<\/table>/g)].map(([table]) => table.replace(/<[^>]*>/g, ' ')).join(' ');
}

describe('renderStudyPage', () => {
  it('shows every accuracy, interval, comparison and run of the result', async () => {
    const study = syntheticStudy();
    const text = tableText(await renderStudyPage(study));
    for (const { accuracy } of study.points) {
      expect(text).toContain(formatAccuracy(accuracy.value));
      expect(text).toContain(formatRange(accuracy));
    }
    for (const { difference } of study.comparisons) {
      for (const value of [difference.value, difference.low, difference.high]) {
        expect(text).toContain(formatDifference(value));
      }
    }
    for (const { test, seconds } of study.runs) {
      expect(text).toContain(formatAccuracy(test.accuracy));
      expect(text).toContain(formatFixed(test.loss, 4));
      expect(text).toContain(formatDuration(seconds));
    }
  });

  it('shows every setting: what differs model by model, what all share once', async () => {
    const study = syntheticStudy();
    const page = await renderStudyPage(study);
    const text = /<section id="settings">([\s\S]*?)<\/section>/.exec(page)?.[1] ?? '';
    const count = (own: string) => text.split(`>${own}</`).length - 1;
    for (const { settings, parameters } of study.models) {
      for (const [name, value] of Object.entries(settings)) {
        expect(count(name)).toBe(1);
        if (typeof value !== 'boolean') expect(text).toContain(String(value));
      }
      expect(text).toContain(formatCount(parameters));
    }
    expect(count('0.003')).toBe(1);
  });

  it('has the averages of the answer at a glance, with the best marked and the pair by itself where there are many models', async () => {
    const study = syntheticStudy();
    const glanceOf = (page: string) => /<section id="glance">([\s\S]*?)<\/section>/.exec(page)?.[1] ?? '';
    const glance = glanceOf(await renderStudyPage(study));
    for (const { accuracy } of study.overall) expect(glance).toContain(formatRange(accuracy));
    expect(glance.match(/highest in the column/g)).toHaveLength(2);
    expect(glance).toContain(`<strong>${formatDifference(study.overallComparisons[0]!.difference.value)}</strong>`);
    expect(glance).not.toContain('<figure');
    const fourth = { ...study.models[2]!, id: 'fourth', label: 'fourth' };
    const more = glanceOf(await renderStudyPage({ ...study, models: [...study.models, fourth] }));
    expect([...more.matchAll(/<li data-series="(\d)"/g)].map(([, series]) => series)).toEqual(['0', '1']);
    expect(more.match(/<svg class="chart"/g)).toHaveLength(2);
  });

  it('begins every pair with the average that the answer rests on', async () => {
    const study = syntheticStudy();
    const page = await renderStudyPage(study);
    const pairs = /<section id="comparisons">([\s\S]*?)<\/section>/.exec(page)?.[1]?.split('<tbody>').slice(1) ?? [];
    expect(pairs).toHaveLength(study.overallComparisons.length);
    for (const [index, { difference }] of study.overallComparisons.entries())
      expect(pairs[index]).toMatch(
        new RegExp(
          `colspan="4">[^<]*</th></tr>\\s*<tr><th scope="row">mean over all perturbations</th>\\s*<td>[^<]*${formatDifference(difference.value).replace('+', '\\+')}`,
        ),
      );
  });

  it('draws sequences that are pictures as pictures', async () => {
    const study = syntheticStudy();
    study.data.picture = { rows: 10, columns: 14, range: [0, 1] };
    const page = await renderStudyPage(study);
    const texts = [...page.matchAll(/<img [^>]*width="14" height="10" alt="([^"]+)">/g)].map(([, text]) => text);
    expect(texts).toHaveLength(6);
    expect(texts[1]).toBe('Example 1: a test image of class normal, white noise, σ\u00a0=\u00a00.4');
    expect(unbalanced(page)).toEqual([]);
    expect(page.match(/aria-label="wrong"/g)).toHaveLength(6);
  });

  it('shows question, answer, command, environment and each prediction', async () => {
    const study = syntheticStudy();
    const page = await renderStudyPage(study);
    const sentences = study.answer.split(/(?<=[.!?]) /);
    const texts = [study.title, study.question, ...sentences, study.command, ...Object.keys(study.assembledBy)];
    for (const text of texts) expect(page).toContain(escapeHtml(text));
    for (const example of study.examples) {
      for (const { label, probability } of Object.values(example.perturbed[0]?.predictions ?? {})) {
        expect(page).toContain(`${label}, ${formatFixed(probability, 3)}`);
      }
    }
    expect(page.match(/aria-label="wrong"/g)).toHaveLength(6);
    expect(page.match(/aria-label="right"/g)).toHaveLength(12);
  });

  it('marks the best model of each condition, and ties as they print', async () => {
    const study = syntheticStudy();
    const conditions = conditionsOf(study.points).length;
    const marks = (page: string) => page.match(/aria-label="highest in the row"/g)?.length;
    expect(marks(await renderStudyPage(study))).toBe(conditions);
    for (const point of study.points) {
      if (point.kind === 'clean')
        point.accuracy.value = point.model === 'elman' ? 0.9 : 0.9772 + (point.model === 'noisy' ? 1e-4 : 0);
    }
    expect(marks(await renderStudyPage(study))).toBe(conditions + 1);
  });

  it('is well-formed and embeds the whole result', async () => {
    const study = syntheticStudy();
    const page = await renderStudyPage(study);
    expect(unbalanced(page)).toEqual([]);
    expect(embedded(page)).toEqual(study);
  });

  it('refers to nothing outside itself', async () => {
    const page = await renderStudyPage(syntheticStudy());
    expect(page).not.toMatch(/https?:|\/\/[a-z]|@import|url\(/i);
    const references = [...page.matchAll(/\s(?:src|href|srcset|action|poster)="([^"]*)"/g)].map(([, target]) => target);
    expect(references).toEqual(['data:,']);
    expect(page).toContain(escapeHtml("default-src 'none'"));
  });

  it('names every chart and repeats no id', async () => {
    const study = syntheticStudy();
    const page = await renderStudyPage(study);
    const charts = [
      ...page.matchAll(/<svg class="chart"[^>]*role="img"[^>]*aria-label="([^"]+)"[^>]*><title>([^<]+)<\/title>/g),
    ];
    // Two perturbation kinds, four doses, three profiles, three views of each of two examples, two learning curves.
    expect(charts).toHaveLength(2 + 4 + 3 + 6 + 2);
    expect(new Set(charts.map(([, label]) => label)).size).toBe(charts.length);
    expect(page.match(/<svg /g)).toHaveLength(charts.length + page.split('class="swatch"').length - 1);
    const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('colours charts by variables only, so that they follow the light or dark scheme', async () => {
    const page = await renderStudyPage(syntheticStudy());
    const paints = [...page.matchAll(/\s(?:fill|stroke)="([^"]+)"/g)].map(([, paint]) => paint ?? '');
    const style = /<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? '';
    for (const paint of new Set(paints)) {
      expect(paint).toMatch(/^(none|transparent|var\(--[\w-]+\))$/);
      const variable = /var\((--[\w-]+)\)/.exec(paint)?.[1];
      // Defined twice: for light and for dark.
      if (variable) expect(style.split(`${variable}:`)).toHaveLength(3);
    }
  });
});

describe('a hostile result', () => {
  const HOSTILE = `</script><img src=x onerror="alert('1')"><!-- & \u0000 \u2028`;

  it('reaches the page as text only', async () => {
    const study: StudyResult = JSON.parse(
      JSON.stringify(syntheticStudy())
        .replaceAll('"noisy"', JSON.stringify(HOSTILE))
        .replaceAll('"normal"', JSON.stringify(HOSTILE)),
    );
    study.title = study.question = study.answer = study.command = study.data.name = HOSTILE;
    study.assembledBy = { [HOSTILE]: HOSTILE };
    const first = study.points.find((point) => point.kind === 'white');
    const hostileKind = study.points.filter((point) => point.kind === first?.kind);
    for (const point of hostileKind) point.kind = HOSTILE;
    const page = await renderStudyPage(study);
    expect(page).not.toMatch(/<img|<!--/);
    expect(page).not.toContain('\u0000');
    expect(page.match(/<script/g)).toHaveLength(2);
    expect(page.match(/<\/script/g)).toHaveLength(2);
    expect(unbalanced(page)).toEqual([]);
    expect(embedded(page)).toEqual(study);
  });

  it('may name a model, a setting or a kind after a property every object has', async () => {
    const study = syntheticStudy();
    study.points.push(
      ...study.points.filter((point) => point.kind === 'white').map((point) => ({ ...point, kind: 'constructor' })),
    );
    study.models.push({
      id: 'toString',
      label: 'toString',
      description: '',
      role: 'main',
      settings: {},
      parameters: 1,
    });
    const page = await renderStudyPage(study);
    expect(page).toContain('<h3>constructor</h3>');
    expect(page).not.toContain('native code');
  });
});

describe('the script', () => {
  it('is the same for every result, parses, and is the one that the policy allows', async () => {
    const page = await renderStudyPage(syntheticStudy());
    expect(page).toContain(`<script>${SCRIPT}</script>`);
    expect(page).toContain(escapeHtml(await scriptHash()));
    expect(() => new Function(SCRIPT)).not.toThrow();
  });

  it('finds the marks of every model by the names that legends and panels carry', async () => {
    const page = await renderStudyPage(syntheticStudy());
    for (const series of [0, 1, 2]) {
      expect(page).toContain(`<li data-series="${series}">`);
      // Two panels of perturbations and two of learning curves.
      expect(page.match(new RegExp(`class="[^"]*series_${series}_point`, 'g'))).toHaveLength(4);
    }
    expect([...page.matchAll(/data-kind="([^"]+)"/g)].map(([, kind]) => kind)).toEqual(['white', 'salt-pepper']);
  });
});

describe('searches, doses and measures', () => {
  it('are shown with what was chosen, and where a difference is clear', async () => {
    const study = syntheticStudy();
    const page = await renderStudyPage(study);
    expect(page).toContain('<strong>rate 0.002</strong>');
    const text = tableText(page);
    for (const { label } of study.searches[0]!.candidates) expect(text).toContain(label);
    expect(text).toContain('regulariser P + Q');
    for (const { difference } of study.measureComparisons)
      expect(text).toContain(formatSignificant(difference.value, true));
    expect(page).toMatch(/<strong>\+0\.1<br>\(\+0\.07 to \+0\.13\)<\/strong>/);
  });

  it('says which models are under-trained, wherever their accuracies stand', async () => {
    const study = syntheticStudy();
    study.underTrained = { below: 0.95, models: [{ model: 'elman', runs: 3, of: 3 }] };
    const page = await renderStudyPage(study);
    expect(page.split('>elman <small>under-trained</small></th>')).toHaveLength(1 + 2);
  });

  it('says how many of the planned seeds there are, of which builds', async () => {
    const study = { ...syntheticStudy(), plannedSeeds: 10, builds: { a: 8, b: 1 } };
    const page = await renderStudyPage(study);
    expect(page).toContain('(3 of 10 planned)');
    expect(page).toContain('a (8 runs), b (1 run); builds round differently');
  });
});

describe('a sparse result', () => {
  it('leaves out the sections that have nothing to show', async () => {
    const study = syntheticStudy();
    const bare = {
      ...study,
      runs: [],
      comparisons: [],
      examples: [],
      points: study.points.filter(({ kind }) => kind === 'clean'),
    };
    const page = await renderStudyPage(bare);
    for (const id of ['robustness', 'comparisons', 'examples', 'training'])
      expect(page).not.toContain(`<section id="${id}"`);
    expect(unbalanced(page)).toEqual([]);
  });

  it('shows dashes and no interval where a single seed leaves JSON nulls', async () => {
    const study = syntheticStudy();
    const none = { low: Number.NaN, high: Number.NaN, standardError: Number.NaN, count: 1 };
    for (const point of study.points) Object.assign(point.accuracy, none);
    for (const comparison of study.comparisons) Object.assign(comparison.difference, none);
    const page = await renderStudyPage(JSON.parse(JSON.stringify(study)));
    expect(page).toContain('no interval');
    expect(page).not.toMatch(/NaN|undefined/);
    expect(tableText(page)).not.toContain('null');
  });
});

describe('conditions', () => {
  it('are put clean first, then kind by kind from weak to strong, each once', () => {
    const given = [
      { kind: 'white', strength: 0.2 },
      { kind: 'mystery', strength: 1 },
      { kind: 'clean', strength: 0 },
      { kind: 'white', strength: 0.1 },
      { kind: 'white', strength: 0.2 },
    ];
    expect(conditionsOf(given).map((each) => conditionLabel(each).replaceAll('\u00a0', ' '))).toEqual([
      'clean',
      'white noise, σ = 0.1',
      'white noise, σ = 0.2',
      'mystery, strength = 1',
    ]);
  });
});
