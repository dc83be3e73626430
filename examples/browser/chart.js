// Curves as SVG: values to a path, with room for labels.
const name = 'http://www.w3.org/2000/svg';

/** The path of values over the whole width, `low` at the bottom and `high` at the top. */
export function pathOf(values, { width, top, bottom, low, high, last = values.length - 1 }) {
  const x = (index) => (last === 0 ? width / 2 : (index / last) * width);
  const y = (value) => bottom - ((value - low) / (high - low)) * (bottom - top);
  return values
    .map((value, index) => `${index === 0 ? 'M' : 'L'}${x(index).toFixed(1)} ${y(value).toFixed(1)}`)
    .join('');
}

/** Replaces what a chart shows. @param parts `[tag, attributes, text?]` each. */
export function draw(svg, parts) {
  svg.replaceChildren(
    ...parts.map(([tag, attributes, text]) => {
      const element = document.createElementNS(name, tag);
      for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
      if (text !== undefined) element.textContent = text;
      return element;
    }),
  );
}
