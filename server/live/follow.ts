/** One topic of a stream. */
export interface Source<T> {
  topic: string;
  /** Ends before its first value if the topic does not exist. */
  values: (until: AbortSignal) => AsyncGenerator<T, void>;
}

/** A stream's event for one topic: its newest value, or that the topic does not exist. */
export type TopicEvent<T> = { topic: string; value: T } | { topic: string; gone: true };

/**
 * Follows many sources in one stream, until the signal aborts. A newer value replaces an unread one of the same
 * topic, so a slow reader builds no queue. A source that fails ends the stream with its error.
 */
export async function* followAll<T>(
  sources: readonly Source<T>[],
  until: AbortSignal,
): AsyncGenerator<TopicEvent<T>, void> {
  const unread = new Map<string, TopicEvent<T>>();
  const over = new AbortController();
  let failure: { error: unknown } | null = null;
  let wake = () => {};
  const publish = (event: TopicEvent<T>) => {
    unread.set(event.topic, event);
    wake();
  };
  const read = async ({ topic, values }: Source<T>) => {
    const signal = AbortSignal.any([until, over.signal]);
    let published = false;
    try {
      for await (const value of values(signal)) {
        published = true;
        publish({ topic, value });
      }
      if (!published && !signal.aborted) publish({ topic, gone: true });
    } catch (error) {
      failure ??= { error };
      wake();
    }
  };
  const readers = sources.map(read);
  const onAbort = () => wake();
  until.addEventListener("abort", onAbort, { once: true });
  try {
    while (!until.aborted) {
      for (const [topic, event] of unread) {
        unread.delete(topic);
        yield event;
      }
      if (failure) throw (failure as { error: unknown }).error;
      if (unread.size > 0 || until.aborted) continue;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  } finally {
    until.removeEventListener("abort", onAbort);
    over.abort();
    await Promise.all(readers);
  }
}
