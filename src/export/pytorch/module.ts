/** A run as a PyTorch module to read, run and train on: the cell's own equations, noise included. */
import { prune, type Requests } from '../../program/index.js';
import { taskOf } from '../../train/task-settings.js';
import type { ExportableRun } from '../run.js';
import { attributeNames, identifiers } from './names.js';
import { type Printer, printPhase, printPrepared } from './phases.js';
import { helpers } from './spelling.js';

export interface ModuleText {
  readonly run: ExportableRun;
  /** Name of the file of weights beside the module. */
  readonly weights: string;
  readonly temperature: number;
  readonly about: readonly string[];
}

export function writeModule({ run, weights, temperature, about }: ModuleText): string {
  const { model, preprocessing, settings } = run;
  const every = model.spec.readout === 'every';
  const names = Object.keys(model.state);
  const requests: Requests = every ? { carries: names, sequences: ['logits'] } : { carries: [...names, 'logits'] };
  const printer: Printer = { attribute: attributeNames(), prepared: new Map() };
  // In the order of the parameters, so that each has the plainest name that is free.
  for (const name of Object.keys(model.parameters)) printer.attribute(name);
  const drawsNoise = model.spec.layers.some(({ noise }) => noise.name !== 'none' && noise.scale !== 0);
  const methods = new Map<string, readonly string[]>();
  const methodName = identifiers(new Set(Object.keys(model.parameters).map(printer.attribute)));
  const printed = (noisy: boolean) => {
    const program = prune(model.program({ noisy, loss: false, state: 'given' }), requests);
    const prepared = printPrepared(program, printer);
    return program.phases.map((part) => {
      const plain = methodName(part.kind === 'once' || part.name !== 'steps' ? `${part.name} phase` : 'step');
      const name = noisy ? `${plain}_with_noise` : plain;
      const lines = printPhase(name, part, prepared, printer);
      // Where no noise is drawn both are one.
      if (noisy && lines.slice(1).join() === methods.get(plain)?.slice(1).join()) return plain;
      methods.set(name, lines);
      return name;
    });
  };
  const plain = printed(false);
  const noisy = drawsNoise ? printed(true) : plain;
  const phases = prune(model.program({ noisy: false, loss: false, state: 'given' }), requests).phases;
  const timed = model.spec.layers.some(({ step }) => step.kind === 'given');
  const everyStep =
    taskOf(settings).name === 'label' || (preprocessing.targets?.per === 'step' && taskOf(settings).horizons === null);
  const runs = phases.map(({ kind, reverse }, index) => {
    const [own, other] = [`self.${plain[index]}`, `self.${noisy[index]}`];
    const method = own === other ? own : `${other} if noisy else ${own}`;
    if (kind === 'once') return [`state = {**state, **(${method})(w, state, {}, rows)[0]}`];
    const direction = reverse ? ', reverse=True' : '';
    return [`state, made = self.scan(${method}, w, state, sequences, mask${direction})`, 'sequences.update(made)'];
  });
  const body = [...methods.values()].flat().join('\n') + [...printer.prepared.values()].join('\n');
  const own = Object.entries(helpers)
    .filter(([name]) => body.includes(`${name}(`))
    .map(([, text]) => text);
  return `${[
    `"""${about.map((line) => line.replaceAll('\\', '/').replaceAll('"""', "'''")).join('\n\n')}\n"""`,
    'import json\nimport pathlib\nimport struct\nfrom types import SimpleNamespace\n\nimport torch\nfrom torch import nn',
    constants(run),
    ...own.map((text) => `\n${text}`),
    `\nclass Network(nn.Module):\n${indented(classBody(run, printer, [...methods.values()], runs, { every, everyStep, timed, drawsNoise, temperature })).join('\n')}`,
    `\n${loading(run, printer, weights)}`,
  ].join('\n\n')}\n`;
}

const indented = (lines: readonly string[], depth = 4) =>
  lines.map((line) => (line === '' ? '' : `${' '.repeat(depth)}${line}`));

function constants({ preprocessing }: ExportableRun): string {
  return [
    `CLASSES = [${preprocessing.classes.map((label) => JSON.stringify(label)).join(', ')}]  # as written in the training data, in the order of the outputs`,
    `CHANNELS = ${preprocessing.channels}`,
  ].join('\n');
}

interface Kind {
  readonly every: boolean;
  readonly everyStep: boolean;
  readonly timed: boolean;
  readonly drawsNoise: boolean;
  readonly temperature: number;
}

function classBody(
  { model, preprocessing }: ExportableRun,
  { attribute, prepared }: Printer,
  methods: readonly (readonly string[])[],
  runs: readonly (readonly string[])[],
  kind: Kind,
): string[] {
  const { mean, scale, fill, targets } = preprocessing;
  const buffer = (name: string, values: readonly number[]) =>
    `self.register_buffer("${name}", torch.tensor(${JSON.stringify(values)}, dtype=torch.float64), persistent=False)`;
  const outputs = model.spec.outputs;
  const answer = targets ? `values in raw units, [rows, ${outputs}]` : `logits, [rows, ${outputs}]`;
  const time = kind.timed ? ', dt' : '';
  const starts = Object.entries(model.state).map(([name, width]) => {
    const learned = model.initial[name];
    const value = learned ? `self.${attribute(learned)}` : `self.constant(torch.zeros(${width}))`;
    return `${JSON.stringify(name)}: ${value}.expand(rows, ${width})`;
  });
  return [
    `"""Reads x [rows, steps, ${preprocessing.channels}] in the raw units of the training data.`,
    '',
    kind.drawsNoise
      ? 'Noise is drawn in training mode alone, as dropout is; set `noisy` to False to train without.'
      : 'It was trained without noise.',
    '"""',
    '',
    'def __init__(self):',
    ...indented([
      'super().__init__()',
      ...Object.entries(model.parameters).map(
        ([name, { shape }]) => `self.${attribute(name)} = nn.Parameter(torch.zeros(${shape.join(', ')}))`,
      ),
      buffer('mean', mean),
      buffer('scale', scale),
      ...(fill ? [buffer('fill', fill)] : []),
      ...(targets ? [buffer('target_mean', targets.mean), buffer('target_scale', targets.scale)] : []),
      'self.noisy = True',
    ]),
    '',
    'def prepare(self):',
    ...indented([
      '"""What depends on the parameters alone, once for all steps."""',
      'w = SimpleNamespace()',
      ...[...prepared].flatMap(([name, text]) => {
        const lines = text.split('\n');
        return [...lines.slice(0, -1), `w.${name} = ${lines.at(-1)}`];
      }),
      'return w',
    ]),
    '',
    ...methods.flatMap((method) => [...method, '']),
    'def state_at_start(self, rows):',
    ...indented([`return {${starts.join(', ')}}`]),
    '',
    `def outputs(self, x, lengths=None${time}):`,
    ...indented([
      `"""${kind.every ? `What is put out at every step, [rows, steps, ${outputs}].` : `What is put out after each row's last step, [rows, ${outputs}].`}"""`,
      'rows, steps = x.shape[:2]',
      'noisy = self.training and self.noisy',
      ...(kind.drawsNoise ? [] : ['del noisy']),
      'x = x.double()',
      ...(fill ? ['x = torch.where(torch.isnan(x), self.fill, x)'] : []),
      'x = ((x - self.mean) / self.scale).to(self.readout_weight.dtype)',
      'mask = None',
      'if lengths is not None:',
      '    mask = torch.arange(steps, device=x.device) < torch.as_tensor(lengths, device=x.device)[:, None]',
      '    x = torch.where(mask[..., None], x, torch.zeros_like(x))',
      'w = self.prepare()',
      'state = self.state_at_start(rows)',
      kind.timed ? 'sequences = {"x": x, "dt": dt[..., None].to(x.dtype)}' : 'sequences = {"x": x}',
      ...runs.flat(),
      kind.every ? 'return sequences["logits"]' : 'return state["logits"]',
    ]),
    '',
    `def forward(self, x, lengths=None${time}):`,
    ...indented([
      `"""The ${kind.everyStep ? `${answer.replace('[rows, ', '[rows, steps, ')} of each step` : `${answer}, after each row's own last step`}."""`,
      `out = self.outputs(x, lengths${time})`,
      ...(kind.every && !kind.everyStep
        ? [
            'if lengths is None:',
            '    out = out[:, -1]',
            'else:',
            '    out = out[torch.arange(len(out)), torch.as_tensor(lengths) - 1]',
          ]
        : []),
      targets ? 'return out * self.target_scale.to(out.dtype) + self.target_mean.to(out.dtype)' : 'return out',
    ]),
    ...(targets
      ? []
      : [
          '',
          `def probabilities(self, x, lengths=None${time}):`,
          ...indented([
            `return torch.softmax(self(x, lengths${time})${kind.temperature === 1 ? '' : ` / ${kind.temperature}`}, -1)`,
          ]),
          '',
          `def predict(self, x, lengths=None${time}):`,
          ...indented([
            '"""Class labels, as lists."""',
            `best = self(x, lengths${time}).argmax(-1)`,
            kind.everyStep ? 'return [[CLASSES[i] for i in row] for row in best]' : 'return [CLASSES[i] for i in best]',
          ]),
        ]),
    '',
    '@staticmethod',
    'def scan(step, w, state, sequences, mask, reverse=False):',
    ...indented([
      '"""All steps; a row whose series has ended keeps its state."""',
      'rows, steps = sequences["x"].shape[:2]',
      'made = {}',
      'for t in reversed(range(steps)) if reverse else range(steps):',
      '    now = {name: values[:, t] for name, values in sequences.items()}',
      '    new, left = step(w, state, now, rows)',
      '    if mask is not None:',
      '        new = {name: torch.where(mask[:, t, None], new[name], state[name]) for name in new}',
      '    state = {**state, **new}',
      '    for name, value in left.items():',
      '        made.setdefault(name, []).append(value)',
      'return state, {name: torch.stack(values[::-1] if reverse else values, 1) for name, values in made.items()}',
    ]),
    '',
    'def constant(self, value):',
    ...indented(['return torch.as_tensor(value).to(self.readout_weight)']),
    '',
    'def expanded(self, value, rows, width):',
    ...indented(['return self.constant(value).expand(rows, width)']),
    ...(kind.drawsNoise
      ? [
          '',
          'def normal(self, rows, width):',
          ...indented([
            'return torch.randn(rows, width, dtype=self.readout_weight.dtype, device=self.readout_weight.device)',
          ]),
          '',
          'def uniform(self, rows, width):',
          ...indented([
            'return torch.rand(rows, width, dtype=self.readout_weight.dtype, device=self.readout_weight.device)',
          ]),
          '',
          'def kept(self, rows, width, rate):',
          ...indented(['"""1, or 0 with probability rate."""', 'return 1.0 * (self.uniform(rows, width) >= rate)']),
        ]
      : []),
  ];
}

function loading({ model }: ExportableRun, { attribute }: Printer, weights: string): string {
  const names = Object.keys(model.parameters).map(
    (name) => `    ${JSON.stringify(attribute(name))}: ${JSON.stringify(name)},`,
  );
  return [
    '# Attribute of the class: name in the file of weights.',
    'NAMES = {',
    ...names,
    '}',
    '',
    '',
    'def load(path=None):',
    ...indented([
      '"""The trained network in evaluation mode; the file of weights is looked for beside this one unless given."""',
      `data = pathlib.Path(path or pathlib.Path(__file__).with_name(${JSON.stringify(weights)})).read_bytes()`,
      '(size,) = struct.unpack("<Q", data[:8])',
      'header = json.loads(data[8 : 8 + size])',
      'tensors = {}',
      'for attribute, name in NAMES.items():',
      '    begin, end = header[name]["data_offsets"]',
      '    values = torch.frombuffer(bytearray(data[8 + size + begin : 8 + size + end]), dtype=torch.float32)',
      '    tensors[attribute] = values.reshape(header[name]["shape"])',
      'network = Network()',
      'network.load_state_dict(tensors)',
      'return network.eval()',
    ]),
    '',
    '',
    'def save(network, path):',
    ...indented([
      '"""Weights under our names, as a safetensors file."""',
      'header, parts, at = {"__metadata__": {"format": "pt"}}, [], 0',
      'for attribute, name in sorted(NAMES.items(), key=lambda pair: pair[1]):',
      '    values = getattr(network, attribute).detach().cpu().float().contiguous()',
      '    parts.append(values.numpy().astype("<f4").tobytes())',
      '    header[name] = {"dtype": "F32", "shape": list(values.shape), "data_offsets": [at, at + len(parts[-1])]}',
      '    at += len(parts[-1])',
      'text = json.dumps(header).encode()',
      'text += b" " * (-len(text) % 8)',
      'pathlib.Path(path).write_bytes(struct.pack("<Q", len(text)) + text + b"".join(parts))',
    ]),
  ].join('\n');
}
