import { generate } from "lean-qr";
import { createMemo, type JSX } from "solid-js";

/** Light modules around the code, without which phones don't find it. */
const QUIET = 4;

/** A QR code, drawn here: what it says goes over no network. Dark on white in every theme, as cameras expect. */
export function QrCode(props: { text: string; label: string }): JSX.Element {
  const drawing = createMemo(() => {
    const code = generate(props.text);
    let path = "";
    for (let y = 0; y < code.size; y++)
      for (let x = 0; x < code.size; x++) if (code.get(x, y)) path += `M${x + QUIET} ${y + QUIET}h1v1h-1z`;
    return { path, size: code.size + 2 * QUIET };
  });
  return (
    <svg
      role="img"
      aria-label={props.label}
      viewBox={`0 0 ${drawing().size} ${drawing().size}`}
      class="size-48 rounded-lg border border-line bg-white"
      shape-rendering="crispEdges"
    >
      <path d={drawing().path} fill="#000" />
    </svg>
  );
}
