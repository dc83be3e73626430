/** Gives intermediate values places in as short an array as first fit finds, used again after their last reader. */
import type { Formula, Loops, Place, Statement } from './statements.js';

interface Life {
  readonly start: number;
  readonly width: number;
  readonly from: number;
  to: number;
}

/** @param statements with places in a work array that is never used twice. */
export function shareWork(statements: readonly Statement[]): Loops {
  const lives = livesOf(statements);
  const moved = new Map<number, number>();
  const active: (Life & { readonly place: number })[] = [];
  let work = 0;
  for (const life of lives) {
    for (let i = active.length - 1; i >= 0; i--) if (active[i]!.to < life.from) active.splice(i, 1);
    active.sort((a, b) => a.place - b.place);
    let place = 0;
    for (const own of active) {
      if (place + life.width <= own.place) break;
      place = Math.max(place, own.place + own.width);
    }
    active.push({ ...life, place });
    moved.set(life.start, place);
    work = Math.max(work, place + life.width);
  }
  const move = (place: Place): Place => {
    if (place.array.kind !== 'work') return place;
    const life = lifeAt(lives, place.offset);
    return { ...place, offset: moved.get(life.start)! + place.offset - life.start };
  };
  return { statements: statements.map((own) => mapPlaces(own, move)), work };
}

/** From the statement that begins to write a value to the last that reads it; a value is written by one or several in a row. */
function livesOf(statements: readonly Statement[]): Life[] {
  const lives: Life[] = [];
  for (const [index, { to, ...own }] of statements.entries()) {
    if (to.array.kind !== 'work') continue;
    const width = own.kind === 'each' ? own.width : own.kind === 'product' ? own.rows : 1;
    const last = lives.at(-1);
    const sameValue = last !== undefined && to.offset === last.start + last.width && continues(statements, index);
    if (sameValue) lives[lives.length - 1] = { ...last, width: last.width + width, to: index };
    else lives.push({ start: to.offset, width, from: index, to: index });
  }
  for (const [index, statement] of statements.entries())
    mapPlaces(statement, (place) => {
      if (place.array.kind === 'work') {
        const life = lifeAt(lives, place.offset);
        life.to = Math.max(life.to, index);
      }
      return place;
    });
  return lives;
}

/** Whether a statement goes on with the value that the one before it began: the parts of a concatenation. */
function continues(statements: readonly Statement[], index: number): boolean {
  const [before, own] = [statements[index - 1], statements[index]!];
  return before !== undefined && before.to.array.kind === 'work' && before.description === own.description;
}

function lifeAt(lives: readonly Life[], offset: number): Life {
  const life = lives.find(({ start, width }) => offset >= start && offset < start + width);
  if (life === undefined) throw new Error(`no value has the place ${offset}`);
  return life;
}

function mapPlaces(statement: Statement, map: (place: Place) => Place): Statement {
  const to = map(statement.to);
  if (statement.kind === 'each') return { ...statement, to, value: mapFormula(statement.value, map) };
  return { ...statement, to, from: map(statement.from) };
}

function mapFormula(formula: Formula, map: (place: Place) => Place): Formula {
  if (formula.kind === 'number') return formula;
  if (formula.kind === 'read') return { ...formula, place: map(formula.place) };
  return { ...formula, args: formula.args.map((arg) => mapFormula(arg, map)) };
}
