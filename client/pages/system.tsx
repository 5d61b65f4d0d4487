import { For, type JSX, Show } from "solid-js";
import { type SystemStatus, systemQuery, WORKER_LOST_MS } from "../data/system.ts";
import { useQuery } from "../data/transport/use-query.ts";
import { useMe } from "../shell/session-context.tsx";
import { Icon } from "../ui/icon.tsx";
import { Empty, Loaded } from "../ui/loaded.tsx";
import { Card, Fact, Facts, PageHead } from "../ui/page.tsx";
import { Badge } from "../ui/status.tsx";
import { thisSecond } from "../ui/time/clock.ts";
import { Moment } from "../ui/time/moment.tsx";
import { countOf, formatCount, formatDuration } from "../ui/words/format.ts";
import { DiagnosisCard } from "./alerts/diagnosis-card.tsx";
import { ObjectivesCard } from "./alerts/objectives-card.tsx";
import { RestoreCard } from "./system/restore-card.tsx";

export default function SystemPage(): JSX.Element {
  const query = useQuery(systemQuery);
  return (
    <>
      <PageHead title="System" lead="The status of the database, the queue, the carrier and the workers." />
      <Loaded query={query}>
        {(status) => (
          <div class="grid gap-6">
            <RestoreCard />
            <div class="grid gap-6 md:grid-cols-2 xl:grid-cols-3">
              <DatabaseCard status={status()} />
              <QueueCard status={status()} />
              <CarrierCard status={status()} />
            </div>
            <Workers status={status()} />
            <ObjectivesCard />
            <DiagnosisCard />
            <Card title="Version">
              <Facts columns>
                <Fact term="Version">{status().version}</Fact>
                <Fact term="API started">
                  <Moment at={status().startedAt} precision="second" />
                </Fact>
              </Facts>
            </Card>
          </div>
        )}
      </Loaded>
    </>
  );
}

function State(props: { ok: boolean; good: string; bad: string }): JSX.Element {
  return (
    <p class={`flex items-center gap-2 text-lg font-semibold ${props.ok ? "text-ok" : "text-danger"}`}>
      <Icon name={props.ok ? "check" : "warning"} class="size-5" />
      {props.ok ? props.good : props.bad}
    </p>
  );
}

function DatabaseCard(props: { status: SystemStatus }): JSX.Element {
  return (
    <Card title="Database">
      <State ok={props.status.database.ok} good="Connected" bad="Not responding" />
      <p class="mt-1 text-muted" translate="no">
        Responded in {formatCount(props.status.database.latencyMs)} ms
      </p>
      <Show when={props.status.replica}>{(replica) => <Replica replica={replica()} />}</Show>
    </Card>
  );
}

function Replica(props: { replica: NonNullable<SystemStatus["replica"]> }): JSX.Element {
  const used = () => props.replica.state === "in use";
  return (
    <dl class="mt-3 grid gap-1">
      <Row term="Exports read from">{used() ? "the replica" : "the database"}</Row>
      <Row term="Replica">
        <span class={used() ? "" : "font-semibold text-danger"}>{replicaWords(props.replica)}</span>
      </Row>
    </dl>
  );
}

function replicaWords({ state, lagSeconds }: NonNullable<SystemStatus["replica"]>): string {
  if (state === "unreachable") return "not responding";
  if (state === "no replica") return "not a standby";
  if (lagSeconds === null) return "nothing replayed yet";
  return lagSeconds === 0 ? "up to date" : `${formatDuration(lagSeconds * 1_000)} behind`;
}

function QueueCard(props: { status: SystemStatus }): JSX.Element {
  return (
    <Card title="Queue">
      <State ok={props.status.queue.mode !== null} good={modeWords(props.status.queue.mode)} bad="Not seen" />
      <p class="mt-1 text-muted" translate="no">
        {countOf(props.status.queue.waiting, "batch", "batches")} queued,{" "}
        {formatCount(props.status.queue.active)} being sent. A batch has up to 100 messages.
      </p>
    </Card>
  );
}

const modeWords = (mode: string | null) =>
  mode === "redis" ? "On Redis" : mode === null ? "Not seen" : "On PostgreSQL";

function CarrierCard(props: { status: SystemStatus }): JSX.Element {
  const me = useMe();
  return (
    <Card title="Carrier">
      <p class="text-lg font-semibold">{props.status.carrier === "twilio" ? "Twilio" : "Simulator"}</p>
      <Show when={props.status.carrier === "simulator"}>
        <p class="text-muted">
          No real texts are sent. <Handset url={me().handsetUrl} />
        </p>
      </Show>
      <dl class="mt-3 grid gap-1">
        <Row term="Last update">
          <Moment at={props.status.webhooks.lastReceivedAt} ago none="None yet" />
        </Row>
        <Row term="Invalid signatures, 24 h">
          <AlarmCount count={props.status.webhooks.forgedLast24h} />
        </Row>
        <Row term="Updates for unknown messages, 24 h">
          <AlarmCount count={props.status.webhooks.unknownLast24h} />
        </Row>
      </dl>
    </Card>
  );
}

function Handset(props: { url: string | null }): JSX.Element {
  return (
    <Show when={props.url}>
      {(url) => (
        <a
          href={url()}
          target="_blank"
          rel="noreferrer"
          class="inline-flex items-center gap-1 text-accent underline"
        >
          Open handsets <Icon name="external" class="size-3.5" />
        </a>
      )}
    </Show>
  );
}

function Row(props: { term: string; children: JSX.Element }): JSX.Element {
  return (
    <div class="flex justify-between gap-4">
      <dt class="text-muted">{props.term}</dt>
      <dd>{props.children}</dd>
    </div>
  );
}

function AlarmCount(props: { count: number }): JSX.Element {
  return (
    <span translate="no" class={props.count > 0 ? "font-semibold text-danger" : ""}>
      {formatCount(props.count)}
    </span>
  );
}

function Workers(props: { status: SystemStatus }): JSX.Element {
  const lost = (seenAt: string) => thisSecond().getTime() - new Date(seenAt).getTime() > WORKER_LOST_MS;
  return (
    <Card
      title="Workers"
      hint="Workers send messages, run imports and check alerts. Without one, nothing is sent."
      flush
    >
      <Show
        when={props.status.workers.length > 0}
        fallback={
          <Empty icon="warning" title="No worker is running">
            Start one with <code>pnpm dev:worker</code>, or everything with <code>pnpm start</code>. Messages
            stay queued until then.
          </Empty>
        }
      >
        <ul>
          <For each={props.status.workers}>
            {(worker) => (
              <li class="flex flex-wrap items-center justify-between gap-x-6 gap-y-1 border-b border-line px-5 py-3 last:border-0">
                <span class="font-mono text-[0.8125rem] wrap-anywhere">{worker.workerId}</span>
                <span class="text-muted">
                  up {formatDuration(thisSecond().getTime() - new Date(worker.startedAt).getTime())} · sends
                  through {worker.carrier}
                </span>
                <Badge tone={lost(worker.seenAt) ? "danger" : "ok"}>
                  last seen <Moment at={worker.seenAt} ago />
                </Badge>
              </li>
            )}
          </For>
        </ul>
      </Show>
    </Card>
  );
}
