import { queryOptions, useMutation } from "@tanstack/solid-query";
import { queryClient } from "../transport/query-client.ts";
import { type Answer, type Question, trpc } from "../transport/trpc.ts";

export type TemplateRow = Answer<typeof trpc.templates.list>["templates"][number];
export type TemplatePage = Answer<typeof trpc.templates.get>;

export const templatesQuery = () =>
  queryOptions({
    queryKey: ["templates", "list"],
    queryFn: async () => (await trpc.templates.list.query()).templates,
    staleTime: 15_000,
  });

export const templateQuery = (id: string) =>
  queryOptions({
    queryKey: ["templates", "one", id],
    queryFn: () => trpc.templates.get.query({ id }),
    // The page edits a copy: a refetch must not replace what somebody types.
    refetchOnWindowFocus: false,
  });

const refresh = () => queryClient.invalidateQueries({ queryKey: ["templates"] });

export const useCreateTemplate = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.templates.create>) => trpc.templates.create.mutate(input),
    onSuccess: refresh,
  }));

export const useUpdateTemplate = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.templates.update>) => trpc.templates.update.mutate(input),
    onSuccess: refresh,
  }));

export const useRemoveTemplate = () =>
  useMutation(() => ({
    mutationFn: (id: string) => trpc.templates.remove.mutate({ id }),
    onSuccess: refresh,
  }));
