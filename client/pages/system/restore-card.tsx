import { createSignal, For, type JSX, Show } from "solid-js";
import { type Restore, restoreQuery, useUnlock } from "../../data/restore.ts";
import { sentenceOf } from "../../data/transport/problem.ts";
import { useQuery } from "../../data/transport/use-query.ts";
import { useDenied } from "../../shell/session-context.tsx";
import { Button } from "../../ui/controls/button.tsx";
import { Confirm } from "../../ui/controls/dialog.tsx";
import { Card, Fact, Facts } from "../../ui/page.tsx";
import { Moment } from "../../ui/time/moment.tsx";
import { notifyDone } from "../../ui/toast.tsx";
import { countOf, formatCount } from "../../ui/words/format.ts";

/** Shown after a restore. Lists what happened since the backup, and unlocks sending. */
export function RestoreCard(): JSX.Element {
  const query = useQuery(restoreQuery);
  return <Show when={query.data}>{(restore) => <Locked restore={restore()} />}</Show>;
}

const KINDS: Record<Restore["counts"][number]["kind"], string> = {
  sent: "Sent since the backup, not sent again",
  "sent-elsewhere": "Sent, but not in this database",
  "opt-out": "STOP replies",
  "opt-in": "START replies",
  reply: "Other replies",
};

function Locked(props: { restore: Restore }): JSX.Element {
  return (
    <Card
      title="Sending is locked after a restore"
      hint="Nothing is sent until an owner has reviewed what is missing in the backup."
    >
      <div class="grid gap-5">
        <Facts columns>
          <Fact term="Restored as of">
            <Moment at={props.restore.backupAt} precision="second" />
          </Fact>
          <Fact term="Source">{props.restore.source}</Fact>
          <Fact term="Carrier checked until">
            <Moment at={props.restore.checkedUntil} precision="second" none="In progress" />
          </Fact>
          <For each={props.restore.counts}>
            {(count) => <Fact term={KINDS[count.kind]}>{formatCount(count.messages)}</Fact>}
          </For>
        </Facts>
        <Show when={props.restore.problem}>
          <p class="font-medium text-danger">The carrier could not be checked: {props.restore.problem}</p>
        </Show>
        <MissingCampaigns restore={props.restore} />
        <ResumingCampaigns restore={props.restore} />
        <p class="text-muted">
          The carrier does not know what your team entered since the backup: contacts, campaigns, pauses and
          do-not-contact entries. Enter these again before you unlock.
        </p>
        <div>
          <Unlock restore={props.restore} />
        </div>
      </div>
    </Card>
  );
}

function MissingCampaigns(props: { restore: Restore }): JSX.Element {
  return (
    <Show when={props.restore.elsewhere.length > 0}>
      <div>
        <h3 class="font-semibold">Texts of campaigns that are missing in the backup</h3>
        <p class="text-muted">Don’t create these campaigns again. The same people would be texted twice.</p>
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

function ResumingCampaigns(props: { restore: Restore }): JSX.Element {
  return (
    <Show when={props.restore.resuming.length > 0}>
      <div>
        <h3 class="font-semibold">Campaigns that resume when you unlock</h3>
        <p class="text-muted">Pause or cancel any that were stopped since the backup.</p>
        <ul class="mt-2 grid gap-1">
          <For each={props.restore.resuming}>
            {(campaign) => (
              <li>
                <a href={`/campaigns/${campaign.id}`} class="text-accent underline">
                  {campaign.name}
                </a>{" "}
                – {countOf(campaign.queued, "queued message")}
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
        notifyDone("Unlocked. Sending has resumed.");
      },
    });
  return (
    <>
      <Button
        look="primary"
        denied={
          denied("restore.unlock") ??
          (props.restore.checkedUntil ? undefined : "The carrier has not been checked yet")
        }
        onClick={() => setOpen(true)}
      >
        Unlock sending
      </Button>
      <Confirm
        open={open()}
        onClose={() => setOpen(false)}
        title="Unlock sending?"
        description="Active campaigns resume at once, within quiet hours and budgets. Your name is kept in the audit log."
        action="Unlock sending"
        pending={unlock.isPending}
        error={unlock.isError ? sentenceOf(unlock.error) : undefined}
        onConfirm={confirm}
      />
    </>
  );
}
