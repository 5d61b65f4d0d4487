import type { RouteDefinition } from "@solidjs/router";
import { type Component, lazy } from "solid-js";
import { noteServerAway, onServerBack, serverReachable } from "./data/connection.ts";

const RELOADED_AT = "reloaded-at";
const RELOAD_AGAIN_MS = 30_000;

type Module = { default: Component };

/**
 * A page whose code is fetched when it is first opened. While the server is away it waits for it; code that a newer
 * version of the product has replaced is fetched by loading the whole page anew.
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
    // Never answered: the page is about to be replaced.
    return new Promise<Module>(() => {});
  });
}

function serverBack(): Promise<void> {
  noteServerAway();
  if (serverReachable()) return Promise.resolve();
  return new Promise((resolve) => {
    const forget = onServerBack(() => {
      forget();
      resolve();
    });
  });
}

/** Once in a while only: code that is really missing must not reload for ever. */
function mayReload(): boolean {
  const last = Number(sessionStorage.getItem(RELOADED_AT) ?? 0);
  if (Date.now() - last < RELOAD_AGAIN_MS) return false;
  sessionStorage.setItem(RELOADED_AT, String(Date.now()));
  return true;
}

/** Fetches the code of the light pages while nothing else is to do, so that going to one is immediate. */
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
