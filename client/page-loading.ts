import type { RouteDefinition } from "@solidjs/router";
import { type Component, lazy } from "solid-js";
import { noteServerAway, onServerBack, serverReachable } from "./data/transport/connection.ts";

const RELOADED_AT = "reloaded-at";
const RELOAD_AGAIN_MS = 30_000;

type Module = { default: Component };

/**
 * A page whose code is loaded when it is first opened. If the server is away, it waits. If a newer version has replaced
 * the code, it reloads the browser's page.
 */
export function lazyPage(load: () => Promise<Module>): ReturnType<typeof lazy<Component>> {
  return lazy(() => load().catch(() => loadAgain(load)));
}

async function loadAgain(load: () => Promise<Module>): Promise<Module> {
  const answer = await fetch("/health", { cache: "no-store" }).catch(() => null);
  if (!answer?.ok) await serverBack();
  return load().catch((error) => {
    if (!mayReload()) throw error;
    location.reload();
    // Never resolves: the page is about to be replaced.
    return new Promise<Module>(() => {});
  });
}

function serverBack(): Promise<void> {
  noteServerAway();
  if (serverReachable()) return Promise.resolve();
  return new Promise((resolve) => {
    const stopListening = onServerBack(() => {
      stopListening();
      resolve();
    });
  });
}

/** Limits reloads, because code that is really missing would reload for ever. */
function mayReload(): boolean {
  const last = Number(sessionStorage.getItem(RELOADED_AT) ?? 0);
  if (Date.now() - last < RELOAD_AGAIN_MS) return false;
  sessionStorage.setItem(RELOADED_AT, String(Date.now()));
  return true;
}

/** Loads the code of the light pages while the browser is idle, so that they open at once. */
export function fetchPagesWhenIdle(routes: readonly RouteDefinition[]): void {
  const waiting = routes.flatMap((route) => [route, ...[route.children ?? []].flat()]);
  const next = () => {
    const route = waiting.shift();
    if (!route) return;
    const page = route.component as { preload?: () => Promise<unknown> } | undefined;
    const fetched = route.info?.heavy ? undefined : page?.preload?.();
    void Promise.resolve(fetched)
      .catch(() => {})
      .then(() => whenIdle(next));
  };
  whenIdle(next);
}

/** Safari has no idle callback. */
function whenIdle(work: () => void): void {
  if ("requestIdleCallback" in window) window.requestIdleCallback(work, { timeout: 5000 });
  else setTimeout(work, 200);
}
