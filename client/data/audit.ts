import { queryOptions } from "@tanstack/solid-query";
import { pagesOf } from "./transport/pages.ts";
import { type Answer, trpc } from "./transport/trpc.ts";

export type AuditEntry = Answer<typeof trpc.audit.list>["items"][number];

export const auditQuery = () => pagesOf(["audit"], (cursor) => trpc.audit.list.query({ cursor }));

export type AuditEvidence = Answer<typeof trpc.audit.evidence>;

/** Heads are signed every hour, so a minute is soon enough. */
export const auditEvidenceQuery = () =>
  queryOptions({
    queryKey: ["audit", "evidence"],
    queryFn: () => trpc.audit.evidence.query(),
    refetchInterval: 60_000,
  });
