import { STREAM_TOPICS_MAX } from "@smscrm/core/process/live-topics";

/**
 * Shares one live stream between all tabs of a browser. Over HTTP/1.1 a browser opens six connections to a host. With one
 * stream per tab, the seventh tab and its "Pause sending" would wait for ever.
 *
 * The tabs that follow a topic queue for a Web Lock. The tab that holds it is the leader: it opens one stream for the
 * topics of all tabs and passes the values on. When the leader closes, crashes or is frozen, the next tab gets the lock.
 * The leader announces which topics the stream carries. A tab whose topic is not carried polls the server itself.
 */

/** Tabs of different versions do not share a stream. Raise it when `Message` or the stream's values change their meaning. */
const VERSION = 1;

/** How often a leader asks which tabs are open, and when a silent tab counts as closed. A hidden tab's timers run once a minute. */
const ROLL_CALL_MS = 60_000;
const GONE_AFTER_MS = 150_000;

/** How often a visible tab asks for the leader, and after how many unanswered questions it becomes the leader. */
const ASK_MS = 3_000;
const UNANSWERED_MAX = 5;

/** How long to wait before a stream that the server ended is opened again. Doubled each time. */
const RETRY_MS = 3_000;
const RETRY_MAX_MS = 60_000;

type Message =
  /** The topics that a tab follows. Every tab keeps the lists of all tabs, so that it can become the leader at once. */
  | { kind: "wants"; tab: string; topics: string[] }
  | { kind: "roll-call" }
  | { kind: "who-leads" }
  /** From the leader: the topics that the stream carries now. */
  | { kind: "carried"; topics: string[] }
  | { kind: "value"; topic: string; value: unknown };

/** Events of the leader's stream. */
interface StreamEvents {
  onValue: (topic: string, value: unknown) => void;
  onGone: (topic: string) => void;
  /** The connection broke and is being opened again. */
  onLost: () => void;
  /** The stream has ended and is not opened again automatically. */
  onEnd: () => void;
}

/** Opens a stream for these topics. Returns a function that closes it. */
export type Connect = (topics: readonly string[], events: StreamEvents) => () => void;

export interface Follower {
  onValue: (value: unknown) => void;
  onCarried: (carried: boolean) => void;
}

/** False in an insecure context (plain HTTP, except on localhost) and in old browsers. */
export const canShare = () => "locks" in navigator && "BroadcastChannel" in globalThis;

interface Hub {
  follow: (topic: string, follower: Follower) => () => void;
  /** Opens the stream again if this tab is the leader, because the server is back. */
  reopen: () => void;
}

const hubs = new Map<string, Hub>();

/**
 * Follows a topic through the shared stream of this `scope` (a person in an organisation). Tabs of different scopes
 * share nothing. Returns a function that stops following.
 */
export function followShared(scope: string, connect: Connect, topic: string, follower: Follower): () => void {
  const hub =
    hubs.get(scope) ?? openHub(`smscrm-live-${VERSION}-${scope}`, connect, () => hubs.delete(scope));
  hubs.set(scope, hub);
  return hub.follow(topic, follower);
}

export function reopenShared(): void {
  for (const hub of hubs.values()) hub.reopen();
}

function openHub(name: string, connect: Connect, onClosed: () => void): Hub {
  const tab = crypto.randomUUID();
  const channel = new BroadcastChannel(name);
  const mine = new Map<string, Set<Follower>>();
  const others = new Map<string, { topics: string[]; heardAt: number }>();
  let carried: readonly string[] = [];
  let leader: Leader | null = null;
  let queueing: AbortController | null = null;
  let steal = false;
  let unanswered = 0;

  const post = (message: Message) => channel.postMessage(message);
  const postWants = () => post({ kind: "wants", tab, topics: [...mine.keys()] });
  const deliver = (topic: string, value: unknown) => {
    for (const follower of mine.get(topic) ?? []) follower.onValue(value);
  };
  const noteCarried = (topics: readonly string[]) => {
    carried = topics;
    for (const [topic, followers] of mine) {
      for (const follower of followers) follower.onCarried(topics.includes(topic));
    }
  };
  /** Returns the topics of all open tabs, this tab's first. */
  const wanted = () => {
    const oldest = Date.now() - GONE_AFTER_MS;
    for (const [other, { heardAt }] of others) if (heardAt < oldest) others.delete(other);
    const theirs = [...others.values()].flatMap(({ topics }) => topics);
    return [...new Set([...mine.keys(), ...theirs])].slice(0, STREAM_TOPICS_MAX);
  };

  channel.onmessage = ({ data }: MessageEvent<Message>) => {
    if (data.kind === "wants") {
      if (data.topics.length > 0) others.set(data.tab, { topics: data.topics, heardAt: Date.now() });
      else others.delete(data.tab);
      leader?.refresh(data.topics);
    } else if (data.kind === "who-leads") leader?.announceCarried();
    else {
      // Only the leader sends the other kinds.
      unanswered = 0;
      if (data.kind === "roll-call") postWants();
      else if (data.kind === "carried") noteCarried(data.topics);
      else deliver(data.topic, data.value);
    }
  };

  /** Queues for the lock, holds it until `stopQueueing`, and queues again when another tab has stolen it. */
  async function queueForLead(): Promise<void> {
    while (queueing === null) {
      const ours = new AbortController();
      queueing = ours;
      let lead: Leader | null = null;
      const hold = () =>
        new Promise<void>((resolve) => {
          ours.signal.addEventListener("abort", () => resolve(), { once: true });
          if (ours.signal.aborted) return resolve();
          lead = startLeading({ connect, wanted, post, deliver, noteCarried });
          leader = lead;
        });
      // A request that steals the lock never waits, so it takes no signal.
      const options = steal ? { steal } : { signal: ours.signal };
      steal = false;
      await navigator.locks.request(name, options, hold).catch(ignoreAbort);
      stopLeading(lead);
      if (queueing !== ours) return;
      queueing = null;
    }
  }
  const stopLeading = (lead: Leader | null) => {
    lead?.stop();
    if (leader === lead) leader = null;
  };
  const stopQueueing = () => {
    const ours = queueing;
    queueing = null;
    ours?.abort();
  };
  const takeLead = () => {
    steal = true;
    stopQueueing();
    void queueForLead();
  };

  /** Gives up the lead before the browser freezes this tab. */
  const suspend = () => {
    // Synchronous, because the browser may run nothing more in this tab.
    stopLeading(leader);
    stopQueueing();
    post({ kind: "wants", tab, topics: [] });
    noteCarried([]);
  };
  const resume = () => {
    if (mine.size === 0) return;
    postWants();
    if (queueing === null) void queueForLead();
  };
  const onVisibility = () => document.visibilityState === "visible" && resume();
  document.addEventListener("freeze", suspend);
  document.addEventListener("resume", resume);
  document.addEventListener("visibilitychange", onVisibility);
  window.addEventListener("pagehide", suspend);
  window.addEventListener("pageshow", resume);

  const asking = setInterval(() => {
    if (leader || document.visibilityState !== "visible") return;
    if (unanswered >= UNANSWERED_MAX) {
      unanswered = 0;
      return takeLead();
    }
    // The list that a silent leader sent may be old.
    if (unanswered >= 2) noteCarried([]);
    unanswered += 1;
    post({ kind: "who-leads" });
  }, ASK_MS);

  function close(): void {
    clearInterval(asking);
    document.removeEventListener("freeze", suspend);
    document.removeEventListener("resume", resume);
    document.removeEventListener("visibilitychange", onVisibility);
    window.removeEventListener("pagehide", suspend);
    window.removeEventListener("pageshow", resume);
    suspend();
    channel.close();
    onClosed();
  }

  return {
    follow: (topic, follower) => {
      mine.set(topic, (mine.get(topic) ?? new Set()).add(follower));
      follower.onCarried(carried.includes(topic));
      leader?.refresh([]);
      resume();
      return () => {
        const followers = mine.get(topic);
        if (!followers?.delete(follower) || followers.size > 0) return;
        mine.delete(topic);
        if (mine.size === 0) return close();
        leader?.refresh([]);
        postWants();
      };
    },
    reopen: () => leader?.reopen(),
  };
}

/** Ignores the error of a lock that was stolen or given up. */
function ignoreAbort(error: unknown): void {
  if (!(error instanceof DOMException && error.name === "AbortError")) throw error;
}

type Leader = ReturnType<typeof startLeading>;

function startLeading(hub: {
  connect: Connect;
  wanted: () => string[];
  post: (message: Message) => void;
  deliver: (topic: string, value: unknown) => void;
  noteCarried: (topics: readonly string[]) => void;
}) {
  let topics: string[] = [];
  let connection = { close: () => {} };
  let retry: ReturnType<typeof setTimeout> | undefined;
  let retryMs = RETRY_MS;
  /** The newest value of each topic that the stream carries, for tabs that follow it later. */
  const latest = new Map<string, unknown>();

  const announceCarried = () => {
    hub.noteCarried([...latest.keys()]);
    hub.post({ kind: "carried", topics: [...latest.keys()] });
  };
  const lose = () => {
    latest.clear();
    announceCarried();
  };
  function reopen(): void {
    clearTimeout(retry);
    connection.close();
    const ours = { close: () => {} };
    connection = ours;
    for (const topic of latest.keys()) if (!topics.includes(topic)) latest.delete(topic);
    announceCarried();
    if (topics.length === 0) return;
    // A closed connection may still report events. They are ignored.
    const unlessClosed =
      <Arguments extends unknown[]>(act: (...values: Arguments) => void) =>
      (...values: Arguments) =>
        connection === ours ? act(...values) : undefined;
    ours.close = hub.connect(topics, {
      onValue: unlessClosed((topic, value) => {
        retryMs = RETRY_MS;
        const isNew = !latest.has(topic);
        latest.set(topic, value);
        hub.deliver(topic, value);
        hub.post({ kind: "value", topic, value });
        if (isNew) announceCarried();
      }),
      onGone: unlessClosed((topic) => {
        if (latest.delete(topic)) announceCarried();
      }),
      onLost: unlessClosed(lose),
      onEnd: unlessClosed(() => {
        lose();
        retry = setTimeout(reopen, retryMs);
        retryMs = Math.min(retryMs * 2, RETRY_MAX_MS);
      }),
    });
  }
  /** Follows the topics of all tabs. A tab that asks for a topic that is already carried gets its newest value. */
  function refresh(asked: readonly string[]): void {
    const next = hub.wanted();
    if (next.length !== topics.length || next.some((topic) => !topics.includes(topic))) {
      topics = next;
      reopen();
    } else announceCarried();
    for (const topic of asked) {
      if (latest.has(topic)) hub.post({ kind: "value", topic, value: latest.get(topic) });
    }
  }

  const callRoll = () => {
    hub.post({ kind: "roll-call" });
    refresh([]);
  };
  const rollCall = setInterval(callRoll, ROLL_CALL_MS);
  callRoll();
  return {
    refresh,
    reopen,
    announceCarried,
    stop: () => {
      clearInterval(rollCall);
      clearTimeout(retry);
      const { close } = connection;
      connection = { close: () => {} };
      close();
    },
  };
}
