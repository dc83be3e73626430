// A person's own recordings, from a table to a model: described, read, split by person, trained.
import { mkdirSync, writeFileSync } from 'node:fs';
import { describeTable, readTable } from 'noisy-rnn';
import { nodeFiles, train } from 'noisy-rnn/node';

const folder = process.argv[2] ?? 'runs/own-data';
mkdirSync(folder, { recursive: true });

// Eight people walk or climb; recordings last 20 to 40 steps, and the sensor drops a value now and then.
let state = 1;
const random = () => {
  state = (state * 16807) % 2147483647;
  return state / 2147483647;
};
function recordings(count, labelled) {
  const lines = [];
  for (let id = 0; id < count; id++) {
    const climbs = id % 2 === 1;
    const steps = 20 + Math.floor(20 * random());
    for (let time = 0; time < steps; time++) {
      const forward = Math.sin(0.8 * time) + 0.3 * random();
      const up = (climbs ? 0.01 * time : 0) + 0.2 * Math.cos(0.8 * time) + 0.3 * random();
      const dropped = random() < 0.01;
      const answers = labelled ? [climbs ? 'climb' : 'walk', `person ${Math.floor(id / 2) % 8}`] : [];
      lines.push([id, time, dropped ? '' : forward.toFixed(3), up.toFixed(3), ...answers].join(','));
    }
  }
  return `id,time,forward,up${labelled ? ',label,person' : ''}\n${lines.join('\n')}\n`;
}
writeFileSync(`${folder}/walks.csv`, recordings(80, true));
writeFileSync(`${folder}/new.csv`, recordings(4, false));

const table = await readTable(nodeFiles, `${folder}/walks.csv`, { missing: 'linear' });
const { rows, lengths, labels, groups } = describeTable(table);
console.log(`${rows} recordings of ${lengths.shortest} to ${lengths.longest} steps by ${groups} people:`, labels);

const { test } = await train({
  data: `${folder}/walks.csv`,
  missing: 'linear',
  split: 'group:validation=0.2,test=0.2',
  model: 'gru',
  units: 16,
  epochs: 20,
  out: `${folder}/run`,
});
console.log(`accuracy on ${test.count} recordings of people never seen: ${test.accuracy.toFixed(3)}`);
