import { pagesOf } from "./transport/pages.ts";
import { type Answer, trpc } from "./transport/trpc.ts";

export type AuditEntry = Answer<typeof trpc.audit.list>["items"][number];

export const auditQuery = () => pagesOf(["audit"], (cursor) => trpc.audit.list.query({ cursor }));
