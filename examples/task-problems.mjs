/** Four small problems with known answers, written to the folder `problems`: those of docs/tasks.md. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { createGenerator } from 'noisy-rnn/random';

mkdirSync('problems', { recursive: true });
const random = createGenerator(1, 'problems');
const columns = (count) => Array.from({ length: count }, (_, step) => `x_${step + 1}`);
const write = (name, lines) =>
  writeFileSync(`problems/${name}.csv`, `${lines.map((line) => line.join(',')).join('\n')}\n`);

// x⁺ = 10 + 0.8 (x − 10) + noise of variance 1: no forecast of the next value has a smaller mean squared error than 1.
write('tank', [
  columns(40),
  ...Array.from({ length: 200 }, () => {
    let x = 10;
    return Array.from({ length: 40 }, () => {
      x = 10 + 0.8 * (x - 10) + random.normal();
      return x.toFixed(3);
    });
  }),
]);

// A label at each step: whether the value one step before was above zero.
const steps = [['id', 'time', 'x', 'label']];
for (let id = 1; id <= 200; id++)
  for (let time = 1, before = 0; time <= 5 + random.integer(8); time++) {
    const x = random.normal();
    steps.push([`series${id}`, time, x.toFixed(3), time === 1 ? '' : before > 0 ? 'up' : 'down']);
    before = x;
  }
write('delay', steps);

// One row in ten is rare, and its mean is a little higher.
write('rare', [
  ['label', ...columns(6)],
  ...Array.from({ length: 2000 }, (_, row) => [
    row % 10 === 0 ? 'rare' : 'usual',
    ...Array.from({ length: 6 }, () => (random.normal() + (row % 10 === 0 ? 0.4 : 0)).toFixed(3)),
  ]),
]);

// A load of 100 + 50 times the mean of the last three values, of rows that last 4 to 9 steps.
write('load', [
  ['load', ...columns(9)],
  ...Array.from({ length: 400 }, () => {
    const values = Array.from({ length: 4 + random.integer(6) }, () => random.normal());
    const load = 100 + (50 / 3) * values.slice(-3).reduce((sum, value) => sum + value, 0);
    return [load.toFixed(2), ...Array.from({ length: 9 }, (_, step) => values[step]?.toFixed(3) ?? '')];
  }),
]);
