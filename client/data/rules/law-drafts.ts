import { queryOptions, useMutation } from "@tanstack/solid-query";
import { queryClient } from "../transport/query-client.ts";
import { type Answer, type Question, trpc } from "../transport/trpc.ts";

export type RuleDraftPage = Answer<typeof trpc.platform.law.drafts.get>;
export type ListedDraft = Answer<typeof trpc.platform.law.drafts.list>[number];
export type DraftFigures = NonNullable<RuleDraftPage["replay"]>;

const refresh = () => queryClient.invalidateQueries({ queryKey: ["law"] });

export const draftsQuery = (country: string) =>
  queryOptions({
    queryKey: ["law", "drafts", country],
    queryFn: () => trpc.platform.law.drafts.list.query({ country }),
    refetchInterval: 30_000,
  });

const isRunning = (state: ListedDraft["replayState"] | undefined) =>
  state === "waiting" || state === "running";

export const ruleDraftQuery = (id: string) =>
  queryOptions({
    queryKey: ["law", "draft", id],
    queryFn: () => trpc.platform.law.drafts.get.query({ id }),
    refetchInterval: ({ state }) => (isRunning(state.data?.draft.replayState) ? 1_500 : 30_000),
  });

export const useDraftRule = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.platform.law.drafts.draft>) =>
      trpc.platform.law.drafts.draft.mutate(input),
    onSettled: refresh,
  }));

export const useDraftShipped = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.platform.law.drafts.draftShipped>) =>
      trpc.platform.law.drafts.draftShipped.mutate(input),
    onSettled: refresh,
  }));

/** What an operator does with a draft. */
export type DraftStep = "activate" | "replay" | "cancel" | "withdraw";

export const useDraftStep = () =>
  useMutation(() => ({
    mutationFn: ({ step, ...seen }: { step: DraftStep; id: string; revision: number }) =>
      trpc.platform.law.drafts[step].mutate(seen),
    // Not awaited: the new state takes the button away, and with it the notice that the step is done.
    onSettled: () => void refresh(),
  }));
