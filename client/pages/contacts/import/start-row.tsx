import type { JSX } from "solid-js";
import { sentenceOf } from "../../../data/transport/problem.ts";
import { Button } from "../../../ui/controls/button.tsx";
import { FormProblem } from "../../../ui/controls/form-problem.tsx";

/** The end of each import form: an error, the button that starts the import, and a note. */
export function StartRow(props: {
  start: { isPending: boolean; isError: boolean; error: unknown };
  label: string;
  denied: string | undefined;
  note: string;
}): JSX.Element {
  return (
    <>
      <FormProblem text={props.start.isError ? sentenceOf(props.start.error) : undefined} />
      <div class="flex flex-wrap items-center gap-4">
        <Button type="submit" look="primary" pending={props.start.isPending} denied={props.denied}>
          {props.label}
        </Button>
        <span class="text-muted">{props.note}</span>
      </div>
    </>
  );
}
