import { segments } from "@smscrm/core/text/segments";
import { createSignal, type JSX, Show } from "solid-js";
import { unwrap } from "solid-js/store";
import { type Audience, previewBodyQuery } from "../../../data/campaigns.ts";
import type { ContactRow } from "../../../data/contacts/contacts.ts";
import { useQuery } from "../../../data/transport/use-query.ts";
import { createTypingPause } from "../../../ui/controls/typing-pause.ts";
import { Card } from "../../../ui/page.tsx";
import { countOf } from "../../../ui/words/format.ts";
import { ContactChooser } from "./contact-chooser.tsx";

const TYPING_PAUSE_MS = 300;

/** Shows the text as one contact will get it. The server renders it with the same code as the worker. */
export function PreviewCard(props: {
  body: string;
  /** The tag of its language; absent or empty: not said. */
  language?: string;
  smartEncoding: boolean;
  shortenLinks?: boolean;
  audience: Audience;
  contact: ContactRow | null;
  onContact: (contact: ContactRow | null) => void;
}): JSX.Element {
  const [settled, setSettled] = createSignal(props.body);
  createTypingPause(() => props.body, setSettled, TYPING_PAUSE_MS);
  // Without a tag nobody is in the audience, and there is nobody to show.
  const someone = () =>
    props.contact !== null || props.audience.kind !== "tags" || props.audience.tags.length > 0;
  const audience = (): Audience =>
    props.audience.kind === "tags" && props.audience.tags.length === 0
      ? { kind: "all" }
      : structuredClone(unwrap(props.audience));
  const preview = useQuery(() => ({
    ...previewBodyQuery({
      body: settled(),
      smartEncoding: props.smartEncoding,
      shortenLinks: props.shortenLinks ?? false,
      audience: audience(),
      contactId: props.contact?.id,
      language: props.language ?? "",
    }),
    enabled: someone() && settled().trim() !== "" && settled().length <= 1600,
  }));
  const text = () => (settled().trim() === "" || !someone() || !preview.isSuccess ? undefined : preview.data);
  const instead = () => {
    if (props.body.trim() === "") return "Write a message to see it here.";
    return someone() ? "…" : "Choose an audience or a contact to see the text.";
  };
  return (
    <Card title="Preview" hint="As the recipient will see it">
      <div class="rounded-2xl bg-sunken p-4">
        <Show when={text()} fallback={<p class="text-muted">{instead()}</p>}>
          {(shown) => (
            <>
              <p class="w-fit max-w-full rounded-2xl rounded-bl-md bg-surface px-3.5 py-2.5 wrap-anywhere whitespace-pre-wrap shadow-card">
                {shown().text}
              </p>
              <p class="mt-2 text-xs text-muted">
                {recipientWords(shown())} ·{" "}
                {countOf(segments(shown().text, { smartEncoding: props.smartEncoding }).segments, "segment")}
              </p>
            </>
          )}
        </Show>
      </div>
      <Show when={(text()?.missing.length ?? 0) > 0}>
        <p class="mt-3 rounded-lg bg-warn-soft px-3 py-2" role="status">
          <strong class="font-semibold text-warn">Not sent to this contact:</strong> no value for{" "}
          {text()?.missing.join(", ")}. Add a fallback, for example {"{{first_name|there}}"}.
        </p>
      </Show>
      <div class="mt-4">
        <ContactChooser label="Preview for a contact" contact={props.contact} onContact={props.onContact} />
      </div>
    </Card>
  );
}

/** Says whose values the preview has. */
function recipientWords({
  contactName,
  inAudience,
}: {
  contactName: string | null;
  inAudience: boolean | null;
}): string {
  if (inAudience === null) return "Nobody is in this audience";
  const name = contactName ?? "a contact without a name";
  return inAudience ? `To ${name}` : `As for ${name}, who is not in this audience`;
}
