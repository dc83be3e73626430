/** A network as one ES module without dependencies: the calls and answers of `loadRun`, for one series after another. */
import { predictFunctions, stepBySteps, wholeSeries } from './functions.js';
import { identifier, literal, type Script } from './script.js';

export function writeModule(script: Script): string {
  const { network, about } = script;
  const own = network.bidirectional ? wholeSeries(script) : stepBySteps(script);
  const body = [...own, predictFunctions(script)].join('\n\n');
  return `${[
    about.map((line) => `// ${line.replaceAll(/\s+/g, ' ')}`).join('\n'),
    descriptions(script),
    weights(script),
    helpers(body),
    inputFunction(script),
    answerFunctions(script),
    body,
  ]
    .filter((part) => part !== '')
    .join('\n\n')}\n`;
}

function descriptions({ network, preprocessing }: Script): string {
  return [
    '/** Class labels in the order of the probabilities; empty where values are predicted. */',
    `export const classes = ${literal(preprocessing.classes)};`,
    '/** Numbers a time step has, in the raw units of the training data. */',
    `export const channels = ${network.channels};`,
    '/** Steps of a series in training; 0: of any number. */',
    `export const steps = ${preprocessing.steps};`,
  ].join('\n');
}

/** All weights are one text of float32 bytes, little-endian. */
function weights({ network, preprocessing }: Script): string {
  const parts: number[] = [];
  const lines: string[] = [];
  for (const { name, data, definition, shape } of network.weights.values()) {
    const made = definition === name ? '' : ` = ${definition}`;
    lines.push(
      `/** ${name}${made}, [${shape.join(', ')}] */`,
      `const w_${identifier(name)} = weights.subarray(${parts.length}, ${parts.length + data.length});`,
    );
    for (const value of data) parts.push(value);
  }
  const starts = Object.entries(network.start).map(([name, values]) => {
    const zero = values.every((value) => value === 0);
    return `${literal(name)}: ${zero ? `new Float64Array(${values.length})` : `Float64Array.from(${literal([...values])})`}`;
  });
  const { mean, scale, fill, targets } = preprocessing;
  return [
    `const weights = decode(\n  '${base64(parts)}',\n);`,
    ...lines,
    `const start = { ${starts.join(', ')} };`,
    `const mean = ${literal(mean)};`,
    `const scale = ${literal(scale)};`,
    ...(fill ? [`const fill = ${literal(fill)};`] : []),
    ...(targets ? [`const targets = ${literal({ mean: targets.mean, scale: targets.scale })};`] : []),
    '',
    'function decode(text) {',
    '  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));',
    '  const view = new DataView(bytes.buffer);',
    '  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(4 * i, true));',
    '}',
  ].join('\n');
}

function base64(values: readonly number[]): string {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  for (const [i, value] of values.entries()) view.setFloat32(4 * i, value, true);
  const bytes = new Uint8Array(view.buffer);
  let text = '';
  for (let at = 0; at < bytes.length; at += 4095) text += String.fromCharCode(...bytes.subarray(at, at + 4095));
  return btoa(text);
}

function helpers(body: string): string {
  const all: Record<string, string> = {
    product: [
      '/** out = w x, w [rows, columns] row by row. */',
      'function product(out, to, w, x, from, rows, columns) {',
      '  for (let i = 0, k = 0; i < rows; i++) {',
      '    let total = 0;',
      '    for (let j = 0; j < columns; j++, k++) total += w[k] * x[from + j];',
      '    out[to + i] = total;',
      '  }',
      '}',
    ].join('\n'),
    sum: [
      'function sum(x, from, count) {',
      '  let total = 0;',
      '  for (let i = 0; i < count; i++) total += x[from + i];',
      '  return total;',
      '}',
    ].join('\n'),
    logSumExp: [
      'function logSumExp(x, from, count) {',
      '  const values = x.subarray(from, from + count);',
      '  const largest = Math.max(...values);',
      '  return largest + Math.log(values.reduce((total, value) => total + Math.exp(value - largest), 0));',
      '}',
    ].join('\n'),
  };
  return Object.entries(all)
    .filter(([name]) => body.includes(` ${name}(`))
    .map(([, text]) => text)
    .join('\n\n');
}

function inputFunction({ preprocessing }: Script): string {
  const missing = preprocessing.fill ? ['    if (Number.isNaN(value)) value = fill[i];'] : [];
  return [
    '/** One step of raw values as the network reads them. */',
    'function normalised(raw, at) {',
    '  return Float64Array.from({ length: channels }, (_, i) => {',
    '    let value = Number(raw[at * channels + i]);',
    ...missing,
    '    if (!Number.isFinite(value)) throw new RangeError("step " + at + ": got " + raw[at * channels + i] + ", expected a finite number");',
    '    return (value - mean[i]) / scale[i];',
    '  });',
    '}',
  ].join('\n');
}

function answerFunctions({ preprocessing, temperature }: Script): string {
  if (preprocessing.targets)
    return [
      'const answerOf = (logits) => ({',
      '  logits,',
      '  values: logits.map((value, i) => value * targets.scale[i] + targets.mean[i]),',
      '});',
      '',
      '/** As `loadRun` has it: one entry a row. */',
      'const listed = (answers) => ({',
      '  logits: answers.map(({ logits }) => logits),',
      '  labels: [],',
      '  probabilities: [],',
      '  values: answers.map(({ values }) => values),',
      '});',
    ].join('\n');
  const cooled = temperature === 1 ? 'logit - largest' : `(logit - largest) / ${temperature}`;
  return [
    'function answerOf(logits) {',
    '  const largest = Math.max(...logits);',
    `  const parts = logits.map((logit) => Math.exp(${cooled}));`,
    '  const total = parts.reduce((sum, part) => sum + part, 0);',
    '  return { logits, label: classes[logits.indexOf(largest)], probabilities: parts.map((part) => part / total) };',
    '}',
    '',
    '/** As `loadRun` has it: one entry a row. */',
    'const listed = (answers) => ({',
    '  logits: answers.map(({ logits }) => logits),',
    '  labels: answers.map(({ label }) => label),',
    '  probabilities: answers.map(({ probabilities }) => probabilities),',
    '});',
  ].join('\n');
}
