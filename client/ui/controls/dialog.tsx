import * as KDialog from "@kobalte/core/dialog";
import { type JSX, Show } from "solid-js";
import { Icon } from "../icon.tsx";
import { Button } from "./button.tsx";
import { FormProblem } from "./form-problem.tsx";
import { createKeptFocus } from "./kept-focus.ts";

/** A modal. The focus stays inside, Escape closes it, and the focus returns to the control that opened it. */
export function Dialog(props: {
  open: boolean;
  onClose: () => void;
  title: string;
  description?: JSX.Element;
  wide?: boolean;
  children: JSX.Element;
}): JSX.Element {
  const focus = createKeptFocus(() => props.open);
  return (
    <KDialog.Root open={props.open} onOpenChange={(open) => !open && props.onClose()}>
      <KDialog.Portal>
        <KDialog.Overlay class="fixed inset-0 z-40 bg-black/45" />
        <div class="fixed inset-0 z-50 grid items-end justify-items-center overflow-y-auto p-0 sm:items-center sm:p-4">
          <KDialog.Content
            ref={focus.ref}
            onCloseAutoFocus={focus.onCloseAutoFocus}
            class={`w-full animate-appear rounded-t-2xl border border-line bg-surface p-5 shadow-raised sm:rounded-2xl sm:p-6 ${props.wide ? "sm:max-w-2xl" : "sm:max-w-lg"}`}
          >
            <div class="flex items-start justify-between gap-4">
              <KDialog.Title class="text-lg font-semibold">{props.title}</KDialog.Title>
              <KDialog.CloseButton
                aria-label="Close"
                class="-mt-1 -mr-1 rounded-lg p-1.5 text-muted hover:bg-sunken hover:text-ink"
              >
                <Icon name="cross" />
              </KDialog.CloseButton>
            </div>
            <Show when={props.description}>
              <KDialog.Description as="div" class="mt-1.5 text-muted">
                {props.description}
              </KDialog.Description>
            </Show>
            <div class="mt-5">{props.children}</div>
          </KDialog.Content>
        </div>
      </KDialog.Portal>
    </KDialog.Root>
  );
}

/** Asks before an action. The button's label says what it does. */
export function Confirm(props: {
  open: boolean;
  onClose: () => void;
  title: string;
  description?: JSX.Element;
  action: string;
  danger?: boolean;
  pending?: boolean;
  denied?: string | false | undefined;
  error?: string | undefined;
  onConfirm: () => void;
  children?: JSX.Element;
}): JSX.Element {
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (!props.pending && !props.denied) props.onConfirm();
  };
  return (
    <Dialog open={props.open} onClose={props.onClose} title={props.title} description={props.description}>
      <form onSubmit={submit} class="grid gap-4">
        {props.children}
        <FormProblem text={props.error} />
        <div class="flex flex-wrap justify-end gap-2">
          <Button look="secondary" onClick={() => props.onClose()}>
            Cancel
          </Button>
          <Button
            type="submit"
            look={props.danger ? "danger" : "primary"}
            pending={props.pending}
            denied={props.denied}
          >
            {props.action}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
