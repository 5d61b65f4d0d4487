import { queryOptions, useMutation } from "@tanstack/solid-query";
import { queryClient } from "../transport/query-client.ts";
import { type Answer, type Question, trpc } from "../transport/trpc.ts";

export type ListedApproval = Answer<typeof trpc.approvals.list>[number];
export type ApprovalPage = Answer<typeof trpc.approvals.get>;
export type CampaignApproval = Answer<typeof trpc.approvals.ofCampaign>;

export const approvalsQuery = () =>
  queryOptions({
    queryKey: ["approvals", "list"],
    queryFn: () => trpc.approvals.list.query(),
    refetchInterval: 5_000,
  });

/** What waits for this member. */
export const waitingApprovalsQuery = () =>
  queryOptions({
    queryKey: ["approvals", "waiting"],
    queryFn: () => trpc.approvals.waiting.query(),
    refetchInterval: 10_000,
  });

/** A request with the copy that was seen, which never changes, and what differs now. */
export const approvalQuery = (id: string) =>
  queryOptions({
    queryKey: ["approvals", "one", id],
    queryFn: () => trpc.approvals.get.query({ id }),
    refetchInterval: 5_000,
  });

export const campaignApprovalQuery = (campaignId: string) =>
  queryOptions({
    queryKey: ["approvals", "campaign", campaignId],
    queryFn: () => trpc.approvals.ofCampaign.query({ campaignId }),
    refetchInterval: 5_000,
  });

/** An approval may schedule its campaign, so both are read again. */
const refresh = () =>
  Promise.all(
    [["approvals"], ["campaigns"], ["home"]].map((queryKey) => queryClient.invalidateQueries({ queryKey })),
  );

export const useAskApproval = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.approvals.ask>) => trpc.approvals.ask.mutate(input),
    onSettled: refresh,
  }));

export const useDecideApproval = () =>
  useMutation(() => ({
    mutationFn: ({
      approve,
      ...input
    }: Question<typeof trpc.approvals.return> & { approve: boolean }): Promise<unknown> =>
      approve ? trpc.approvals.approve.mutate(input) : trpc.approvals.return.mutate(input),
    onSettled: refresh,
  }));

export const useWithdrawApproval = () =>
  useMutation(() => ({
    mutationFn: (id: string) => trpc.approvals.withdraw.mutate({ id }),
    onSettled: refresh,
  }));
