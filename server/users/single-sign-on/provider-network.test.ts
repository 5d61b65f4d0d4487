import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createProviderFetch, ProviderFault } from "./provider-network.ts";

const PRODUCTION = { isProduction: true, allowedRanges: [] };
const HERE = { isProduction: false, allowedRanges: [] };

let server: Server;
let origin: string;
let asked = 0;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    asked += 1;
    if (request.url === "/large") return void response.end("x".repeat(600_000));
    if (request.url === "/slow") return void response.write("a");
    if (request.url === "/elsewhere")
      return void response.writeHead(302, { location: "http://169.254.169.254/" }).end();
    response.setHeader("content-type", "application/json");
    response.end(
      JSON.stringify({ method: request.method, body: await text(request), host: request.headers.host }),
    );
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe("a request to a provider", () => {
  it.each([
    ["this machine", "https://127.0.0.1/"],
    ["this machine, as IPv6", "https://[::1]/"],
    ["this machine, as IPv4 in IPv6", "https://[::ffff:127.0.0.1]/"],
    ["a number that is this machine's address", "https://2130706433/"],
    ["cloud metadata", "https://169.254.169.254/latest/meta-data/"],
    ["cloud metadata, as IPv6", "https://[fd00:ec2::254]/"],
    ["a private network", "https://10.1.2.3/"],
    ["another private network", "https://192.168.0.1/"],
    ["a third private network", "https://172.20.0.1/"],
    ["a carrier's network", "https://100.64.0.1/"],
    ["no address", "https://0.0.0.0/"],
    ["an address of 6to4", "https://[2002:7f00:1::]/"],
    ["an address of NAT64", "https://[64:ff9b::7f00:1]/"],
  ])("is not made in production to %s", async (_, address) => {
    await expect(createProviderFetch(PRODUCTION)(address)).rejects.toThrow(/is inside a private network/);
  });

  it("is not made to a name that leads inside, whatever DNS answers later", async () => {
    const answers = [["10.0.0.7"], ["1.1.1.1"]];
    const resolve = async () => answers.shift() ?? [];
    const fetchFrom = createProviderFetch({ ...PRODUCTION, resolve });
    await expect(fetchFrom("https://login.example.com/")).rejects.toThrow(/inside a private network/);
    expect(answers).toHaveLength(1);
  });

  it("connects to the address that was checked, and asks DNS once", async () => {
    let lookUps = 0;
    const resolve = async () => {
      lookUps += 1;
      return lookUps === 1 ? ["127.0.0.1"] : ["10.0.0.7"];
    };
    const port = new URL(origin).port;
    const answer = await createProviderFetch({ ...HERE, resolve })(`http://localhost:${port}/`);
    expect(await answer.json()).toMatchObject({ host: `localhost:${port}` });
    expect(lookUps).toBe(1);
  });

  it("is made inside where the operator allows the range", async () => {
    const network = { isProduction: true, allowedRanges: ["127.0.0.0/8"] };
    // Still over https only: nothing listens there with TLS.
    await expect(createProviderFetch(network)(origin.replace("http:", "https:"))).rejects.toThrow(
      /could not be reached/,
    );
    await expect(createProviderFetch(network)(origin)).rejects.toThrow(/only over https/);
  });

  it("is made over http to this machine alone, outside production", async () => {
    expect((await createProviderFetch(HERE)(`${origin}/`)).status).toBe(200);
    await expect(createProviderFetch(HERE)("http://login.example.com/")).rejects.toThrow(/only over https/);
    await expect(createProviderFetch(PRODUCTION)(origin)).rejects.toThrow(/only over https/);
    for (const other of ["file:///etc/passwd", "data:text/plain,x", "gopher://example.com/"])
      await expect(createProviderFetch(HERE)(other)).rejects.toThrow(/only over https/);
  });

  it("sends a form, and follows no redirect", async () => {
    const fetchFrom = createProviderFetch(HERE);
    const sent = await fetchFrom(`${origin}/`, { method: "POST", body: new URLSearchParams({ a: "b c" }) });
    expect(await sent.json()).toMatchObject({ method: "POST", body: "a=b+c" });
    const before = asked;
    expect((await fetchFrom(`${origin}/elsewhere`)).status).toBe(302);
    expect(asked).toBe(before + 1);
  });

  it("ends after 5 seconds, and after 512 kB", async () => {
    const startedMs = performance.now();
    await expect(createProviderFetch(HERE)(`${origin}/slow`)).rejects.toThrow(
      /did not answer within 5 seconds/,
    );
    expect(performance.now() - startedMs).toBeLessThan(7_000);
    await expect(createProviderFetch(HERE)(`${origin}/large`)).rejects.toThrow(/more than 512 kB/);
  });

  it("says that a host is not in DNS or not there", async () => {
    const nowhere = createProviderFetch({
      ...PRODUCTION,
      resolve: () => Promise.reject(new Error("ENOTFOUND")),
    });
    await expect(nowhere("https://login.example.com/")).rejects.toThrow(
      new ProviderFault("login.example.com was not found in DNS"),
    );
  });
});

describe("a provider's certificate", () => {
  it("must be the name's, although the connection goes to an address", () => {
    const folder = mkdtempSync(path.join(tmpdir(), "smscrm-certificate-"));
    const [key, certificate] = [path.join(folder, "key.pem"), path.join(folder, "certificate.pem")];
    try {
      execFileSync(
        "openssl",
        [
          "req",
          "-x509",
          "-newkey",
          "rsa:2048",
          "-nodes",
          "-days",
          "2",
          "-subj",
          "/CN=login.example.com",
        ].concat(["-addext", "subjectAltName=DNS:login.example.com", "-keyout", key, "-out", certificate]),
        { stdio: "ignore" },
      );
      // A process of its own: a runtime reads which certificates it trusts when it starts.
      const program = path.join(import.meta.dirname, "../../testing/provider-certificate.ts");
      for (const runtime of ["bun", "node"]) {
        const said = execFileSync("pnpm", ["exec", runtime, program, key, certificate], {
          env: { ...process.env, NODE_EXTRA_CA_CERTS: certificate },
          encoding: "utf8",
        });
        expect(JSON.parse(said.trim().split("\n").at(-1)!), runtime).toEqual([
          "login.example.com: 200",
          "other.example.com: ERR_TLS_CERT_ALTNAME_INVALID",
        ]);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("must be one that the system trusts", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "smscrm-certificate-"));
    const [key, certificate] = [path.join(folder, "key.pem"), path.join(folder, "certificate.pem")];
    execFileSync(
      "openssl",
      ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"].concat([
        "-addext",
        "subjectAltName=DNS:localhost",
        "-keyout",
        key,
        "-out",
        certificate,
      ]),
      { stdio: "ignore" },
    );
    const own = createTlsServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (_, response) =>
      response.end(),
    );
    await new Promise<void>((resolve) => void own.listen(0, "127.0.0.1", resolve));
    const { port } = own.address() as AddressInfo;
    const resolve = async () => ["127.0.0.1"];
    await expect(createProviderFetch({ ...HERE, resolve })(`https://localhost:${port}/`)).rejects.toThrow(
      /could not be reached \(DEPTH_ZERO_SELF_SIGNED_CERT\)/,
    );
    own.close();
    rmSync(folder, { recursive: true });
  });
});
