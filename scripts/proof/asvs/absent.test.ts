import { describe, expect, it } from "vitest";
import { filesWith, productPackages, productSource } from "./product-source.ts";

/**
 * What the product does not do, so that requirements about it do not apply. One that fails asks for its row in docs/asvs.md
 * to be decided again.
 */
const source = productSource();
const packages = productPackages();

interface Absent {
  what: string;
  /** Names of packages that would bring it. */
  packages?: RegExp;
  /** Code that would use it. */
  code?: RegExp;
  /** Files that may use it, each for a reason that docs/asvs.md gives. */
  allowed?: string[];
}

const ABSENT: Absent[] = [
  {
    what: "no XML is read but a workbook's, and no XPath is asked",
    packages: /xml|xpath|sax|cheerio|jsdom/i,
    code: /DOMParser|XPath|parseXml|xmlReader\(|xml2js|XSLT|from "hucre/i,
    allowed: ["server/http/files/xlsx-file.ts", "server/imports/workbook.ts", "server/imports/xml.ts"],
  },
  { what: "no directory is asked by LDAP", packages: /ldap|activedirectory/i, code: /\bldaps?:/i },
  {
    what: "no LaTeX is set",
    packages: /latex|tex|pandoc/i,
    code: /\\write18|pdflatex|xelatex|shell-escape/i,
  },
  {
    what: "no Java naming service is asked",
    packages: /jndi|java/i,
    code: /\bjndi:/i,
  },
  { what: "no memcache is written to", packages: /memcache|memjs/i, code: /memcache/i },
  {
    what: "no HTML of anybody's is shown: no editor, no innerHTML, no parser",
    packages:
      /prosemirror|tiptap|quill|ckeditor|tinymce|lexical|slate|dompurify|sanitize|marked|markdown|remark/i,
    code: /innerHTML|outerHTML|insertAdjacentHTML|document\.write|srcdoc|createContextualFragment|setHTMLUnsafe|DOMParser/,
  },
  {
    what: "no code is made from text",
    packages: /^(vm2|isolated-vm|safe-eval|expr-eval|jexl|mathjs)$/,
    code: /\beval\(|new Function\(|from "node:vm"|setTimeout\("|import\((?!["'`])/,
  },
  {
    what: "no template engine and no markup language is used",
    packages: /handlebars|mustache|ejs|pug|nunjucks|liquid|eta$|marked|markdown|bbcode|remark/i,
  },
  {
    what: "no program is started by the API or the worker",
    packages: /execa|shelljs|cross-spawn|zx$/,
    code: /child_process|\bBun\.(spawn|\$)/,
  },
  {
    what: "no memory is handled by hand, and no native code of ours is called",
    packages: /^(ffi|koffi|node-addon-api|node-gyp)/,
    code: /bun:ffi|node:ffi|allocUnsafe|SharedArrayBuffer|WebAssembly/,
  },
  {
    what: "nothing but JSON and CSV becomes an object",
    packages:
      /^(yaml|js-yaml|serialize-javascript|node-serialize|msgpack|protobufjs|bson|cbor|superjson|devalue)/,
    code: /from "node:v8"|deserialize\(/,
  },
  { what: "no GraphQL", packages: /graphql|apollo|urql|relay/i, code: /graphql/i },
  { what: "no WebSocket", packages: /^ws$|socket\.io|websocket/i, code: /WebSocket|upgradeWebSocket/ },
  {
    what: "no WebRTC",
    packages: /webrtc|simple-peer|peerjs|mediasoup|^wrtc$|turn/i,
    code: /RTCPeerConnection|getUserMedia|\bturns?:\/\/|\bstuns?:/,
  },
  {
    // The font is a file of a package, not of a person.
    what: "no file is unpacked but a workbook and a font of ours",
    packages: /zip|^tar|unrar|7z|decompress|xlsx|exceljs|papaparse-zip/i,
    code: /\b(gunzip|unzip|inflate|brotliDecompress|createGunzip|createInflate|DecompressionStream)|from "hucre/i,
    allowed: ["server/http/files/xlsx-file.ts", "server/imports/zip.ts", "server/privacy/woff.ts"],
  },
  {
    what: "no token that carries its own contents is made, and none is believed but an identity provider's",
    packages: /^jose$|jsonwebtoken|jwt|paseto|macaroon|iron-session|cookie-session/i,
    code: /\bjwt\b|jsonwebtoken|hono\/jwt|jws\b|setSignedCookie/i,
  },
  {
    what: "no OAuth or OpenID Connect as a server, and no SAML",
    packages: /oauth|oidc|saml|passport|auth0|arctic|better-auth|next-auth|lucia/i,
    code: /oauth|saml|oidc-provider|refresh_?token|logout_token|response_mode/i,
  },
  {
    what: "OpenID Connect as a client is in one file, which keeps no token",
    code: /from "openid-client"|id_token|redirect_uri|code_verifier|access_?token/i,
    allowed: ["server/users/single-sign-on/provider.ts"],
  },
  {
    what: "no client certificate is asked for or believed",
    code: /requestCert|getPeerCertificate|x-client-cert|x-ssl-client/i,
  },
  {
    what: "no check of a certificate is switched off",
    code: /rejectUnauthorized\s*:\s*false|NODE_TLS_REJECT_UNAUTHORIZED|checkServerIdentity|minVersion|TLSv1(\.1)?["']/,
  },
  {
    what: "no message from another window is read",
    code: /(window\.|globalThis\.|(?<![.\w?]))addEventListener\(\s*"message"|window\.(onmessage|parent|opener)/,
  },
  { what: "no plug-in of a browser is used", code: /<(embed|applet)\b|<object\s|\.swf\b|silverlight/i },
  { what: "no JSONP, and no other origin is let in", code: /jsonp|hono\/cors|access-control-allow/i },
  {
    what: "no secret question and no hint of a password is kept",
    code: /secret_?question|security_?question|password_?hint|mother'?s maiden/i,
  },
  { what: "no password ends by itself", code: /password_?(expires|changed|valid)_?(at|until|days)/i },
  {
    what: "no code for signing in goes by text, call or push",
    packages: /twilio-verify|authy|web-push|firebase/i,
    code: /verify\.v2|\.verifications\b|one_?time_?code_?sms/i,
  },
  {
    what: "no random number that can be guessed",
    packages: /^(random|seedrandom|chance|nanoid\/non-secure|uuid)$/,
    code: /Math\.random\(/,
  },
  {
    what: "nothing is encrypted by the program but references to numbers and client secrets",
    packages: /^(crypto-js|node-forge|tweetnacl|sjcl|bcrypt(js)?)$/,
    code: /createCipher|createDecipher|publicEncrypt|privateDecrypt|RSA_PKCS1|subtle\.(encrypt|decrypt)/,
    // Each is tested with changed and moved ciphertexts, in number-references.test.ts and identity-provider.test.ts.
    allowed: ["server/users/roles/number-references.ts", "server/users/single-sign-on/sealed-secret.ts"],
  },
  {
    what: "nothing is encrypted with another cipher or mode than AES-256-GCM",
    code: /create(C|Dec)ipher(iv)?\((?!"aes-256-gcm")/,
  },
  {
    what: "no message is built by a format string",
    packages: /sprintf|format-util|util-format/i,
    code: /util\.format|sprintf\(|from "node:util"\s*;?.*\bformat\b/,
  },
  {
    what: "no pattern is made of what somebody typed: patterns are made in core, and of its own tables",
    code: /new RegExp\((?!`\^\[0-9a-f\]\{\$\{SESSION_ID_LENGTH\})/,
    allowed: [
      "core/contacts/phone.ts",
      "core/preflight/fiction-number.ts",
      "core/replies/own-keyword.ts",
      "core/replies/quoted-reply.ts",
      "core/replies/reply-words.ts",
      "core/replies/signature.ts",
      "core/replies/tokens.ts",
      "core/time/rule-inputs.ts",
      "server/exports/asked-list.ts",
    ],
  },
  {
    what: "nothing about people is kept in the browser's storage: the theme, a choice of notifications and the time of a reload are",
    code: /indexedDB|document\.cookie|caches\.open|serviceWorker|(local|session)Storage/,
    allowed: [
      "client/page-loading.ts",
      "client/pages/inbox/team/notices.tsx",
      "client/public/theme.js",
      "client/shell/theme-choice.ts",
    ],
  },
  {
    what: "no query gives back whole rows without naming their fields",
    code: /\.(select|returning)\(\)|\bselect \*\s+from (users|sessions|memberships|known_browsers)\b/,
  },
  {
    what: "nobody is followed: no tracker and no file of another host",
    packages: /analytics|segment|sentry|posthog|mixpanel|gtag|hotjar|datadog/i,
    code: /google-analytics|googletagmanager|<(script|link|img)[^>]+(src|href)="(https?:)?\/\//i,
  },
];

describe("what the product does not have", () => {
  it("is looked for in its whole code", () => {
    expect(source.length).toBeGreaterThan(500);
    for (const folder of ["core/", "db/", "worker/", "server/", "client/"])
      expect(source.some(({ file }) => file.startsWith(folder))).toBe(true);
    expect(packages).toContain("hono");
  });

  it.each(ABSENT)("$what", ({ what, packages: bringing, code, allowed = [] }) => {
    const why = `"${what}" holds no longer: decide its rows in docs/asvs.md again`;
    if (bringing)
      expect(
        packages.filter((name) => bringing.test(name)),
        why,
      ).toEqual([]);
    if (code) expect(filesWith(source, code), why).toEqual(allowed);
  });
});
