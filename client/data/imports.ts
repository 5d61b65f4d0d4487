import { keepPreviousData, queryOptions, useMutation } from "@tanstack/solid-query";
import { noteServerAway } from "./transport/connection.ts";
import { pagesOf } from "./transport/pages.ts";
import { queryClient } from "./transport/query-client.ts";
import { type Answer, type Question, trpc } from "./transport/trpc.ts";

export type Import = Answer<typeof trpc.imports.get>;
export type ImportRow = Answer<typeof trpc.imports.list>["items"][number];
export type ConsentScan = Answer<typeof trpc.imports.consent>;
export type Choices = Question<typeof trpc.imports.keepChoices>["choices"];
export type Mapping = Question<typeof trpc.imports.preview>["mapping"];

export const importsQuery = () => ({
  ...pagesOf(["imports", "list"], (cursor) => trpc.imports.list.query({ cursor })),
  refetchInterval: 5_000,
});

/** The newest imports, for choices. */
export const recentImportsQuery = () =>
  queryOptions({
    queryKey: ["imports", "recent"],
    queryFn: async () => (await trpc.imports.list.query({ limit: 100 })).items,
    staleTime: 30_000,
  });

export const importKey = (id: string) => ["imports", "one", id] as const;

export const importQuery = (id: string) =>
  queryOptions({ queryKey: importKey(id), queryFn: () => trpc.imports.get.query({ id }) });

export const importPreviewQuery = (
  id: string,
  mapping: Mapping,
  fieldTypes: Question<typeof trpc.imports.preview>["fieldTypes"],
) =>
  queryOptions({
    queryKey: ["imports", "preview", id, mapping, fieldTypes],
    queryFn: () => trpc.imports.preview.query({ id, mapping, fieldTypes }),
    placeholderData: keepPreviousData,
  });

export const importConsentQuery = (id: string, mapping: Mapping) =>
  queryOptions({
    queryKey: ["imports", "consent", id, mapping],
    queryFn: () => trpc.imports.consent.query({ id, mapping }),
    placeholderData: keepPreviousData,
    // The file does not change, and reading it again costs seconds.
    staleTime: Number.POSITIVE_INFINITY,
  });

export const rejectionsQuery = (id: string) =>
  pagesOf(["imports", "rejections", id], (cursor) => trpc.imports.rejections.query({ id, cursor }));

export type CompareInput = Question<typeof trpc.imports.compare>;

/** Compares a file with the contacts. Nothing is imported. */
export const useCompareImport = () =>
  useMutation(() => ({
    mutationFn: (input: CompareInput) => trpc.imports.compare.mutate(input),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["imports"] }),
  }));

export type ChangeRow = Answer<typeof trpc.imports.changes>["items"][number];
export type ChangesOf = Question<typeof trpc.imports.changes>["of"];

export const changesQuery = (id: string, of: ChangesOf) =>
  pagesOf(["imports", "changes", id, of], (cursor) => trpc.imports.changes.query({ id, of, cursor }));

/** Contacts, tags and counts are other ones when it has ended; the import's page fetches them then. */
export const useUndoImport = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.imports.undo>) => trpc.imports.undo.mutate(input),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["imports"] }),
  }));

export const useStartImport = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.imports.start>) => trpc.imports.start.mutate(input),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["imports"] }),
  }));

export const useStartOptOuts = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.imports.startOptOuts>) =>
      trpc.imports.startOptOuts.mutate(input),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["imports"] }),
  }));

/** Keeps a form's answers. Nobody waits for it: a page that misses one has the answers before. */
export function keepImportChoices(id: string, choices: Choices): void {
  queryClient.setQueryData<Import>(importKey(id), (known) => known && { ...known, choices });
  trpc.imports.keepChoices.mutate({ id, choices }).catch(() => {});
}

export const useCancelImport = () =>
  useMutation(() => ({
    mutationFn: (id: string) => trpc.imports.cancel.mutate({ id }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["imports"] }),
  }));

export const useReadAs = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.imports.readAs>) => trpc.imports.readAs.mutate(input),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["imports"] }),
  }));

/** A workbook has several sheets, and one has to be chosen. */
export class SeveralSheets extends Error {
  readonly sheets: string[];
  constructor(message: string, sheets: string[]) {
    super(message);
    this.sheets = sheets;
  }
}

/**
 * Uploads the file and reports the share that is sent (0 to 1). `fetch` does not report the progress of an upload.
 * Rejects with a sentence to show.
 */
export function uploadImport(
  file: File,
  onProgress: (share: number) => void,
  signal: AbortSignal,
  {
    kind = "contacts",
    sheet,
  }: { kind?: "contacts" | "opt-outs" | undefined; sheet?: string | undefined } = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const chosen = sheet === undefined ? "" : `&sheet=${encodeURIComponent(sheet)}`;
    request.open("POST", `/uploads/imports?kind=${kind}&fileName=${encodeURIComponent(file.name)}${chosen}`);
    request.setRequestHeader("content-type", "text/csv");
    request.responseType = "json";
    request.upload.onprogress = (event) => onProgress(event.total > 0 ? event.loaded / event.total : 0);
    request.onload = () => {
      const answer = request.response as { id?: string; error?: string; sheets?: string[] } | null;
      if (request.status === 401) queryClient.setQueryData(["me"], null);
      if (request.status < 300 && answer?.id) resolve(answer.id);
      else if (answer?.sheets?.length) reject(new SeveralSheets(answer.error ?? "", answer.sheets));
      else reject(new Error(answer?.error ?? `The server refused the file (${request.status}). Try again.`));
    };
    request.onerror = () => {
      noteServerAway();
      reject(
        new Error("The connection was lost during the upload. Nothing was imported. Upload the file again."),
      );
    };
    request.onabort = () => reject(new Error("The upload was canceled. Nothing was imported."));
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(file);
  });
}
