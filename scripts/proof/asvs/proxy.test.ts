import { readFileSync } from "node:fs";
import path from "node:path";
import { securityHeaders } from "@smscrm/server/http/security-headers";
import { Hono } from "hono";
import { describe, expect, it } from "vitest";
import { projectFolder } from "../../start/runtime.ts";
import { exampleVariables, PRODUCTION, readCompose } from "../compose/compose-file.ts";

const read = (file: string) => readFileSync(path.join(projectFolder, file), "utf8");
const proxy = read("infra/docker/proxy.Caddyfile");
const web = read("infra/docker/web.Caddyfile");
const withoutComments = (text: string) => text.replace(/^\s*#.*$/gm, "");

describe("the proxy in production", () => {
  it("is the only service that is reached from outside, by https and the port that leads to it", () => {
    const { services } = readCompose(PRODUCTION, exampleVariables());
    const open = Object.entries(services).filter(([, { ports }]) =>
      ports?.some((port) => !port.startsWith("127.0.0.1:")),
    );
    expect(open.map(([name]) => name)).toEqual(["proxy"]);
    expect(services.proxy!.ports).toEqual(["80:80", "443:443", "443:443/udp"]);
  });

  it("keeps Caddy's versions and ciphers of TLS, its public certificates, and a site that is no plain http", () => {
    expect(withoutComments(proxy)).not.toMatch(/\b(tls|protocols|ciphers|curves|auto_https|insecure)\b/);
    const { SITE_ADDRESS, PUBLIC_URL } = exampleVariables();
    expect(SITE_ADDRESS).not.toMatch(/^http:|:80$/);
    expect(PUBLIC_URL).toBe(`https://${SITE_ADDRESS}`);
  });

  it("says for every answer that the site is https for a year, with its subdomains", () => {
    expect(proxy).toMatch(/^\theader Strict-Transport-Security "max-age=31536000; includeSubDomains"$/m);
  });

  it("leads pages to https, and refuses programs that call without it", () => {
    const [, plain] = /^http:\/\/\{\$SITE_ADDRESS\} \{\n([\s\S]*?)^\}/m.exec(proxy)!;
    expect(plain).toMatch(/import api\n\thandle @api \{\n\t\trespond "Use https\." 403/);
    expect(plain).toMatch(/handle \{\n\t\tredir https:\/\/\{host\}\{uri\} 308/);
    expect(plain).not.toContain("reverse_proxy");
    expect(proxy.match(/^\timport api$/gm)).toHaveLength(2);
  });

  it("takes no TRACE", () => {
    expect(proxy).toMatch(/@trace method TRACE\n\thandle @trace \{\n\t\trespond 405/);
  });

  it("names the caller itself, and shows the operators' addresses to nobody", () => {
    expect(proxy).toContain("header_up X-Forwarded-For {remote_host}");
    expect(proxy).toMatch(/@inside path \/metrics \/ready\n\thandle @inside \{\n\t\trespond 404/);
  });
});

describe("the dashboard's files behind the proxy", () => {
  it("have the headers that the API's own have", async () => {
    const app = new Hono();
    app.use(securityHeaders("https://texts.example.com"));
    app.get("/", (c) => c.text(""));
    const { headers } = await app.request("/");
    const directives = (policy: string) =>
      policy
        .split(";")
        .map((each) => each.trim())
        .filter(Boolean)
        .sort();
    const [, policy] = /Content-Security-Policy "([^"]+)"/.exec(web)!;
    expect(directives(policy!)).toEqual(directives(headers.get("content-security-policy")!));
    for (const name of [
      "X-Content-Type-Options",
      "X-Frame-Options",
      "Referrer-Policy",
      "Cross-Origin-Opener-Policy",
    ])
      expect(new RegExp(`${name} (\\S+)`).exec(web)![1], name).toBe(headers.get(name));
  });

  it("are listed nowhere, and only they are served", () => {
    expect(withoutComments(web)).not.toMatch(/\bbrowse\b|\btemplates\b|\bphp/);
    expect(web).toContain("root * /srv");
    for (const file of [proxy, web]) expect(file).toMatch(/^\tadmin off$/m);
  });

  it("say that a picture of text is UTF-8", () => {
    expect(web).toContain('header @svg Content-Type "image/svg+xml; charset=utf-8"');
  });
});
