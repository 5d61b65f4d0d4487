import { useNavigate } from "@solidjs/router";
import { createSignal, For, type JSX, Show } from "solid-js";
import { contactSearchQuery } from "../../../data/contacts/contacts.ts";
import { useQuery } from "../../../data/transport/use-query.ts";
import { Button } from "../../../ui/controls/button.tsx";
import { Dialog } from "../../../ui/controls/dialog.tsx";
import { TextField } from "../../../ui/controls/field.tsx";
import { createTypingPause } from "../../../ui/controls/typing-pause.ts";
import { formatPhone, nameOf } from "../../../ui/words/format.ts";

/** Chooses the contact to merge with this one. */
export function MergeWithDialog(props: { open: boolean; id: string; onClose: () => void }): JSX.Element {
  const navigate = useNavigate();
  const [text, setText] = createSignal("");
  const [search, setSearch] = createSignal("");
  createTypingPause(text, (value) => setSearch(value.trim()));
  const found = useQuery(() => contactSearchQuery(search()));
  const others = () => (found.isSuccess ? found.data.items.filter(({ id }) => id !== props.id) : []);
  return (
    <Dialog
      open={props.open}
      onClose={props.onClose}
      title="Merge with…"
      description="Choose the other contact of this person. You see what changes before anything does."
    >
      <div class="grid gap-4">
        <TextField
          label="Name or number"
          type="search"
          value={text()}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <Show
          when={others().length > 0}
          fallback={<p class="text-muted">{found.isPending ? "Searching…" : "No other contact matches."}</p>}
        >
          <ul class="divide-y divide-line rounded-lg border border-line">
            <For each={others()}>
              {(contact) => (
                <li class="flex flex-wrap items-center justify-between gap-2 px-4 py-2">
                  <span class="min-w-0 wrap-anywhere">
                    <bdi class="font-medium">{nameOf(contact)}</bdi>
                    <span class="block text-[0.8125rem] text-muted">{formatPhone(contact.phone)}</span>
                  </span>
                  <Button
                    size="small"
                    onClick={() => {
                      props.onClose();
                      navigate(`/contacts/${props.id}/merge/${contact.id}`);
                    }}
                  >
                    Compare
                  </Button>
                </li>
              )}
            </For>
          </ul>
        </Show>
      </div>
    </Dialog>
  );
}
