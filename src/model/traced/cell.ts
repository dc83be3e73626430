/** A cell as data: its rule as a graph at one number of units and inputs, with everything else that it declares. */
import type { Cell, CellContext, ParameterSpec } from '../../cells/index.js';
import { measure } from '../../cells/index.js';
import { InputError, located } from '../../errors.js';
import { input, type Node, readGraph, type TracedGraph, writeGraph } from '../../graph/index.js';
import { evaluateCell } from '../evaluate-cell.js';
import { plainMarks } from '../preactivation.js';
import { type Arguments, createArguments, supplied } from './arguments.js';

export interface TracedCell {
  readonly kind: 'cell';
  readonly name: string;
  readonly units: number;
  readonly inputs: number;
  readonly rule: 'drift' | 'step';
  readonly state: Readonly<Record<string, number>>;
  readonly parameters: Readonly<Record<string, ParameterSpec>>;
  readonly noisy?: readonly string[];
  readonly readout?: readonly string[];
  readonly range?: Readonly<Record<string, readonly [number, number]>>;
  /** Values that the cell marks as preactivations, in order: places in the graph; each is followed by a leaf `mark.N`. */
  readonly marks: readonly { readonly argument: number; readonly component?: string }[];
  readonly graph: TracedGraph;
}

/**
 * @param exogenous names of the model's input channels.
 * @throws InputError for a cell whose rule reads or makes what cannot be kept.
 */
export function traceCell(cell: Cell, units: number, inputs: number, exogenous: readonly string[] = []): TracedCell {
  const { state, parameters } = measure(cell, { units, inputs });
  const given = createArguments({ state, parameters, inputs, exogenous });
  const marks: { value: Node; component: string | undefined }[] = [];
  const row = plainMarks(cell);
  const preactivation: CellContext<string, string>['preactivation'] = (value, component) => {
    const u = row(value);
    const mark = input('sequence', `mark.${marks.length}`, u.shape);
    given.leaves.set(mark, `mark.${marks.length}`);
    marks.push({ value: u, component });
    return mark;
  };
  const values = evaluateCell(cell, state, { ...given.context, preactivation });
  const outputs = Object.entries(values).map(([name, node]): [string, Node] => [`next.${name}`, node]);
  const arguments_ = marks.map(({ value }, index): [string, Node] => [`argument.${index}`, value]);
  const graph = naming(cell.name, () => writeGraph(Object.fromEntries([...arguments_, ...outputs]), given.leaves));
  return {
    kind: 'cell',
    name: cell.name,
    ...{ units, inputs, state, parameters },
    rule: cell.step === undefined ? 'drift' : 'step',
    ...(cell.noisy === undefined ? {} : { noisy: cell.noisy }),
    ...(cell.readout === undefined ? {} : { readout: cell.readout }),
    ...(cell.range === undefined ? {} : { range: cell.range as NonNullable<TracedCell['range']> }),
    marks: marks.map(({ component }, index) => ({
      argument: graph.outputs[`argument.${index}`]!,
      ...(component === undefined ? {} : { component }),
    })),
    graph,
  };
}

/**
 * The cell that traces describe, which can be built at their sizes alone.
 * @param traces of one cell, checked: `readGraph` is run once on each.
 * @throws InputError for a graph that is malformed or does not fit its sizes.
 */
export function tracedCell(traces: readonly TracedCell[]): Cell {
  const [first] = traces;
  if (first === undefined) throw new InputError('a cell has no graph');
  for (const trace of traces) {
    const { state, parameters, inputs, name } = trace;
    const { context } = createArguments({ state, parameters, inputs, exogenous: exogenousOf(trace) });
    naming(name, () => apply(trace, { ...context, preactivation: plainMarks({ name } as Cell) }));
  }
  const at = ({ units, inputs }: { units: number; inputs: number }): TracedCell => {
    const found = traces.find((trace) => trace.units === units && trace.inputs === inputs);
    if (found !== undefined) return found;
    const known = traces.map((trace) => `${trace.units} units and ${trace.inputs} inputs`).join(', ');
    throw new InputError(
      `model ${first.name} is kept in the run for ${known}, and ${units} units and ${inputs} inputs are asked for; ` +
        'hand the cell itself over',
    );
  };
  const rule = (context: CellContext<string, string>) => {
    const found = traces.find(
      ({ state, parameters, inputs }) =>
        sameWidths(state, context.state) &&
        sameShapes(parameters, context.parameters) &&
        context.input.shape[0] === inputs,
    );
    if (found === undefined) throw new InputError(`model ${first.name} is not kept in the run at these sizes`);
    return apply(found, context);
  };
  return {
    part: 'cell',
    name: first.name,
    state: (sizes) => at(sizes).state,
    parameters: (sizes) => at(sizes).parameters,
    [first.rule]: rule,
    ...(first.noisy === undefined ? {} : { noisy: first.noisy }),
    ...(first.readout === undefined ? {} : { readout: first.readout }),
    ...(first.range === undefined ? {} : { range: first.range }),
  };
}

function apply(trace: TracedCell, context: CellContext<string, string>): Record<string, Node> {
  const { graph, marks, state } = trace;
  const nodes = readGraph(graph, (name, at) => {
    const mark = /^mark\.(\d+)$/.exec(name);
    if (mark === null) return supplied(name, context);
    const found = marks[Number(mark[1])];
    return found && context.preactivation(at(found.argument), found.component);
  });
  return Object.fromEntries(Object.keys(state).map((name) => [name, nodes[`next.${name}`] ?? missing(name)]));
}

function missing(name: string): never {
  throw new InputError(`has no value of component "${name}"`);
}

const exogenousOf = ({ graph }: TracedCell): string[] =>
  (Array.isArray(graph?.nodes) ? graph.nodes : []).flatMap(({ op, name }) =>
    op === 'leaf' && typeof name === 'string' && name.startsWith('exogenous.') ? [name.slice('exogenous.'.length)] : [],
  );

const sameWidths = (widths: Readonly<Record<string, number>>, given: Arguments['context']['state']) =>
  Object.entries(widths).every(([name, width]) => given[name]?.shape[0] === width);
const sameShapes = (specs: Readonly<Record<string, ParameterSpec>>, given: Readonly<Record<string, Node>>) =>
  Object.entries(specs).every(([name, { shape }]) => given[name]?.shape.join() === shape.join());

function naming<Result>(name: string, run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    throw located(error, `cell ${name}`);
  }
}
