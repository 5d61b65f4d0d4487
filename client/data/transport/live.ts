import { idsOfTopics, topicOf } from "@smscrm/core/process/live-topics";
import { createEffect, createMemo, createSignal, onCleanup } from "solid-js";
import { progressKey } from "../campaigns.ts";
import { importKey } from "../imports.ts";
import { typingKey } from "../inbox/team.ts";
import { meQuery, scopeOf, sessionChanged } from "../session.ts";
import { noteServerAway, onServerBack, serverReachable } from "./connection.ts";
import { codeOf } from "./problem.ts";
import { queryClient } from "./query-client.ts";
import { type Connect, canShare, followShared, reopenShared } from "./shared-stream.ts";
import { trpc } from "./trpc.ts";
import { useQuery } from "./use-query.ts";

/** How often a page polls while no stream carries its topic. */
const POLL_MS = 5_000;

onServerBack(reopenShared);

const connectTo =
  (tenantId: string): Connect =>
  (topics, events) => {
    const stream = trpc.live.follow.subscribe(
      { tenantId, ...idsOfTopics(topics) },
      {
        onData: (data) =>
          "gone" in data ? events.onGone(data.topic) : events.onValue(data.topic, data.value),
        onError: (error) => {
          const code = codeOf(error);
          if (code === "UNAUTHORIZED") queryClient.setQueryData(["me"], null);
          else if (code === "CONFLICT") sessionChanged();
          else if (code === null) noteServerAway();
          events.onEnd();
        },
        onConnectionStateChange: ({ state, error }) => {
          if (state !== "connecting" || !error) return;
          // A server that answers with an error is not away.
          if (codeOf(error) === null) noteServerAway();
          events.onLost();
        },
      },
    );
    return () => stream.unsubscribe();
  };

/**
 * Keeps the cache under `key` up to date while `wanted`. All tabs share one stream. While it does not carry the topic,
 * this tab polls every few seconds. Returns whether values are arriving.
 */
function createLive(
  wanted: () => boolean,
  key: () => readonly unknown[],
  topic: () => string,
): () => boolean {
  const me = useQuery(meQuery);
  const [carried, setCarried] = createSignal(false);
  const [polled, setPolled] = createSignal(false);
  const tenantId = createMemo(() => me.data?.tenant.id);
  const scope = createMemo(() => (me.data ? scopeOf(me.data) : undefined));
  createEffect(() => {
    const [tenant, ownScope] = [tenantId(), scope()];
    if (!wanted() || !tenant || !ownScope) return;
    const at = key();
    const poll = async () => {
      const isGone = codeOf(queryClient.getQueryState(at)?.error) === "NOT_FOUND";
      if (document.hidden || isGone) return;
      await queryClient.refetchQueries({ queryKey: at, exact: true }, { cancelRefetch: false });
      setPolled(queryClient.getQueryState(at)?.status === "success");
    };
    let isCarried = false;
    const stop =
      canShare() &&
      followShared(ownScope, connectTo(tenant), topic(), {
        onValue: (value) => queryClient.setQueryData(at, value),
        onCarried: (now) => {
          // The server may be away: a request of this tab finds out.
          if (isCarried && !now) void poll();
          isCarried = now;
          setCarried(now);
        },
      });
    const polling = setInterval(() => !isCarried && void poll(), POLL_MS);
    onCleanup(() => {
      clearInterval(polling);
      if (stop) stop();
      setCarried(false);
      setPolled(false);
    });
  });
  return () => carried() || (polled() && serverReachable());
}

/** Follows a campaign's progress. Read it with `progressQuery`. */
export const createLiveCampaign = (id: () => string, wanted: () => boolean) =>
  createLive(
    wanted,
    () => progressKey(id()),
    () => topicOf("campaigns", id()),
  );

/** Follows who types in the inbox. Read it with `typingQuery`. */
export const createLiveTyping = (wanted: () => boolean) => {
  const me = useQuery(meQuery);
  return createLive(
    () => wanted() && Boolean(me.data),
    () => typingKey,
    () => topicOf("inbox", me.data?.tenant.id ?? ""),
  );
};

/** Follows an import. Read it with `importQuery`. */
export const createLiveImport = (id: () => string, wanted: () => boolean) =>
  createLive(
    wanted,
    () => importKey(id()),
    () => topicOf("imports", id()),
  );
