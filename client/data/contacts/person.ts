import { pagesOf } from "../transport/pages.ts";
import { type Answer, trpc } from "../transport/trpc.ts";

export type TimelineEntry = Answer<typeof trpc.person.timeline>["items"][number];
export type TimelineKind = TimelineEntry["kind"];

const TIMELINE_ENTRIES = 20;

/** What happened to a person, newest first. Without a kind, everything. */
export const timelineQuery = (id: string, kind: TimelineKind | undefined) =>
  pagesOf(["contacts", "timeline", id, kind ?? "all"], (cursor) =>
    trpc.person.timeline.query({ id, cursor, limit: TIMELINE_ENTRIES, ...(kind && { kinds: [kind] }) }),
  );
