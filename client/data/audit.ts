import { queryOptions } from "@tanstack/solid-query";
import { pagesOf } from "./transport/pages.ts";
import { type Answer, type Question, trpc } from "./transport/trpc.ts";

export type AuditEntry = Answer<typeof trpc.audit.list>["items"][number];

export type AuditFilter = Omit<Question<typeof trpc.audit.list>, "cursor" | "limit">;

export const auditQuery = (filter: AuditFilter) =>
  pagesOf(["audit", "list", filter], (cursor) => trpc.audit.list.query({ ...filter, cursor }));

export const auditPeopleQuery = () =>
  queryOptions({
    queryKey: ["audit", "people"],
    queryFn: () => trpc.audit.people.query(),
    staleTime: 60_000,
  });

export const startAudit = (filter: AuditFilter, format: "csv" | "xlsx") =>
  trpc.audit.export.mutate({ ...filter, format });

export type AuditEvidence = Answer<typeof trpc.audit.evidence>;

/** Heads are signed every hour, so a minute is soon enough. */
export const auditEvidenceQuery = () =>
  queryOptions({
    queryKey: ["audit", "evidence"],
    queryFn: () => trpc.audit.evidence.query(),
    refetchInterval: 60_000,
  });
