// Series colours: Okabe and Ito's colour-blind-safe set, with the light ones darkened for contrast on white paper.
export const LIGHT_COLOURS = `
  --paper: #ffffff; --ink: #1b1f24; --muted: #59636e; --rule: #dce1e6; --tint: #f4f6f8; --accent: #0b5c94;
  --right: #00694c; --wrong: #b03a00; --behind: #b6bec7;
  --series-1: #0072b2; --series-2: #c85200; --series-3: #007a5a; --series-4: #a3477a; --series-5: #7d6200; --series-6: #4a4f55;`;

const DARK = `
  --paper: #14171a; --ink: #e6e9ec; --muted: #9aa4ae; --rule: #333a41; --tint: #1d2125; --accent: #6db9ee;
  --right: #41c79b; --wrong: #ff9d6b; --behind: #4d565f;
  --series-1: #56b4e9; --series-2: #ff9440; --series-3: #35c796; --series-4: #e39bc5; --series-5: #e2c02e; --series-6: #c3c8cd;`;

/** The style sheet of the page. Charts use the same variables, so they follow the scheme too. */
export const STYLE = `
:root { color-scheme: light dark; ${LIGHT_COLOURS} }
@media screen and (prefers-color-scheme: dark) { :root { ${DARK} } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { max-width: 78rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; overflow-wrap: break-word; }
h1 { margin: 0 0 .5rem; font-size: clamp(1.5rem, 5vw, 2.1rem); line-height: 1.2; text-wrap: balance; }
h2 { margin: 2.75rem 0 .5rem; padding-top: .75rem; border-top: 1px solid var(--rule); font-size: 1.3rem; line-height: 1.3; }
h3 { margin: 1.25rem 0 .25rem; font-size: 1.05rem; }
h4 { margin: .35rem 0 .15rem; font-size: .95rem; font-weight: 600; }
p { margin: .5rem 0; max-width: 44rem; }
.kicker { margin: 0; color: var(--muted); font-size: .9rem; }
.question { font-size: 1.1rem; color: var(--muted); }
.answer { margin: 1rem 0; padding: .75rem 1rem; border-left: 4px solid var(--accent); background: var(--tint); font-size: 1.1rem; }

.details { max-width: 60rem; color: var(--muted); font-size: .95rem; }
.note, figcaption { color: var(--muted); font-size: .9rem; }
dl.facts, dl.models { margin: .75rem 0; font-size: .95rem; }
dl.facts > div, dl.models > div { display: grid; grid-template-columns: 9rem 1fr; gap: 0 1rem; padding: .2rem 0; }
dt { color: var(--muted); overflow-wrap: anywhere; }
dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
.models dt { color: inherit; font-weight: 600; }
.scroll { overflow-x: auto; margin: .75rem 0; }
.scroll:focus-visible { outline: 2px solid var(--accent); }
table { border-collapse: collapse; font-size: .95rem; }
th, td { padding: .4rem .55rem; border-bottom: 1px solid var(--rule); text-align: left; vertical-align: top; overflow-wrap: normal; }
thead th { border-bottom: 2px solid var(--muted); vertical-align: bottom; }
tbody th { font-weight: normal; }
th:first-child { position: sticky; left: 0; padding-left: 0; background: var(--paper); }
.figures td, .figures thead th:not(:first-child) { text-align: right; font-variant-numeric: tabular-nums; }
.figures td { white-space: nowrap; }
.figures td.words, .figures thead th.words { text-align: left; }
figcaption { margin-top: .5rem; }
.figures small { display: block; color: var(--muted); }
.figures .group th { padding-top: 1.1rem; font-weight: 600; }
.settings td { max-width: 16rem; }
.best { color: var(--accent); }
.unclear { color: var(--muted); }
figure { margin: .75rem 0 0; }
.panels { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: 1rem 1.5rem; }
.panels.small { grid-template-columns: repeat(auto-fit, minmax(min(100%, 17rem), 1fr)); }
.panels > * { min-width: 0; max-width: 30rem; }
.panels h3 { margin-top: .5rem; }
.chart { display: block; width: 100%; max-width: 30rem; height: auto; }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; margin: .5rem 0; padding: 0; list-style: none; font-size: .95rem; }
.legend [role=button] { cursor: pointer; }
.legend [aria-pressed=false] { opacity: .4; text-decoration: line-through; }
.tip { position: fixed; z-index: 2; max-width: 18rem; padding: .3rem .6rem; border: 1px solid var(--rule); border-radius: 4px; background: var(--paper); color: var(--ink); font-size: .9rem; pointer-events: none; }
.tip[hidden] { display: none; }
.legend li { display: flex; align-items: center; gap: .5rem; }
.swatch { width: 44px; height: 14px; flex: none; }
.wordy th:first-child { min-width: 11rem; }
.predictions { font-size: .9rem; }
.predictions th, .predictions td { padding: .15rem .6rem; border: 0; }
.predictions thead th { font-weight: 600; }
.predictions td { white-space: nowrap; font-variant-numeric: tabular-nums; }
table.predictions th:first-child, table.glance th:first-child { padding-left: 0; }
.pictures .predictions thead th:not(:first-child) { width: 6.5rem; }
.examples article { min-width: 0; }
.pictures { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 28rem), 1fr)); gap: 1rem 2rem; }
.pictures .predictions thead th { font-weight: normal; vertical-align: top; }
.pictures .predictions thead th:first-child { vertical-align: bottom; font-weight: 600; }
.predictions th { line-height: 1.25; }
.picture { display: block; width: 6rem; height: auto; margin-bottom: .25rem; border: 1px solid var(--rule); image-rendering: pixelated; }
.shared { columns: 14rem; font-size: .95rem; }
.shared > div { display: flex; gap: 0 1rem; justify-content: space-between; padding: .1rem 0; break-inside: avoid; }
.shared dd { text-align: right; }
.right { color: var(--right); }
.wrong { color: var(--wrong); font-weight: 600; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; padding: .75rem 1rem; background: var(--tint); border: 1px solid var(--rule); border-radius: 4px; }
code { font: .9em ui-monospace, "SFMono-Regular", Menlo, Consolas, monospace; }
summary { cursor: pointer; margin-top: 1rem; }
@media (min-width: 48rem) {
  .glance small { display: inline-block; min-width: 9.5em; margin-left: .6em; }
  .glance small.short { min-width: 6.5em; }
  .glance th, .glance td { padding-top: .25rem; padding-bottom: .25rem; }
}
@media (max-width: 40rem) {
  dl.facts > div, dl.models > div { grid-template-columns: 1fr; }
  th, td { padding: .35rem .45rem; }
  table { font-size: .9rem; }
  .wordy th:first-child { min-width: 7.5rem; }
  .glance th, .glance td { padding: .3rem .22rem; }
  .glance td small { font-size: .72rem; }
  .glance td small:not(.short) { white-space: normal; }
  .picture { width: 4.5rem; }
  .predictions { font-size: .8rem; }
  .predictions th, .predictions td { padding: .15rem .3rem; }
}
@page { margin: 14mm 12mm; }
@media print {
  .screen { display: none; }
  /* Whatever the reader has hidden on the screen. */
  figure [class*="series_"] { display: inline !important; }
  .legend [aria-pressed=false] { opacity: 1; text-decoration: none; }
  summary { list-style: none; font-weight: 600; }
  .tip { display: none; }
  :root { color-scheme: light; }
  body { font-size: 10pt; }
  table { font-size: 7pt; }
  table small { font-size: 6pt; }
  th, td { padding: .12rem .25rem; }
  th:first-child { position: static; }
  main { max-width: none; padding: 0; }
  tr, .panels > *, .answer { break-inside: avoid; }
  h2, h3, h4, thead, .group, summary { break-after: avoid; }
  .glance { font-size: 8.5pt; }
  .panels, .pictures { grid-template-columns: 1fr 1fr; }
  .predictions { font-size: 7pt; }
  .predictions th, .predictions td { padding: 0 .3rem; }
  .panels.small, .brief .panels { grid-template-columns: 1fr 1fr 1fr; }
  .picture { width: 3.2rem; }
  article { break-inside: avoid; }
  .wordy th:first-child { min-width: 0; }
  .scroll { overflow: visible; }
  details::details-content { content-visibility: visible; height: auto; }
}
`;
