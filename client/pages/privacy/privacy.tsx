import { A } from "@solidjs/router";
import { createSignal, For, type JSX, Show } from "solid-js";
import {
  type Erasure,
  erasuresQuery,
  type FoundPerson,
  foundPeopleQuery,
  heldQuery,
  packKeyQuery,
} from "../../data/contacts/privacy.ts";
import { useInfiniteQuery, useQuery } from "../../data/transport/use-query.ts";
import { useDenied } from "../../shell/session-context.tsx";
import { Button } from "../../ui/controls/button.tsx";
import { TextField } from "../../ui/controls/field.tsx";
import { createTypingPause } from "../../ui/controls/typing-pause.ts";
import { Empty } from "../../ui/loaded.tsx";
import { Card, Fact, Facts, PageHead } from "../../ui/page.tsx";
import { PagedTable } from "../../ui/paged-table.tsx";
import { Badge } from "../../ui/status.tsx";
import { Under } from "../../ui/table.tsx";
import { Moment } from "../../ui/time/moment.tsx";
import { formatPhone } from "../../ui/words/format.ts";
import { EraseDialog, LiftDialog } from "./dialogs.tsx";
import { heldWords } from "./held-words.ts";
import { PackButton } from "./pack-button.tsx";
import { RetentionCard } from "./retention-card.tsx";

export default function PrivacyPage(): JSX.Element {
  const denied = useDenied();
  const refused = () => denied("privacy.read") ?? denied("phoneNumbers.read");
  return (
    <>
      <PageHead
        title="Privacy desk"
        lead="Find a person, give them what you hold about them, or erase them. Every step is in the audit log."
      />
      <Show
        when={!refused()}
        fallback={
          <Card>
            <Empty icon="user" title="Not for your role">
              {refused()}.
            </Empty>
          </Card>
        }
      >
        <div class="grid gap-6">
          <FindPerson />
          <Erasures />
          <RetentionCard />
          <SigningKey />
        </div>
      </Show>
    </>
  );
}

function FindPerson(): JSX.Element {
  const denied = useDenied();
  const [text, setText] = createSignal("");
  const [search, setSearch] = createSignal("");
  const [chosen, setChosen] = createSignal<string | null>(null);
  const [erasing, setErasing] = createSignal<FoundPerson | null>(null);
  const found = useQuery(() => foundPeopleQuery(search()));
  createTypingPause(text, (value) => setSearch(value.trim()));
  return (
    <Card title="Find a person">
      <TextField
        label="Number or name"
        type="search"
        fieldClass="max-w-sm"
        value={text()}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <Show when={search().length > 1 && found.data}>
        {(answer) => (
          <>
            <Show when={answer().erasedAt}>
              {(at) => (
                <p class="mt-4">
                  This number was erased on <Moment at={at()} />. Nothing is sent to it.
                </p>
              )}
            </Show>
            <Show when={answer().people.length === 0}>
              <p class="mt-4 text-muted">Nothing is held about this number or name.</p>
            </Show>
            <ul class="mt-4 grid gap-4">
              <For each={answer().people}>
                {(person) => (
                  <li class="grid gap-2 border-line border-t pt-4">
                    <div class="flex flex-wrap items-center justify-between gap-3">
                      <div class="min-w-0 wrap-anywhere">
                        <Show
                          when={person.contactId}
                          fallback={<span class="font-medium">{formatPhone(person.phone)}</span>}
                        >
                          {(contactId) => (
                            <A
                              href={`/contacts/${contactId()}`}
                              class="font-medium text-accent hover:underline"
                            >
                              {person.name ?? formatPhone(person.phone)}
                            </A>
                          )}
                        </Show>
                        <Under>
                          {person.contactId ? formatPhone(person.phone) : "No contact, but other data"}
                        </Under>
                      </div>
                      <div class="flex flex-wrap gap-2">
                        <Button
                          size="small"
                          onClick={() => setChosen(chosen() === person.phone ? null : person.phone)}
                        >
                          {chosen() === person.phone ? "Hide what is held" : "Show what is held"}
                        </Button>
                        <PackButton kind="evidence" phone={person.phone} />
                        <PackButton kind="export" phone={person.phone} />
                        <Button
                          size="small"
                          look="danger"
                          denied={denied("privacy.erase")}
                          onClick={() => setErasing(person)}
                        >
                          Erase…
                        </Button>
                      </div>
                    </div>
                    <Show when={chosen() === person.phone}>
                      <Held phone={person.phone} />
                    </Show>
                  </li>
                )}
              </For>
            </ul>
          </>
        )}
      </Show>
      <EraseDialog person={erasing()} onClose={() => setErasing(null)} />
    </Card>
  );
}

function Held(props: { phone: string }): JSX.Element {
  const held = useQuery(() => heldQuery(props.phone));
  return (
    <Show when={held.data}>
      {(counts) => (
        <Facts columns>
          <For each={heldWords(counts())}>{({ term, value }) => <Fact term={term}>{value}</Fact>}</For>
        </Facts>
      )}
    </Show>
  );
}

function Erasures(): JSX.Element {
  const denied = useDenied();
  const query = useInfiniteQuery(() => erasuresQuery());
  const [lifting, setLifting] = createSignal<Erasure | null>(null);
  return (
    <Card title="Erased people" flush>
      <PagedTable
        query={query}
        caption="Erased people"
        what="erasures"
        empty={<Empty icon="user" title="Nobody was erased yet" />}
        columns={[
          {
            head: "Reason",
            class: "wrap-anywhere",
            cell: (row: Erasure) => (
              <>
                <span class="font-medium">{row.reason}</span>
                <Under class="wrap-anywhere">Number: hash {row.mark}</Under>
                <Show when={row.liftReason}>
                  <Under class="wrap-anywhere">Lifted: {row.liftReason}</Under>
                </Show>
              </>
            ),
          },
          {
            head: "State",
            from: "sm" as const,
            cell: (row: Erasure) => (
              <Badge tone={row.liftedAt ? "quiet" : row.finishedAt ? "ok" : "warn"}>
                {row.liftedAt ? "Lifted" : row.finishedAt ? "Erased" : "Being erased"}
              </Badge>
            ),
          },
          {
            head: "When",
            from: "md" as const,
            numeric: true,
            class: "whitespace-nowrap",
            cell: (row: Erasure) => (
              <>
                <Moment at={row.erasedAt} />
                <Under>{row.erasedBy ?? "The system"}</Under>
              </>
            ),
          },
          {
            head: "Action",
            numeric: true,
            cell: (row: Erasure) => (
              <Show when={!row.liftedAt}>
                <Button
                  size="small"
                  look="quiet"
                  denied={denied("privacy.erase")}
                  onClick={() => setLifting(row)}
                >
                  Lift…
                </Button>
              </Show>
            ),
          },
        ]}
      />
      <LiftDialog erasure={lifting()} onClose={() => setLifting(null)} />
    </Card>
  );
}

function SigningKey(): JSX.Element {
  const key = useQuery(packKeyQuery);
  return (
    <Card title="Key of evidence packs">
      <p class="text-muted">
        Keep this public key on another machine. With it anyone can check a pack: pnpm verify-evidence FILE
        --key KEY.pem
      </p>
      <Show
        when={key.data}
        fallback={<p class="mt-3">This server has no key: the platform operator sets SECRETS_KEY.</p>}
      >
        {(known) => (
          <>
            <p class="mt-3 wrap-anywhere">Id: {known().keyId}</p>
            <pre class="mt-2 overflow-x-auto text-xs">{known().publicKey}</pre>
          </>
        )}
      </Show>
    </Card>
  );
}
