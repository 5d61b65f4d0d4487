import type { RetentionKind } from "@smscrm/core/privacy/retention";
import { queryOptions, useMutation } from "@tanstack/solid-query";
import { pagesOf } from "../transport/pages.ts";
import { queryClient } from "../transport/query-client.ts";
import { type Answer, trpc } from "../transport/trpc.ts";

export type FoundPerson = Answer<typeof trpc.privacy.find>["people"][number];
export type Erasure = Answer<typeof trpc.privacy.erasures>["items"][number];

export const foundPeopleQuery = (search: string) =>
  queryOptions({
    queryKey: ["privacy", "find", search],
    queryFn: () => trpc.privacy.find.query({ search }),
    enabled: search.length > 1,
  });

export const heldQuery = (phone: string | null) =>
  queryOptions({
    queryKey: ["privacy", "held", phone],
    queryFn: () => trpc.privacy.held.query({ phone: phone! }),
    enabled: phone !== null,
  });

export const packKeyQuery = () =>
  queryOptions({ queryKey: ["privacy", "key"], queryFn: () => trpc.privacy.key.query() });

export const erasuresQuery = () =>
  pagesOf(["privacy", "erasures"], (cursor) => trpc.privacy.erasures.query({ cursor }));

/** Downloads a signed pack about a person. */
export const useDownloadPack = (kind: "evidence" | "export") =>
  useMutation(() => ({
    mutationFn: (phone: string) => trpc.privacy[kind].mutate({ phone }),
    onSuccess: ({ fileName, zip }) =>
      save(
        fileName,
        Uint8Array.from(atob(zip), (char) => char.charCodeAt(0)),
      ),
  }));

function save(fileName: string, bytes: Uint8Array<ArrayBuffer>): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([bytes], { type: "application/zip" }));
  link.download = fileName;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** An erased person may be on any page. */
export const useErasePerson = () =>
  useMutation(() => ({
    mutationFn: (input: { phone: string; reason: string }) => trpc.privacy.erase.mutate(input),
    onSuccess: () => queryClient.invalidateQueries(),
  }));

export const useLiftErasure = () =>
  useMutation(() => ({
    mutationFn: (input: { id: string; reason: string }) => trpc.privacy.lift.mutate(input),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["privacy"] }),
  }));

export const retentionQuery = () =>
  queryOptions({ queryKey: ["privacy", "retention"], queryFn: () => trpc.retention.get.query() });

export const retentionPreviewQuery = (kind: RetentionKind, months: number | null) =>
  queryOptions({
    queryKey: ["privacy", "retention", "preview", kind, months],
    queryFn: () => trpc.retention.preview.query({ kind, months: months! }),
    enabled: months !== null,
  });

export const useSetRetention = () =>
  useMutation(() => ({
    mutationFn: (input: { kind: RetentionKind; months: number | null }) => trpc.retention.set.mutate(input),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["privacy"] }),
  }));
