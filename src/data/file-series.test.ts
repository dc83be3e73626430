import { describe, expect, it } from 'vitest';
import { createMemoryFiles } from '../platform/memory-files.js';
import { readListedTable } from './file-lists.js';
import { loadParts } from './load.js';

async function filesOf(contents: Record<string, string>) {
  const files = createMemoryFiles();
  for (const [path, content] of Object.entries(contents)) {
    await files.makeFolder(path.split('/').slice(0, -1).join('/'));
    await files.write(path, content);
  }
  return files;
}

describe('a file a series', () => {
  it('in a folder a class: with names of channels, or without; missing values end a series if so said', async () => {
    const files = await filesOf({
      'd/a/1.csv': 'x,y\n1,10\n2,20\n,\n',
      'd/b/2.txt': '3 30\n4 40\n5 50\n',
      'd/b/3.csv': 't,x,y\n2,7,70\n1,6,60\n',
    });
    const { source, train } = await loadParts({ name: 'd', files, reading: { missing: 'end' } });
    expect(source).toBe('folders');
    expect(train).toMatchObject({
      ...{ rows: 3, steps: 3, channels: 2, labels: ['a', 'b', 'b'], lengths: Uint32Array.of(2, 3, 2) },
      values: Float32Array.of(1, 10, 2, 20, 0, 0, 3, 30, 4, 40, 5, 50, 6, 60, 7, 70, 0, 0),
    });
    await expect(loadParts({ name: 'd', files })).rejects.toThrow(/d\/a\/1\.csv: row 1, step 3, channel 1 is NaN/);
  });

  it('in a list, with paths relative to it', async () => {
    const files = await filesOf({
      'd/list.csv': 'file,label,patient,age\ns/1.csv,up,p,30\ns/2.csv,down,q,40\n',
      'd/s/1.csv': 'x\n1\n2\n',
      'd/s/2.csv': 'x\n3\n4\n',
    });
    const table = await readListedTable(files, 'd/list.csv', { targetColumns: ['age'] });
    expect(table).toMatchObject({
      ...{ rows: 2, steps: 2, labels: ['up', 'down'], groups: ['p', 'q'], values: Float32Array.of(1, 2, 3, 4) },
      targets: { values: Float32Array.of(30, 40), width: 1, per: 'row' },
    });
    await files.write('d/list.csv', 'file,label\ns/none.csv,up\n');
    await expect(readListedTable(files, 'd/list.csv')).rejects.toThrow(/s\/none\.csv: no such file/);
    await files.write('d/list.csv', 'file,label\n,up\n');
    await expect(readListedTable(files, 'd/list.csv')).rejects.toThrow(/line 2 names no file/);
  });

  it('needs the same channels in every file', async () => {
    const files = await filesOf({ 'd/a/1.csv': 'x,y\n1,2\n', 'd/b/2.csv': 'x\n1\n' });
    await expect(loadParts({ name: 'd', files })).rejects.toThrow(
      /d\/b\/2\.csv: has 1 channels, but d\/a\/1\.csv has 2/,
    );
  });
});
