/** The text of `metrics.jsonl`: one JSON object a line and epoch, in order; its last line may be torn by a kill. */
import { InputError } from '../errors.js';

export interface MetricsRecord {
  readonly epoch: number;
  readonly [field: string]: unknown;
}

/** One line. Numbers that are not finite become null, as JSON has none. */
export function metricsLine(record: { readonly epoch: number }): string {
  return `${JSON.stringify(record)}\n`;
}

/**
 * The records of the whole lines. A last line that is not JSON is one that a kill cut short, and is dropped.
 * @throws InputError for any other line that is not a record, or epochs out of order: someone else changed the file.
 */
export function parseMetrics(text: string, path: string): MetricsRecord[] {
  const lines = text.split('\n');
  const records: MetricsRecord[] = [];
  lines.forEach((line, index) => {
    // Only what follows the last line break can be torn, since lines are appended with theirs.
    const last = index === lines.length - 1;
    if (last && line === '') return;
    const record = parseLine(line);
    if (record === undefined && last) return;
    if (record === undefined)
      throw new InputError(
        `${path}, line ${index + 1}: got ${JSON.stringify(line.slice(0, 60))}, expected a JSON object with an epoch; repair the line, or start the run anew`,
      );
    const previous = records.at(-1)?.epoch;
    if (previous !== undefined && record.epoch <= previous)
      throw new InputError(
        `${path}, line ${index + 1}: epoch ${record.epoch} after epoch ${previous}, expected increasing epochs: two processes wrote to this run. Mend it with "noisy-rnn runs --repair"`,
      );
    records.push(record);
  });
  return records;
}

/**
 * Of a text in whatever state, the first record of each epoch up to one, in order; later ones are not missed.
 * @returns what is kept, and how many lines were repeated, out of order or unreadable.
 */
export function salvagedMetrics(text: string, toEpoch: number): { kept: MetricsRecord[]; dropped: number } {
  const byEpoch = new Map<number, MetricsRecord>();
  let [dropped, highest] = [0, 0];
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const record = parseLine(line);
    if (record === undefined || record.epoch <= highest) dropped += 1;
    if (record === undefined) continue;
    highest = Math.max(highest, record.epoch);
    if (record.epoch <= toEpoch && !byEpoch.has(record.epoch)) byEpoch.set(record.epoch, record);
  }
  return { kept: [...byEpoch.values()].sort((first, second) => first.epoch - second.epoch), dropped };
}

function parseLine(line: string): MetricsRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  return isRecord(value) ? value : undefined;
}

function isRecord(value: unknown): value is MetricsRecord {
  return typeof value === 'object' && value !== null && 'epoch' in value && Number.isSafeInteger(value.epoch);
}
