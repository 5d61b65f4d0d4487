import { infiniteQueryOptions, queryOptions, useMutation } from "@tanstack/solid-query";
import { queryClient } from "../transport/query-client.ts";
import { type Answer, type Question, trpc } from "../transport/trpc.ts";

export type FlowRow = Answer<typeof trpc.flows.list>["flows"][number];
export type FlowPage = Answer<typeof trpc.flows.get>;
export type FlowPerson = Answer<typeof trpc.flows.people>["people"][number];
export type FlowForecast = Answer<typeof trpc.flows.simulate>;

export const flowsQuery = () =>
  queryOptions({
    queryKey: ["flows", "list"],
    queryFn: async () => (await trpc.flows.list.query()).flows,
    refetchInterval: 15_000,
  });

export const flowQuery = (id: string) =>
  queryOptions({
    queryKey: ["flows", "one", id],
    queryFn: () => trpc.flows.get.query({ id }),
    // The page edits a copy: a refetch must not replace what somebody types.
    refetchOnWindowFocus: false,
  });

const PEOPLE_PER_PAGE = 50;

export const flowPeopleQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ["flows", "people", id],
    queryFn: async ({ pageParam }) =>
      (await trpc.flows.people.query({ id, ...(pageParam && { before: pageParam }) })).people,
    initialPageParam: null as { enteredAt: string; phone: string } | null,
    getNextPageParam: (page) => {
      const last = page.at(-1);
      return last && page.length === PEOPLE_PER_PAGE
        ? { enteredAt: last.enteredAt, phone: last.phone }
        : null;
    },
  });

export const flowsOfContactQuery = (id: string) =>
  queryOptions({
    queryKey: ["flows", "contact", id],
    queryFn: async () => (await trpc.flows.ofContact.query({ id })).flows,
  });

export const flowForecastQuery = (id: string, updatedAt: string) =>
  queryOptions({
    queryKey: ["flows", "forecast", id, updatedAt],
    queryFn: () => trpc.flows.simulate.query({ id }),
    enabled: false,
    retry: false,
  });

const refresh = () => queryClient.invalidateQueries({ queryKey: ["flows"] });

export const useCreateFlow = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.flows.create>) => trpc.flows.create.mutate(input),
    onSuccess: refresh,
  }));

export const useSaveFlow = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.flows.save>) => trpc.flows.save.mutate(input),
    onSuccess: refresh,
  }));

export const useTurnOnFlow = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.flows.turnOn>) => trpc.flows.turnOn.mutate(input),
    onSuccess: refresh,
  }));

/** Pauses, resumes or stops a flow. */
export const useMoveFlow = () =>
  useMutation(() => ({
    mutationFn: ({ id, to }: { id: string; to: "pause" | "resume" | "stop" }) =>
      trpc.flows[to].mutate({ id }),
    onSuccess: refresh,
  }));
