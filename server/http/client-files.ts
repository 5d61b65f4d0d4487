import { readFile, realpath, stat } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { type Context, Hono } from "hono";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml; charset=utf-8",
  ".json": "application/json",
  ".webmanifest": "application/manifest+json",
  ".txt": "text/plain; charset=utf-8",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
};
const PACKED_ALREADY = new Set([".png", ".ico", ".woff2"]);
const FOREVER = "public, max-age=31536000, immutable";
const ASK_AGAIN = "no-cache";

interface StaticFile {
  modifiedMs: number;
  type: string;
  cacheControl: string;
  etag: string;
  plain: Uint8Array<ArrayBuffer>;
  br: Uint8Array<ArrayBuffer> | null;
  gzip: Uint8Array<ArrayBuffer> | null;
}

/**
 * Serves the built dashboard. Files under assets/ have a hash in their names and are cached for ever. Every other path
 * is a page of the client, which is one file. Each file is compressed once, at its first request.
 */
export function clientRoutes(folder: string | null): Hono {
  const routes = new Hono();
  const files = new Map<string, StaticFile>();

  async function find(urlPath: string): Promise<StaticFile | null> {
    if (folder === null) return null;
    const place = await inside(folder, urlPath);
    if (place === null) return null;
    const info = await stat(place).catch(() => null);
    if (!info?.isFile()) return null;
    const known = files.get(place);
    if (known && known.modifiedMs === info.mtimeMs) return known;
    const file = await pack(place, info.mtimeMs, urlPath.startsWith("/assets/"));
    files.set(place, file);
    return file;
  }

  routes.get("*", async (c) => {
    const file = await find(c.req.path);
    if (file) return answer(c, file);
    // A path with an ending is a file that does not exist. A path without one is a page, which the client handles.
    if (path.extname(c.req.path) !== "") return c.text("There is no such file.\n", 404);
    const page = await find("/index.html");
    return page
      ? answer(c, page)
      : c.text("The dashboard is not built. Run: pnpm exec vite build client\n", 503);
  });
  return routes;
}

/** Returns the file's real path, or null if it is outside the folder. */
async function inside(folder: string, urlPath: string): Promise<string | null> {
  let decoded: string;
  try {
    decoded = decodeURIComponent(urlPath);
  } catch {
    return null;
  }
  if (decoded.includes("\u0000")) return null;
  const root = await realpath(folder).catch(() => null);
  const place = root && (await realpath(path.join(root, decoded)).catch(() => null));
  return place?.startsWith(`${root}${path.sep}`) ? place : null;
}

async function pack(place: string, modifiedMs: number, hashed: boolean): Promise<StaticFile> {
  const plain = new Uint8Array(await readFile(place));
  const ending = path.extname(place);
  const packs = !PACKED_ALREADY.has(ending) && plain.length > 1_000;
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
  return {
    modifiedMs,
    type: TYPES[ending] ?? "application/octet-stream",
    cacheControl: hashed ? FOREVER : ASK_AGAIN,
    etag: `"${plain.length.toString(36)}-${Math.round(modifiedMs).toString(36)}"`,
    plain,
    br: packs ? new Uint8Array(await promisify(brotliCompress)(plain, quality)) : null,
    gzip: packs ? new Uint8Array(await promisify(gzip)(plain)) : null,
  };
}

function answer(c: Context, file: StaticFile): Response {
  c.header("cache-control", file.cacheControl);
  c.header("etag", file.etag);
  c.header("vary", "accept-encoding");
  if (c.req.header("if-none-match")?.includes(file.etag)) return c.body(null, 304);
  c.header("content-type", file.type);
  const accepted = c.req.header("accept-encoding") ?? "";
  const packed =
    /\bbr\b/.test(accepted) && file.br ? "br" : /\bgzip\b/.test(accepted) && file.gzip ? "gzip" : null;
  if (packed === null) return c.body(file.plain);
  c.header("content-encoding", packed);
  return c.body(file[packed]!);
}
