/** Two panes, one on a narrow screen; light or dark by the reader's preference. */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --page: light-dark(#eef1f4, #101418); --pane: light-dark(#fff, #181d23); --text: light-dark(#14202b, #e8edf2);
  --quiet: light-dark(#556472, #9fb0bf); --line: light-dark(#d6dde4, #2a333c); --accent: light-dark(#0b63ce, #7db6ff);
  --on-accent: light-dark(#fff, #08213f); --ours: light-dark(#e7ebef, #28313a); --theirs: light-dark(#0b63ce, #1f5fae);
  --bubble: light-dark(#fff, #28313a); --alert: light-dark(#a3261c, #ff9d94);
}
* { box-sizing: border-box; }
body { margin: 0; height: 100dvh; display: grid; grid-template-columns: 20rem 1fr; background: var(--page); color: var(--text);
  font: 16px/1.45 system-ui, sans-serif; }
nav { background: var(--pane); border-right: 1px solid var(--line); padding: 1rem; overflow-y: auto; min-width: 0; }
h1 { font-size: 1.25rem; margin: 0 0 .75rem; }
h2 { font-size: 1.1rem; margin: 0; font-variant-numeric: tabular-nums; }
label { font-size: .875rem; color: var(--quiet); }
.row { display: flex; gap: .5rem; align-items: center; margin-top: .25rem; }
input, textarea { font: inherit; color: inherit; background: var(--page); border: 1px solid var(--line); border-radius: .6rem;
  padding: .5rem .7rem; width: 100%; min-width: 0; }
textarea { resize: none; }
button { font: inherit; font-weight: 600; color: var(--accent); background: transparent; border: 1px solid var(--accent);
  border-radius: .6rem; padding: .45rem .8rem; min-height: 2.6rem; cursor: pointer; }
.send { background: var(--accent); color: var(--on-accent); align-self: stretch; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
ul, ol { list-style: none; margin: 0; padding: 0; }
#handsets { margin-top: 1rem; }
#handsets a { display: grid; grid-template-columns: 1fr auto; gap: 0 .5rem; padding: .6rem; border-radius: .6rem;
  color: inherit; text-decoration: none; font-variant-numeric: tabular-nums; }
#handsets a:hover, #handsets a[aria-current] { background: var(--ours); }
#handsets time, #handsets span, .quiet, small { color: var(--quiet); font-size: .8125rem; }
#handsets span { grid-column: 1 / -1; overflow: hidden; white-space: nowrap; text-overflow: ellipsis; }
main { display: flex; flex-direction: column; min-width: 0; min-height: 0; max-width: 52rem; width: 100%; margin: 0 auto; }
header { padding: 1rem 1rem .75rem; border-bottom: 1px solid var(--line); }
.back { display: none; color: var(--accent); }
.blocked { color: var(--alert); margin: .25rem 0 0; font-weight: 600; }
.hint { margin: auto; padding: 2rem; text-align: center; }
#bubbles { flex: 1; overflow-y: auto; padding: 1rem; display: flex; flex-direction: column; gap: .75rem; }
#bubbles li { max-width: 85%; }
#bubbles p { margin: 0; padding: .6rem .9rem; border-radius: 1.1rem; white-space: pre-wrap; overflow-wrap: anywhere; }
.ours { align-self: flex-start; } .ours p { background: var(--bubble); border-bottom-left-radius: .3rem; }
.theirs { align-self: flex-end; text-align: right; }
.theirs p { background: var(--theirs); color: #fff; border-bottom-right-radius: .3rem; text-align: left; }
.missing p { background: transparent; border: 1px dashed var(--quiet); color: var(--quiet); }
#reply { padding: .75rem 1rem 1rem; border-top: 1px solid var(--line); background: var(--pane); }
.quick { flex-wrap: wrap; margin-bottom: .5rem; }
.to { display: flex; align-items: center; gap: .4rem; flex: 1 1 12rem; }
.sr { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
@media (max-width: 44rem) {
  body { grid-template-columns: 1fr; }
  body.open nav { display: none; }
  body:not(.open) main { display: none; }
  .back { display: inline-block; margin-bottom: .25rem; }
}
`;
