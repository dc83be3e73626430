/** Apache Parquet: a table of columns, or a list of values a channel. */
import { type ParquetParsers, parquetMetadataAsync, parquetRead, parquetSchema } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { InputError } from '../../errors.js';
import { type Cell, type Columns, isInstant } from '../columns/columns.js';
import { tableOfColumns } from '../columns/table-of-columns.js';
import type { SequenceTable } from '../dataset.js';
import type { Reading } from '../reading.js';

/** @throws InputError for a damaged file, and as tables of columns do. */
export async function parseParquet(bytes: Uint8Array, name: string, reading: Reading): Promise<SequenceTable> {
  const { missingMarks: missing } = reading;
  const numbers = { decimal: '.', thousands: null, missing } as const;
  return tableOfColumns({ ...(await parquetColumns(bytes, name)), numbers }, reading);
}

async function parquetColumns(bytes: Uint8Array, name: string): Promise<Columns> {
  const damaged = (why: string) => new InputError(`${name}: not a whole Parquet file (${why}); save or copy it again.`);
  const file = new Uint8Array(bytes).buffer;
  const data = new Map<string, unknown[]>();
  try {
    const metadata = await parquetMetadataAsync(file);
    const names = parquetSchema(metadata).children.map(({ element }) => element.name);
    for (const column of names) data.set(column, []);
    await parquetRead({
      file,
      metadata,
      compressors,
      parsers: exactTimes,
      onChunk: ({ columnName, columnData, rowStart }) => {
        const own = data.get(columnName);
        for (let index = 0; index < columnData.length; index++) if (own) own[rowStart + index] = columnData[index];
      },
    });
    const rows = Number(metadata.num_rows);
    for (const [column, own] of data)
      if (own.length !== rows) throw damaged(`column '${column}' has ${own.length} of ${rows} rows`);
    const all = names.map((column) => data.get(column)!);
    return { name, names, rows, cell: (column, row) => cellOf(all[column]![row]), place: (row) => `row ${row + 1}` };
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw damaged(error instanceof Error ? error.message : String(error));
  }
}

/** Points in time with all their digits. */
const exactTimes = {
  timestampFromMilliseconds: (milliseconds: bigint) => ({ nanoseconds: milliseconds * 1_000_000n }),
  timestampFromMicroseconds: (microseconds: bigint) => ({ nanoseconds: microseconds * 1000n }),
  timestampFromNanoseconds: (nanoseconds: bigint) => ({ nanoseconds }),
  dateFromDays: (days: number) => ({ nanoseconds: BigInt(days) * 86_400_000_000_000n }),
} as unknown as Partial<ParquetParsers>;

function cellOf(value: unknown): Cell {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number' || typeof value === 'string') return value;
  if (typeof value === 'bigint') return value;
  if (typeof value === 'boolean') return Number(value);
  if (isInstant(value)) return value;
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return Array.from(value as Float64Array);
  return Array.isArray(value) ? value : JSON.stringify(value);
}
