import { createSignal, For, type JSX, Show } from "solid-js";
import {
  type ListedPasskey,
  passkeyProblem,
  type Security,
  useAddPasskey,
  useRemovePasskey,
  useRenamePasskey,
} from "../../data/people/second-factor.ts";
import { sentenceOf } from "../../data/transport/problem.ts";
import { Button } from "../../ui/controls/button.tsx";
import { Confirm } from "../../ui/controls/dialog.tsx";
import { TextField } from "../../ui/controls/field.tsx";
import { Moment } from "../../ui/time/moment.tsx";
import { notifyDone } from "../../ui/toast.tsx";
import { Section } from "../settings/section.tsx";
import { deviceWords } from "./device-words.ts";

export function PasskeysSection(props: { security: Security }): JSX.Element {
  const [adding, setAdding] = createSignal(false);
  const [renaming, setRenaming] = createSignal<ListedPasskey | null>(null);
  const [removing, setRemoving] = createSignal<ListedPasskey | null>(null);
  const [name, setName] = createSignal("");
  const add = useAddPasskey();
  const rename = useRenamePasskey();
  const remove = useRemovePasskey();
  const denied = () =>
    !props.security.passkeysPossible &&
    "Passkeys need an address with a name, over https. Ask the platform operator.";
  const words = (mutation: { isError: boolean; error: unknown }) =>
    mutation.isError ? (passkeyProblem(mutation.error) ?? sentenceOf(mutation.error)) : undefined;
  const nameField = () => (
    <TextField
      label="Name"
      hint="So that you recognise it later."
      maxLength={100}
      required
      value={name()}
      onInput={(event) => setName(event.currentTarget.value)}
    />
  );
  return (
    <Section
      id="passkeys"
      title="Passkeys"
      hint="Confirm with your fingerprint, face, PIN or a security key. A passkey can’t be phished."
    >
      <ul class="empty:hidden mb-4">
        <For each={props.security.passkeys}>
          {(passkey) => (
            <li class="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-line py-3 first:pt-0">
              <div class="min-w-0 flex-1 basis-48">
                <p class="font-medium wrap-anywhere">{passkey.name}</p>
                <p class="text-[0.8125rem] text-muted">
                  Added <Moment at={passkey.createdAt} /> ·{" "}
                  <Show when={passkey.lastUsedAt} fallback="never used">
                    {(at) => (
                      <>
                        last used <Moment at={at()} ago />
                      </>
                    )}
                  </Show>
                </p>
              </div>
              <Button
                size="small"
                onClick={() => {
                  setName(passkey.name);
                  setRenaming(passkey);
                }}
              >
                Rename
              </Button>
              <Button size="small" onClick={() => setRemoving(passkey)}>
                Remove
              </Button>
            </li>
          )}
        </For>
      </ul>
      <Button
        icon="plus"
        denied={denied()}
        onClick={() => {
          setName(deviceWords(navigator.userAgent));
          setAdding(true);
        }}
      >
        Add a passkey
      </Button>
      <Confirm
        open={adding()}
        onClose={() => setAdding(false)}
        title="Add a passkey"
        description="Name it, then follow your browser."
        action="Continue"
        pending={add.isPending}
        error={words(add)}
        onConfirm={() =>
          add.mutate(name(), {
            onSuccess: () => {
              setAdding(false);
              notifyDone("Passkey added.");
            },
          })
        }
      >
        {nameField()}
      </Confirm>
      <Confirm
        open={renaming() !== null}
        onClose={() => setRenaming(null)}
        title="Rename the passkey"
        action="Save"
        pending={rename.isPending}
        error={words(rename)}
        onConfirm={() =>
          rename.mutate({ id: renaming()!.id, name: name() }, { onSuccess: () => setRenaming(null) })
        }
      >
        {nameField()}
      </Confirm>
      <Confirm
        open={removing() !== null}
        onClose={() => setRemoving(null)}
        title={`Remove “${removing()?.name ?? ""}”?`}
        description="It can’t be used here any more. Delete it on the device, too."
        action="Remove"
        danger
        pending={remove.isPending}
        error={words(remove)}
        onConfirm={() =>
          remove.mutate(removing()!.id, {
            onSuccess: () => {
              setRemoving(null);
              notifyDone("Passkey removed.");
            },
          })
        }
      />
    </Section>
  );
}
