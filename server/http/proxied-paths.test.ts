import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestServer, type TestServer } from "../testing/test-api.ts";

const proxy = readFileSync(new URL("../../infra/docker/proxy.Caddyfile", import.meta.url), "utf8");

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

/** For the machines of the platform alone, never through the proxy. */
const INSIDE = ["/metrics", "/ready"];

/** As Caddy's `path`: an asterisk at the end matches everything, in the middle one part. */
const matches = (pattern: string, path: string) =>
  pattern.endsWith("/*")
    ? path.startsWith(pattern.slice(0, -1))
    : new RegExp(`^${pattern.replaceAll(".", "\\.").replaceAll("*", "[^/]+")}$`).test(path);

/** The addresses of a route, one for each form that its file may have. */
const examples = (route: string): string[] => {
  const file = /:file\{([\w-]+)\\\.\(\?:([a-z|]+)\)\}$/.exec(route);
  const place = (file ? route.slice(0, file.index) : route).replace(/:[a-zA-Z]+/g, "x");
  return file ? file[2]!.split("|").map((format) => `${place}${file[1]}.${format}`) : [place];
};

it("the proxy sends every address of the API to the API, and all else is a page", () => {
  const patterns = /@api path (.+)/.exec(proxy)![1]!.split(" ");
  const routes = server.app.routes
    .filter(({ method, path }) => method !== "ALL" && !path.includes("*") && !INSIDE.includes(path))
    .flatMap(({ path }) => examples(path));
  expect(routes.length).toBeGreaterThan(15);
  expect([...new Set(routes)].filter((path) => !patterns.some((pattern) => matches(pattern, path)))).toEqual(
    [],
  );
});
