import { createEffect, createSignal, onCleanup } from "solid-js";
import { progressKey } from "./campaigns.ts";
import { noteServerAway, onServerBack } from "./connection.ts";
import { importKey } from "./imports.ts";
import { codeOf } from "./problem.ts";
import { queryClient } from "./query-client.ts";
import { trpc } from "./trpc.ts";

type Stream<T> = {
  onData: (value: T) => void;
  onError: (error: unknown) => void;
  onConnectionStateChange: (state: { state: string; error: unknown }) => void;
};
type Subscribe<T> = (stream: Stream<T>) => { unsubscribe: () => void };

const RETRY_MS = 3000;

/**
 * Writes every value of a server-sent stream into the cache under `key` while `wanted`. The stream reconnects by
 * itself; one that the server ended with an error is asked for again. Returns whether values are arriving.
 */
function createLive<T>(
  wanted: () => boolean,
  key: () => readonly unknown[],
  subscribe: Subscribe<T>,
): () => boolean {
  const [live, setLive] = createSignal(false);
  const [round, setRound] = createSignal(0);
  createEffect(() => {
    round();
    if (!wanted()) return;
    const at = key();
    let retry: ReturnType<typeof setTimeout> | undefined;
    const again = () => setRound((value) => value + 1);
    const stream = subscribe({
      onData: (value) => {
        setLive(true);
        queryClient.setQueryData(at, value);
      },
      onError: (error) => {
        setLive(false);
        if (codeOf(error) === "UNAUTHORIZED") queryClient.setQueryData(["me"], null);
        else if (codeOf(error) !== "NOT_FOUND") retry = setTimeout(again, RETRY_MS);
      },
      onConnectionStateChange: (change) => {
        if (change.state !== "connecting" || !change.error) return;
        setLive(false);
        noteServerAway();
      },
    });
    const forget = onServerBack(again);
    onCleanup(() => {
      clearTimeout(retry);
      forget();
      stream.unsubscribe();
      setLive(false);
    });
  });
  return live;
}

/** Follows a campaign's progress; read it with `progressQuery`. */
export const createLiveCampaign = (id: () => string, wanted: () => boolean) =>
  createLive(
    wanted,
    () => progressKey(id()),
    (stream) => trpc.campaigns.live.subscribe({ id: id() }, stream),
  );

/** Follows an import; read it with `importQuery`. */
export const createLiveImport = (id: () => string, wanted: () => boolean) =>
  createLive(
    wanted,
    () => importKey(id()),
    (stream) => trpc.imports.live.subscribe({ id: id() }, stream),
  );
