import { useMutation } from "@tanstack/solid-query";
import { pagesOf } from "../transport/pages.ts";
import { queryClient } from "../transport/query-client.ts";
import { type Answer, trpc } from "../transport/trpc.ts";

export type DoNotContactRow = Answer<typeof trpc.doNotContact.list>["items"][number];

export const doNotContactQuery = (filter: { search: string | undefined; since: string | undefined }) =>
  pagesOf(["do-not-contact", filter], (cursor) => trpc.doNotContact.list.query({ ...filter, cursor }));

async function refresh(): Promise<void> {
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: ["do-not-contact"] }),
    queryClient.invalidateQueries({ queryKey: ["contacts"] }),
  ]);
}

export const useAddDoNotContact = () =>
  useMutation(() => ({
    mutationFn: (input: { phone: string; note: string }) => trpc.doNotContact.add.mutate(input),
    onSuccess: refresh,
  }));

export const useRemoveDoNotContact = () =>
  useMutation(() => ({
    mutationFn: (input: { phone: string; note: string }) => trpc.doNotContact.remove.mutate(input),
    onSuccess: refresh,
  }));
