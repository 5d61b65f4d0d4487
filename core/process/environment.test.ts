import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import {
  carrierIsSimulator,
  carrierSettings,
  databaseIsEmbedded,
  databaseSettings,
  type Environment,
  LOOPBACK_RANGES,
  mailSettings,
  ownerSettings,
  ownerUrl,
  parseEnvironment,
  passwordFaults,
  processSettings,
  queueBackend,
  queueSettings,
  SIMULATOR_ACCOUNT_SID,
  SIMULATOR_AUTH_TOKEN,
  trustedProxies,
} from "./environment.ts";

const schema = z.object({
  ...processSettings,
  ...databaseSettings,
  ...queueSettings,
  ...carrierSettings,
  ...mailSettings,
});
const parse = (env: Environment) => parseEnvironment(schema, env);
const sid = `AC${"1".repeat(32)}`;
const token = "0123456789abcdef0123456789abcdef";
const production = {
  NODE_ENV: "production",
  PUBLIC_URL: "https://texts.example.com",
  DATABASE_URL: "postgres://a:b@db/c",
  REDIS_URL: "redis://r:6379",
  TWILIO_ACCOUNT_SID: sid,
  TWILIO_AUTH_TOKEN: token,
};

const embedded = {
  NODE_ENV: "development",
  PORT: 3000,
  WORKER_PORT: 3002,
  DATA_DIR: ".data",
  HOST: "127.0.0.1",
  PUBLIC_URL: "http://127.0.0.1:3000",
  DATABASE_URL: "postgres://smscrm:smscrm@127.0.0.1:5433/smscrm",
  EMBEDDED_POSTGRES_PORT: 5433,
  TWILIO_ACCOUNT_SID: SIMULATOR_ACCOUNT_SID,
  TWILIO_AUTH_TOKEN: SIMULATOR_AUTH_TOKEN,
  SIMULATOR_PORT: 4010,
};

describe("what is filled in", () => {
  test("an empty environment is the embedded mode", () => {
    expect(parse({})).toEqual({ ok: true, value: embedded });
    expect(parse({ DATABASE_URL: "", REDIS_URL: " ", TWILIO_ACCOUNT_SID: "", PORT: "" })).toEqual(parse({}));
  });

  test("a second copy only changes its ports", () => {
    expect(
      parse({ PORT: "3100", EMBEDDED_POSTGRES_PORT: "5533", SIMULATOR_PORT: "0", WORKER_PORT: "3102" }),
    ).toEqual({
      ok: true,
      value: {
        ...embedded,
        ...{ PORT: 3100, WORKER_PORT: 3102, EMBEDDED_POSTGRES_PORT: 5533, SIMULATOR_PORT: 0 },
        PUBLIC_URL: "http://127.0.0.1:3100",
        DATABASE_URL: "postgres://smscrm:smscrm@127.0.0.1:5533/smscrm",
      },
    });
  });

  test("only a real account opens the ports to others: the simulator's token is no secret", () => {
    const host = (env: Record<string, string>) => (parse(env) as { value: { HOST: string } }).value.HOST;
    expect(host({})).toBe("127.0.0.1");
    expect(host({ TWILIO_ACCOUNT_SID: sid, TWILIO_AUTH_TOKEN: token })).toBe("0.0.0.0");
    expect(host({ HOST: "192.0.2.1" })).toBe("192.0.2.1");
  });

  test("what is given stays", () => {
    const parsed = parse({
      ...production,
      PUBLIC_URL: "https://texts.example.com/app//",
      REDIS_SENTINELS: "a:26379 , b:26379",
      REDIS_SENTINEL_NAME: "main",
      REDIS_CLUSTER_NODES: "c:7000",
      TWILIO_API_KEY: `SK${"a".repeat(32)}`,
      TWILIO_API_SECRET: "s",
      TWILIO_AUTH_TOKEN_PREVIOUS: token,
    });
    expect(parsed).toMatchObject({
      ok: true,
      value: {
        ...production,
        PUBLIC_URL: "https://texts.example.com/app",
        REDIS_SENTINELS: ["a:26379", "b:26379"],
        REDIS_CLUSTER_NODES: ["c:7000"],
      },
    });
  });

  test("a process requires only what it needs", () => {
    expect(parseEnvironment(z.object({ PORT: processSettings.PORT }), { NODE_ENV: "production" })).toEqual({
      ok: true,
      value: { PORT: 3000 },
    });
  });
});

test("the owner's login is DATABASE_OWNER_URL's, or DATABASE_URL's where there is no other", () => {
  const owner = "postgres://owner:b@db/c";
  const parsed = (env: Environment) => {
    const environment = parseEnvironment(z.object(ownerSettings), env);
    return environment.ok && ownerUrl(environment.value);
  };
  expect(parsed({ DATABASE_URL: "postgres://a:b@db/c", DATABASE_OWNER_URL: owner })).toBe(owner);
  expect(parsed({ DATABASE_URL: "postgres://a:b@db/c", DATABASE_OWNER_URL: "" })).toBe("postgres://a:b@db/c");
  expect(parsed({ DATABASE_OWNER_URL: "mysql://x" })).toBe(false);
});

/** Addresses of public reports in which a % of a password was an error without a name, or a trace. */
test.each([
  ["https://github.com/mysqljs/mysql/issues/1513", "postgres://u:%@^4@db.example.com/x"],
  ["https://github.com/ankane/pghero/issues/280", "postgres://u:pass%word@db.example.com/x"],
  ["https://github.com/CopilotKit/OpenBot/pull/400", "postgres://openbot:100%pure@127.0.0.1:5432/openbot"],
  ["https://github.com/CopilotKit/OpenBot/pull/400", "postgres://open%bot:openbot@127.0.0.1:5432/openbot"],
])("%s: a lone % is named in a sentence", (_, url) => {
  const faults = [expect.stringMatching(/^DATABASE_URL must .*(?:%25|postgres:)/)];
  expect(parse({ DATABASE_URL: url })).toEqual({ ok: false, faults });
});

describe("what is refused", () => {
  test.each<[Environment, string[]]>([
    [{ PORT: "http" }, ["PORT must be a port number"]],
    [{ PORT: "65536" }, ["PORT must be a port number up to 65535"]],
    [{ NODE_ENV: "prod" }, ["NODE_ENV must be one of development, test, production"]],
    [
      { DATABASE_URL: "mysql://x" },
      [expect.stringMatching(/^DATABASE_URL must be an address such as postgres:/)],
    ],
    [{ REDIS_URL: "localhost" }, [expect.stringMatching(/^REDIS_URL must be an address such as redis:/)]],
    [{ PUBLIC_URL: "texts.example.com" }, [expect.stringMatching(/^PUBLIC_URL must be an address/)]],
    [
      { DATABASE_URL: "postgres://u:100%@db.example.com/x" },
      ["DATABASE_URL must have the signs of its name and password percent-encoded: write % as %25"],
    ],
    [
      {
        DATABASE_API_URL: "postgres://u:ab%zz@db.example.com/x",
        DATABASE_URL: "postgres://u:a%25b@db.example.com/x",
      },
      ["DATABASE_API_URL must have the signs of its name and password percent-encoded: write % as %25"],
    ],
    [{ REDIS_CLUSTER_NODES: "a;b" }, [expect.stringMatching(/^REDIS_CLUSTER_NODES must be a list/)]],
    [{ REDIS_SENTINELS: "a:1" }, ["REDIS_SENTINEL_NAME must be set, because REDIS_SENTINELS is"]],
    [{ TWILIO_ACCOUNT_SID: sid }, ["TWILIO_AUTH_TOKEN must be set"]],
    [
      { TWILIO_ACCOUNT_SID: "AC1", TWILIO_AUTH_TOKEN: "x" },
      [expect.stringMatching(/SID/), expect.stringMatching(/TOKEN/)],
    ],
    [{ TWILIO_API_KEY: `SK${"a".repeat(32)}` }, ["TWILIO_API_SECRET must be set, because TWILIO_API_KEY is"]],
    [{ TWILIO_API_SECRET: "x" }, ["TWILIO_API_KEY must be set, because TWILIO_API_SECRET is"]],
    [
      { SMTP_URL: "mail.example.com", MAIL_FROM: "a@example.com" },
      [expect.stringMatching(/^SMTP_URL must be an address such as smtps:/)],
    ],
    [
      { SMTP_URL: "smtps://mail.example.com", MAIL_FROM: "Acme" },
      ["MAIL_FROM must be an address such as Acme <texts@example.com>"],
    ],
    [{ SMTP_URL: "smtps://u:p@mail.example.com" }, ["MAIL_FROM must be set, because SMTP_URL is"]],
  ])("%j", (env, faults) => expect(parse(env)).toEqual({ ok: false, faults }));

  test("production without its own database, address, Redis and carrier: all faults at once", () => {
    expect(parse({ NODE_ENV: "production", PORT: "x" })).toEqual({
      ok: false,
      faults: [
        "DATABASE_URL must be set in production",
        "PUBLIC_URL must be set in production",
        "REDIS_URL must be set in production",
        "TWILIO_ACCOUNT_SID must be set in production",
        "PORT must be a port number",
      ],
    });
    expect(parse({ ...production, TWILIO_ACCOUNT_SID: SIMULATOR_ACCOUNT_SID }).ok).toBe(false);
  });

  test.each(["TWILIO_AUTH_TOKEN", "TWILIO_AUTH_TOKEN_PREVIOUS"])(
    "production with the simulator's token as %s, which everybody can read",
    (name) => {
      for (const given of [SIMULATOR_AUTH_TOKEN, SIMULATOR_AUTH_TOKEN.toUpperCase()])
        expect(parse({ ...production, [name]: given })).toEqual({
          ok: false,
          faults: [`${name} must not be the simulator's in production`],
        });
      expect(parse({ [name]: SIMULATOR_AUTH_TOKEN }).ok).toBe(true);
      const port = z.object({ PORT: processSettings.PORT });
      expect(parseEnvironment(port, { ...production, [name]: SIMULATOR_AUTH_TOKEN }).ok).toBe(true);
    },
  );

  test("an invalid list of proxies, and a token for measurements that is too short", () => {
    const proxies = z.object({ TRUSTED_PROXIES: trustedProxies.optional() });
    const read = (given: string) => parseEnvironment(proxies, { TRUSTED_PROXIES: given });
    const list = "10.0.0.5, 172.30.0.0/24,2001:db8::1 ,2001:db8:aaaa::/48";
    expect(read(list)).toEqual({
      ok: true,
      value: { TRUSTED_PROXIES: ["10.0.0.5", "172.30.0.0/24", "2001:db8::1", "2001:db8:aaaa::/48"] },
    });
    expect(read("")).toEqual({ ok: true, value: {} });
    for (const given of ["*", "10.0.0", "10.0.0.0/33", "10.0.0.5;10.0.0.6", "10.0.0.5,", "proxy", "::1/129"])
      expect(read(given)).toEqual({
        ok: false,
        faults: ["TRUSTED_PROXIES must be a list of addresses or ranges such as 10.0.0.5,172.30.0.0/24"],
      });
    for (const given of LOOPBACK_RANGES) expect(read(given).ok).toBe(true);
    const fault = "METRICS_TOKEN must have at least 16 characters, none of them a space";
    expect(parse({ METRICS_TOKEN: "x".repeat(15) })).toEqual({ ok: false, faults: [fault] });
    expect(parse({ METRICS_TOKEN: `${"x".repeat(16)} ${"x".repeat(16)}` })).toEqual({
      ok: false,
      faults: [fault],
    });
    expect(parse({ METRICS_TOKEN: "x".repeat(16) }).ok).toBe(true);
  });

  test.each([
    ["http://texts.example.com", false],
    ["http://10.0.0.5:3000", false],
    ["http://localhost.example.com", false],
    ["http://127.0.0.1.example.com", false],
    ["https://texts.example.com", true],
    ["http://localhost:3000", true],
    ["http://127.0.0.1:3000", true],
    ["http://[::1]:3000", true],
  ])("production at %s: %s, because plain http must not leave the machine", (url, ok) => {
    const parsed = parse({ ...production, PUBLIC_URL: url });
    expect(parsed.ok).toBe(ok);
    if (!parsed.ok)
      expect(parsed.faults).toEqual([expect.stringMatching(/^PUBLIC_URL must begin with https:/)]);
    expect(parse({ PUBLIC_URL: url }).ok).toBe(true);
  });

  test("an invalid address is one fault, in production too", () => {
    const { faults } = parse({ ...production, PUBLIC_URL: "texts" }) as { faults: string[] };
    expect(faults).toEqual([expect.stringMatching(/^PUBLIC_URL must be an address/)]);
  });

  test("production takes Sentinels or a Cluster for Redis", () => {
    const { REDIS_URL: _, ...rest } = production;
    expect(parse({ ...rest, REDIS_CLUSTER_NODES: "c:7000" }).ok).toBe(true);
    expect(parse({ ...rest, REDIS_SENTINELS: "c:1", REDIS_SENTINEL_NAME: "m" }).ok).toBe(true);
  });

  test("no fault ever repeats a value", () => {
    const secret = fc.stringMatching(/^[A-Za-z0-9:/@]{3,30}$/).map((text) => `zQ7${text}zQ7`);
    const env = fc.dictionary(fc.constantFrom(...Object.keys(schema.shape)), secret, { minKeys: 1 });
    fc.assert(
      fc.property(env, (given) => {
        const parsed = parse(given);
        if (!parsed.ok) expect(parsed.faults.join()).not.toContain("zQ7");
      }),
    );
  });
});

test("knows which parts are embedded", () => {
  expect(
    [{}, { TWILIO_ACCOUNT_SID: "" }, { TWILIO_ACCOUNT_SID: SIMULATOR_ACCOUNT_SID }].map(carrierIsSimulator),
  ).toEqual([true, true, true]);
  expect(carrierIsSimulator({ TWILIO_ACCOUNT_SID: sid })).toBe(false);
  expect(databaseIsEmbedded({})).toBe(true);
  expect(databaseIsEmbedded(production)).toBe(false);
  expect(queueBackend({})).toBe("postgres");
  expect(queueBackend({ REDIS_URL: "x" })).toBe("redis");
  expect(queueBackend({ REDIS_URL: "x", REDIS_SENTINELS: ["y"] })).toBe("sentinel");
  expect(queueBackend({ REDIS_URL: "x", REDIS_SENTINELS: ["y"], REDIS_CLUSTER_NODES: ["z"] })).toBe(
    "cluster",
  );
});

describe("values allow nothing before or after their format", () => {
  const hex = "0123456789abcdefABCDEF0123456789".slice(0, 32);
  const faultsOf = (env: Environment) => {
    const parsed = parse({ ...production, ...env });
    return parsed.ok ? [] : parsed.faults;
  };

  test.each<[string, string[], string[], string]>([
    ["PORT", ["0", "65535", "80"], ["x80", "80x", "8 0", "-1", "123456"], "PORT must be a port number"],
    [
      "PUBLIC_URL",
      ["http://127.0.0.1:80", "https://a/b"],
      ["xhttp://a", "ftp://a"],
      "PUBLIC_URL must be an address such as https://texts.example.com",
    ],
    [
      "DATABASE_URL",
      ["postgres://a/b", "postgresql://a/b"],
      ["xpostgres://a/b", "postgresx://a/b"],
      "DATABASE_URL must be an address such as postgres://user:password@host:5432/name",
    ],
    [
      "REDIS_URL",
      ["redis://a", "rediss://a"],
      ["xredis://a", "redisx://a"],
      "REDIS_URL must be an address such as redis://host:6379",
    ],
    [
      "REDIS_CLUSTER_NODES",
      ["host-1.example:6379", "a:1,bb:22", "a:1  ,  bb:22", "a:1 ,b:2"],
      ["@a:1", "a:1,", "a:1,b", "a:1;b:2", "a:123456", ":1"],
      "REDIS_CLUSTER_NODES must be a list such as host:26379,other:26379",
    ],
    [
      "TWILIO_ACCOUNT_SID",
      [`AC${hex}`],
      [`xAC${hex}`, `AC${hex}0`, `AC${"g".repeat(32)}`],
      "TWILIO_ACCOUNT_SID must be AC and 32 hexadecimal digits",
    ],
    [
      "TWILIO_AUTH_TOKEN",
      [hex],
      [`0${hex}`, `x${hex}`, `${hex}x`],
      "TWILIO_AUTH_TOKEN must be 32 hexadecimal digits",
    ],
    [
      "TWILIO_AUTH_TOKEN_PREVIOUS",
      [hex],
      [`x${hex}`, `${hex}x`],
      "TWILIO_AUTH_TOKEN_PREVIOUS must be 32 hexadecimal digits",
    ],
  ])("%s", (name, good, bad, fault) => {
    for (const value of good) expect(faultsOf({ [name]: value }), value).toEqual([]);
    for (const value of bad) expect(faultsOf({ [name]: value }), value).toEqual([fault]);
  });

  test("TWILIO_API_KEY", () => {
    const withKey = (key: string) => faultsOf({ TWILIO_API_KEY: key, TWILIO_API_SECRET: "s" });
    expect(withKey(`SK${hex}`)).toEqual([]);
    for (const key of [`xSK${hex}`, `SK${hex}0`]) {
      expect(withKey(key)).toEqual(["TWILIO_API_KEY must be SK and 32 hexadecimal digits"]);
    }
  });

  test("lists are split at commas with any spaces; undefined is unset", () => {
    const parsed = parse({ ...production, PORT: undefined, REDIS_CLUSTER_NODES: "a:1  ,  b:2,c:3" });
    expect(parsed).toMatchObject({
      ok: true,
      value: { PORT: 3000, REDIS_CLUSTER_NODES: ["a:1", "b:2", "c:3"] },
    });
  });
});

describe("a guessable password", () => {
  const faults = (url: string, env: Environment = { NODE_ENV: "production" }) =>
    passwordFaults({ ...env, DATABASE_URL: url }, ["DATABASE_URL", "DATABASE_REPLICA_URL"]);

  test.each([
    "postgres://smscrm:smscrm@db/smscrm",
    "postgres://smscrm_api:smscrm_api@db/smscrm",
    "postgres://smscrm_api:SMSCRM_API@db/smscrm",
    "postgres://smscrm_api:postgres@db/smscrm",
    "postgres://smscrm_api:Password@db/smscrm",
  ])("is refused in production, and never repeated: %s", (url) => {
    expect(faults(url)).toEqual([
      "DATABASE_URL must have a password of its own in production, not its user's name or a default",
    ]);
  });

  test("is allowed outside production", () => {
    expect(faults("postgres://smscrm:smscrm@db/smscrm", {})).toEqual([]);
  });

  test.each(["postgres://smscrm_api:p5uYq0Tz@db/smscrm", "postgres://smscrm_api@db/smscrm", "no address"])(
    "is not a chosen or absent password: %s",
    (url) => {
      expect(faults(url)).toEqual([]);
    },
  );
});
