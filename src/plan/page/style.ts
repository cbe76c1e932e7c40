/** How the page of a plan looks: on a screen, light or dark, and in print. */

export const STYLE = `
:root {
  color-scheme: light dark;
  --ink: #1c2126; --soft: #59636e; --paper: #ffffff; --line: #d5dae0; --shade: #f4f6f8;
  --gain: #1a7f37; --loss: #b3261e; --note: #7a5300;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e4e8ec; --soft: #9aa5b1; --paper: #14181c; --line: #353d46; --shade: #1d2329;
    --gain: #4ac26b; --loss: #ff7b72; --note: #e0b24c;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 2rem 1.5rem 4rem; max-width: 76rem;
  font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); overflow-wrap: anywhere;
}
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .25rem; }
h2 { font-size: 1.15rem; margin: 2.25rem 0 .6rem; }
p { margin: .3rem 0; }
.soft, caption, .of { color: var(--soft); }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)); gap: .75rem; margin: 1.25rem 0 0; padding: 0; list-style: none; }
.cards li { border: 1px solid var(--line); border-radius: .5rem; padding: .7rem .9rem; }
.cards strong { display: block; font-size: 1.6rem; line-height: 1.2; font-variant-numeric: tabular-nums; }
.cards .alarm { border-color: var(--loss); }
.cards .alarm strong { color: var(--loss); }
.cards .who { display: block; font-size: .85em; color: var(--soft); overflow-wrap: anywhere; }
.verdict { margin-top: 1rem; padding: .6rem .9rem; border-left: .3rem solid var(--gain); background: var(--shade); }
.verdict.alarm { border-color: var(--loss); }
.filter { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: baseline; margin: .5rem 0; }
input[type=search] {
  font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--soft); border-radius: .3rem;
  padding: .3rem .5rem; width: 20rem; max-width: 100%;
}
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid var(--line); }
th { background: var(--shade); white-space: nowrap; }
td { overflow-wrap: anywhere; }
.example { min-width: 13rem; }
.why { min-width: 14rem; }
.n { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
th button { all: unset; cursor: pointer; }
th button:focus-visible, input:focus-visible { outline: 2px solid var(--soft); outline-offset: 2px; }
th[aria-sort=ascending] button::after { content: " \\2191"; }
th[aria-sort=descending] button::after { content: " \\2193"; }
.bar { display: block; width: 5rem; height: .45rem; margin-left: auto; }
.bar rect.track { fill: var(--line); }
.bar.gain rect.value { fill: var(--gain); }
.bar.loss rect.value { fill: var(--loss); }
.name { font-weight: 600; min-width: 10rem; }
.mark { display: inline-block; color: var(--note); border: 1px solid; border-radius: 1rem; padding: 0 .5rem; font-size: .8em; font-weight: 400; }
ul.plain { margin: .3rem 0; padding-left: 1.2rem; }
td ul { margin: 0; padding: 0; list-style: none; }
.none { color: var(--soft); font-style: italic; }
@media print {
  :root { --ink: #000; --soft: #444; --paper: #fff; --line: #bbb; --shade: #eee; --gain: #1a7f37; --loss: #b3261e; --note: #7a5300; }
  body { max-width: none; padding: 0; font-size: 10pt; }
  .filter { display: none; }
  tr[hidden] { display: table-row; }
  tr, .cards li { break-inside: avoid; }
  thead { display: table-header-group; }
  .scroll { overflow: visible; }
  .why { min-width: 12rem; }
  * { print-color-adjust: exact; }
}
`;
