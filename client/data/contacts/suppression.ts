import { queryOptions, useMutation } from "@tanstack/solid-query";
import { queryClient } from "../transport/query-client.ts";
import { type Answer, type Question, trpc } from "../transport/trpc.ts";

export type SuppressionList = Answer<typeof trpc.suppression.list>["lists"][number];
export type Register = Answer<typeof trpc.suppression.list>["registers"][number];

export const suppressionQuery = () =>
  queryOptions({ queryKey: ["suppression"], queryFn: () => trpc.suppression.list.query() });

const refresh = () => queryClient.invalidateQueries({ queryKey: ["suppression"] });

export const useAddSuppressionList = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.suppression.add>) => trpc.suppression.add.mutate(input),
    onSuccess: refresh,
  }));

export const useSetAfterExpiry = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.suppression.setAfterExpiry>) =>
      trpc.suppression.setAfterExpiry.mutate(input),
    onSuccess: refresh,
  }));

export const useRemoveSuppressionList = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.suppression.remove>) => trpc.suppression.remove.mutate(input),
    onSuccess: refresh,
  }));

/** The list is much smaller than the one in force, which a person has to allow. */
export class SmallerList extends Error {}

/** Uploads the files of a list as one. Rejects with a sentence to show. */
export const useUploadList = () =>
  useMutation(() => ({
    mutationFn: async (input: {
      listId: string;
      files: readonly File[];
      downloadedOn: string;
      endsOn: string;
      smaller: boolean;
    }) => {
      const { listId, files, downloadedOn, endsOn, smaller } = input;
      const query = new URLSearchParams({
        ...{
          fileName: files
            .map(({ name }) => name)
            .join(", ")
            .slice(0, 200),
          downloadedOn,
        },
        ...(endsOn && { endsOn }),
        ...(smaller && { smaller: "yes" }),
      });
      const body = new Blob(files.flatMap((file) => [file, "\n"]));
      const response = await fetch(`/uploads/suppression/${listId}?${query}`, {
        method: "POST",
        headers: { "content-type": "text/csv" },
        body,
      });
      if (response.status === 401) queryClient.setQueryData(["me"], null);
      const answer = (await response.json().catch(() => ({}))) as Partial<UploadAnswer>;
      if (response.ok) return answer as UploadAnswer;
      const sentence = answer.error ?? `The server refused the file (${response.status}). Try again.`;
      throw answer.isSmaller ? new SmallerList(sentence) : new Error(sentence);
    },
    onSuccess: refresh,
  }));

interface UploadAnswer {
  numbers: number;
  clean: number;
  unreadable: number;
  error?: string;
  isSmaller?: boolean;
}
