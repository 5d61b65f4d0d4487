import { queryOptions } from "@tanstack/solid-query";
import { type Answer, trpc } from "./trpc.ts";

export type SystemStatus = Answer<typeof trpc.system.status>;

export const systemQuery = () =>
  queryOptions({ queryKey: ["system"], queryFn: () => trpc.system.status.query(), refetchInterval: 5_000 });
