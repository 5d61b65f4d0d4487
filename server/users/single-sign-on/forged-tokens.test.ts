import { createHmac, createSign, generateKeyPairSync, type KeyObject } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createProviders } from "./provider.ts";

/** A server in the middle that answers the token endpoint with whatever it was given. */
let server: Server;
let issuer: string;
let answer = "";

const SECRET = "the client secret";
const FLOW = { state: "state", nonce: "the nonce", codeVerifier: "v".repeat(43) };
const known = generateKeyPairSync("rsa", { modulusLength: 2048 });
const unknown = generateKeyPairSync("rsa", { modulusLength: 2048 });
const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

beforeAll(async () => {
  server = createServer((request, response) => {
    response.setHeader("content-type", "application/json");
    const answers: Record<string, object> = {
      "/.well-known/openid-configuration": {
        issuer,
        authorization_endpoint: `${issuer}/auth`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/jwks`,
        response_types_supported: ["code"],
        subject_types_supported: ["public"],
        id_token_signing_alg_values_supported: ["RS256", "HS256", "none"],
      },
      "/jwks": {
        keys: [{ ...known.publicKey.export({ format: "jwk" }), kid: "1", use: "sig", alg: "RS256" }],
      },
      "/token": { access_token: "a", token_type: "Bearer", id_token: answer },
    };
    response.end(JSON.stringify(answers[request.url!]));
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

const nowSeconds = () => Math.floor(Date.now() / 1_000);
const claims = (change: object = {}) => ({
  ...{ iss: issuer, aud: "smscrm", sub: "ada", nonce: FLOW.nonce, iat: nowSeconds(), exp: nowSeconds() + 60 },
  ...change,
});
function signed(
  payload: object,
  header: object = { alg: "RS256", kid: "1" },
  key: KeyObject = known.privateKey,
) {
  const text = `${base64(header)}.${base64(payload)}`;
  return `${text}.${createSign("RSA-SHA256").update(text).sign(key, "base64url")}`;
}

function finish(idToken: string, query = "code=c&state=state") {
  answer = idToken;
  const providers = createProviders({ isProduction: false, allowedRanges: [] });
  return providers.finish(
    {
      ...{
        tenantId: "t",
        issuer,
        clientId: "smscrm",
        clientSecret: SECRET,
        groupsClaim: "groups",
        roleMap: [],
      },
      ...{ emailAlwaysVerified: false, asksSecondFactor: false, mode: "offered", updatedAt: new Date() },
    },
    FLOW,
    new URL(`https://texts.example.com/sign-in/sso/callback?${query}`),
  );
}

describe("an ID token", () => {
  it("is believed if the provider signed it, for us, now and for this visit", async () => {
    expect(await finish(signed(claims()))).toMatchObject({ subject: "ada" });
  });

  it.each<[string, () => string]>([
    ["without a signature", () => `${base64({ alg: "none" })}.${base64(claims())}.`],
    [
      "signed with the client secret",
      () => {
        const text = `${base64({ alg: "HS256" })}.${base64(claims())}`;
        return `${text}.${createHmac("sha256", SECRET).update(text).digest("base64url")}`;
      },
    ],
    [
      "signed with the public key as a secret",
      () => {
        const text = `${base64({ alg: "HS256", kid: "1" })}.${base64(claims())}`;
        const key = known.publicKey.export({ format: "pem", type: "spki" });
        return `${text}.${createHmac("sha256", key).update(text).digest("base64url")}`;
      },
    ],
    ["signed with another key", () => signed(claims(), { alg: "RS256", kid: "1" }, unknown.privateKey)],
    [
      "signed with a key of its own header",
      () =>
        signed(
          claims(),
          {
            alg: "RS256",
            kid: "2",
            jwk: unknown.publicKey.export({ format: "jwk" }),
            jku: `${issuer}/other`,
          },
          unknown.privateKey,
        ),
    ],
    [
      "changed after it was signed",
      () => {
        const [header, , signature] = signed(claims()).split(".");
        return `${header}.${base64(claims({ sub: "eve" }))}.${signature}`;
      },
    ],
    ["of another issuer", () => signed(claims({ iss: "https://login.example.com" }))],
    ["for another client", () => signed(claims({ aud: "another" }))],
    [
      "for several clients, of which another one is meant",
      () => signed(claims({ aud: ["smscrm", "another"], azp: "another" })),
    ],
    ["that expired", () => signed(claims({ exp: nowSeconds() - 120 }))],
    ["without an end", () => signed(claims({ exp: undefined }))],
    ["that is not valid yet", () => signed(claims({ nbf: nowSeconds() + 3_600 }))],
    ["of another visit", () => signed(claims({ nonce: "another" }))],
    ["without a nonce", () => signed(claims({ nonce: undefined }))],
    ["without a subject", () => signed(claims({ sub: undefined }))],
    ["with a subject that is too long", () => signed(claims({ sub: "a".repeat(256) }))],
    ["with a subject that can't be stored", () => signed(claims({ sub: "a\u0000" }))],
    ["that is none", () => "nonsense"],
  ])("is refused %s", async (_, make) => {
    await expect(finish(make())).rejects.toMatchObject({ name: "SignInFault", problem: "not-verified" });
  });

  it("is not asked for with another state, or an answer that names another issuer", async () => {
    await expect(finish(signed(claims()), "code=c&state=other")).rejects.toMatchObject({
      problem: "not-verified",
    });
    await expect(
      finish(signed(claims()), `code=c&state=state&iss=${encodeURIComponent("https://login.example.com")}`),
    ).rejects.toMatchObject({ problem: "not-verified" });
  });
});
