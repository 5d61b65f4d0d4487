import { type JSX, Show } from "solid-js";

/** What is wrong with a form. Screen readers announce it at once. */
export function FormProblem(props: { text: string | undefined }): JSX.Element {
  return (
    <Show when={props.text}>
      <p role="alert" class="rounded-lg bg-danger-soft px-3 py-2 font-medium text-danger">
        {props.text}
      </p>
    </Show>
  );
}
