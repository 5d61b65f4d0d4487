import { queryOptions, useMutation } from "@tanstack/solid-query";
import { viewerZone } from "../ui/time/local-time.ts";
import { pagesOf } from "./transport/pages.ts";
import { queryClient } from "./transport/query-client.ts";
import { type Answer, type Question, trpc } from "./transport/trpc.ts";

export type Message = Answer<typeof trpc.messages.get>;
export type MessageRow = Answer<typeof trpc.messages.list>["items"][number];
export type MessageFilter = Omit<
  NonNullable<Question<typeof trpc.messages.list>>,
  "cursor" | "limit" | "viewerZone"
>;

export const messagesQuery = (filter: MessageFilter) => ({
  ...pagesOf(["messages", "list", filter], (cursor) =>
    trpc.messages.list.query({ ...filter, cursor, viewerZone: viewerZone() }),
  ),
  refetchInterval: 10_000,
});

const WAITING_SHOWN = 10;

/** The queued messages to a number. */
export const waitingMessagesQuery = (phone: string) =>
  queryOptions({
    queryKey: ["messages", "waiting", phone],
    queryFn: () =>
      trpc.messages.list.query({ phone, status: "queued", limit: WAITING_SHOWN, viewerZone: viewerZone() }),
    refetchInterval: 10_000,
  });

export const messageQuery = (id: string) =>
  queryOptions({
    queryKey: ["messages", "one", id],
    queryFn: () => trpc.messages.get.query({ id, viewerZone: viewerZone() }),
    refetchInterval: 5_000,
  });

export const useResendMessage = () =>
  useMutation(() => ({
    mutationFn: (input: { id: string; reason: string }) => trpc.messages.resend.mutate(input),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["messages"] }),
  }));
