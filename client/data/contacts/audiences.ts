import type { AudienceGroup } from "@smscrm/core/audiences/definition";
import { keepPreviousData, queryOptions, useMutation } from "@tanstack/solid-query";
import { queryClient } from "../transport/query-client.ts";
import { type Answer, type Question, trpc } from "../transport/trpc.ts";

export type AudienceRow = Answer<typeof trpc.audiences.list>["audiences"][number];
export type AudiencePage = Answer<typeof trpc.audiences.get>;

export const audiencesQuery = () =>
  queryOptions({
    queryKey: ["audiences", "list"],
    queryFn: async () => (await trpc.audiences.list.query()).audiences,
    staleTime: 15_000,
  });

export const audienceQuery = (id: string) =>
  queryOptions({
    queryKey: ["audiences", "one", id],
    queryFn: () => trpc.audiences.get.query({ id }),
    // The page edits a copy: a refetch must not replace what somebody types.
    refetchOnWindowFocus: false,
  });

/**
 * The count and ten contacts of a definition; of a large organisation an estimate, which is there at once. The ones that
 * are shown stay until the next arrive.
 */
export const audienceViewQuery = (definition: AudienceGroup, id: string | undefined) =>
  queryOptions({
    queryKey: ["audiences", "view", definition, id],
    queryFn: () => trpc.audiences.view.query({ definition, id, estimate: true }),
    placeholderData: keepPreviousData,
    retry: false,
    staleTime: 15_000,
  });

/** The exact count of a definition, and its ten newest contacts. */
export const exactAudienceQuery = (definition: AudienceGroup, id: string | undefined) =>
  queryOptions({
    queryKey: ["audiences", "exact", definition, id],
    queryFn: () => trpc.audiences.view.query({ definition, id }),
    retry: false,
    staleTime: 15_000,
  });

const refresh = () => queryClient.invalidateQueries({ queryKey: ["audiences"] });

export const useCreateAudience = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.audiences.create>) => trpc.audiences.create.mutate(input),
    onSuccess: refresh,
  }));

export const useUpdateAudience = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.audiences.update>) => trpc.audiences.update.mutate(input),
    onSuccess: refresh,
  }));

export const useRemoveAudience = () =>
  useMutation(() => ({
    mutationFn: (id: string) => trpc.audiences.remove.mutate({ id }),
    onSuccess: refresh,
  }));
