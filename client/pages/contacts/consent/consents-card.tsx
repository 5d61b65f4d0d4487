import { consentWords, sourceWords } from "@smscrm/core/explain/consent-words";
import { A } from "@solidjs/router";
import { createSignal, For, type JSX, Show } from "solid-js";
import { useWithdrawConsent } from "../../../data/contacts/consent.ts";
import type { Contact } from "../../../data/contacts/contacts.ts";
import { sentenceOf } from "../../../data/transport/problem.ts";
import { useDenied } from "../../../shell/session-context.tsx";
import { Button } from "../../../ui/controls/button.tsx";
import { Confirm } from "../../../ui/controls/dialog.tsx";
import { TextField } from "../../../ui/controls/field.tsx";
import { Card } from "../../../ui/page.tsx";
import { Badge } from "../../../ui/status.tsx";
import { Moment } from "../../../ui/time/moment.tsx";
import { notifyDone } from "../../../ui/toast.tsx";
import { consentFaultWords, eventWords, purposeWords } from "../../../ui/words/consent-words.ts";
import { lookUp } from "../../../ui/words/look-up.ts";
import { AddConsentDialog } from "./add-consent.tsx";

type Consent = Contact["consents"][number];

/** What may be sent to the contact today and why, and every consent on record. */
export function ConsentsCard(props: { contact: Contact }): JSX.Element {
  const denied = useDenied();
  const [adding, setAdding] = createSignal(false);
  const [withdrawing, setWithdrawing] = createSignal<Consent | null>(null);
  return (
    <Card
      title="Consent"
      flush
      actions={
        <Button size="small" denied={denied("contacts.write")} onClick={() => setAdding(true)}>
          Record consent…
        </Button>
      }
    >
      <Standings contact={props.contact} />
      <Show
        when={props.contact.consents.length > 0}
        fallback={<p class="p-5 text-muted">No consent on record.</p>}
      >
        <ol aria-label="Consents on record">
          <For each={props.contact.consents}>
            {(consent) => <ConsentItem consent={consent} onWithdraw={() => setWithdrawing(consent)} />}
          </For>
        </ol>
      </Show>
      <AddConsentDialog open={adding()} onClose={() => setAdding(false)} contactId={props.contact.id} />
      <WithdrawDialog
        contactId={props.contact.id}
        consent={withdrawing()}
        onClose={() => setWithdrawing(null)}
      />
    </Card>
  );
}

/** For each purpose, whether a text may go today, as the claim decides. */
function Standings(props: { contact: Contact }): JSX.Element {
  return (
    <ul class="grid gap-2 border-b border-line px-5 py-3" aria-label="What may be sent">
      <For each={props.contact.standings}>
        {(standing) => (
          <li class="flex flex-wrap items-baseline justify-between gap-x-3">
            <span class="font-medium">{purposeWords(standing.purpose)}</span>
            <Badge tone={standing.allowed ? "ok" : "warn"}>
              {standing.allowed ? "Allowed" : "Not allowed"}
            </Badge>
            <Show when={standing.fault}>
              {(fault) => <p class="w-full text-[0.8125rem] text-muted">{consentFaultWords(fault())}</p>}
            </Show>
            <Show when={standing.endsAt}>
              <p class="w-full text-[0.8125rem] text-muted">
                Until <Moment at={standing.endsAt} />
              </p>
            </Show>
          </li>
        )}
      </For>
    </ul>
  );
}

function ConsentItem(props: { consent: Consent; onWithdraw: () => void }): JSX.Element {
  const denied = useDenied();
  const consent = () => props.consent;
  const scope = () =>
    [...(consent().purposes ?? []).map(purposeWords), ...(consent().topics ?? [])].join(", ");
  return (
    <li class="border-b border-line px-5 py-3 last:border-0">
      <div class="flex flex-wrap justify-between gap-x-3">
        <span class="font-medium">
          {consent().withdraws ? "One consent withdrawn" : consentWords(consent().basis)}
        </span>
        <span class="text-[0.8125rem] text-muted">
          <Moment at={consent().givenAt ?? consent().createdAt} />
        </span>
      </div>
      <p class="text-[0.8125rem] text-muted">
        From {sourceWords(consent().source)}
        <Show when={consent().recordedBy}>, by {consent().recordedBy}</Show>
      </p>
      <div class="mt-1 grid gap-0.5 text-[0.8125rem] wrap-anywhere">
        <Show when={consent().wording}>
          <p>
            <span class="text-muted">Wording: </span>“{consent().wording}”
          </p>
        </Show>
        <Show when={scope()}>
          <p>
            <span class="text-muted">For: </span>
            {scope()}
          </p>
        </Show>
        <Show when={consent().event}>
          {(event) => (
            <p>
              <span class="text-muted">Follows from: </span>
              {eventWords(event())}
              <Show when={consent().eventAt}>
                {" on "}
                <Moment at={consent().eventAt} />
              </Show>
            </p>
          )}
        </Show>
        <Show when={consent().endsAt}>
          <p>
            <span class="text-muted">Ends: </span>
            <Moment at={consent().endsAt} />
            <span class="text-muted">{consent().expiresAt ? "" : ", by law"}</span>
          </p>
        </Show>
      </div>
      <Evidence evidence={consent().evidence} />
      <Show when={consent().isInForce}>
        <div class="mt-2">
          <Button size="small" denied={denied("contacts.write")} onClick={() => props.onWithdraw()}>
            Withdraw…
          </Button>
        </div>
      </Show>
    </li>
  );
}

const NOTE_LENGTH_MIN = 3;

function WithdrawDialog(props: {
  contactId: string;
  consent: Consent | null;
  onClose: () => void;
}): JSX.Element {
  const withdraw = useWithdrawConsent();
  const [note, setNote] = createSignal("");
  const save = () => {
    if (!props.consent) return;
    withdraw.mutate(
      { id: props.contactId, consentId: props.consent.id, note: note().trim() },
      {
        onSuccess: () => {
          notifyDone("Consent withdrawn.");
          setNote("");
          props.onClose();
        },
      },
    );
  };
  return (
    <Confirm
      open={props.consent !== null}
      onClose={props.onClose}
      title="Withdraw this consent?"
      description="The other consents stay. If the person wants no texts at all, choose Do not contact instead."
      action="Withdraw"
      danger
      pending={withdraw.isPending}
      denied={note().trim().length < NOTE_LENGTH_MIN ? "Enter a reason" : undefined}
      error={withdraw.isError ? sentenceOf(withdraw.error) : undefined}
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

/** The words before each part of the evidence, which the database keeps as free JSON. */
const EVIDENCE = {
  note: "",
  statement: "",
  text: "They wrote: ",
  fileName: "File: ",
  line: "Line: ",
  messageSid: "Carrier ID: ",
};

/** The import is a link, and the contact is the page itself. */
const HIDDEN: ReadonlySet<string> = new Set(["importId", "contactId"]);

/** The evidence of a consent, the statement first. */
function Evidence(props: { evidence: Readonly<Record<string, unknown>> }): JSX.Element {
  const shown = () =>
    Object.entries(props.evidence)
      .filter(([name, value]) => !HIDDEN.has(name) && value !== null && typeof value !== "object")
      .sort(([a], [b]) => Number(lookUp(EVIDENCE, b) === "") - Number(lookUp(EVIDENCE, a) === ""));
  return (
    <div class="mt-1 grid gap-0.5 text-[0.8125rem] wrap-anywhere">
      <For each={shown()}>
        {([name, value]) => (
          <p>
            <span class="text-muted">{lookUp(EVIDENCE, name) ?? `${name}: `}</span>
            {lookUp(EVIDENCE, name) === "" ? `“${String(value)}”` : String(value)}
          </p>
        )}
      </For>
      <Show when={typeof props.evidence.importId === "string"}>
        <A
          href={`/contacts/import/${String(props.evidence.importId)}`}
          class="w-fit text-accent hover:underline"
        >
          Open import
        </A>
      </Show>
    </div>
  );
}
