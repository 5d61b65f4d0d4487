import { For, type JSX, Show } from "solid-js";
import { type SystemStatus, systemQuery } from "../data/system.ts";
import { useQuery } from "../data/use-query.ts";
import { useMe } from "../shell/session-context.tsx";
import { thisSecond } from "../ui/clock.ts";
import { formatCount, formatDuration } from "../ui/format.ts";
import { Icon } from "../ui/icon.tsx";
import { Empty, Loaded } from "../ui/loaded.tsx";
import { Moment } from "../ui/moment.tsx";
import { Card, Fact, Facts, PageHead } from "../ui/page.tsx";
import { Badge } from "../ui/status.tsx";
import { DiagnosisCard } from "./alerts/diagnosis-card.tsx";
import { ObjectivesCard } from "./alerts/objectives-card.tsx";
import { RestoreCard } from "./system/restore-card.tsx";

const WORKER_LOST_MS = 30_000;

export default function SystemPage(): JSX.Element {
  const query = useQuery(systemQuery);
  return (
    <>
      <PageHead title="System" lead="Whether the parts that send are up, and what the carrier tells us." />
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
            <Card title="This program">
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
      <State ok={props.status.database.ok} good="Answers" bad="Does not answer" />
      <p class="mt-1 text-muted">in {formatCount(props.status.database.latencyMs)} ms</p>
      <Show when={props.status.replica}>{(replica) => <Replica replica={replica()} />}</Show>
    </Card>
  );
}

function Replica(props: { replica: NonNullable<SystemStatus["replica"]> }): JSX.Element {
  const used = () => props.replica.state === "in use";
  return (
    <dl class="mt-3 grid gap-1">
      <Row term="Exports come from">{used() ? "the replica" : "the database"}</Row>
      <Row term="Replica">
        <span class={used() ? "" : "font-semibold text-danger"}>{replicaWords(props.replica)}</span>
      </Row>
    </dl>
  );
}

function replicaWords({ state, behindSeconds }: NonNullable<SystemStatus["replica"]>): string {
  if (state === "unreachable") return "does not answer";
  if (state === "no replica") return "is no standby";
  if (behindSeconds === null) return "has replayed nothing yet";
  return behindSeconds === 0 ? "up to date" : `${formatDuration(behindSeconds * 1_000)} behind`;
}

function QueueCard(props: { status: SystemStatus }): JSX.Element {
  return (
    <Card title="Queue">
      <State ok={props.status.queue.mode !== null} good={modeWords(props.status.queue.mode)} bad="Not seen" />
      <p class="mt-1 text-muted">
        {formatCount(props.status.queue.waiting)} tickets wait, {formatCount(props.status.queue.active)} in
        hand. A ticket carries up to 100 messages.
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
          Nobody is really texted. <Handset url={me().handsetUrl} />
        </p>
      </Show>
      <dl class="mt-3 grid gap-1">
        <Row term="Last word from it">
          <Moment at={props.status.webhooks.lastReceivedAt} ago none="None yet" />
        </Row>
        <Row term="Forged in 24 h">
          <Alarm count={props.status.webhooks.forgedLast24h} />
        </Row>
        <Row term="About unknown messages in 24 h">
          <Alarm count={props.status.webhooks.unknownLast24h} />
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
          Open the handsets <Icon name="external" class="size-3.5" />
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

function Alarm(props: { count: number }): JSX.Element {
  return <span class={props.count > 0 ? "font-semibold text-danger" : ""}>{formatCount(props.count)}</span>;
}

function Workers(props: { status: SystemStatus }): JSX.Element {
  const lost = (seenAt: string) => thisSecond().getTime() - new Date(seenAt).getTime() > WORKER_LOST_MS;
  return (
    <Card title="Workers" hint="They send, import and watch. Without one, everything waits." flush>
      <Show
        when={props.status.workers.length > 0}
        fallback={
          <Empty icon="warning" title="No worker was seen lately">
            Start one (<code>pnpm start</code> runs everything; <code>pnpm dev:worker</code> runs one by
            itself). Messages wait and nothing is lost.
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
                  to {worker.carrier}
                </span>
                <Badge tone={lost(worker.seenAt) ? "danger" : "ok"}>
                  seen <Moment at={worker.seenAt} ago />
                </Badge>
              </li>
            )}
          </For>
        </ul>
      </Show>
    </Card>
  );
}
