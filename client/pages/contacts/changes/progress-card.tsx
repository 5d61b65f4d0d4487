import type { JSX } from "solid-js";
import { Announce } from "../../../ui/announce.tsx";
import { ProgressBar } from "../../../ui/charts/meter.tsx";
import { Card } from "../../../ui/page.tsx";
import { countOf, formatCount } from "../../../ui/words/format.ts";

/** How far a bulk action, or an undo, has come. */
export function ProgressCard(props: {
  title: string;
  /** What runs: "Undo". */
  label: string;
  done: number;
  total: number;
  actions?: JSX.Element;
}): JSX.Element {
  const share = () => (props.total === 0 ? null : Math.min(1, props.done / props.total));
  return (
    <Card title={props.title} actions={props.actions}>
      <div class="grid gap-3">
        <ProgressBar label={props.label} share={share()} />
        <Announce text={`${countOf(props.done, "contact")} of ${formatCount(props.total)} done`} />
        <p class="text-muted" translate="no">
          {formatCount(props.done)} of {countOf(props.total, "contact")}
        </p>
        <p class="text-[0.8125rem] text-muted">You can leave this page. The work continues.</p>
      </div>
    </Card>
  );
}
