import { describe, expect, it } from 'vitest';
import { formatCount, formatDifference, formatDuration, formatFixed } from './format.js';
import { html, jsonForScript } from './html.js';

describe('numbers', () => {
  it('have fixed decimals, a true minus sign, and a dash where there is none', () => {
    expect(formatFixed(0.95349, 3)).toBe('0.953');
    expect(formatFixed(-0.5, 2)).toBe('−0.50');
    expect(formatFixed(-0.0001, 3)).toBe('0.000');
    expect(formatFixed(Number.NaN, 3)).toBe('–');
    expect(formatFixed(null, 3)).toBe('–');
  });

  it('that are differences carry their sign unless they print as zero', () => {
    expect(formatDifference(0.0123)).toBe('+0.0123');
    expect(formatDifference(-0.0123)).toBe('−0.0123');
    expect(formatDifference(0.00001)).toBe('0.0000');
  });

  it('that are counts have thin spaces by thousands', () => {
    expect([0, 999, 4500, 1234567].map(formatCount)).toEqual(['0', '999', '4\u202f500', '1\u202f234\u202f567']);
  });

  it('that are durations never show 60 of a unit', () => {
    expect([0, 59.94, 59.96, 119.6, 3599.6, 7620].map(formatDuration)).toEqual([
      '0.0 s',
      '59.9 s',
      '1 min 00 s',
      '2 min 00 s',
      '1 h 00 min',
      '2 h 07 min',
    ]);
  });
});

describe('html', () => {
  it('escapes strings, keeps markup, joins lists', () => {
    const items = ['<a>', 'b'].map((text) => html`<li title="${text}">${text}</li>`);
    expect(html`<ul>${items}</ul>${3}`.markup).toBe(
      '<ul><li title="&lt;a&gt;">&lt;a&gt;</li>\n<li title="b">b</li></ul>3',
    );
  });

  it('keeps JSON whole without a sign that could end its element', () => {
    const value = { text: '</script><!--\u2028', list: [1, null, '<'] };
    const { markup } = jsonForScript(value);
    expect(markup).not.toContain('<');
    expect(JSON.parse(markup)).toEqual(value);
  });
});
