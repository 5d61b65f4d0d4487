import { queryOptions, useMutation } from "@tanstack/solid-query";
import { queryClient } from "./transport/query-client.ts";
import { type Answer, type Question, trpc } from "./transport/trpc.ts";

export type SendingNumber = Answer<typeof trpc.numbers.list>[number];

export const numbersQuery = () =>
  queryOptions({
    queryKey: ["numbers"],
    queryFn: () => trpc.numbers.list.query(),
    refetchInterval: 10_000,
  });

const refresh = () => queryClient.invalidateQueries({ queryKey: ["numbers"] });

export const useAddNumber = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.numbers.add>) => trpc.numbers.add.mutate(input),
    onSuccess: refresh,
  }));

export const useCheckRegistration = () =>
  useMutation(() => ({
    mutationFn: () => trpc.numbers.checkRegistration.mutate(),
    onSuccess: refresh,
  }));

export const useUpdateNumber = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.numbers.update>) => trpc.numbers.update.mutate(input),
    onSuccess: refresh,
  }));
