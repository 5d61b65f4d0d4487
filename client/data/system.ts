import { queryOptions } from "@tanstack/solid-query";
import { type Answer, trpc } from "./transport/trpc.ts";

/** A worker that has not reported for this long counts as lost. */
export const WORKER_LOST_MS = 30_000;

export type SystemStatus = Answer<typeof trpc.system.status>;

export const systemQuery = () =>
  queryOptions({ queryKey: ["system"], queryFn: () => trpc.system.status.query(), refetchInterval: 5_000 });
