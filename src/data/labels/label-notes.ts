/** What a user should know of labels that are read as they are written. */
import { isMissing } from '../number.js';

/**
 * @param labels as read.
 * @param written with the blanks around them.
 */
export function labelNotes(labels: readonly string[], written: readonly string[] = labels): string[] {
  const distinct = [...new Set(labels)];
  const like = distinct.filter(isMissing);
  const count = (label: string) => labels.filter((own) => own === label).length;
  return [
    ...like.map(
      (label) =>
        `'${label}' is a class like others (${count(label)} label${count(label) === 1 ? '' : 's'}), though many programs write it ` +
        `for a missing one: --missing-labels ${label} makes it so`,
    ),
    ...blankNotes(written),
    ...groupsOf(distinct, numericKey).map(
      (group) => `labels ${quotedList(group)} are equal as numbers and different classes, as they are written`,
    ),
    ...groupsOf(distinct, foldedKey).map(
      (group) => `labels ${quotedList(group)} differ only in ${differenceOf(group)}: they are different classes`,
    ),
  ];
}

function blankNotes(written: readonly string[]): string[] {
  const groups = groupsOf([...new Set(written)], (label) => label.trim());
  return groups.map((group) => `labels ${quotedList(group)} differ only in blanks around them: they are one class`);
}

/** Null for what is no number. */
export function numericKey(label: string): string | null {
  const text = label.trim();
  return text !== '' && Number.isFinite(Number(text)) ? String(Number(text)) : null;
}

/** Without what the eye passes over: Unicode form, case, blanks. */
export function foldedKey(label: string): string {
  return label
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s\u00a0\u200b-\u200d\ufeff]+/g, '');
}

function groupsOf(labels: readonly string[], keyOf: (label: string) => string | null): string[][] {
  const groups = new Map<string, string[]>();
  for (const label of labels) {
    const key = keyOf(label);
    if (key !== null) groups.set(key, [...(groups.get(key) ?? []), label]);
  }
  return [...groups.values()].filter((group) => group.length > 1).slice(0, 5);
}

function differenceOf(group: readonly string[]): string {
  const one = (change: (label: string) => string) => new Set(group.map(change)).size === 1;
  if (one((label) => label.normalize('NFC'))) return 'Unicode form';
  if (one((label) => label.toLowerCase())) return 'case';
  if (one((label) => label.replace(/\s+/g, ''))) return 'blanks';
  return 'Unicode form, case or blanks';
}

/** With code points where what is seen is the same. */
function quotedList(labels: readonly string[]): string {
  const alike = new Set(labels.map((label) => label.normalize('NFC').trim())).size < labels.length;
  const shown = labels.slice(0, 4).map((label) => (alike ? `'${escaped(label)}'` : `'${label}'`));
  return labels.length > 4 ? `${shown.join(', ')}, …` : shown.join(' and ');
}

function escaped(label: string): string {
  return label.replace(/[^\x20-\x7e]/gu, (sign) => `\\u{${sign.codePointAt(0)!.toString(16)}}`);
}
