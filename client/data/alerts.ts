import { queryOptions } from "@tanstack/solid-query";
import { pagesOf } from "./transport/pages.ts";
import { type Answer, trpc } from "./transport/trpc.ts";

export type Alert = Answer<typeof trpc.alerts.open>[number];

export const openAlertsQuery = () =>
  queryOptions({
    queryKey: ["alerts", "open"],
    queryFn: () => trpc.alerts.open.query(),
    refetchInterval: 5_000,
  });

export const pastAlertsQuery = () =>
  pagesOf(["alerts", "past"], (cursor) => trpc.alerts.past.query({ cursor }));

export const alertCountQuery = () =>
  queryOptions({
    queryKey: ["alerts", "count"],
    queryFn: () => trpc.alerts.count.query(),
    refetchInterval: 15_000,
  });

export type Objective = Answer<typeof trpc.system.objectives>["objectives"][number];

export const objectivesQuery = () =>
  queryOptions({
    queryKey: ["system", "objectives"],
    queryFn: () => trpc.system.objectives.query(),
    refetchInterval: 30_000,
  });

export type Finding = Answer<typeof trpc.system.diagnosis>[number];

/** Not refetched at an interval: the checks are costly, and the page has a button for them. */
export const diagnosisQuery = () =>
  queryOptions({ queryKey: ["system", "diagnosis"], queryFn: () => trpc.system.diagnosis.query() });
