import { queryOptions, useMutation } from "@tanstack/solid-query";
import { queryClient } from "../transport/query-client.ts";
import { type Answer, type Question, trpc } from "../transport/trpc.ts";

export type CountryRow = Answer<typeof trpc.platform.law.countries>[number];
export type CountryRules = Answer<typeof trpc.platform.law.country>;
export type RulePart = CountryRules["parts"][number]["part"];
export type RuleVersion = CountryRules["versions"][number];

export const countriesQuery = () =>
  queryOptions({ queryKey: ["law", "list"], queryFn: () => trpc.platform.law.countries.query() });

export const countryRulesQuery = (country: string) =>
  queryOptions({
    queryKey: ["law", "one", country],
    queryFn: () => trpc.platform.law.country.query({ country }),
  });

const refresh = () => queryClient.invalidateQueries({ queryKey: ["law"] });

export const useSaveRule = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.platform.law.save>) => trpc.platform.law.save.mutate(input),
    onSettled: refresh,
  }));

export const useWithdrawRule = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.platform.law.withdraw>) =>
      trpc.platform.law.withdraw.mutate(input),
    onSettled: refresh,
  }));

export const useImportRules = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.platform.law.import>) => trpc.platform.law.import.mutate(input),
    onSettled: refresh,
  }));

/** Returns the rules that are not as shipped, as the text of a file. */
export async function exportRules(country: string | null): Promise<string> {
  return `${JSON.stringify(await trpc.platform.law.export.query({ country }), null, 2)}\n`;
}
