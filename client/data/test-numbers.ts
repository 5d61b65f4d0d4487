import { queryOptions, useMutation } from "@tanstack/solid-query";
import { queryClient } from "./transport/query-client.ts";
import { type Answer, type Question, trpc } from "./transport/trpc.ts";

export type TestNumber = Answer<typeof trpc.testNumbers.list>[number];

export const testNumbersQuery = () =>
  queryOptions({ queryKey: ["test-numbers"], queryFn: () => trpc.testNumbers.list.query() });

const refresh = () => queryClient.invalidateQueries({ queryKey: ["test-numbers"] });

export const useSendTestCode = () =>
  useMutation(() => ({
    mutationFn: (phone: string) => trpc.testNumbers.sendCode.mutate({ phone }),
    onSettled: refresh,
  }));

export const useConfirmTestNumber = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.testNumbers.confirm>) => trpc.testNumbers.confirm.mutate(input),
    onSettled: refresh,
  }));

export const useRemoveTestNumber = () =>
  useMutation(() => ({
    mutationFn: (id: string) => trpc.testNumbers.remove.mutate({ id }),
    onSettled: refresh,
  }));

export const useSendTests = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.campaigns.sendTests>) => trpc.campaigns.sendTests.mutate(input),
  }));
