import { queryOptions, useMutation } from "@tanstack/solid-query";
import { queryClient } from "../transport/query-client.ts";
import { type Answer, type Question, trpc } from "../transport/trpc.ts";

export type RuleChangePage = Answer<typeof trpc.rules.get>;
export type RuleChange = RuleChangePage["change"];
export type Tally = NonNullable<RuleChange["replay"]>;
export type ListedChange = Answer<typeof trpc.rules.list>["changes"][number];
export type RuleVersion = Answer<typeof trpc.rules.list>["versions"][number];
/** The sending rules that a draft changes. */
export type DraftedRules = Question<typeof trpc.rules.draft>["change"];

export const rulesQuery = () =>
  queryOptions({ queryKey: ["rules"], queryFn: () => trpc.rules.list.query(), refetchInterval: 30_000 });

const isRunning = (state: RuleChange["replayState"] | undefined) =>
  state === "waiting" || state === "running";

export const ruleChangeQuery = (id: string) =>
  queryOptions({
    queryKey: ["rules", id],
    queryFn: () => trpc.rules.get.query({ id }),
    refetchInterval: ({ state }) => (isRunning(state.data?.change.replayState) ? 1_500 : 30_000),
  });

export const useDraftRules = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.rules.draft>) => trpc.rules.draft.mutate(input),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["rules"] }),
  }));

/** What a member does with a draft. `activate` changes the settings, so everything is read again. */
export type RuleStep = "activate" | "replay" | "cancel" | "withdraw";

export const useRuleStep = () =>
  useMutation(() => ({
    mutationFn: ({ step, ...seen }: { step: RuleStep; id: string; revision: number }) =>
      trpc.rules[step].mutate(seen),
    // Not awaited: the new state takes the button away, and with it the notice that the step is done.
    onSettled: () => void queryClient.invalidateQueries(),
  }));
