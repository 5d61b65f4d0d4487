import { useMutation } from "@tanstack/solid-query";
import { type Question, trpc } from "../transport/trpc.ts";

export type AskedList = Question<typeof trpc.exports.start>;
export type FileFormat = NonNullable<AskedList["format"]>;

/** Asks for a file. What answers says where it is, after the server has let the person have it. */
export const useExport = (start: (format: FileFormat) => Promise<{ path: string }>) =>
  useMutation(() => ({ mutationFn: start }));

export const startList = (asked: AskedList) => trpc.exports.start.mutate(asked);
export const startCampaign = (id: string, format: FileFormat) => trpc.campaigns.export.mutate({ id, format });
export const startAudience = (id: string, format: FileFormat) => trpc.audiences.export.mutate({ id, format });
