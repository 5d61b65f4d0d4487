import { queryOptions, useMutation } from "@tanstack/solid-query";
import { queryClient } from "../transport/query-client.ts";
import { type Answer, type Question, trpc } from "../transport/trpc.ts";

export type FieldRow = Answer<typeof trpc.fields.list>["fields"][number];

/** The custom fields of the organisation, in order. */
export const fieldsQuery = () =>
  queryOptions({
    queryKey: ["fields"],
    queryFn: async () => (await trpc.fields.list.query()).fields,
    staleTime: 30_000,
  });

const refresh = () => queryClient.invalidateQueries({ queryKey: ["fields"] });

export const useCreateField = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.fields.create>) => trpc.fields.create.mutate(input),
    onSettled: refresh,
  }));

export const useUpdateField = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.fields.update>) => trpc.fields.update.mutate(input),
    onSettled: refresh,
  }));

export const useOrderFields = () =>
  useMutation(() => ({
    mutationFn: (names: string[]) => trpc.fields.order.mutate({ names }),
    onSettled: refresh,
  }));

export const useRemoveField = () =>
  useMutation(() => ({
    mutationFn: (name: string) => trpc.fields.remove.mutate({ name }),
    onSettled: refresh,
  }));
