import { actionsOf, type MemberRole, roleName } from "@smscrm/core/process/roles";
import { findLiveSessions } from "@smscrm/db/users/sessions";
import type { TRPCError } from "@trpc/server";
import type { Dependencies } from "../dependencies.ts";
import { comeBack, conflict, tooMany, unauthorized } from "../http/refusals.ts";
import type { Session } from "../users/session.ts";

/** The longest life of a stream. The browser then opens it again, with its current session and role. */
const STREAM_MS = 5 * 60_000;
/**
 * How often the sessions of all open streams are checked, in one statement, because another process can end a session.
 * A session that this process ends takes its streams with it at once (`endOfEndedSessions`).
 */
const SESSION_CHECK_MS = 1_000;

/** A browser needs one stream for all its tabs. The others are for reconnecting, and for a tool or two. */
const SESSION_STREAMS_MAX = 4;
/** One user's sessions together: signing in again does not get around the limit of a session. */
const PERSON_STREAMS_MAX = 8;

interface OpenStream {
  /** The hash of the session's token, in hex. */
  session: string;
  person: string;
  tenantId: string;
  /** What the member may do, as text to compare. */
  rights: string;
  end: (reason: TRPCError) => void;
}

/** What a stream needs from its request. */
interface StreamContext {
  dependencies: Dependencies;
  session: Session;
  streams: Streams;
}

export type Streams = ReturnType<typeof createStreams>;

/** Tracks the live streams of this process. Opening one too many ends the oldest of the same session or user. */
export function createStreams(
  { database, closing }: Pick<Dependencies, "database" | "closing">,
  onChange: (change: 1 | -1) => void = () => {},
) {
  // Oldest first.
  const open = new Set<OpenStream>();
  let timer: ReturnType<typeof setInterval> | undefined;

  /** Ends the streams whose session ended or changed. A database that is away ends none: their own reads fail. */
  async function endOfEndedSessions(): Promise<void> {
    const asked = [...open];
    const hashes = [...new Set(asked.map(({ session }) => session))].map((hex) => Buffer.from(hex, "hex"));
    if (hashes.length === 0) return;
    const live = await database.asSignIn((tx) => findLiveSessions(tx, hashes)).catch(() => null);
    if (!live) return;
    const byHash = new Map(live.map((each) => [Buffer.from(each.tokenHash).toString("hex"), each]));
    for (const stream of asked) {
      const now = byHash.get(stream.session);
      if (!now) stream.end(unauthorized());
      else if (now.endsSoon) stream.end(comeBack());
      else if (now.tenantId !== stream.tenantId || rightsOf(now) !== stream.rights || now.lacksSecondFactor)
        stream.end(changed());
    }
  }

  /** Runs while streams are open; one check waits for the one before. */
  function checkFromNowOn(): void {
    let running = false;
    timer ??= setInterval(() => {
      if (running || closing.aborted) return;
      running = true;
      void endOfEndedSessions().finally(() => {
        running = false;
      });
    }, SESSION_CHECK_MS);
  }
  const endOldest = (of: "session" | "person", key: string, max: number) => {
    const theirs = [...open].filter((stream) => stream[of] === key);
    for (const oldest of theirs.slice(0, Math.max(0, theirs.length - max))) {
      close(oldest);
      oldest.end(
        tooMany(
          `This live stream was ended because newer ones were opened: a ${of} may have ${max}. Close some, or follow several topics in one stream (live.follow).`,
        ),
      );
    }
  };
  const close = (stream: OpenStream) => {
    if (open.delete(stream)) onChange(-1);
    if (open.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
  return {
    endOfEndedSessions,
    add(stream: OpenStream): () => void {
      open.add(stream);
      checkFromNowOn();
      onChange(1);
      endOldest("session", stream.session, SESSION_STREAMS_MAX);
      endOldest("person", stream.person, PERSON_STREAMS_MAX);
      return () => close(stream);
    },
  };
}

/**
 * Runs `values` as a live stream that counts against the limits of its session. It ends with an error that says why:
 * when the session ends, when newer streams replace it, after STREAM_MS, or when the process stops.
 */
export async function* asStream<T>(
  { dependencies, session, streams }: StreamContext,
  client: AbortSignal | undefined,
  values: (until: AbortSignal) => AsyncGenerator<T, void>,
): AsyncGenerator<T, void> {
  const ended = new AbortController();
  const end = (reason: TRPCError) => ended.abort(reason);
  const { tokenHash, userId: person, tenant } = session;
  const leave = streams.add({
    ...{ session: tokenHash.toString("hex"), person, tenantId: tenant.id },
    ...{ rights: rightsOf(session), end },
  });
  const renew = () => end(comeBack());
  const life = setTimeout(renew, STREAM_MS);
  dependencies.closing.addEventListener("abort", renew, { once: true });
  if (dependencies.closing.aborted) renew();
  try {
    yield* values(client ? AbortSignal.any([client, ended.signal]) : ended.signal);
    // A browser does not reopen a stream that simply ends. The error says whether to reconnect.
    if (ended.signal.aborted) throw ended.signal.reason;
  } finally {
    clearTimeout(life);
    dependencies.closing.removeEventListener("abort", renew);
    leave();
  }
}

const rightsOf = (member: MemberRole) => [roleName(member), ...actionsOf(member)].join(" ");

/** The session has switched to another organisation since the tab was opened. */
export const changed = () =>
  conflict("Your organisation or role changed in another tab. Reload this page to continue.");
