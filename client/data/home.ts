import { queryOptions } from "@tanstack/solid-query";
import { type Answer, trpc } from "./transport/trpc.ts";

export type Summary = Answer<typeof trpc.home.summary>;

export const summaryQuery = () =>
  queryOptions({ queryKey: ["home"], queryFn: () => trpc.home.summary.query(), refetchInterval: 3_000 });
