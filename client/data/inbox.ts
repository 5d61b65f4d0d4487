import { queryOptions, useMutation } from "@tanstack/solid-query";
import { viewerZone } from "../ui/time/local-time.ts";
import { pagesOf } from "./transport/pages.ts";
import { queryClient } from "./transport/query-client.ts";
import { type Answer, type Question, trpc } from "./transport/trpc.ts";

export type Conversation = Answer<typeof trpc.inbox.list>["items"][number];
export type Correspondence = Answer<typeof trpc.inbox.correspondence>;
export type ThreadMessage = Answer<typeof trpc.inbox.turns>["items"][number];

export const INBOX_VIEWS = ["all", "open", "mine", "unread", "mentions", "snoozed", "undecided"] as const;
export type InboxView = (typeof INBOX_VIEWS)[number];
export type InboxFilter = Question<typeof trpc.inbox.list> & { view: InboxView };

/** What the inbox's address holds. */
export type InboxSearch = {
  view?: string;
  with?: string;
  campaignId?: string;
  search?: string;
  /** A member's id, or "none". */
  assignee?: string;
  team?: string;
  tag?: string;
  kind?: string;
};

export const inboxCountsQuery = () =>
  queryOptions({
    queryKey: ["inbox", "counts"],
    queryFn: () => trpc.inbox.counts.query(),
    refetchInterval: 10_000,
  });

export const conversationsQuery = (filter: InboxFilter) => ({
  ...pagesOf(["inbox", "list", filter], (cursor) => trpc.inbox.list.query({ ...filter, cursor })),
  refetchInterval: 5_000,
});

export const correspondenceQuery = (phone: string) =>
  queryOptions({
    queryKey: ["inbox", "person", phone],
    queryFn: () => trpc.inbox.correspondence.query({ phone, viewerZone: viewerZone() }),
    refetchInterval: 30_000,
  });

export const threadMessagesQuery = (phone: string) => ({
  ...pagesOf(["inbox", "turns", phone], (cursor) =>
    trpc.inbox.turns.query({ phone, cursor, viewerZone: viewerZone() }),
  ),
  refetchInterval: 3_000,
});

const refresh = () => queryClient.invalidateQueries({ queryKey: ["inbox"] });

export const useReply = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.inbox.reply>) => trpc.inbox.reply.mutate(input),
    // After a refusal too: a colleague may have replied first, and the page must show that.
    onSettled: refresh,
  }));

export const conversationStateQuery = (phone: string) =>
  queryOptions({
    queryKey: ["inbox", "state", phone],
    queryFn: () => trpc.inboxTeam.state.query({ phone }),
    refetchInterval: 5_000,
  });

export const assigneesQuery = () =>
  queryOptions({
    queryKey: ["inbox", "assignees"],
    queryFn: () => trpc.inboxTeam.assignees.query(),
    staleTime: 60_000,
  });

export const useAssign = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.inboxTeam.assign>) => trpc.inboxTeam.assign.mutate(input),
    onSettled: refresh,
  }));

export const useCloseConversation = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.inboxTeam.close>) => trpc.inboxTeam.close.mutate(input),
    onSettled: refresh,
  }));

export const useReopenConversation = () =>
  useMutation(() => ({
    mutationFn: (phone: string) => trpc.inboxTeam.reopen.mutate({ phone }),
    onSettled: refresh,
  }));

export const useAddNote = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.inboxTeam.addNote>) => trpc.inboxTeam.addNote.mutate(input),
    onSuccess: () =>
      Promise.all([refresh(), queryClient.invalidateQueries({ queryKey: ["contacts", "timeline"] })]),
  }));

export const useMarkRead = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.inbox.markRead>) => trpc.inbox.markRead.mutate(input),
    onSuccess: refresh,
  }));

/** Refreshes after a refusal too: if a teammate decided first, the page must show that. */
export const useDecide = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.inbox.decide>) => trpc.inbox.decide.mutate(input),
    onSettled: () => {
      void queryClient.invalidateQueries({ queryKey: ["contacts"] });
      return refresh();
    },
  }));

export const useCancelReply = () =>
  useMutation(() => ({
    mutationFn: (id: string) => trpc.inbox.cancelReply.mutate({ id }),
    onSettled: refresh,
  }));
