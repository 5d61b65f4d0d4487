import { sourceWords } from "@smscrm/core/explain/consent-words";
import { createSignal, For, type JSX, Show } from "solid-js";
import { topicsQuery, useSetPreference } from "../../../data/contacts/consent.ts";
import type { Contact } from "../../../data/contacts/contacts.ts";
import { sentenceOf } from "../../../data/transport/problem.ts";
import { useQuery } from "../../../data/transport/use-query.ts";
import { useDenied } from "../../../shell/session-context.tsx";
import { Button } from "../../../ui/controls/button.tsx";
import { Confirm } from "../../../ui/controls/dialog.tsx";
import { TextField } from "../../../ui/controls/field.tsx";
import { Card } from "../../../ui/page.tsx";
import { notifyDone } from "../../../ui/toast.tsx";
import { subjectWords } from "../../../ui/words/consent-words.ts";

const NOTE_LENGTH_MIN = 3;
const PURPOSES = ["marketing", "transactional", "service"] as const;

/** What the contact does not want, by purpose and topic. */
export function PreferencesCard(props: { contact: Contact }): JSX.Element {
  const denied = useDenied();
  const topics = useQuery(topicsQuery);
  const [changing, setChanging] = createSignal<string | null>(null);
  const refused = (key: string) => props.contact.preferences.find(({ subject }) => subject === key);
  const subjects = () => {
    const known = topics.isSuccess ? topics.data.map((topic) => `marketing:${topic}`) : [];
    const all = ["marketing", ...known, "transactional", "service"];
    const others = props.contact.preferences
      .map(({ subject }) => subject)
      .filter((key) => !all.includes(key));
    return [...all, ...others];
  };
  return (
    <Card title="Preferences" hint="What this person wants, by purpose and topic." flush>
      <ul>
        <For each={subjects()}>
          {(key) => (
            <li class="flex flex-wrap items-center justify-between gap-x-3 gap-y-1 border-b border-line px-5 py-3 last:border-0">
              <div class="min-w-0">
                <span class="font-medium wrap-anywhere">{subjectWords(key)}</span>
                <Show when={refused(key)}>
                  {(entry) => (
                    <p class="text-[0.8125rem] text-muted wrap-anywhere">
                      Not wanted. From {sourceWords(entry().source)}
                      <Show when={entry().note}>: “{entry().note}”</Show>
                    </p>
                  )}
                </Show>
              </div>
              <Button size="small" denied={denied("contacts.write")} onClick={() => setChanging(key)}>
                {refused(key) ? "Wants it again…" : "Not wanted…"}
              </Button>
            </li>
          )}
        </For>
      </ul>
      <PreferenceDialog
        contactId={props.contact.id}
        subject={changing()}
        wanted={changing() !== null && refused(changing()!) !== undefined}
        onClose={() => setChanging(null)}
      />
    </Card>
  );
}

function PreferenceDialog(props: {
  contactId: string;
  subject: string | null;
  wanted: boolean;
  onClose: () => void;
}): JSX.Element {
  const set = useSetPreference();
  const [note, setNote] = createSignal("");
  const save = () => {
    const [purpose, ...rest] = (props.subject ?? "").split(":");
    const known = PURPOSES.find((one) => one === purpose);
    if (!known) return;
    set.mutate(
      {
        id: props.contactId,
        purpose: known,
        topic: rest.length > 0 ? rest.join(":") : null,
        wanted: props.wanted,
        note: note().trim(),
      },
      {
        onSuccess: () => {
          notifyDone("Preference saved.");
          setNote("");
          props.onClose();
        },
      },
    );
  };
  return (
    <Confirm
      open={props.subject !== null}
      onClose={props.onClose}
      title={`${subjectWords(props.subject ?? "")}: ${props.wanted ? "wanted again?" : "not wanted?"}`}
      description={
        props.wanted
          ? "Texts of this kind may be sent again, if there is consent."
          : "No text of this kind is sent any more. Everything else stays."
      }
      action="Save"
      pending={set.isPending}
      denied={note().trim().length < NOTE_LENGTH_MIN ? "Enter a reason" : undefined}
      error={set.isError ? sentenceOf(set.error) : undefined}
      onConfirm={save}
    >
      <TextField
        label="Reason"
        hint="For example: asked on the phone. This is kept in the audit log."
        maxLength={500}
        value={note()}
        onInput={(event) => setNote(event.currentTarget.value)}
      />
    </Confirm>
  );
}
