import { queryOptions, useMutation } from "@tanstack/solid-query";
import { queryClient } from "../transport/query-client.ts";
import { type Answer, type Question, trpc } from "../transport/trpc.ts";

export type Report = Answer<typeof trpc.reports.view>;
export type ReportRow = Report["rows"][number];
export type ReportAsked = NonNullable<Question<typeof trpc.reports.view>>;

export const reportQuery = (asked: ReportAsked) =>
  queryOptions({
    queryKey: ["reports", "view", asked],
    queryFn: () => trpc.reports.view.query(asked),
    refetchInterval: 30_000,
    // Another tab of the table keeps the page where it is until its figures are here.
    placeholderData: (shown: Report | undefined) => shown,
  });

export const reportMailsQuery = () =>
  queryOptions({ queryKey: ["reports", "mails"], queryFn: () => trpc.reports.mails.query() });

export const useSetReportMail = () =>
  useMutation(() => ({
    mutationFn: (input: { cadence: "week" | "month"; isOn: boolean }) => trpc.reports.setMail.mutate(input),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["reports", "mails"] }),
  }));
