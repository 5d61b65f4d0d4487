import { createSignal, For, type JSX, Show } from "solid-js";
import { sentenceOf } from "../../data/problem.ts";
import { type Restore, restoreQuery, useUnlock } from "../../data/restore.ts";
import { useQuery } from "../../data/use-query.ts";
import { useDenied } from "../../shell/session-context.tsx";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { countOf, formatCount } from "../../ui/format.ts";
import { Moment } from "../../ui/moment.tsx";
import { Card, Fact, Facts } from "../../ui/page.tsx";
import { notifyDone } from "../../ui/toast.tsx";

/** Only after a restore: what the carrier knew and the backup did not, and the way out of the lock. */
export function RestoreCard(): JSX.Element {
  const query = useQuery(restoreQuery);
  return (
    <Show when={query.isPending ? undefined : query.data}>{(restore) => <Locked restore={restore()} />}</Show>
  );
}

const KINDS: Record<Restore["counts"][number]["kind"], string> = {
  sent: "Sent since the backup, and not sent again",
  "sent-elsewhere": "Sent, and belonging to nothing here",
  "opt-out": "People who said STOP",
  "opt-in": "People who said START",
  reply: "Other replies",
};

function Locked(props: { restore: Restore }): JSX.Element {
  return (
    <Card
      title="Sending is locked after a restore"
      hint="Nothing is handed over until an owner has seen what the backup did not know."
    >
      <div class="grid gap-5">
        <Facts columns>
          <Fact term="Restored as of">
            <Moment at={props.restore.backupAt} precision="second" />
          </Fact>
          <Fact term="From">{props.restore.source}</Fact>
          <Fact term="Carrier asked until">
            <Moment at={props.restore.checkedUntil} precision="second" none="Not yet: a worker is at it" />
          </Fact>
          <For each={props.restore.counts}>
            {(count) => <Fact term={KINDS[count.kind]}>{formatCount(count.messages)}</Fact>}
          </For>
        </Facts>
        <Show when={props.restore.problem}>
          <p class="font-medium text-danger">The carrier could not be asked: {props.restore.problem}</p>
        </Show>
        <Elsewhere restore={props.restore} />
        <GoingOn restore={props.restore} />
        <p class="text-muted">
          What people here entered since the backup (contacts, campaigns, pauses, do-not-contact entries on a
          lost server) can't be asked of the carrier: enter it again before you unlock.
        </p>
        <div>
          <Unlock restore={props.restore} />
        </div>
      </div>
    </Card>
  );
}

function Elsewhere(props: { restore: Restore }): JSX.Element {
  return (
    <Show when={props.restore.elsewhere.length > 0}>
      <div>
        <h3 class="font-semibold">Texts of campaigns that the backup does not have</h3>
        <p class="text-muted">Whoever writes them again texts the same people again.</p>
        <ul class="mt-2 grid gap-1">
          <For each={props.restore.elsewhere}>
            {(text) => (
              <li class="wrap-anywhere">
                “{text.body}” – {countOf(text.messages, "message")}, last <Moment at={text.lastAt} />
              </li>
            )}
          </For>
        </ul>
      </div>
    </Show>
  );
}

function GoingOn(props: { restore: Restore }): JSX.Element {
  return (
    <Show when={props.restore.goingOn.length > 0}>
      <div>
        <h3 class="font-semibold">Campaigns that go on once you unlock</h3>
        <p class="text-muted">Pause or cancel those that were stopped since the backup.</p>
        <ul class="mt-2 grid gap-1">
          <For each={props.restore.goingOn}>
            {(campaign) => (
              <li>
                <a href={`/campaigns/${campaign.id}`} class="text-accent underline">
                  {campaign.name}
                </a>{" "}
                – {countOf(campaign.queued, "message waits", "messages wait")}
              </li>
            )}
          </For>
        </ul>
      </div>
    </Show>
  );
}

function Unlock(props: { restore: Restore }): JSX.Element {
  const [open, setOpen] = createSignal(false);
  const unlock = useUnlock();
  const denied = useDenied();
  const confirm = () =>
    unlock.mutate(props.restore.id, {
      onSuccess: () => {
        setOpen(false);
        notifyDone("Unlocked. Sending goes on.");
      },
    });
  return (
    <>
      <Button
        look="primary"
        denied={
          denied("restore.unlock") ??
          (props.restore.checkedUntil ? undefined : "The carrier has not been asked yet")
        }
        onClick={() => setOpen(true)}
      >
        Unlock sending
      </Button>
      <Confirm
        open={open()}
        onClose={() => setOpen(false)}
        title="Unlock sending?"
        description="Campaigns that go on send at once, as far as their gates allow. What was sent or stopped since the backup is taken into account as shown; your name is kept in the audit log."
        action="Unlock sending"
        pending={unlock.isPending}
        error={unlock.isError ? sentenceOf(unlock.error) : undefined}
        onConfirm={confirm}
      />
    </>
  );
}
